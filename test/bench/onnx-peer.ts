import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGE = "@huggingface/transformers";
const VERSION = "4.3.1";

/**
 * The folder of an installed transformers.js, which is no dependency: 474 MB. Installs it into `node_modules/.cache` once.
 * `onnxruntime-node` comes with it, whose own download of binaries for GPUs is skipped.
 *
 * @returns Undefined, with a message on standard error, where it cannot be installed.
 */
export async function installPeer(): Promise<string | undefined> {
  const folder = fileURLToPath(new URL("../../node_modules/.cache/bench-onnx", import.meta.url));
  if (existsSync(join(folder, "node_modules", PACKAGE, "package.json"))) return folder;
  console.error(`Installing ${PACKAGE} ${VERSION} into ${folder} (474 MB), to compare with`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const args = ["install", "--no-audit", "--no-fund", "--no-save", `${PACKAGE}@${VERSION}`];
  try {
    await promisify(execFile)("npm", args, { cwd: folder, env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" } });
    return folder;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[1] : String(error);
    console.error(`skipped ${PACKAGE}: npm cannot install it (${reason})`);
    return undefined;
  }
}

/** Version of a package that the peer brought. */
export async function peerVersion(folder: string, name: string): Promise<string> {
  const json = await readFile(join(folder, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(json) as { version: string }).version;
}

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE_ROOT = new URL("../../", import.meta.url);
/** `dist/`, or `src/` when this code runs from source. */
const CODE_ROOT = new URL("../", import.meta.url);

/** Name and version of this package, for what it writes. */
export async function generator(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(new URL("package.json", PACKAGE_ROOT), "utf8")) as {
    name: string;
    version: string;
  };
  return `${name} ${version}`;
}

/**
 * Tells this code from any other, in hex: what one revision left in a cache is of no use to the next. Takes the files
 * themselves and the version of Node, whose Unicode tables cut words.
 */
export async function codeRevision(): Promise<string> {
  const hash = createHash("sha256").update(`${await generator()}\n${process.version}\n`);
  const root = fileURLToPath(CODE_ROOT);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.d)\.[jt]s$/.test(entry.name));
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const content of await Promise.all(paths.map((path) => readFile(path)))) hash.update(content);
  return hash.digest("hex");
}

/** Code that only a sentence encoder needs: ONNX Runtime and the tokenizers. */
const ENCODER_CODE = /^(?:encoder-spaces|model-files|open-encoder|ort|rolldown-runtime)\b/;

/**
 * The browser's side of this package, which goes beside the index, so that a site needs no bundler.
 * Empty when this code runs from source without a build.
 */
export async function browserFiles({ encoders }: { readonly encoders: boolean }): Promise<Map<string, Uint8Array>> {
  const folder = new URL("dist/browser/", PACKAGE_ROOT);
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => name.endsWith(".js") && (encoders || !ENCODER_CODE.test(name)))
    .sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const)));
}

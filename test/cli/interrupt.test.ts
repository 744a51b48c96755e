import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { tempFolder } from "./temp-folder.ts";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
/** Runs TypeScript in a process of its own. */
const RUNNER = fileURLToPath(new URL("../../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));
const PAGE = "<!doctype html><title>Page</title><main><h1>Page</h1><p>Some words about something.</p></main>";

describe("Ctrl+C", () => {
  it("stops a build tidily", async () => {
    const pages = Array.from({ length: 3000 }, (_, i) => [`${i}.html`, PAGE.replaceAll("Page", `Page ${i}`)] as const);
    const dir = await tempFolder({
      ...Object.fromEntries(pages),
      "semantic-search.config.mjs": "console.error('begun'); export default { dir: '.' };",
    });
    const { child, exited, stderr } = start(["index"], { cwd: dir, readyWhen: "begun" });
    await child;
    expect(await exited()).toBe(130);
    expect(stderr()).toContain("Stopped.");
    expect(existsSync(join(dir, "semantic-search/index.json"))).toBe(false);
  });

  it("ends the process at once when pressed again", async () => {
    const dir = await tempFolder({
      "semantic-search.config.mjs":
        "console.error('begun'); setInterval(() => {}, 1000); await new Promise(() => {}); export default {};",
    });
    const { child, exited } = start(["index"], { cwd: dir, readyWhen: "begun" });
    const process = await child;
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill("SIGINT");
    expect(await exited()).toBe(130);
  });

  it("stops the server, which has done its job", async () => {
    const dir = await tempFolder({ "index.html": PAGE });
    const { exited } = start(["serve", ".", "--port", "0"], { cwd: dir, readyWhen: "http://" });
    expect(await exited()).toBe(0);
  });
});

/** Start the command line in a process of its own and interrupt it as soon as it says that it is ready. */
function start(argv: readonly string[], { cwd, readyWhen }: { readonly cwd: string; readonly readyWhen: string }) {
  const process = spawn("node", [RUNNER, CLI, ...argv], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  const child = new Promise<typeof process>((resolve) => {
    const listen = (text: Buffer) => {
      output.push(text.toString());
      if (!output.join("").includes(readyWhen)) return;
      setTimeout(() => resolve(process), 0);
    };
    process.stdout.on("data", listen);
    process.stderr.on("data", listen);
  });
  void child.then(() => process.kill("SIGINT"));
  const exit = once(process, "exit");
  const exited = async () => (await exit)[0] as number | null;
  return { child, exited, stderr: () => output.join("") };
}

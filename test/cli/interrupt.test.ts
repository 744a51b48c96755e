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
    const run = await start(["index"], { cwd: dir, readyWhen: "begun" });
    run.interrupt();
    expect(await run.exitCode).toBe(130);
    expect(run.output()).toContain("Stopped.");
    expect(existsSync(join(dir, "semantic-search/index.json"))).toBe(false);
  });

  it("ends the process at once when pressed again", async () => {
    const dir = await tempFolder({
      "semantic-search.config.mjs":
        "console.error('begun'); setInterval(() => {}, 1000); await new Promise(() => {}); export default {};",
    });
    const run = await start(["index"], { cwd: dir, readyWhen: "begun" });
    run.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 100));
    run.interrupt();
    expect(await run.exitCode).toBe(130);
  });

  it("stops the server, which has done its job", async () => {
    const dir = await tempFolder({ "index.html": PAGE });
    const run = await start(["serve", ".", "--port", "0"], { cwd: dir, readyWhen: "http://" });
    run.interrupt();
    expect(await run.exitCode).toBe(0);
  });
});

/** Start the command line in a process of its own and wait until it has said that it is ready. */
async function start(
  argv: readonly string[],
  { cwd, readyWhen }: { readonly cwd: string; readonly readyWhen: string },
) {
  const child = spawn("node", [RUNNER, CLI, ...argv], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const exitCode = once(child, "exit").then(([code]) => code as number | null);
  const written: string[] = [];
  const output = () => written.join("");
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        written.push(text.toString());
        if (output().includes(readyWhen)) resolve();
      });
    }
  });
  return { exitCode, output, interrupt: () => child.kill("SIGINT") };
}

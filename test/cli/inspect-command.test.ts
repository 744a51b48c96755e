import { describe, expect, it } from "vitest";
import { runCli, SUMMARY } from "./run-cli.ts";
import { tempFolder } from "./temp-folder.ts";

describe("inspect", () => {
  it("says what an index holds", async () => {
    const { code, stdout } = await inspect([]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "semantic-search  build 0a1b2c3d, format 1, semantic-search-element 0.1.0
        2 pages, 5 sections, 9 chunks, languages de, en

      Spaces
        static  256 dimensions  int8  aabbccddeeff  fused by convex, 30% by meaning

      Files  8, 2.5 KB
        text   2.0 KB
        terms  500 B

      Filters
        section  API (12), Guide (1)

      Sort keys  date
      "
    `);
  });

  it("--json prints the same as one document", async () => {
    const { stdout, stderr } = await inspect(["--json"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(SUMMARY);
  });
});

async function inspect(args: readonly string[]) {
  const cwd = await tempFolder({ "semantic-search/index.json": "{}" });
  return runCli(["inspect", ".", ...args], { cwd, api: { inspectIndex: async () => SUMMARY } });
}

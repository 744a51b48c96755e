import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { fakeEngine, HIT, runCli } from "./run-cli.ts";
import { tempFolder } from "./temp-folder.ts";

const SITE = { "index.html": "", "semantic-search/index.json": "{}" };

describe("search", () => {
  it("prints pages with their sections", async () => {
    const { stdout } = await search(["rotate", "key"]);
    expect(stdout).toMatchInlineSnapshot(`
      "1 page by words and meaning, 7 ms

      1. Managing credentials
         Guide › Security
         Credentials › Rotating keys
         /guide/security/#rotate  by words and meaning
         To rotate a key, press Renew.
         words #3 (5.21) · meaning #1 (0.812) · fused 0.940 (convex, 30% by meaning) · terms: rotat key
      "
    `);
  });

  it("tells where the share of meaning comes from", async () => {
    const [section] = HIT.sections;
    if (!section?.explain) throw new Error("the fixture has a section with an explanation");
    const balance = { shape: "question", weight: 0.3, coverage: 0.87 } as const;
    const explain = { ...section.explain, semanticWeight: 0.261, balance };
    const hit = { ...HIT, sections: [{ ...section, explain }] };
    expect((await search(["x"], {}, { hits: [hit] })).stdout).toContain(
      "(convex, 26% by meaning: 30% for a question × 87% of it known to the model)",
    );
  });

  it("makes the matching words bold on a terminal, and heeds NO_COLOR and --no-color", async () => {
    expect((await search(["x"], { isTTY: true })).stdout).toContain(
      "To \x1b[1mrotate\x1b[22m a \x1b[1mkey\x1b[22m, press",
    );
    expect((await search(["x"], { isTTY: true, env: { NO_COLOR: "1" } })).stdout).not.toContain("\x1b");
    expect((await search(["x", "--no-color"], { isTTY: true })).stdout).not.toContain("\x1b");
    expect((await search(["x"], { env: { FORCE_COLOR: "1" } })).stdout).toContain("\x1b[1m");
  });

  it("keeps marks in place when it breaks and cuts a long excerpt", async () => {
    const text = `${"word ".repeat(14)}mark here ${"word ".repeat(60)}`;
    const [section] = HIT.sections;
    if (!section) throw new Error("the fixture has a section");
    const hit = { ...HIT, sections: [{ ...section, excerpt: { text, marks: [[70, 79] as const] } }] };
    const { stdout } = await search(["x"], { isTTY: true }, { hits: [hit] });
    expect(stdout).toContain("word \x1b[1mmark\x1b[22m\n   \x1b[1mhere\x1b[22m word");
    expect(stdout).toMatch(/word …\n/);
    for (const line of stdout.split("\n").filter((line) => line.includes("word word"))) {
      expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(80);
    }
  });

  it("lets no control character of a page through to the terminal", async () => {
    const { stdout } = await search(["x"], {}, { hits: [{ ...HIT, title: "a\x1b]0;title\x07b\r" }] });
    expect(stdout).toContain("a ]0;title b");
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it("--json prints the results as they are, and nothing else", async () => {
    const { code, stdout, stderr } = await search(["rotate key", "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      query: "rotate key",
      mode: "hybrid",
      hits: [HIT],
      total: 1,
      warnings: [],
    });
  });

  it("hands its flags on and closes the index", async () => {
    const engine = fakeEngine();
    const flags =
      "--limit 5 --offset 10 --sections 1 --mode semantic --language de --semantic-weight 0.5 --fusion rrf --sort date:desc";
    const cwd = await tempFolder(SITE);
    const argv = [
      "search",
      "log",
      "in",
      ...flags.split(" "),
      "--explain",
      "-f",
      "tag=a",
      "-f",
      "tag=b=c",
      "-f",
      "kind=x",
    ];
    await runCli(argv, { cwd, api: engine });
    expect(engine.calls[0]).toMatchObject({
      query: "log in",
      options: {
        limit: 5,
        offset: 10,
        sectionsPerPage: 1,
        mode: "semantic",
        language: "de",
        weights: { semantic: 0.5 },
        fusion: "rrf",
        sort: { by: "date", order: "descending" },
        explain: true,
        filters: { tag: ["a", "b=c"], kind: ["x"] },
      },
    });
    expect(engine.closed()).toBe(1);
  });

  it("says when nothing was found, and what could not be consulted", async () => {
    const warning = { part: "semantic", error: { code: "file-missing", message: "model.bin is missing." } } as const;
    const { code, stdout } = await search(["qqq"], {}, { hits: [], total: 0, warnings: [warning] });
    expect(code).toBe(0);
    expect(stdout).toBe("warning: model.bin is missing.\nNothing found for “qqq”.\n");
  });

  it("takes the site's folder, the index's folder, or the working directory", async () => {
    const cwd = await tempFolder(SITE);
    for (const index of [["-i", "."], ["-i", "semantic-search"], []]) {
      const engine = fakeEngine();
      expect((await runCli(["search", "x", ...index], { cwd, api: engine })).code).toBe(0);
      expect(engine.calls).toHaveLength(1);
    }
  });

  it("fails where there is no index", async () => {
    const cwd = await tempFolder({ "dist/index.html": "" });
    const { code, stderr } = await runCli(["search", "x", "-i", "dist"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe('error: There is no index in "dist".\n       Build one first: semantic-search index dist\n');
  });
});

async function search(
  args: readonly string[],
  io: { isTTY?: boolean; env?: Record<string, string> } = {},
  results: Parameters<typeof fakeEngine>[0] = {},
) {
  const cwd = await tempFolder(SITE);
  return runCli(["search", ...args], { cwd, api: fakeEngine(results), ...io });
}

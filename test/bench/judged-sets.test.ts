import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listSets, loadSet } from "./judged-sets.ts";

const TEXT = "Top.\n\n## Head\n\nBody.\n\n#### Deep \n\n# a comment\n\n### Less deep\n\n## Next\n\nEnd.";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "semantic-search-sets-"));
  write("docs-vue-vite", [
    { _id: "q1", text: "one", metadata: { subset: "lexical", strict: false } },
    { _id: "q2", text: "two", metadata: { subset: "paraphrase", strict: true } },
    { _id: "q3", text: "three" },
    { _id: "unjudged", text: "four", metadata: { subset: "lexical" } },
  ]);
  write("mine/pt", []);
  write("other-set", []);
  mkdirSync(join(folder, "not-a-set"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, queries: readonly { readonly _id: string; readonly [field: string]: unknown }[]): void {
  const dir = join(folder, name);
  mkdirSync(dir, { recursive: true });
  const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  writeFileSync(join(dir, "corpus.jsonl"), lines([{ _id: "/a", title: "A", text: TEXT }]));
  writeFileSync(join(dir, "queries.jsonl"), lines(queries));
  const judged = queries.filter(({ _id }) => _id !== "unjudged").map(({ _id }) => `${_id}\t/a\t1\n`);
  writeFileSync(join(dir, "qrels.tsv"), `query-id\tcorpus-id\tscore\n${judged.join("")}`);
}

describe("listSets", () => {
  it("has known sets with their split, and any other as a test set", () => {
    expect(listSets(folder)).toEqual([
      { name: "docs-vue-vite", split: "dev" },
      { name: "mine/pt", split: "test" },
      { name: "other-set", split: "test" },
    ]);
  });

  it("has none where there is no folder", () => {
    expect(listSets(join(folder, "missing"))).toEqual([]);
  });
});

describe("loadSet", () => {
  it("reads the subsets of each judged query", () => {
    const { queries } = loadSet(folder, { name: "docs-vue-vite", split: "dev" });
    expect(queries.map(({ id, subsets }) => [id, subsets])).toEqual([
      ["q1", ["lexical"]],
      ["q2", ["paraphrase", "strict"]],
      ["q3", []],
    ]);
  });

  it("takes the language from the name, English if it has none", () => {
    expect(loadSet(folder, { name: "mine/pt", split: "test" }).language).toBe("pt");
    expect(loadSet(folder, { name: "docs-vue-vite", split: "dev" }).language).toBe("en");
  });

  it("cuts a text at its headings, each below those of a higher level", () => {
    const { documents } = loadSet(folder, { name: "docs-vue-vite", split: "dev" });
    expect(documents[0]?.sections.map(({ heading, level, ancestors }) => [heading, level, ancestors])).toEqual([
      ["", 0, []],
      ["Head", 2, []],
      ["Deep", 4, ["Head"]],
      ["Less deep", 3, ["Head"]],
      ["Next", 2, []],
    ]);
    expect(documents[0]?.sections[2]?.blocks.map(({ text }) => text)).toEqual(["# a comment"]);
  });
});

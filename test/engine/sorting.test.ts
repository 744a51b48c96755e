import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { SearchBackend, SearchResults } from "../../src/core/search.ts";
import type { Candidates } from "../../src/engine/candidates.ts";
import { Engine } from "../../src/engine/engine.ts";
import { closePages, sortKeys } from "../../src/engine/sorting.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { KeywordHits } from "../../src/keyword/keyword-hits.ts";
import { MemoryIndex, page } from "./memory-index.ts";
import { tinyModel } from "./tiny-model.ts";

const dated = (path: string, text: string, date?: string) =>
  page(
    path,
    `Page ${path}`,
    { "": text },
    { filters: { kind: [path] }, sort: date ? { date, size: path } : { size: path } },
  );
const PAGES = [
  dated("a", "Mix flour and water for bread.", "2024-03-01"),
  dated("b", "Bread, bread and more bread.", "2022-01-01"),
  dated("c", "Bread without a date."),
  dated("d", "Knead the dough of the bread until it is smooth.", "2023-07-01"),
  dated("e", "The inner tube of a wheel.", "2025-01-01"),
];

let index: MemoryIndex;
let engine: SearchBackend;
const paths = ({ hits }: SearchResults) => hits.map(({ path }) => path);
const newest = { by: "date", order: "descending" } as const;
beforeAll(async () => {
  index = await MemoryIndex.build(PAGES, { space: await staticSpace(tinyModel()) });
  engine = await index.open();
});

describe("a search that is sorted", () => {
  it("says which keys there are", async () => {
    expect((await engine.info()).sorts).toEqual(["date", "size"]);
  });

  it("orders the pages found, those without a value last in both orders", async () => {
    const options = { mode: "keyword" } as const;
    expect(paths(await engine.search("bread", { ...options, sort: newest }))).toEqual(["a", "d", "b", "c"]);
    expect(paths(await engine.search("bread", { ...options, sort: { by: "date" } }))).toEqual(["b", "d", "a", "c"]);
    expect(paths(await engine.search("bread", { ...options, sort: newest, offset: 1, limit: 2 }))).toEqual(["d", "b"]);
  });

  it("leaves out what has one word of several: total, facets and pages agree", async () => {
    const options = { mode: "keyword" } as const;
    expect((await engine.search("knead bread dough", options)).total).toBe(4);
    const { hits, total, facets } = await engine.search("knead bread dough", { ...options, sort: newest });
    expect(hits.map(({ path }) => path)).toEqual(["d"]);
    expect([total, facets]).toEqual([1, { kind: { d: 1 } }]);
  });

  it("has what is found by meaning alone", async () => {
    const query = "my flat bike lost air";
    expect(paths(await engine.search(query, { sort: newest }))[0]).toBe("e");
    expect(paths(await engine.search(query, { mode: "semantic", sort: newest }))).toEqual(["e"]);
  });

  it("names the keys that there are for one that there is not", async () => {
    const bad = engine.search("bread", { sort: { by: "datum" } });
    await expect(bad).rejects.toMatchObject({ code: "bad-option", remedy: "Give it one of: date, size." });
    const order = engine.search("bread", { sort: { by: "date", order: "up" as never } });
    await expect(order).rejects.toMatchObject({ code: "bad-option" });
  });

  it("names a file that is cut off, and leaves other searches as they are", async () => {
    const damaged = new MemoryIndex(index.files);
    const name = damaged.nameOf("sorts");
    damaged.files.set(name, (index.files.get(name) as Uint8Array).slice(0, -9));
    const backend = await damaged.open();
    const found = await Promise.allSettled(["date", "size"].map((by) => backend.search("bread", { sort: { by } })));
    expect(found.flatMap((each) => (each.status === "rejected" ? [each.reason] : []))).toMatchObject([
      { code: "file-invalid", file: name },
    ]);
    expect((await backend.search("bread")).hits).not.toEqual([]);
  });

  it("sorts partial results too", async () => {
    const late = await Engine.open(async (name, options) => {
      if (name.startsWith("vectors/")) await new Promise((resolve) => setTimeout(resolve, 100));
      return index.read(name, options);
    });
    const partial: string[][] = [];
    await late.search("bread", { sort: newest, onPartial: (results) => partial.push(paths(results)) });
    expect(partial).toEqual([["a", "d", "b", "c"]]);
  });
});

describe("closePages", () => {
  const hits = (chunks: readonly number[], words: readonly number[]) => ({
    hits: new KeywordHits(
      {
        chunks: Uint32Array.from(chunks),
        scores: new Float64Array(chunks.length).fill(1),
        words: Uint16Array.from(words),
      },
      () => [],
    ),
  });
  const pageOfChunk = Uint32Array.of(0, 0, 1, 2, 3, 4);
  const close = (words: readonly number[], nearest: readonly number[], isByMeaning = true) => {
    const candidates = hits([0, 1, 2, 3], words) as Candidates;
    const found = Uint8Array.of(1, 1, 1, 1, 0);
    return [...closePages(candidates, found, { pageOfChunk, nearest: Float64Array.from(nearest), isByMeaning })];
  };

  it("are those of which a passage has two thirds of the words that the best passage has", () => {
    expect(close([1, 1, 1, 1], [0, 0, 0, 0, 0])).toEqual([1, 1, 1, 0, 0]);
    expect(close([1, 2, 1, 2], [0, 0, 0, 0, 0])).toEqual([1, 0, 1, 0, 0]);
    expect(close([3, 1, 2, 1], [0, 0, 0, 0, 0])).toEqual([1, 1, 0, 0, 0]);
    expect(close([1, 1, 3, 4], [0, 0, 0, 0, 0])).toEqual([0, 1, 1, 0, 0]);
  });

  it("and those nearly as near in meaning as the nearest, of the pages found", () => {
    expect(close([3, 1, 1, 1], [0.2, 0.7, 0.76, 1, 1])).toEqual([1, 0, 1, 1, 0]);
    expect(close([3, 1, 1, 1], [0.2, 0.7, 0.76, 1, 1], false)).toEqual([1, 0, 0, 0, 0]);
  });
});

describe("sortKeys", () => {
  it("order as a plain sort does", () => {
    const pages = fc.array(fc.record({ rank: fc.nat(5), found: fc.boolean() }));
    fc.assert(
      fc.property(pages, fc.constantFrom("ascending", "descending"), (site, order) => {
        const ranks = Uint32Array.from(site, ({ rank }) => rank);
        const keys = sortKeys(
          Uint8Array.from(site, ({ found }) => Number(found)),
          { ranks, order },
        );
        const key = (i: number) => keys[i] as number;
        const byKey = site.flatMap(({ found }, i) => (found ? [i] : [])).sort((a, b) => key(b) - key(a) || a - b);
        const last = order === "ascending" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
        const value = (i: number) => site[i]?.rank || last;
        const sign = order === "ascending" ? 1 : -1;
        const plain = site.flatMap(({ found }, i) => (found ? [i] : []));
        plain.sort((a, b) => (value(a) === value(b) ? a - b : sign * (value(a) - value(b))));
        expect(byKey).toEqual(plain);
        expect(keys.filter((key) => key === Number.NEGATIVE_INFINITY)).toHaveLength(site.length - plain.length);
      }),
    );
  });
});

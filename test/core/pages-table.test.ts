import { describe, expect, it } from "vitest";
import { encodePagesTable, PagesTable } from "../../src/core/pages-table.ts";

const table = new PagesTable(
  encodePagesTable(
    [
      { language: 0, filters: { type: ["guide"], tag: ["a", "b", "a"] }, chunkWeights: [1, 1] },
      { language: 1, filters: { type: ["api"] }, chunkWeights: [] },
      { language: 0, filters: { type: ["api"], tag: ["b"] }, chunkWeights: [1, 2.5, 0.5] },
    ],
    [
      { file: "text/00112233445566ff.bin", first: 0, end: 2 },
      { file: "text/aabbccddeeff0011.bin", first: 2, end: 3 },
    ],
  ),
  "pages.bin",
);

describe("PagesTable", () => {
  it("knows the pages of chunks and their weights", () => {
    expect([...table.chunkStart]).toEqual([0, 2, 2, 5]);
    expect([...table.pageOfChunk]).toEqual([0, 0, 2, 2, 2]);
    expect([0, 1, 2, 3, 4].map((chunk) => table.weightOf(chunk))).toEqual([1, 1, 1, 2.5, 0.5]);
  });

  it("knows which file holds a page's text", () => {
    expect(table.textShardOf(1)).toEqual({ file: "text/00112233445566ff.bin", first: 0, end: 2 });
    expect(table.textShardOf(2)).toEqual({ file: "text/aabbccddeeff0011.bin", first: 2, end: 3 });
    expect(table.textShardOf(3)).toBeUndefined();
  });

  it("filters by any value of a name and all names", () => {
    const mask = (filters: Record<string, string[]>, languages?: number[]) => [
      ...(table.mask(filters, languages) ?? "-"),
    ];
    expect(mask({})).toEqual(["-"]);
    expect(mask({ type: [] })).toEqual(["-"]);
    expect(mask({ type: ["guide", "api"] })).toEqual([1, 1, 1]);
    expect(mask({ type: ["api"], tag: ["b"] })).toEqual([0, 0, 1]);
    expect(mask({ type: ["none"] })).toEqual([0, 0, 0]);
    expect(mask({ unknown: ["x"] })).toEqual([0, 0, 0]);
    expect(mask({}, [1])).toEqual([0, 1, 0]);
  });

  it("takes names for what they are", () => {
    const hostile = { language: 0, filters: Object.fromEntries([["__proto__", ["x"]]]), chunkWeights: [1] };
    const facets = new PagesTable(encodePagesTable([hostile], []), "pages.bin").allFacets();
    expect(Object.entries(facets)).toEqual([["__proto__", { x: 1 }]]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it("counts facets", () => {
    expect(table.allFacets()).toEqual({ type: { guide: 1, api: 2 }, tag: { a: 1, b: 2 } });
    expect(table.facets(new Set([1]))).toEqual({ type: { api: 1 } });
    expect(table.facets(new Set([0, 2]), ["tag"])).toEqual({ tag: { a: 1, b: 2 } });
  });
});

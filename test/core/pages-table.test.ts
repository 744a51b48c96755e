import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { encodePagesTable, PagesTable } from "../../src/core/pages-table.ts";

const HASH = "00112233445566ff";

const table = new PagesTable(
  encodePagesTable(
    [
      { language: 0, filters: { type: ["guide"], tag: ["a", "b", "a"] }, chunkWeights: [1, 1] },
      { language: 1, filters: { type: ["api"] }, chunkWeights: [] },
      { language: 0, filters: { type: ["api"], tag: ["b"] }, chunkWeights: [1, 2.5, 0.5] },
    ],
    [
      {
        hash: HASH,
        shards: [
          { first: 0, end: 2 },
          { first: 2, end: 4 },
        ],
      },
      { hash: "aabbccddeeff0011", shards: [{ first: 4, end: 5 }] },
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

  it("knows which file holds a chunk's text", () => {
    expect(table.textShardOf(1)).toEqual({ file: "text/00112233445566ff/0.bin", first: 0, end: 2 });
    expect(table.textShardOf(2)).toEqual({ file: "text/00112233445566ff/1.bin", first: 2, end: 4 });
    expect(table.textShardOf(4)).toEqual({ file: "text/aabbccddeeff0011/0.bin", first: 4, end: 5 });
    expect(table.textShardOf(5)).toBeUndefined();
    expect(table.textShardOf(-1)).toBeUndefined();
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
    const facets = new PagesTable(
      encodePagesTable([hostile], [{ hash: HASH, shards: [{ first: 0, end: 1 }] }]),
      "pages.bin",
    ).allFacets();
    expect(Object.entries(facets)).toEqual([["__proto__", { x: 1 }]]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it("counts facets", () => {
    expect(table.allFacets()).toEqual({ type: { guide: 1, api: 2 }, tag: { a: 1, b: 2 } });
    expect(table.facets(Uint8Array.of(0, 1, 0))).toEqual({ type: { api: 1 } });
    expect(table.facets(Uint8Array.of(1, 0, 1), ["tag"])).toEqual({ tag: { a: 1, b: 2 } });
  });

  it("refuses to write shards that miss a chunk or begin within a page", () => {
    const rows = [2, 3].map((count) => ({ language: 0, filters: {}, chunkWeights: Array<number>(count).fill(1) }));
    const write = (...starts: number[]) => {
      const shards = starts.slice(1).map((end, i) => ({ first: starts[i] as number, end }));
      return () => encodePagesTable(rows, [{ hash: HASH, shards }]);
    };
    expect(write(0, 2, 5)).not.toThrow();
    expect(write(0, 1, 2, 5)).not.toThrow();
    expect(write(0, 5)).not.toThrow();
    expect(write(0, 3, 5)).toThrow(RangeError);
    expect(write(0, 2, 4)).toThrow(RangeError);
    expect(write(1, 5)).toThrow(RangeError);
    expect(write(0, 2, 2, 5)).toThrow(RangeError);
    expect(write()).toThrow(RangeError);
  });

  it("finds every chunk's shard", () => {
    const page = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(page, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (site, groupSize) => {
        const rows = site.map((parts) => ({
          language: 0,
          filters: {},
          chunkWeights: Array<number>(sum(parts)).fill(1),
        }));
        const starts = partStarts(site);
        const shards = starts.map((first, i) => ({ first, end: starts[i + 1] ?? sum(site.flat()) }));
        const groups = Array.from({ length: Math.ceil(shards.length / groupSize) }, (_, i) => ({
          hash: i.toString(16).padStart(16, "0"),
          shards: shards.slice(i * groupSize, (i + 1) * groupSize),
        }));
        const read = new PagesTable(encodePagesTable(rows, groups), "f");
        expect(read.chunkCount).toBe(sum(site.flat()));
        shards.forEach(({ first, end }, shard) => {
          const hash = Math.floor(shard / groupSize)
            .toString(16)
            .padStart(16, "0");
          const ref = { file: `text/${hash}/${shard % groupSize}.bin`, first, end };
          for (const chunk of [first, (first + end) >> 1, end - 1]) expect(read.textShardOf(chunk)).toEqual(ref);
        });
      }),
    );
  });

  it("meets any damage with a SearchError", () => {
    const whole = encodePagesTable(
      [
        { language: 0, filters: { type: ["guide"] }, chunkWeights: [1, 1, 1] },
        { language: 0, filters: { type: ["guide"] }, chunkWeights: [2] },
      ],
      [
        {
          hash: HASH,
          shards: [
            { first: 0, end: 2 },
            { first: 2, end: 3 },
            { first: 3, end: 4 },
          ],
        },
      ],
    );
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        try {
          const read = new PagesTable(damaged, "f");
          for (let chunk = 0; chunk < Math.min(read.chunkCount, 10); chunk++) read.textShardOf(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(SearchError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** First chunks of shards: each page's parts, but a page of one chunk stays in the shard before. */
function partStarts(site: readonly (readonly number[])[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const parts of site) {
    const isSmall = sum(parts) === 1 && at > 0;
    for (const length of parts) {
      if (!isSmall) starts.push(at);
      at += length;
    }
  }
  return starts;
}

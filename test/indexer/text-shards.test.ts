import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SitePage } from "../../src/indexer/site-page.ts";
import { planTextShards, type TextShardRange, textGroupHash, textShardParts } from "../../src/indexer/text-shards.ts";
import { vectorRuns } from "../../src/indexer/vector-runs.ts";
import { encodeTextShard, type PageText } from "../../src/text/text-shard.ts";
import { madeUpPage } from "./made-up-pages.ts";

const x = (length: number) => "x".repeat(length);
/** Pages `a`, `b`, … of one section with chunks of these lengths. */
const pagesOf = (site: readonly (readonly number[])[]) =>
  site.map((lengths, i) => madeUpPage(String.fromCharCode(97 + i), { H: lengths.map(x) }));
const textsOf = (pages: readonly SitePage[]) => pages.map((page) => page.text());
const lengthsOf = (pages: readonly SitePage[]) =>
  pages.map(({ document, lengths }) => ({ path: document.path, lengths }));
const plan = (pages: readonly SitePage[], options = {}) => planTextShards(lengthsOf(pages), vectorRuns(pages), options);
/** What a shard holds, of the texts of all pages. */
const partsOf = (texts: readonly PageText[], range: TextShardRange) =>
  textShardParts(texts.slice(range.firstPage, range.endPage), range);
/** Numbers of chunks. */
const sizes = (shards: readonly TextShardRange[]) => shards.map(({ first, end }) => end - first);

/** A pseudo-random site: lengths of a page's chunks by its number. */
function madeUpSite(count: number): SitePage[] {
  const lengths = (page: number) =>
    Array.from({ length: 1 + ((page * 7919) % 13) }, (_, chunk) => ((page + 3) * (chunk + 5) * 101) % 900);
  return Array.from({ length: count }, (_, i) =>
    madeUpPage(`docs/${String(i).padStart(4, "0")}`, { "": lengths(i).map((length) => x(length) + i) }),
  );
}

/** Names of all files. */
function filesOf(pages: readonly SitePage[]): string[] {
  const texts = textsOf(pages);
  return plan(pages, { targetLength: 1000 }).flatMap((group) => {
    const contents = group.map((range) => encodeTextShard(partsOf(texts, range)));
    return contents.map((_, n) => `${textGroupHash(contents)}/${n}`);
  });
}

describe("planTextShards", () => {
  it.each([
    { name: "no pages", site: [], expected: [] },
    {
      name: "small pages share a shard until it has 4000",
      site: [[900], [900], [900], [900], [900], [900]],
      expected: [5, 1],
    },
    { name: "a page that would lead beyond 6000 begins the next", site: [[3000], [3001], [1000]], expected: [1, 2] },
    { name: "a page of 6000 is not cut", site: [[700, 5300], [700]], expected: [2, 1] },
    {
      name: "a page of 8000 is cut in two",
      site: [[1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000]],
      expected: [4, 4],
    },
    {
      name: "a page of 7000 in two as well, the run at its middle to the second",
      site: [Array(7).fill(1000)],
      expected: [3, 4],
    },
    {
      name: "a long page has its shards for itself",
      site: [[500], Array(8).fill(1000), [500], [500]],
      expected: [1, 4, 4, 2],
    },
    { name: "runs are not cut", site: [[3900, 100, 400, 3900]], expected: [1, 3] },
    { name: "nothing is left over behind a long run", site: [[4000, 4000, 0]], expected: [1, 2] },
    { name: "one long run is one shard", site: [[20000]], expected: [1] },
    { name: "pages without text are 200 long", site: Array(21).fill([0]), expected: [20, 1] },
    { name: "pages without chunks are in no shard", site: [[], [1000], [], [1000], []], expected: [2] },
  ])("$name", ({ site, expected }) => {
    const groups = plan(pagesOf(site));
    expect(groups.length).toBe(site.length > 0 ? 1 : 0);
    expect(sizes(groups.flat())).toEqual(expected);
  });

  it("says which pages, chunks and runs a shard has", () => {
    const shards = plan(pagesOf([[], [500, 50], [], [3000], Array(8).fill(1000)])).flat();
    expect(shards).toEqual([
      { firstPage: 1, endPage: 4, first: 0, end: 3, firstRun: 0, endRun: 2, firstChunk: 0 },
      { firstPage: 4, endPage: 5, first: 3, end: 7, firstRun: 2, endRun: 6, firstChunk: 0 },
      { firstPage: 4, endPage: 5, first: 7, end: 11, firstRun: 6, endRun: 10, firstChunk: 4 },
    ]);
  });

  it("has every chunk in one shard, in order, and cuts no run", () => {
    const site = fc.array(fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 12 }), { maxLength: 40 });
    const options = fc.record({
      targetLength: fc.integer({ min: 300, max: 4000 }),
      maxShards: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(site, options, (lengths, chosen) => {
        const pages = pagesOf(lengths);
        const runs = vectorRuns(pages);
        const shards = plan(pages, chosen).flat();
        expect(shards.length).toBeLessThanOrEqual(chosen.maxShards);
        let [next, nextRun] = [0, 0];
        for (const { first, end, firstRun, endRun } of shards) {
          expect([first, firstRun]).toEqual([next, nextRun]);
          expect(first).toBe(runs.firsts[firstRun]);
          expect(end).toBe((runs.firsts[endRun - 1] as number) + (runs.counts[endRun - 1] as number));
          [next, nextRun] = [end, endRun];
        }
        expect([next, nextRun]).toEqual([lengths.flat().length, runs.firsts.length]);
      }),
    );
  });

  it("keeps to a number of shards by making them larger", () => {
    const pages = madeUpSite(400);
    const shards = plan(pages).flat().length;
    expect(shards).toBeGreaterThan(150);
    expect(plan(pages, { maxShards: shards }).flat()).toHaveLength(shards);
    for (const maxShards of [100, 10, 1]) {
      const fewer = plan(pages, { maxShards }).flat().length;
      expect(fewer).toBeLessThanOrEqual(maxShards);
      expect(fewer).toBeGreaterThanOrEqual(maxShards / 2);
    }
  });
});

describe("textShardParts", () => {
  it("gives back the pages, cut, without sections that have nothing there", () => {
    const long = madeUpPage("a", { A: [x(3000)], Without: [], B: [x(1000), x(3000)], C: [x(1000)] });
    const texts = textsOf([long, madeUpPage("b", { A: ["y"] })]);
    const parts = plan([long, madeUpPage("b", { A: ["y"] })])
      .flat()
      .map((range) => partsOf(texts, range));
    const [a, b] = texts;
    const [one, , two, three] = a?.sections ?? [];
    expect(parts).toEqual([
      [{ ...a, sections: [one, { ...two, chunks: two?.chunks.slice(0, 1) }] }],
      [{ ...a, firstChunk: 2, sections: [{ ...two, chunks: two?.chunks.slice(1) }, three] }],
      [b],
    ]);
  });

  it("has every chunk once", () => {
    const texts = textsOf(madeUpSite(120));
    const parts = plan(madeUpSite(120)).flatMap((group) => group.flatMap((range) => partsOf(texts, range)));
    const chunksOf = (pages: typeof texts) => pages.flatMap(({ sections }) => sections.flatMap(({ chunks }) => chunks));
    expect(chunksOf(parts)).toEqual(chunksOf(texts));
  });
});

describe("names of text shards", () => {
  const pages = madeUpSite(200);
  const before = new Set(filesOf(pages));
  const renamed = (changed: readonly SitePage[]) => filesOf(changed).filter((file) => !before.has(file)).length;

  it("are the same for the same pages, and many", () => {
    expect(new Set(filesOf(madeUpSite(200)))).toEqual(before);
    expect(before.size).toBeGreaterThan(400);
  });

  it.each([3, 100, 197])("are mostly the same when page %d is another", (page) => {
    // A group has 48 shards on the mean and about 120 at most, and a few groups may have to move.
    const limit = before.size / 2;
    const changed = madeUpPage(`docs/${String(page).padStart(4, "0")}`, { "": [x(900), "another"] });
    const added = madeUpPage(`docs/${String(page).padStart(4, "0")}-b`, { "": [x(5000), x(3000)] });
    expect(renamed(pages.with(page, changed))).toBeLessThan(limit);
    expect(renamed(pages.toSpliced(page, 1))).toBeLessThan(limit);
    expect(renamed(pages.toSpliced(page + 1, 0, added))).toBeLessThan(limit);
  });
});

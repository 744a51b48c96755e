import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FusionParams } from "../../src/core/fusion.ts";
import { encodePagesTable, PagesTable } from "../../src/core/pages-table.ts";
import type { Evidence } from "../../src/engine/evidence.ts";
import { bestChunks, rankPages } from "../../src/engine/rank.ts";
import type { RunScore } from "../../src/engine/vector-pool.ts";
import { KeywordHits } from "../../src/keyword/keyword-hits.ts";
import { plainBest, plainRanking } from "./plain-rank.ts";

const few = fc.integer({ min: 0, max: 5 });

/** Pages of some chunks, a few of which weigh more or less. */
const table = fc
  .array(fc.array(fc.constantFrom(1, 1, 1, 0.5, 2), { maxLength: 6 }), { minLength: 1, maxLength: 12 })
  .filter((pages) => pages.flat().length > 0)
  .map((pages) => {
    const rows = pages.map((chunkWeights) => ({ language: 0, filters: {}, chunkWeights }));
    const shards = [{ first: 0, end: pages.flat().length }];
    return new PagesTable(encodePagesTable(rows, [{ hash: "00112233445566ff", shards }]), "pages.bin");
  });

/** Scores and cosines of few values, so that many are equal. */
function evidenceOf({ chunkCount, pageCount }: PagesTable): fc.Arbitrary<Evidence> {
  const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: chunkCount, maxLength: chunkCount });
  return fc
    .record({
      scores: each(fc.option(few)),
      runs: each(fc.record({ length: fc.integer({ min: 1, max: 3 }), cosine: fc.option(few) })),
      order: each(fc.nat()),
      mean: fc.constantFrom(-0.2, 0, 0.1, 0.3),
      hasMeaning: fc.boolean(),
      isMeaningTrusted: fc.boolean(),
      only: fc.option(fc.array(fc.nat({ max: pageCount - 1 }))),
    })
    .map(({ scores, runs, order, mean, hasMeaning, isMeaningTrusted, only }) => {
      const all: RunScore[] = [];
      for (let first = 0, i = 0; first < chunkCount; i++) {
        const { length = 1, cosine = 0 } = runs[i] ?? {};
        const count = Math.min(length, chunkCount - first);
        if (cosine !== null) all.push({ first, count, cosine: cosine / 5 - 0.2 });
        first += count;
      }
      const keys = new Map(all.map((run) => [run, order[run.first]]));
      all.sort((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
      return {
        byWords: hitsOf(scores),
        byMeaning: hasMeaning ? { runs: all, mean } : undefined,
        isMeaningTrusted,
        onlyPages: only ? new Set(only) : undefined,
      };
    });
}

function hitsOf(scores: readonly (number | null)[]): KeywordHits {
  const having = scores.flatMap((score, chunk) => (score === null ? [] : [{ chunk, score }]));
  return new KeywordHits(
    {
      chunks: Uint32Array.from(having, ({ chunk }) => chunk),
      scores: Float64Array.from(having, ({ score }) => score),
      words: new Uint16Array(having.length).fill(1),
    },
    (chunk) => [`term ${chunk}`],
  );
}

const setting = table.chain((pages) =>
  fc.record({
    pages: fc.constant(pages),
    evidence: evidenceOf(pages),
    mask: fc.option(
      fc
        .array(fc.constantFrom(0, 1), { minLength: pages.pageCount, maxLength: pages.pageCount })
        .map((bytes) => Uint8Array.from(bytes)),
      { nil: undefined },
    ),
    fusion: fc.record({
      method: fc.constantFrom("convex", "rrf"),
      semanticWeight: fc.constantFrom(0, 0.3, 0.5, 1),
      rrfK: fc.constant(60),
    }) as fc.Arbitrary<FusionParams>,
  }),
);

describe("rankPages", () => {
  it("finds what the plain ranking of all chunks finds, in its order", () => {
    fc.assert(
      fc.property(setting, few, ({ pages, evidence, mask, fusion }, limit) => {
        const expected = plainRanking(evidence, pages, { mask, fusion });
        const { total, found, ranked } = rankPages(evidence, pages, { mask, fusion, limit });
        expect(structuredClone(ranked)).toEqual(structuredClone(expected.slice(0, limit)));
        expect(total).toBe(expected.length);
        expect([...found.keys()].filter((page) => found[page])).toEqual(
          expected.map(({ page }) => page).sort(byNumber),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves a page out, but measures the others by it", () => {
    fc.assert(
      fc.property(setting, fc.nat({ max: 11 }), ({ pages, evidence, mask, fusion }, page) => {
        const except = page % pages.pageCount;
        const expected = plainRanking(evidence, pages, { mask, fusion }).filter((each) => each.page !== except);
        const { total, ranked } = rankPages(evidence, pages, { mask, fusion, limit: 12, except });
        expect(structuredClone(ranked)).toEqual(structuredClone(expected));
        expect(total).toBe(expected.length);
      }),
    );
  });
});

describe("rankPages with pinned pages", () => {
  it("puts them first in their order, as far as they may be found, and ranks the others as ever", () => {
    const orders = fc.uniqueArray(fc.nat({ max: 11 }), { maxLength: 4 });
    fc.assert(
      fc.property(setting, orders, few, ({ pages, evidence, mask, fusion }, numbers, limit) => {
        const pins = numbers.filter((page) => page < pages.pageCount);
        const plain = plainRanking(evidence, pages, { mask, fusion });
        const { onlyPages } = evidence;
        const first = pins
          .filter((page) => (pages.chunkStart[page] as number) < (pages.chunkStart[page + 1] as number))
          .filter((page) => (!mask || mask[page] === 1) && (!onlyPages || onlyPages.has(page)));
        const others = plain.filter(({ page }) => !first.includes(page));
        const { total, found, ranked } = rankPages(evidence, pages, { mask, fusion, limit, pins });
        expect(ranked.map(({ page }) => page)).toEqual([...first, ...others.map(({ page }) => page)].slice(0, limit));
        expect([total, found.reduce((sum, each) => sum + each, 0)]).toEqual(
          Array(2).fill(first.length + others.length),
        );
        for (const { page, pinned, chunks, score } of ranked) {
          const own = plain.find((each) => each.page === page);
          expect(pinned).toBe(first.includes(page) || undefined);
          expect(score).toBe(Math.max(0, own?.score ?? 0));
          if (own) expect(structuredClone(chunks)).toEqual(structuredClone(own.chunks));
          else expect(chunks).toMatchObject([{ chunk: pages.chunkStart[page], score: 0, semanticRank: 0 }]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("rankPages of hits that were ranked before", () => {
  it("finds the same as the first time, under another fusion and in another index", () => {
    fc.assert(
      fc.property(setting, setting, ({ pages, evidence, mask, fusion }, other) => {
        rankPages(evidence, pages, { mask, fusion: other.fusion, limit: 3 });
        const none = { ...other.evidence, byWords: KeywordHits.NONE };
        for (const each of [
          evidence,
          { ...evidence, byMeaning: undefined },
          { ...evidence, byWords: KeywordHits.NONE },
        ]) {
          rankPages(none, other.pages, { mask: other.mask, fusion, limit: 3 });
          const { ranked } = rankPages(each, pages, { mask, fusion, limit: 12 });
          expect(structuredClone(ranked)).toEqual(structuredClone(plainRanking(each, pages, { mask, fusion })));
        }
      }),
    );
  });
});

describe("bestChunks", () => {
  it("are the first of all chunks", () => {
    fc.assert(
      fc.property(setting, few, ({ pages, evidence, mask, fusion }, count) => {
        const best = bestChunks(evidence, pages, { mask, fusion, count });
        expect(structuredClone(best)).toEqual(structuredClone(plainBest(evidence, pages, { mask, fusion, count })));
      }),
      { numRuns: 1000 },
    );
  });
});

function byNumber(a: number, b: number): number {
  return a - b;
}

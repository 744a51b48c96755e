import fc from "fast-check";
import MiniSearch from "minisearch";
import { describe, expect, it } from "vitest";
import { KEYWORD_FIELDS } from "../../src/core/manifest.ts";
import { type ChunkTerms, KeywordBuilder } from "../../src/keyword/keyword-builder.ts";
import { KeywordIndex } from "../../src/keyword/keyword-index.ts";

const BOOSTS = { title: 3, headings: 2, text: 1 };

function build(chunks: readonly ChunkTerms[]): KeywordIndex {
  const builder = new KeywordBuilder();
  for (const chunk of chunks) builder.add(chunk);
  return KeywordIndex.load([{ bytes: builder.encode().bytes, file: "terms.bin" }], {
    chunkCount: chunks.length,
    averageLengths: builder.averageLengths(),
  });
}

/** The same chunks in an ordinary MiniSearch: the oracle. */
function oracle(chunks: readonly ChunkTerms[], terms: readonly string[]): Map<number, number> {
  const whole = new MiniSearch({
    fields: [...KEYWORD_FIELDS],
    extractField: (chunk, field) => (chunk as Record<string, string | number>)[field] as string,
    tokenize: (text) => text.split(" "),
    processTerm: (term) => term,
  });
  whole.addAll(
    chunks.map((chunk, id) => ({
      id,
      title: chunk.title.join(" "),
      headings: chunk.headings.join(" "),
      text: chunk.text.join(" "),
    })),
  );
  const results = whole.search({ combineWith: "OR", queries: [...terms] }, { boost: BOOSTS });
  return new Map(results.map(({ id, score, queryTerms }) => [id as number, score / queryTerms.length]));
}

const words = fc.array(fc.constantFrom("apple", "bridge", "cloud", "dune", "ember", "fern"), { maxLength: 12 });

describe("KeywordIndex", () => {
  it("scores as one MiniSearch over all chunks does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ title: words, headings: words, text: words }), { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(fc.constantFrom("apple", "bridge", "cloud", "zebra"), { minLength: 1 }),
        (chunks, terms) => {
          // Typos are tried only for terms that do not occur; the oracle tries none.
          const known = terms.filter((term) =>
            chunks.some((chunk) => KEYWORD_FIELDS.some((f) => (chunk[f] as readonly string[]).includes(term))),
          );
          const hits = build(chunks).search(
            known.map((term) => ({ terms: [term], prefix: false })),
            BOOSTS,
          );
          const expected = oracle(chunks, known);
          expect(hits.map(({ chunk }) => chunk).sort()).toEqual([...expected.keys()].sort());
          for (const { chunk, score } of hits) expect(score).toBeCloseTo(expected.get(chunk) ?? Number.NaN, 9);
        },
      ),
    );
  });

  const index = build([
    { title: ["install"], headings: [], text: ["download", "package", "manager"] },
    { title: ["router"], headings: ["lazy"], text: ["package", "route", "component"] },
  ]);
  const search = (term: string, prefix = false) =>
    index.search([{ terms: [term], prefix }], BOOSTS).map(({ chunk, terms }) => [chunk, terms]);

  it("forgives a typo in a word that does not occur, and only then", () => {
    expect(search("componemt")).toEqual([[1, ["component"]]]);
    expect(search("route")).toEqual([[1, ["route"]]]);
    expect(search("rout")).toEqual([]);
  });

  it("completes the word being typed", () => {
    expect(search("pack", true).map(([chunk]) => chunk)).toEqual([0, 1]);
    expect(search("rout", true)).toEqual([[1, ["router", "route"]]]);
  });

  it("weighs terms by rarity", () => {
    expect(index.idf("router")).toBeGreaterThan(index.idf("package"));
    expect(index.idf("absent")).toBeGreaterThanOrEqual(index.idf("router"));
  });

  it("finds nothing for nothing", () => {
    expect(index.search([], BOOSTS)).toEqual([]);
  });
});

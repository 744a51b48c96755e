import fc from "fast-check";
import MiniSearch from "minisearch";
import { describe, expect, it } from "vitest";
import { KEYWORD_FIELDS } from "../../src/core/manifest.ts";
import { type ChunkTerms, KeywordBuilder } from "../../src/keyword/keyword-builder.ts";
import { KeywordIndex } from "../../src/keyword/keyword-index.ts";

const BOOSTS = { title: 3, headings: 2, text: 1 };

/** @param pageOfChunk Default: each chunk is a page. */
function build(chunks: readonly ChunkTerms[], pageOfChunk = [...chunks.keys()]): KeywordIndex {
  const builder = new KeywordBuilder();
  for (const chunk of chunks) builder.add(chunk);
  return KeywordIndex.load([{ bytes: builder.encode().bytes, file: "terms.bin" }], {
    pageCount: (pageOfChunk.at(-1) ?? -1) + 1,
    pageOfChunk: Uint32Array.from(pageOfChunk),
    averageLengths: builder.averageLengths(),
  });
}

/** BM25+ over whole pages, written down as in SPEC.md. */
function pageScore(
  chunks: readonly ChunkTerms[],
  { terms, pageOfChunk, page }: { terms: readonly string[]; pageOfChunk: readonly number[]; page: number },
): number {
  const pages = new Map<number, ChunkTerms[]>();
  chunks.forEach((chunk, i) => {
    const own = pageOfChunk[i] as number;
    pages.set(own, [...(pages.get(own) ?? []), chunk]);
  });
  const lengthOf = (own: readonly ChunkTerms[]) =>
    own.reduce((sum, { text }) => sum + Math.max(1, new Set(text).size), 0);
  const average = [...pages.values()].reduce((sum, own) => sum + lengthOf(own), 0) / pages.size;
  const frequencyOf = (own: readonly ChunkTerms[], term: string) => {
    const counts = (field: "title" | "headings" | "text") =>
      own.map((chunk) => chunk[field].filter((t) => t === term).length);
    const text = counts("text").reduce((sum, count) => sum + count, 0);
    return (
      6 * BOOSTS.title * Math.max(...counts("title")) + 4 * BOOSTS.headings * Math.max(...counts("headings")) + text
    );
  };
  return terms.reduce((sum, term) => {
    const having = [...pages.values()].filter((own) => frequencyOf(own, term) > 0).length;
    const frequency = frequencyOf(pages.get(page) ?? [], term);
    if (frequency === 0) return sum;
    const norm = 0.5 + (0.5 * lengthOf(pages.get(page) ?? [])) / average;
    const idf = Math.log(1 + (pages.size - having + 0.5) / (having + 0.5));
    return sum + idf * (0.5 + (frequency * 2.2) / (frequency + 1.2 * norm));
  }, 0);
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
  it("scores as one MiniSearch over all chunks does, plus the whole page", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ title: words, headings: words, text: words }), { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(fc.constantFrom("apple", "bridge", "cloud", "zebra"), { minLength: 1 }),
        fc.nat(4),
        (chunks, terms, perPage) => {
          const pageOfChunk = chunks.map((_, i) => Math.floor(i / (perPage + 1)));
          // Typos are tried only for terms that do not occur; the oracle tries none.
          const known = terms.filter((term) =>
            chunks.some((chunk) => KEYWORD_FIELDS.some((f) => (chunk[f] as readonly string[]).includes(term))),
          );
          const hits = build(chunks, pageOfChunk).search(
            known.map((term) => ({ terms: [term], prefix: false })),
            BOOSTS,
          );
          const expected = oracle(chunks, known);
          expect(hits.map(({ chunk }) => chunk).sort()).toEqual([...expected.keys()].sort());
          for (const { chunk, score } of hits) {
            const page = pageScore(chunks, { terms: known, pageOfChunk, page: pageOfChunk[chunk] ?? 0 });
            expect(score).toBeCloseTo((expected.get(chunk) ?? Number.NaN) + page, 9);
          }
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

  it("takes a word that is in the index as complete, and its continuations for little", () => {
    const [first, second] = index.search([{ terms: ["route"], prefix: true }], BOOSTS);
    const [exact] = index.search([{ terms: ["route"], prefix: false }], BOOSTS);
    expect([first?.chunk, second]).toEqual([1, undefined]);
    expect((first?.score ?? 0) / (exact?.score ?? 1)).toBeLessThan(1.2);
  });

  it("goes on finding a word that is typed past its stem", () => {
    expect(search("componential", true)).toEqual([[1, ["component"]]]);
    expect(search("comp", false)).toEqual([]);
  });

  it("ranks a page that has all words higher, even if no passage has them all", () => {
    const chunk = (...text: string[]) => ({ title: [], headings: [], text });
    const scattered = build(
      [chunk("apple", "dune"), chunk("bridge", "cloud"), chunk("apple", "ember"), chunk("fern", "cloud")],
      [0, 0, 1, 1],
    );
    const words = ["apple", "bridge"].map((term) => ({ terms: [term], prefix: false }));
    expect(scattered.search(words, BOOSTS).map((hit) => [hit.chunk, hit.words])).toEqual([
      [1, 1],
      [0, 1],
      [2, 1],
    ]);
  });

  it("weighs terms by rarity", () => {
    expect(index.idf("router")).toBeGreaterThan(index.idf("package"));
    expect(index.idf("absent")).toBeGreaterThanOrEqual(index.idf("router"));
  });

  it("finds nothing for nothing", () => {
    expect(index.search([], BOOSTS)).toEqual([]);
  });
});

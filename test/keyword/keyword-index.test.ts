import fc from "fast-check";
import MiniSearch from "minisearch";
import { describe, expect, it } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { KEYWORD_FIELDS } from "../../src/core/manifest.ts";
import { KeywordIndex, type KeywordResults, type QueryWord } from "../../src/keyword/keyword-index.ts";
import { TermsDirectory } from "../../src/keyword/terms-directory.ts";
import { inOrder, openIndex } from "./build.ts";
import { type PageTerms, WholeIndex } from "./whole-index.ts";

const BOOSTS = { title: 3, headings: 2, text: 1 };

/** Chunks in a MiniSearch: the oracle of their half of the score. */
function miniSearch(pages: readonly PageTerms[], terms: readonly string[]): Map<number, number> {
  const whole = new MiniSearch({
    fields: [...KEYWORD_FIELDS],
    extractField: (chunk, field) => (chunk as Record<string, string | number>)[field] as string,
    tokenize: (text) => text.split(" "),
    processTerm: (term) => term,
  });
  const chunks = pages.flatMap(({ title, chunks }) => chunks.map((chunk) => ({ title, ...chunk })));
  whole.addAll(
    chunks.map(({ title, headings, text }, id) => ({
      id,
      title: title.join(" "),
      headings: headings.join(" "),
      text: text.join(" "),
    })),
  );
  const results = whole.search({ combineWith: "OR", queries: [...terms] }, { boost: BOOSTS });
  return new Map(results.map(({ id, score, queryTerms }) => [id as number, score / queryTerms.length]));
}

/** BM25+ over whole pages, written down as in SPEC.md. */
function pageScore(pages: readonly PageTerms[], terms: readonly string[], page: number): number {
  const lengthOf = ({ chunks }: PageTerms) =>
    chunks.reduce((sum, { text }) => sum + Math.max(1, new Set(text).size), 0);
  const average = pages.reduce((sum, own) => sum + lengthOf(own), 0) / pages.length;
  const frequencyOf = ({ title, chunks }: PageTerms, term: string) => {
    if (chunks.length === 0) return 0;
    const count = (list: readonly string[]) => list.filter((own) => own === term).length;
    const inTexts = chunks.reduce((sum, { text }) => sum + count(text), 0);
    const inHeadings = Math.max(...chunks.map(({ headings }) => count(headings)));
    return 6 * BOOSTS.title * count(title) + 4 * BOOSTS.headings * inHeadings + BOOSTS.text * inTexts;
  };
  return terms.reduce((sum, term) => {
    const having = pages.filter((own) => frequencyOf(own, term) > 0).length;
    const frequency = frequencyOf(pages[page] as PageTerms, term);
    if (frequency === 0) return sum;
    const norm = 0.5 + (0.5 * lengthOf(pages[page] as PageTerms)) / average;
    const idf = Math.log(1 + (pages.length - having + 0.5) / (having + 0.5));
    return sum + idf * (0.5 + (frequency * 2.2) / (frequency + 1.2 * norm));
  }, 0);
}

/** Which of the index's files, by its name. */
function numberOf(file: string): number {
  return Number.parseInt(file.replace(/^.*\//, ""), 16);
}

function plain(terms: readonly string[], prefix = false): QueryWord[] {
  return terms.map((term) => ({ terms: [term], prefix }));
}

/** Sharded and whole must agree in everything but the last bits of sums taken in another order. */
function expectSame({ hits: found, idfs }: KeywordResults, whole: WholeIndex, words: readonly QueryWord[]): void {
  const hits = inOrder(found);
  const expected = whole.search(words, BOOSTS);
  const byChunk = new Map(expected.map((hit) => [hit.chunk, hit]));
  expect(hits.map(({ chunk }) => chunk).sort()).toEqual([...byChunk.keys()].sort());
  for (const { chunk, score, terms, words: matched } of hits) {
    expect(score).toBeCloseTo(byChunk.get(chunk)?.score ?? Number.NaN, 9);
    expect([...terms].sort()).toEqual([...(byChunk.get(chunk)?.terms ?? [])].sort());
    expect(matched).toBe(byChunk.get(chunk)?.words);
    for (const term of terms) expect(idfs.get(term)).toBe(whole.idf(term));
  }
  hits.forEach((hit, i) => {
    const next = hits[i + 1];
    if (next) expect(hit.score > next.score || (hit.score === next.score && hit.chunk < next.chunk)).toBe(true);
  });
}

function pagesOf(word: fc.Arbitrary<string>): fc.Arbitrary<PageTerms[]> {
  const words = fc.array(word, { maxLength: 12 });
  const chunk = fc.record({ headings: words, text: words });
  const page = fc.record({ title: words, chunks: fc.array(chunk, { maxLength: 4 }) });
  return fc.array(page, { minLength: 1, maxLength: 8 });
}

const few = fc.constantFrom("apple", "bridge", "cloud", "dune", "ember", "fern");
/** Many words near to each other, two of them with letters outside of the first plane. */
const near = fc.oneof(
  fc.stringMatching(/^[ab]{4,7}$/),
  fc.stringMatching(/^car[abc]{1,5}$/),
  fc.constantFrom("car𝒜mel", "car𝒞mel", "𝒜𝒞abc"),
);
const shardBytes = fc.constantFrom(1, 40, 200, 100_000);

describe("KeywordIndex", () => {
  it("scores as one MiniSearch over all chunks does, plus the whole page", async () => {
    await fc.assert(
      fc.asyncProperty(
        pagesOf(few),
        fc.uniqueArray(fc.constantFrom("apple", "bridge", "cloud", "zebra"), { minLength: 1 }),
        shardBytes,
        async (pages, terms, bytes) => {
          const all = pages.flatMap(({ title, chunks }) =>
            chunks.flatMap(({ headings, text }) => [...title, ...headings, ...text]),
          );
          // Typos are tried only for terms that do not occur; the oracle tries none.
          const known = terms.filter((term) => all.includes(term));
          const { index, chunkStart } = openIndex(pages, { shardBytes: bytes });
          const hits = inOrder((await index.search(plain(known), BOOSTS)).hits);
          const expected = miniSearch(pages, known);
          expect(hits.map(({ chunk }) => chunk).sort()).toEqual([...expected.keys()].sort());
          for (const { chunk, score } of hits) {
            const page = chunkStart.findLastIndex((start) => start <= chunk);
            expect(score).toBeCloseTo((expected.get(chunk) ?? Number.NaN) + pageScore(pages, known, page), 9);
          }
        },
      ),
    );
  });

  it("finds in shards of any size what the whole index finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        pagesOf(fc.oneof(few, near)),
        fc.array(fc.record({ terms: fc.uniqueArray(fc.oneof(few, near), { minLength: 1, maxLength: 2 }) })),
        shardBytes,
        async (pages, queries, bytes) => {
          const { index } = openIndex(pages, { shardBytes: bytes });
          const whole = new WholeIndex(pages);
          const known = queries
            .map(({ terms }) => ({ terms: terms.filter((term) => whole.occurrences(term) > 0), prefix: false }))
            .filter(({ terms }) => terms.length > 0);
          expectSame(await index.search(known, BOOSTS), whole, known);
        },
      ),
    );
  });

  it("completes within two shards as the whole index does", async () => {
    await fc.assert(
      fc.asyncProperty(
        pagesOf(fc.oneof(few, near)),
        fc.oneof(few, near, fc.stringMatching(/^car[abc]{0,8}$/), fc.constantFrom("a", "brid", "clouded", "embers")),
        shardBytes,
        async (pages, term, bytes) => {
          const { index, directory } = openIndex(pages, { shardBytes: bytes });
          const { shards } = new TermsDirectory(directory, "terms.bin", pages.length);
          fc.pre(shards.covering(term).length <= 2);
          const words = plain([term], true);
          expectSame(await index.search(words, BOOSTS), new WholeIndex(pages), words);
        },
      ),
    );
  });

  it("corrects by one edit as the whole index does, whatever the files", async () => {
    const query = fc.oneof(fc.stringMatching(/^[abc]{5,7}$/), fc.stringMatching(/^car[abcd]{2,4}$/), near);
    const files = fc.record({
      shardBytes,
      wordsPerSpellingFile: fc.constantFrom(1, 2, 5, 100),
      wholeSpellingTerms: fc.constantFrom(0, 1000),
    });
    await fc.assert(
      fc.asyncProperty(pagesOf(near), query, files, async (pages, term, options) => {
        fc.pre(Math.round(term.length * 0.2) <= 1);
        const whole = new WholeIndex(pages);
        fc.pre(whole.occurrences(term) === 0);
        const hits = inOrder((await openIndex(pages, options).index.search(plain([term]), BOOSTS)).hits);
        const stored = options.wholeSpellingTerms > 0 ? 1 : 2;
        const expected = whole
          .search(plain([term]), BOOSTS)
          .flatMap(({ chunk, terms }) =>
            terms.filter((own) => whole.occurrences(own) >= stored).map((own) => `${chunk} ${own}`),
          );
        const found = hits.flatMap(({ chunk, terms }) => terms.map((own) => `${chunk} ${own}`));
        expect(found.sort()).toEqual(expected.sort());
      }),
    );
  });

  const pages: PageTerms[] = [
    { title: ["install"], chunks: [{ headings: [], text: ["download", "package", "manager"] }] },
    { title: ["router"], chunks: [{ headings: ["lazy"], text: ["package", "route", "component"] }] },
  ];
  const { index } = openIndex(pages);
  const search = async (term: string, prefix = false) => {
    const hits = inOrder((await index.search(plain([term], prefix), BOOSTS)).hits);
    return hits.map(({ chunk, terms }) => [chunk, [...terms].sort()]);
  };

  it("forgives a typo in a word that does not occur, and only then", async () => {
    expect(await search("componemt")).toEqual([[1, ["component"]]]);
    expect(await search("route")).toEqual([[1, ["route"]]]);
    expect(await search("rout")).toEqual([]);
  });

  it("completes the word being typed", async () => {
    expect((await search("pack", true)).map(([chunk]) => chunk)).toEqual([0, 1]);
    expect(await search("rout", true)).toEqual([[1, ["route", "router"]]]);
  });

  it("takes a word that is in the index as complete, and its continuations for little", async () => {
    const [first, second] = inOrder((await index.search(plain(["route"], true), BOOSTS)).hits);
    const [exact] = inOrder((await index.search(plain(["route"]), BOOSTS)).hits);
    expect([first?.chunk, second]).toEqual([1, undefined]);
    expect((first?.score ?? 0) / (exact?.score ?? 1)).toBeLessThan(1.2);
  });

  it("goes on finding a word that is typed past its stem", async () => {
    expect(await search("componential", true)).toEqual([[1, ["component"]]]);
    expect(await search("comp", false)).toEqual([]);
  });

  it("ranks a page that has all words higher, even if no passage has them all", async () => {
    const chunk = (...text: string[]) => ({ headings: [], text });
    const { index: scattered } = openIndex([
      { title: [], chunks: [chunk("apple", "dune"), chunk("bridge", "cloud")] },
      { title: [], chunks: [chunk("apple", "ember"), chunk("fern", "cloud")] },
    ]);
    const hits = inOrder((await scattered.search(plain(["apple", "bridge"]), BOOSTS)).hits);
    expect(hits.map((hit) => [hit.chunk, hit.words])).toEqual([
      [1, 1],
      [0, 1],
      [2, 1],
    ]);
  });

  it("weighs terms by rarity", async () => {
    const { idfs } = await index.search(plain(["router", "package", "absent"]), BOOSTS);
    expect([...idfs.keys()]).toEqual(["router", "package"]);
    expect(idfs.get("router")).toBeGreaterThan(idfs.get("package") ?? Number.NaN);
  });

  it("finds nothing for nothing, and nothing in nothing", async () => {
    const nothing = { hits: { length: 0 }, failures: [] };
    expect(await index.search([], BOOSTS)).toMatchObject(nothing);
    expect(await openIndex([]).index.search(plain(["apple"], true), BOOSTS)).toMatchObject(nothing);
    const empty = openIndex([{ title: ["apple"], chunks: [] }]).index;
    expect(await empty.search(plain(["apple"]), BOOSTS)).toMatchObject(nothing);
  });
});

describe("what a search reads", () => {
  const words = ["apple", "bridge", "cloud", "dunes", "ember", "ferns", "grape", "house"];
  const page = {
    title: ["apple"],
    chunks: [
      { headings: [], text: words },
      { headings: [], text: words },
    ],
  };
  const open = () => openIndex([page], { shardBytes: 1, wordsPerSpellingFile: 2 });
  const read = async (terms: readonly string[], prefix = false) => {
    const { index, rounds } = open();
    await index.search(plain(terms, prefix), BOOSTS);
    return rounds.map((files) => files.map(numberOf));
  };

  it("is one round for all words, and each file once", async () => {
    expect(await read(["apple", "house", "apple", "ember"])).toEqual([[0, 7, 4]]);
    expect(await read(["brid", "clo"], true)).toEqual([[1, 2]]);
  });

  it("is two rounds more for a typo: spelling, then postings", async () => {
    const [postings, spelling, corrected, ...none] = await read(["gouse", "apple"]);
    expect(postings).toEqual([6, 0]);
    expect(spelling?.every((number) => number >= words.length)).toBe(true);
    expect([corrected, none]).toEqual([[7], []]);
  });

  it("is the two shards with the most frequent terms for the beginning of many words", async () => {
    const letters = ["ca", "cb", "cc", "cd", "ce"];
    const chunks = letters.map((_, i) => ({ headings: [], text: letters.slice(i) }));
    const { index, rounds } = openIndex([{ title: [], chunks }], { shardBytes: 1 });
    const { idfs } = await index.search(plain(["c"], true), BOOSTS);
    expect(rounds.flat().map((file) => Number(/\d+/.exec(file)?.[0]))).toEqual([0, 3, 4]);
    expect([...idfs.keys()].sort()).toEqual(["ca", "cd", "ce"]);
  });

  it("leaves out the words of a file that cannot be had, and says so", async () => {
    const { index, files } = open();
    files.delete("terms/0000000000000000.bin");
    const { hits, failures } = await index.search(plain(["apple", "house"]), BOOSTS);
    expect(inOrder(hits).map(({ chunk, terms }) => [chunk, terms])).toEqual([
      [0, ["house"]],
      [1, ["house"]],
    ]);
    expect(failures.map(({ message }) => message)).toEqual(["no terms/0000000000000000.bin"]);
  });

  it("fails when no word could be looked up", async () => {
    const { index, files } = open();
    files.clear();
    await expect(index.search(plain(["apple", "house"]), BOOSTS)).rejects.toBeInstanceOf(SearchError);
  });

  it("finds the rest without spelling files", async () => {
    const { index, files } = open();
    for (const file of [...files.keys()].slice(words.length)) files.delete(file);
    const { hits, failures } = await index.search(plain(["apple", "housy"]), BOOSTS);
    expect([hits.length, failures.length > 0]).toEqual([2, true]);
  });

  it("stops when it is aborted", async () => {
    const controller = new AbortController();
    const searching = open().index.search(plain(["apple"]), BOOSTS, { signal: controller.signal });
    controller.abort();
    await expect(searching).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("hostile bytes", () => {
  it("are an error or an answer, but never a hang or another kind of error", async () => {
    const pages = [{ title: ["apple"], chunks: [{ headings: ["bridge"], text: ["cloud", "dunes", "apple"] }] }];
    const changes = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.nat(8), changes, async (which, changed) => {
        const built = openIndex(pages);
        const all = [built.directory, ...built.files.values()];
        const bytes = all[which % all.length] as Uint8Array;
        for (const [at, value] of changed) bytes[at % bytes.length] = value;
        const error = await search(built);
        if (error) expect(error.code).toMatch(/^file-(invalid|version)$|^internal$/);
        if (error?.code === "internal") expect(error.message).toMatch(/^no /);
      }),
      { numRuns: 500 },
    );
  });

  async function search({ directory, ...rest }: ReturnType<typeof openIndex>): Promise<SearchError | undefined> {
    try {
      const index = new KeywordIndex(directory, "terms.bin", rest);
      const { failures } = await index.search(plain(["apple", "cloud", "briqge"]), BOOSTS);
      return failures[0];
    } catch (error) {
      return SearchError.from(error);
    }
  }
});

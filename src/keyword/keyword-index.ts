import type { SearchError } from "../core/errors.ts";
import type { KeywordField } from "../core/search.ts";
import { idf } from "./bm25.ts";
import { KeywordHits } from "./keyword-hits.ts";
import { lookUp, type Match, matchTerm } from "./match-terms.ts";
import { type CorpusStatistics, chunkFrequency, pageOf, Scoreboard } from "./scoreboard.ts";
import { type LoadFile, SearchFiles } from "./search-files.ts";
import { type RatedMatch, weighSynonym } from "./synonyms.ts";
import { TermsDirectory } from "./terms-directory.ts";

/** A word of the query with the index terms that may stand for it; their scores add up. */
export interface QueryWord {
  readonly terms: readonly string[];
  /** It may be the beginning of a word. */
  readonly prefix: boolean;
}

/** Other words for some of a query's. */
export interface QuerySynonym {
  /** Positions of the query's words that it stands for; empty if they say nothing by themselves. */
  readonly of: readonly number[];
  readonly words: readonly QueryWord[];
}

/** What a search found. */
export interface KeywordResults {
  readonly hits: KeywordHits;
  /** Inverse document frequency of every term that matched, by the field where it is most common. */
  readonly idfs: ReadonlyMap<string, number>;
  /** Files that could not be had; what needs them was left out. */
  readonly failures: readonly SearchError[];
}

/** What the rest of the index says, and how to read its files. */
export interface KeywordIndexOptions {
  /** First chunk of each page, and the number of all chunks. */
  readonly chunkStart: Uint32Array;
  /** Mean number of distinct terms per field. */
  readonly averageLengths: readonly number[];
  readonly load: LoadFile;
}

/** Options of {@link KeywordIndex.search}. */
export interface KeywordSearchOptions {
  /** Default none. */
  readonly synonyms?: readonly QuerySynonym[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Keyword search that reads the postings of a query's words when it needs them: the BM25+ of chunks and of pages. */
export class KeywordIndex {
  readonly #directory: TermsDirectory;
  readonly #statistics: CorpusStatistics;
  readonly #load: LoadFile;
  readonly #board: Scoreboard;

  /**
   * @param directory The file that `KeywordFiles.directory` made.
   * @param file Names it in errors.
   * @throws SearchError `file-invalid`, `file-version`.
   */
  constructor(directory: Uint8Array, file: string, { chunkStart, averageLengths, load }: KeywordIndexOptions) {
    this.#directory = new TermsDirectory(directory, file, chunkStart.length - 1);
    this.#statistics = { chunkStart, averageLengths, pageLengths: this.#directory.pageLengths };
    this.#load = load;
    this.#board = new Scoreboard(this.#statistics);
  }

  /** Names of all files that searches may read. */
  files(): string[] {
    return this.#directory.files();
  }

  /**
   * Chunks that contain any of the words, or of their synonyms, which count less. One round of reading; a second for a word past its stem and for one that is
   * not there, and for the latter a third.
   *
   * @param boosts Factor per field.
   * @throws SearchError of a file when no word could be looked up; whatever `load` throws for an abort.
   */
  async search(
    words: readonly QueryWord[],
    boosts: Readonly<Record<KeywordField, number>>,
    { synonyms = [], signal }: KeywordSearchOptions = {},
  ): Promise<KeywordResults> {
    const files = this.reader(signal);
    const [matches, others] = await Promise.all([
      Promise.all(words.map(({ terms, prefix }) => matchAll(terms, (term) => matchTerm(term, prefix, files)))),
      Promise.all(
        synonyms.map((synonym) =>
          Promise.all(synonym.words.map(({ terms }) => matchAll(terms, (term) => lookUp(term, 1, files)))),
        ),
      ),
    ]);
    signal?.throwIfAborted();
    const [failure] = files.failures;
    if (failure && !files.hasShard) throw failure;
    const own = matches.flatMap((found, word) => found.map((match) => ({ ...match, word })));
    const uses = [...own, ...this.#synonymUses(synonyms, matches, others)].sort((a, b) => a.word - b.word);
    return { hits: this.#hits(uses, boosts), idfs: this.#idfs(uses), failures: files.failures };
  }

  /** The files that one look into the index reads. */
  reader(signal: AbortSignal | undefined): SearchFiles {
    return new SearchFiles(this.#directory, this.#load, { ...this.#statistics, signal });
  }

  /** A passage that has a word and its synonym has one of the query's words. */
  #synonymUses(
    synonyms: readonly QuerySynonym[],
    matches: readonly (readonly Match[])[],
    others: readonly (readonly (readonly Match[])[])[],
  ): MatchOfWord[] {
    const rate = (found: readonly Match[]) => found.map((match) => ({ match, idf: this.#idfOf(match) }));
    return synonyms.flatMap(({ of }, i) => {
      const original: RatedMatch[][] = of.map((word) => rate(matches[word] ?? []));
      const weighed = weighSynonym((others[i] ?? []).map(rate), original);
      return weighed.map((match) => ({ ...match, word: of[0] ?? matches.length + i }));
    });
  }

  /** Without an await between, so that all searches can share one board. */
  #hits(uses: readonly MatchOfWord[], boosts: Readonly<Record<KeywordField, number>>): KeywordHits {
    this.#board.clear();
    for (const { postings, weight, word } of uses) this.#board.add(postings, { weight, word, boosts });
    return new KeywordHits(this.#board.results(), (chunk) => this.#termsOf(chunk, uses));
  }

  #termsOf(chunk: number, matches: readonly Match[]): string[] {
    const page = pageOf(this.#statistics.chunkStart, chunk);
    const having = matches.filter(
      ({ postings: { titlePages, chunks } }) => includes(titlePages, page) || includes(chunks, chunk),
    );
    return [...new Set(having.map(({ term }) => term))];
  }

  #idfs(matches: readonly Match[]): Map<string, number> {
    return new Map(matches.map((match) => [match.term, this.#idfOf(match)]));
  }

  #idfOf({ postings }: Match): number {
    const { chunkStart } = this.#statistics;
    return idf(chunkStart.at(-1) as number, chunkFrequency(postings, chunkStart));
  }
}

async function matchAll(terms: readonly string[], match: (term: string) => Promise<Match[]>): Promise<Match[]> {
  return (await Promise.all(terms.map(match))).flat();
}

/** A match with the number of the query's word that it stands for. */
interface MatchOfWord extends Match {
  readonly word: number;
}

/** Whether an ascending list has a value. */
function includes(values: Uint32Array, value: number): boolean {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return values[low] === value;
}

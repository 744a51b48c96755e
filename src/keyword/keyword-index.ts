import SearchableMap from "minisearch/SearchableMap";
import { KEYWORD_FIELDS } from "../core/manifest.ts";
import type { KeywordField } from "../core/search.ts";
import { decodeTermShard, type TermShard } from "./term-shard.ts";

/** A word of the query with the index terms that may stand for it; their scores add up. */
export interface QueryWord {
  readonly terms: readonly string[];
  /** It may be the beginning of a word. */
  readonly prefix: boolean;
}

/** A chunk that contains words of the query. */
export interface KeywordHit {
  readonly chunk: number;
  /** BM25+ of the chunk, plus that of its page. */
  readonly score: number;
  /** Index terms that matched. */
  readonly terms: readonly string[];
  /** How many of the query's words matched. */
  readonly words: number;
}

/** What the rest of the index says about its chunks. */
export interface KeywordStatistics {
  readonly pageCount: number;
  /** Page of each chunk. */
  readonly pageOfChunk: Uint32Array;
  /** Mean number of distinct terms per field. */
  readonly averageLengths: readonly number[];
}

/** Words that are not in the index match terms within this share of their length in edits. */
const FUZZY = 0.2;
/** Words shorter than this are never matched fuzzily. Letters. */
const FUZZY_MIN_LENGTH = 5;
/** What a match within some edits, or of what a word may become, is worth against an exact one. */
const FUZZY_WEIGHT = 0.45;
const PREFIX_WEIGHT = 0.375;
/** As above, of a word that is in the index as it stands: it was probably meant so. */
const KNOWN_PREFIX_WEIGHT = 0.04;
/** Shortest term that a longer word being typed may stand for. Letters. */
const MIN_BEGINNING = 4;
/** BM25+ of chunks (Lv & Zhai, CIKM 2011), with MiniSearch's defaults; `d` is δ. */
const CHUNK = { k: 1.2, b: 0.7, d: 0.5 } as const;
/** BM25+ of whole pages: the length matters less where the best passage counts besides. */
const PAGE = { k: 1.2, b: 0.5, d: 0.5 } as const;
/** Of a page, a word in the title is worth this many in the text, times the field's factor. */
const PAGE_FACTORS: Readonly<Record<KeywordField, number>> = { title: 6, headings: 4, text: 1 };

/** Keyword search over term shards: the BM25+ of each chunk plus that of its whole page. */
export class KeywordIndex {
  readonly #shards: readonly TermShard[];
  /** Number of each term, counted through all shards. */
  readonly #numbers: SearchableMap<number>;
  readonly #averageLengths: readonly number[];
  readonly #pageOfChunk: Uint32Array;
  /** By chunk and field. */
  readonly #lengths: Uint32Array;
  /** Distinct terms in the text of each page's chunks, summed. */
  readonly #pageLengths: Float64Array;
  readonly #averagePageLength: number;

  private constructor(shards: readonly TermShard[], { pageCount, pageOfChunk, averageLengths }: KeywordStatistics) {
    this.#shards = shards;
    this.#averageLengths = averageLengths;
    this.#pageOfChunk = pageOfChunk;
    this.#numbers = SearchableMap.from(
      shards.flatMap(({ terms }) => terms).map((term, number): [string, number] => [term, number]),
    );
    this.#lengths = new Uint32Array(pageOfChunk.length * KEYWORD_FIELDS.length).fill(1);
    for (const { lengthChunks, lengths } of shards) {
      lengthChunks.forEach((chunk, i) => {
        const own = lengths.subarray(i * KEYWORD_FIELDS.length, (i + 1) * KEYWORD_FIELDS.length);
        if (chunk < pageOfChunk.length) this.#lengths.set(own, chunk * KEYWORD_FIELDS.length);
      });
    }
    this.#pageLengths = new Float64Array(pageCount);
    pageOfChunk.forEach((page, chunk) => {
      this.#pageLengths[page] = (this.#pageLengths[page] as number) + this.#lengthOf(chunk, TEXT);
    });
    this.#averagePageLength = this.#pageLengths.reduce((sum, length) => sum + length, 0) / pageCount;
  }

  /**
   * Assemble an index from shards in the order of their terms.
   * @throws SearchError `file-invalid`, `file-version` for a shard that cannot be read.
   */
  static load(
    shards: readonly { readonly bytes: Uint8Array; readonly file: string }[],
    statistics: KeywordStatistics,
  ): KeywordIndex {
    return new KeywordIndex(
      shards.map(({ bytes, file }) => decodeTermShard(bytes, file)),
      statistics,
    );
  }

  /**
   * Chunks that contain any of the words, best first.
   * @param boosts Factor per field.
   */
  search(words: readonly QueryWord[], boosts: Readonly<Record<KeywordField, number>>): KeywordHit[] {
    const found: Found = { chunks: new Map(), pageScores: new Float64Array(this.#pageLengths.length) };
    words.forEach(({ terms, prefix }, word) => {
      for (const match of terms.flatMap((term) => this.#matches(term, prefix))) {
        const postings = this.#postings(match.number);
        this.#addChunks(found, postings, { match, word, boosts });
        this.#addPages(found, postings, { match, boosts });
      }
    });
    const hits = Array.from(found.chunks, ([chunk, { score, terms, words: matched }]) => {
      const pageScore = found.pageScores[this.#pageOfChunk[chunk] as number] as number;
      return { chunk, score: score + pageScore, terms, words: matched };
    });
    return hits.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
  }

  /** Inverse document frequency as in BM25, by the field where the term is most common; highest for an absent term. */
  idf(term: string): number {
    const number = this.#numbers.get(term);
    const fields = number === undefined ? [] : this.#postings(number);
    return idf(this.#pageOfChunk.length, Math.max(0, ...fields.map(({ chunks }) => chunks.length)));
  }

  /** The terms of the index that a term of the query may stand for. */
  #matches(term: string, prefix: boolean): Match[] {
    const number = this.#numbers.get(term);
    const exact = number === undefined ? [] : [{ term, number, weight: 1 }];
    if (prefix) {
      const found = [...exact, ...this.#completions(term, exact.length > 0 ? KNOWN_PREFIX_WEIGHT : PREFIX_WEIGHT)];
      return found.length > 0 ? found : this.#beginning(term);
    }
    // Typos are only looked for where nothing else matches: else `react` would find `reach`.
    return exact.length > 0 || term.length < FUZZY_MIN_LENGTH ? exact : this.#corrections(term);
  }

  #completions(term: string, weight: number): Match[] {
    return Array.from(this.#numbers.atPrefix(term))
      .filter(([longer]) => longer !== term)
      .map(([longer, number]) => {
        const nearness = term.length / (term.length + 0.3 * (longer.length - term.length));
        return { term: longer, number, weight: weight * nearness };
      });
  }

  /** The longest term that the word begins with: typing passes the stem, as in `authent|icatio`. */
  #beginning(term: string): Match[] {
    for (let length = term.length - 1; length >= Math.max(MIN_BEGINNING, term.length / 2); length--) {
      const shorter = term.slice(0, length);
      const number = this.#numbers.get(shorter);
      if (number !== undefined) return [{ term: shorter, number, weight: PREFIX_WEIGHT }];
    }
    return [];
  }

  #corrections(term: string): Match[] {
    return Array.from(this.#numbers.fuzzyGet(term, Math.round(term.length * FUZZY)), ([near, [number, edits]]) => {
      return { term: near, number, weight: (FUZZY_WEIGHT * term.length) / (term.length + edits) };
    });
  }

  /** Chunks and counts of a term by field. */
  #postings(number: number): Postings[] {
    let rest = number;
    const shard = this.#shards.find(({ terms }) => {
      if (rest < terms.length) return true;
      rest -= terms.length;
      return false;
    });
    return KEYWORD_FIELDS.map((_, field) => {
      const list = rest * KEYWORD_FIELDS.length + field;
      const range = [shard?.starts[list], shard?.starts[list + 1]] as const;
      const { chunks = NOTHING, counts = NOTHING } = shard ?? {};
      return { chunks: chunks.subarray(...range), counts: counts.subarray(...range) };
    });
  }

  /** BM25+ of a term, as MiniSearch reckons it: each field by itself, with the number of chunks that have it there. */
  #addChunks(
    { chunks: found }: Found,
    postings: readonly Postings[],
    { match, word, boosts }: Scoring & { word: number },
  ) {
    postings.forEach(({ chunks, counts }, field) => {
      const average = this.#averageLengths[field] as number;
      const worth =
        match.weight * boosts[KEYWORD_FIELDS[field] as KeywordField] * idf(this.#pageOfChunk.length, chunks.length);
      chunks.forEach((chunk, i) => {
        const score = worth * saturate(counts[i] as number, this.#lengthOf(chunk, field) / average, CHUNK);
        const hit = found.get(chunk);
        if (!hit) {
          found.set(chunk, { score, terms: [match.term], words: 1, lastWord: word });
          return;
        }
        hit.score += score;
        if (!hit.terms.includes(match.term)) hit.terms.push(match.term);
        if (hit.lastWord !== word) hit.words++;
        hit.lastWord = word;
      });
    });
  }

  /**
   * BM25+ of a term over whole pages: occurrences in the texts of all chunks, and in the title and the headings of the
   * chunk that has most.
   */
  #addPages({ pageScores }: Found, postings: readonly Postings[], { match, boosts }: Scoring): void {
    const frequencies = new Map<number, number>();
    postings.forEach(({ chunks, counts }, field) => {
      const name = KEYWORD_FIELDS[field] as KeywordField;
      const factor = boosts[name] * PAGE_FACTORS[name];
      // A term's chunks ascend, and with them their pages: each page is one run.
      for (let i = 0; i < chunks.length; ) {
        const page = this.#pageOfChunk[chunks[i] as number] as number;
        let count = 0;
        for (; i < chunks.length && this.#pageOfChunk[chunks[i] as number] === page; i++) {
          count = field === TEXT ? count + (counts[i] as number) : Math.max(count, counts[i] as number);
        }
        frequencies.set(page, (frequencies.get(page) ?? 0) + factor * count);
      }
    });
    const worth = match.weight * idf(this.#pageLengths.length, frequencies.size);
    for (const [page, frequency] of frequencies) {
      const length = (this.#pageLengths[page] as number) / this.#averagePageLength;
      pageScores[page] = (pageScores[page] as number) + worth * saturate(frequency, length, PAGE);
    }
  }

  #lengthOf(chunk: number, field: number): number {
    return this.#lengths[chunk * KEYWORD_FIELDS.length + field] as number;
  }
}

/** What a search has found so far. */
interface Found {
  readonly chunks: Map<number, { score: number; readonly terms: string[]; words: number; lastWord: number }>;
  readonly pageScores: Float64Array;
}

interface Scoring {
  readonly match: Match;
  readonly boosts: Readonly<Record<KeywordField, number>>;
}

interface Match {
  readonly term: string;
  readonly number: number;
  readonly weight: number;
}

interface Postings {
  readonly chunks: Uint32Array;
  readonly counts: Uint32Array;
}

const TEXT = KEYWORD_FIELDS.indexOf("text");
const NOTHING = new Uint32Array();

/** Inverse document frequency as in Lucene's BM25: never negative. */
function idf(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/** What a frequency is worth in a text of `length` times the mean length. */
function saturate(
  frequency: number,
  length: number,
  { k, b, d }: { readonly [name in "k" | "b" | "d"]: number },
): number {
  return d + (frequency * (k + 1)) / (frequency + k * (1 - b + b * length));
}

import MiniSearch from "minisearch";
import { KEYWORD_FIELDS } from "../core/manifest.ts";
import type { KeywordField } from "../core/search.ts";
import { decodeTermShard, type MiniSearchParts } from "./term-shard.ts";

/** A word of the query with the index terms that may stand for it; their scores add up. */
export interface QueryWord {
  readonly terms: readonly string[];
  /** Also match terms that begin with it. */
  readonly prefix: boolean;
}

/** A chunk that contains words of the query. */
export interface KeywordHit {
  readonly chunk: number;
  /** BM25+ summed over words and fields. */
  readonly score: number;
  /** Index terms that matched. */
  readonly terms: readonly string[];
}

/** What the index says about its keyword side. */
export interface KeywordStatistics {
  readonly chunkCount: number;
  readonly averageLengths: readonly number[];
}

/** Words that are not in the index match terms within this share of their length in edits. */
const FUZZY = 0.2;
/** Words shorter than this are never matched fuzzily. Letters. */
const FUZZY_MIN_LENGTH = 5;
/** What an approximate match is worth against an exact one. */
const WEIGHTS = { fuzzy: 0.45, prefix: 0.375 } as const;
/** BM25+ (Lv & Zhai, CIKM 2011); MiniSearch's defaults. */
const BM25 = { k: 1.2, b: 0.7, d: 0.5 } as const;

/** BM25 over term shards, by MiniSearch; the scores are those of one MiniSearch index over all chunks. */
export class KeywordIndex {
  readonly #index: MiniSearch;
  readonly #chunkCount: number;
  /** Number of chunks by term. */
  readonly #frequencies: ReadonlyMap<string, number>;

  private constructor(index: MiniSearch, chunkCount: number, frequencies: ReadonlyMap<string, number>) {
    this.#index = index;
    this.#chunkCount = chunkCount;
    this.#frequencies = frequencies;
  }

  /**
   * Assemble an index from shards.
   * @throws SearchError `file-invalid`, `file-version` for a shard that cannot be read.
   */
  static load(
    shards: readonly { readonly bytes: Uint8Array; readonly file: string }[],
    { chunkCount, averageLengths }: KeywordStatistics,
  ): KeywordIndex {
    const parts = shards.map(({ bytes, file }) => decodeTermShard(bytes, file));
    const fieldLength: MiniSearchParts["fieldLength"] = Object.assign({}, ...parts.map((part) => part.fieldLength));
    const documentIds = Object.fromEntries(Object.keys(fieldLength).map((id) => [id, Number(id)]));
    const index = MiniSearch.loadJS(
      {
        index: parts.flatMap((part) => part.index),
        fieldLength,
        documentIds,
        documentCount: chunkCount,
        nextId: chunkCount,
        fieldIds: Object.fromEntries(KEYWORD_FIELDS.map((name, field) => [name, field])),
        averageFieldLength: [...averageLengths],
        storedFields: {},
        dirtCount: 0,
        serializationVersion: 2,
        // MiniSearch types these as what its own toJSON returns, which cannot be written down otherwise.
      } as unknown as Parameters<typeof MiniSearch.loadJS>[0],
      { fields: [...KEYWORD_FIELDS], tokenize: (term) => [term], processTerm: (term) => term },
    );
    const frequencies = parts.flatMap((part) =>
      part.index.map(([term, fields]) => [term, largestField(fields)] as const),
    );
    return new KeywordIndex(index, chunkCount, new Map(frequencies));
  }

  /**
   * Chunks that contain any of the words, best first.
   * @param boosts Factor per field.
   */
  search(words: readonly QueryWord[], boosts: Readonly<Record<KeywordField, number>>): KeywordHit[] {
    const queries = words.flatMap(({ terms, prefix }) =>
      terms.map((term) => ({ queries: [term], prefix, fuzzy: this.#isFuzzy(term, prefix) ? FUZZY : false })),
    );
    if (queries.length === 0) return [];
    const results = this.#index.search({ combineWith: "OR", queries }, { boost: boosts, weights: WEIGHTS, bm25: BM25 });
    // MiniSearch multiplies by the number of matching query terms; undone, so that scores are plain BM25+.
    return results.map(({ id, score, terms, queryTerms }) => ({
      chunk: id,
      score: score / Math.max(1, queryTerms.length),
      terms,
    }));
  }

  /** Inverse document frequency as in BM25; highest for a term that does not occur. */
  idf(term: string): number {
    const frequency = this.#frequencies.get(term) ?? 0;
    return Math.log(1 + (this.#chunkCount - frequency + 0.5) / (frequency + 0.5));
  }

  /** Typos are only looked for where nothing else matches: else `react` would find `reach`. */
  #isFuzzy(term: string, prefix: boolean): boolean {
    return term.length >= FUZZY_MIN_LENGTH && !prefix && !this.#frequencies.has(term);
  }
}

/** The number of chunks that have a term in the field where it is most common. */
function largestField(fields: Readonly<Record<string, Readonly<Record<string, number>>>>): number {
  return Math.max(...Object.values(fields).map((frequencies) => Object.keys(frequencies).length));
}

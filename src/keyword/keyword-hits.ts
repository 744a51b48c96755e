import { orderByScore } from "../core/order-by-score.ts";

/** A chunk that contains words of the query. */
export interface KeywordHit {
  readonly chunk: number;
  /** BM25+ of the chunk, plus that of its page. */
  readonly score: number;
  /** Index terms that matched. */
  readonly terms: readonly string[];
}

/** The columns of {@link KeywordHits}. */
export interface KeywordColumns {
  /** Ascending. */
  readonly chunks: Uint32Array;
  /** BM25+ of each chunk, plus that of its page. */
  readonly scores: Float64Array;
  /** How many of the query's words each chunk has. */
  readonly words: Uint16Array;
}

/** Chunks that contain words of the query, in parallel arrays: a common word is in most of an index's chunks. */
export class KeywordHits implements KeywordColumns {
  static readonly NONE = new KeywordHits(
    { chunks: new Uint32Array(), scores: new Float64Array(), words: new Uint16Array() },
    () => [],
  );

  readonly chunks: Uint32Array;
  readonly scores: Float64Array;
  readonly words: Uint16Array;
  readonly #termsOf: (chunk: number) => readonly string[];

  /** @param termsOf Index terms that matched in a chunk. */
  constructor({ chunks, scores, words }: KeywordColumns, termsOf: (chunk: number) => readonly string[]) {
    this.chunks = chunks;
    this.scores = scores;
    this.words = words;
    this.#termsOf = termsOf;
  }

  /** Number of chunks. */
  get length(): number {
    return this.chunks.length;
  }

  /** One hit, whose terms are looked up when they are asked for: few of many thousands are shown. */
  at(position: number): KeywordHit {
    const chunk = this.chunks[position] as number;
    const termsOf = this.#termsOf;
    return {
      chunk,
      score: this.scores[position] as number,
      get terms() {
        return termsOf(chunk);
      },
    };
  }

  /** Those whose chunk passes. */
  filter(passes: (chunk: number) => boolean): KeywordHits {
    const { chunks, scores, words } = this;
    const kept = new Uint32Array(chunks.length);
    let count = 0;
    for (let i = 0; i < chunks.length; i++) if (passes(chunks[i] as number)) kept[count++] = i;
    const filtered = { chunks: new Uint32Array(count), scores: new Float64Array(count), words: new Uint16Array(count) };
    for (let i = 0; i < count; i++) {
      const from = kept[i] as number;
      filtered.chunks[i] = chunks[from] as number;
      filtered.scores[i] = scores[from] as number;
      filtered.words[i] = words[from] as number;
    }
    return new KeywordHits(filtered, this.#termsOf);
  }

  /** Positions, best first, equal ones by their chunks. */
  byScore(): Uint32Array {
    return orderByScore(this.scores);
  }
}

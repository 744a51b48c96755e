/** Parameters of BM25+ (Lv & Zhai, CIKM 2011); `d` is δ. */
export interface Bm25Params {
  readonly k: number;
  readonly b: number;
  readonly d: number;
}

/** Inverse document frequency as in Lucene's BM25: never negative. */
export function idf(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/** What a frequency is worth in a text of `length` times the mean length. */
export function saturate(frequency: number, length: number, { k, b, d }: Bm25Params): number {
  return d + (frequency * (k + 1)) / (frequency + k * (1 - b + b * length));
}

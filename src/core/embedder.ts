/** What identifies a vector space. Vectors of different fingerprints are never compared. */
export interface EmbedderInfo {
  /** `static` for the embedded model, else the model's name. */
  readonly id: string;
  /** Length of a vector. */
  readonly dims: number;
  /** Hex digest over everything that changes a vector: weights, vocabulary, pooling, prefixes, dims. */
  readonly fingerprint: string;
  /** Primary language subtags that the model was trained on; empty = any. */
  readonly languages: readonly string[];
}

/** A chunk with the context that it is embedded with. */
export interface Passage {
  readonly title: string;
  /** Headings above and of the section, outermost first. */
  readonly headings: readonly string[];
  readonly text: string;
  /** Tells it from other passages, where that is known without looking at the rest: caches go by it. */
  readonly key?: string;
}

/** A query as a vector. */
export interface QueryEmbedding {
  /** Unit length, or all zeros when the model knows no token of the query. */
  readonly vector: Float32Array;
  /** Share of the query's weight that the model knows as whole words, 0–1; 1 for models with open vocabularies. */
  readonly coverage: number;
}

/** Text in, unit vectors out. Equal input gives equal output on every platform to 1e-5. */
export interface Embedder {
  readonly info: EmbedderInfo;
  embedQuery(query: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<QueryEmbedding>;
  /** Row-major `passages.length × dims`, unit rows; a passage without a known token gives a row of zeros. */
  embedPassages(
    passages: readonly Passage[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Float32Array>;
}

/** A model as ONNX Runtime takes it. */
export interface OnnxModel {
  /** The `.onnx` file. */
  readonly graph: Uint8Array;
  /** Files of weights apart from it, by the names that it calls them by. */
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** 64-bit integers for an input. */
export interface OnnxInput {
  readonly dims: readonly number[];
  readonly data: BigInt64Array;
}

/** Inputs by name. */
export type OnnxFeeds = Readonly<Record<string, OnnxInput>>;

/** An output's numbers; half-precision ones are widened. */
export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A model that is ready to run. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs that are worth having under way at once. */
  readonly parallel: number;
  /**
   * Tokens, with the padding, that a run should have; 1 = one text a run. Processors are as fast with single texts
   * (all-MiniLM's shape, 128 tokens: 41 a second one by one and 45 in batches of 32, in Node), so that nothing is padded
   * there and a vector depends on nothing but its text.
   */
  readonly batchTokens: number;
  /** @throws whatever the runtime throws; the signal's reason when it is aborted before the run begins. */
  run(feeds: OnnxFeeds, output: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<OnnxOutput>;
  close(): Promise<void>;
}

/** The part of ONNX Runtime that is used: `onnx-runtime.ts` makes one for browsers, the indexer one for Node. */
export interface OnnxRuntime {
  /** @throws SearchError `file-invalid` for a model that cannot be loaded. */
  open(model: OnnxModel): Promise<OnnxSession>;
}

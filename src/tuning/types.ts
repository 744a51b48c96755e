import type { Interval } from "../evaluation/bootstrap.ts";
import type { ReadOptions } from "../indexer/types.ts";

/** Options of `tuneSite`. */
export interface TuneOptions extends ReadOptions {
  /** The author's own pairs: a file of `query<TAB>url`. Default: the site's links alone. */
  readonly pairs?: string | undefined;
  /** Static model to start from. Default: the embedded one. */
  readonly model?: string | undefined;
  /** File to write. Default `semantic-search-model.bin` in the working directory. */
  readonly out?: string | undefined;
  /** Of everything that is left to chance. Equal seeds give equal models. Default 1. */
  readonly seed?: number | undefined;
  /** As for the index. */
  readonly chunkTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
  readonly onProgress?: ((progress: TuneProgress) => void) | undefined;
}

/** How far tuning is. */
export interface TuneProgress {
  /** `read`: files. `train`: steps. `judge`: questions asked, of the base model and the tuned one. */
  readonly phase: "read" | "train" | "judge";
  readonly done: number;
  readonly total: number;
  /** Mean loss of the last steps, in nats. */
  readonly loss?: number;
}

/** How well a model does on the questions that it was not shown. */
export interface HeldOutScore {
  /** Share of a question's targets among the first ten. */
  readonly recall10: number;
  /** nDCG of the first ten. */
  readonly ndcg10: number;
}

/** One way to search with the base model and with the tuned one. */
export interface BeforeAndAfter {
  readonly before: HeldOutScore;
  readonly after: HeldOutScore;
  /** Difference of nDCG@10, question by question, with its 95 % bootstrap interval. */
  readonly difference: Interval;
}

/** What tuning did. */
export interface TuneReport {
  /** Whether the tuned model was written. */
  readonly kept: boolean;
  /** The file; null when nothing was written. */
  readonly out: string | null;
  /** Fingerprints. */
  readonly base: string;
  readonly tuned: string;
  readonly pages: number;
  readonly passages: number;
  /** Distinct queries: from the site's links, from the author's pairs, and how they were dealt out. */
  readonly questions: {
    readonly links: number;
    readonly pairs: number;
    readonly train: number;
    readonly test: number;
  };
  readonly steps: number;
  /** On the test questions. */
  readonly hybrid: BeforeAndAfter;
  readonly semantic: BeforeAndAfter;
  readonly elapsedMs: number;
}

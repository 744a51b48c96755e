import type { KeywordHits } from "../keyword/keyword-hits.ts";
import type { RunScore } from "./vector-pool.ts";

/** What the search by meaning found. */
export interface ByMeaning {
  /** The runs whose vectors are at hand. */
  readonly runs: readonly RunScore[];
  /** Mean cosine over all vectors of the index. */
  readonly mean: number;
}

/** What the two searches found. */
export interface Evidence {
  readonly byWords: KeywordHits;
  /** Undefined while meaning is unavailable. */
  readonly byMeaning: ByMeaning | undefined;
  /** The only pages that may be found; undefined = any. */
  readonly onlyPages?: ReadonlySet<number> | undefined;
  /** Whether a chunk may be found by meaning alone; else meaning only orders what was found by words. */
  readonly isMeaningTrusted: boolean;
}

import type { FusionMethod } from "./search.ts";

/** How keyword and semantic scores become one; stored in the index, overridable per search. */
export interface FusionParams {
  readonly method: FusionMethod;
  /** Share of the semantic ranking, 0–1. */
  readonly semanticWeight: number;
  /** The constant of reciprocal rank fusion. */
  readonly rrfK: number;
}

/** Chosen on the `dev` sets of the quality benchmark. */
export const DEFAULT_FUSION: FusionParams = { method: "convex", semanticWeight: 0.3, rrfK: 60 };

/** Candidates of one query: parallel arrays, one entry per candidate. */
export interface Candidates {
  /** BM25 score; 0 = no word matches. */
  readonly keyword: Float64Array;
  /** Cosine similarity; −Infinity = not known. */
  readonly semantic: Float64Array;
  /** Cosine that is worth nothing: that of the last of the nearest neighbours. */
  readonly semanticFloor: number;
}

/**
 * One score per candidate, higher is better, in [0, 1].
 *
 * `convex`: (1 − w) × keyword / best keyword + w × (cosine − floor) / (best − floor), at least 0
 * (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2022).
 * `rrf`: (1 − w) / (k + rank) + w / (k + rank), scaled by k + 1 (Cormack, Clarke & Büttcher, SIGIR 2009; weighted).
 */
export function fuse(candidates: Candidates, { method, semanticWeight, rrfK }: FusionParams): Float64Array {
  const { keyword, semantic, semanticFloor } = candidates;
  const byWords = method === "rrf" ? reciprocalRanks(keyword, 0, rrfK) : scaleToBest(keyword, 0);
  const byMeaning =
    method === "rrf" ? reciprocalRanks(semantic, semanticFloor, rrfK) : scaleToBest(semantic, semanticFloor);
  return byWords.map((score, i) => (1 - semanticWeight) * score + semanticWeight * (byMeaning[i] as number));
}

/** (score − floor) / (best − floor), at least 0; all 0 when nothing is above the floor. */
function scaleToBest(scores: Float64Array, floor: number): Float64Array {
  const range = scores.reduce((best, score) => Math.max(best, score), floor) - floor;
  return range > 0 ? scores.map((score) => Math.max(0, (score - floor) / range)) : new Float64Array(scores.length);
}

/** (k + 1) / (k + rank) for scores above `absent`, else 0. Ties go to the earlier candidate. */
function reciprocalRanks(scores: Float64Array, absent: number, k: number): Float64Array {
  const result = new Float64Array(scores.length);
  ranksOf(scores, absent).forEach((rank, i) => {
    if (rank > 0) result[i] = (k + 1) / (k + rank);
  });
  return result;
}

/** Rank of each score, 1 = best, 0 for scores not above `absent`. Ties go to the earlier one. */
export function ranksOf(scores: Float64Array, absent: number): Uint32Array {
  const ranks = new Uint32Array(scores.length);
  const order = Array.from(scores.keys()).filter((i) => (scores[i] as number) > absent);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  order.forEach((id, i) => {
    ranks[id] = i + 1;
  });
  return ranks;
}

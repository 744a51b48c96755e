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
export const DEFAULT_FUSION: FusionParams = { method: "convex", semanticWeight: 0.35, rrfK: 60 };

/** Candidates of one query: parallel arrays, one entry per candidate. */
export interface Candidates {
  /** BM25 score; 0 = no word matches. */
  readonly keyword: Float64Array;
  /** Cosine similarity; −Infinity = not known. */
  readonly semantic: Float64Array;
}

/**
 * One score per candidate, higher is better, in [0, 1]. A cosine of 0 or less is worth nothing.
 *
 * `convex`: (1 − w) × keyword / best keyword + w × cosine / best cosine (Bruch, Gai & Ingber, "An Analysis of Fusion
 * Functions for Hybrid Retrieval", 2022).
 * `rrf`: (1 − w) / (k + rank) + w / (k + rank), scaled by k + 1 (Cormack, Clarke & Büttcher, SIGIR 2009; weighted).
 */
export function fuse({ keyword, semantic }: Candidates, { method, semanticWeight, rrfK }: FusionParams): Float64Array {
  const normalize = method === "rrf" ? (scores: Float64Array) => reciprocalRanks(scores, rrfK) : scaleToBest;
  const byWords = normalize(keyword);
  const byMeaning = normalize(semantic);
  return byWords.map((score, i) => (1 - semanticWeight) * score + semanticWeight * (byMeaning[i] as number));
}

/** Score ÷ best score; all 0 when none is positive. */
function scaleToBest(scores: Float64Array): Float64Array {
  const best = scores.reduce((most, score) => Math.max(most, score), 0);
  return best > 0 ? scores.map((score) => Math.max(0, score / best)) : new Float64Array(scores.length);
}

/** (k + 1) / (k + rank) for positive scores, else 0. */
function reciprocalRanks(scores: Float64Array, k: number): Float64Array {
  return Float64Array.from(ranksOf(scores), (rank) => (rank > 0 ? (k + 1) / (k + rank) : 0));
}

/** Rank of each score, 1 = best, 0 for scores that are not positive. Ties go to the earlier one. */
export function ranksOf(scores: Float64Array): Uint32Array {
  const ranks = new Uint32Array(scores.length);
  const order = Array.from(scores.keys()).filter((i) => (scores[i] as number) > 0);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  order.forEach((id, i) => {
    ranks[id] = i + 1;
  });
  return ranks;
}

import { orderByScore } from "./order-by-score.ts";
import type { FusionMethod, QueryShape } from "./search.ts";

/** All shapes that a query may have. */
export const QUERY_SHAPES = [
  "phrase",
  "identifier",
  "word",
  "pair",
  "question",
  "words",
] as const satisfies QueryShape[];

/** How keyword and semantic scores become one; stored in the index, overridable per search. */
export interface FusionParams {
  readonly method: FusionMethod;
  /** Share of the semantic ranking, 0–1, for a query of which the model knows every word. */
  readonly semanticWeight: number;
  /** The constant of reciprocal rank fusion. */
  readonly rrfK: number;
  /** Its share for queries of these shapes; `semanticWeight` for others. */
  readonly shapes?: { readonly [shape in QueryShape]?: number | undefined } | undefined;
  /** Whether a hybrid search looks twice by meaning. Default: once. */
  readonly feedback?: FeedbackParams | undefined;
}

/**
 * The second time, the query's vector is moved towards the chunks that the first fused ranking put on top (Rocchio,
 * "Relevance Feedback in Information Retrieval", 1971, with the best taken for relevant).
 */
export interface FeedbackParams {
  /** How many chunks, 1 or more. */
  readonly chunks: number;
  /** Length of their sum beside the query's own vector, which has length 1. */
  readonly weight: number;
}

/** Chosen on the `dev` sets of the quality benchmark. */
export const DEFAULT_FUSION: FusionParams = {
  method: "convex",
  semanticWeight: 0.45,
  rrfK: 60,
  shapes: { phrase: 0.15, identifier: 0.3, word: 0.3 },
  feedback: { chunks: 3, weight: 0.3 },
};

/**
 * For sentence encoders, whose cosines differ too much from model to model to be added to scores by words: ranks do not.
 * Where the exact words matter, they count for more, as in {@link DEFAULT_FUSION}.
 */
export const ENCODER_FUSION: FusionParams = {
  method: "rrf",
  semanticWeight: 0.5,
  rrfK: 60,
  shapes: { phrase: 0.15, identifier: 0.3, word: 0.4 },
};

/** Candidates of one query: parallel arrays, one entry per candidate. */
export interface Candidates {
  /** BM25 score; 0 = no word matches. */
  readonly keyword: Float64Array;
  /** Cosine similarity; −Infinity = not known. */
  readonly semantic: Float64Array;
  /** A cosine that says nothing: that of the query and any chunk, on average. Default 0. */
  readonly floor?: number;
}

/**
 * Scores of one kind that can be added to those of the other; 1 = best, 0 = not found.
 *
 * `convex`: keyword ÷ best keyword, and (cosine − floor) ÷ (best cosine − floor), as in Bruch, Gai & Ingber, "An
 * Analysis of Fusion Functions for Hybrid Retrieval" (2022), with a floor that needs no knowledge of the model.
 * `rrf`: (k + 1) ÷ (k + rank) (Cormack, Clarke & Büttcher, SIGIR 2009).
 */
export function normalize(
  { keyword, semantic, floor = 0 }: Candidates,
  { method, rrfK }: Pick<FusionParams, "method" | "rrfK">,
): { readonly byWords: Float64Array; readonly byMeaning: Float64Array } {
  if (method === "rrf") return { byWords: reciprocalRanks(keyword, rrfK), byMeaning: reciprocalRanks(semantic, rrfK) };
  return { byWords: scaleToBest(keyword, 0), byMeaning: scaleToBest(semantic, floor) };
}

/** (Score − floor) ÷ (best − floor), no less than 0; all 0 when none is above the floor. */
function scaleToBest(scores: Float64Array, floor: number): Float64Array {
  let best = floor;
  for (const score of scores) if (score > best) best = score;
  const scaled = new Float64Array(scores.length);
  const range = best - floor;
  for (let i = 0; i < scores.length; i++) {
    const above = (scores[i] as number) - floor;
    if (above > 0) scaled[i] = above / range;
  }
  return scaled;
}

/** (k + 1) / (k + rank) for positive scores, else 0. */
function reciprocalRanks(scores: Float64Array, k: number): Float64Array {
  return Float64Array.from(ranksOf(scores), (rank) => (rank > 0 ? (k + 1) / (k + rank) : 0));
}

/** Rank of each score, 1 = best, 0 for scores that are not positive. Ties go to the earlier one. */
export function ranksOf(scores: Float64Array): Uint32Array {
  const ranks = new Uint32Array(scores.length);
  const positive = Uint32Array.from(scores.keys()).filter((i) => (scores[i] as number) > 0);
  const order = orderByScore(Float64Array.from(positive, (i) => scores[i] as number));
  order.forEach((at, i) => {
    ranks[positive[at] as number] = i + 1;
  });
  return ranks;
}

import { isAbort, SearchError } from "../core/errors.ts";
import type { FusionParams } from "../core/fusion.ts";
import type { PagesTable } from "../core/pages-table.ts";
import type { FusionBalance } from "../core/search.ts";
import type { SearchWarning } from "../core/warnings.ts";
import { KeywordHits } from "../keyword/keyword-hits.ts";
import type { RunVectors } from "../vectors/vector-block.ts";
import type { Evidence } from "./evidence.ts";
import type { Meaning } from "./meaning-search.ts";
import { moveTowards } from "./move-towards.ts";
import type { QueryPlan } from "./plan-query.ts";
import { bestChunks } from "./rank.ts";
import { VectorPool } from "./vector-pool.ts";
import type { Words } from "./word-search.ts";

/** The outcome of one half of a search: what it found, or why it could not look. */
export type Outcome<T> = { readonly value: T } | { readonly error: SearchError };

/** Everything that an answer is made from. */
export interface Findings {
  readonly evidence: Evidence;
  /** How much of the query the model knows, 0–1. */
  readonly coverage: number;
  /** The query's, to find the closest sentences by. */
  readonly vector: Float32Array | undefined;
  /** Id of the space that was searched by meaning. */
  readonly space?: string | undefined;
  /** Vectors at hand. */
  readonly pool: VectorPool;
  /** What the terms that matched are worth in an excerpt. */
  readonly idfs: ReadonlyMap<string, number>;
  readonly warnings: readonly SearchWarning[];
  readonly partial: boolean;
}

/** What the two halves of a search found, and the vectors of the texts that were read meanwhile. */
export interface Halves {
  readonly words: Outcome<Words>;
  readonly meaning: Outcome<Meaning | undefined>;
  readonly texts: readonly RunVectors[];
}

/** Nothing found by anything. */
export const NOTHING: Findings = {
  evidence: { byWords: KeywordHits.NONE, byMeaning: undefined, isMeaningTrusted: false },
  coverage: 0,
  vector: undefined,
  pool: new VectorPool([]),
  idfs: new Map(),
  warnings: [],
  partial: false,
};

/** Never rejects. */
export function settle<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: SearchError.from(error) }),
  );
}

/**
 * One half that failed becomes a warning.
 * @throws SearchError when nothing is left to answer from.
 */
export function combine({ mode }: Pick<QueryPlan, "mode">, { words, meaning, texts }: Halves): Findings {
  const warnings: SearchWarning[] = [];
  if ("error" in words) {
    if (mode === "keyword" || "error" in meaning || !meaning.value) throw words.error;
    warnings.push({ part: "keyword", error: words.error.toJSON() });
  }
  if ("error" in meaning) {
    if (mode === "semantic" || isAbort(meaning.error)) throw meaning.error;
    warnings.push({ part: "semantic", error: meaning.error.toJSON() });
  }
  const found = "value" in meaning ? meaning.value : undefined;
  const {
    hits,
    idfs = NOTHING.idfs,
    phrasePages,
    failures = [],
  }: Words = "value" in words ? words.value : { hits: KeywordHits.NONE };
  for (const error of failures.slice(0, 1)) warnings.push({ part: "keyword", error: error.toJSON() });
  if (found?.insteadOf) warnings.push({ part: "model", error: found.insteadOf.toJSON() });
  if (found?.notice) warnings.push({ part: "device", error: found.notice.toJSON() });
  for (const error of found?.failures.slice(0, 1) ?? []) warnings.push({ part: "semantic", error: error.toJSON() });
  const pool = found ? new VectorPool([...texts, ...found.cells]) : NOTHING.pool;
  return {
    evidence: {
      byWords: hits,
      onlyPages: phrasePages,
      byMeaning: found && { runs: pool.cosines(found.vector), mean: found.meanCosine(found.vector) },
      // A query of no word that the model knows is near to something all the same: by chance.
      isMeaningTrusted: mode === "semantic" || (found?.coverage ?? 0) > 0,
    },
    coverage: found?.coverage ?? 0,
    vector: found?.sentence,
    space: found?.space,
    pool,
    idfs,
    warnings,
    partial: false,
  };
}

/** What {@link feedBack} looks at. */
export interface FeedbackContext {
  readonly plan: QueryPlan;
  readonly meaning: Outcome<Meaning | undefined>;
  readonly pages: PagesTable;
}

/** What a hybrid found, with the cosines of the query moved towards the chunks that are best so far. */
export function feedBack(findings: Findings, { plan, meaning, pages }: FeedbackContext): Findings {
  const { evidence, coverage, pool } = findings;
  const { fusion } = settleBalance(plan, evidence, coverage);
  const { feedback, semanticWeight } = fusion;
  const found = "value" in meaning ? meaning.value : undefined;
  const isHybrid = semanticWeight > 0 && semanticWeight < 1 && evidence.isMeaningTrusted;
  if (!found || !feedback || !isHybrid) return findings;
  const mask = pages.mask(plan.filters, plan.languages);
  const best = bestChunks(evidence, pages, { mask, fusion, count: feedback.chunks });
  const others = best.flatMap(({ run }) => (run && pool.vectorOf(run.first)) ?? []);
  const moved = moveTowards(found.vector, { others, weight: feedback.weight });
  const byMeaning = { runs: pool.cosines(moved), mean: found.meanCosine(moved) };
  return { ...findings, evidence: { ...evidence, byMeaning } };
}

/** How much meaning counts: by the query's shape and what the model knows of it, unless the search says so itself. */
export function settleBalance(
  { isWeightGiven, shape, fusion }: QueryPlan,
  evidence: Evidence,
  coverage: number,
): { readonly fusion: FusionParams; readonly balance?: FusionBalance } {
  if (isWeightGiven) return { fusion };
  const actual = evidence.onlyPages ? "phrase" : shape;
  const weight = fusion.shapes?.[actual] ?? fusion.semanticWeight;
  return { fusion: { ...fusion, semanticWeight: weight * coverage }, balance: { shape: actual, weight, coverage } };
}

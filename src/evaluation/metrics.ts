/** Relevance grades of one query: document → grade; a document that is absent has grade 0. */
export type Judgments = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain at `k`, with gain 2^grade − 1 (equal to the grade for binary judgments)
 * and discount log2(rank + 1), as in trec_eval's and BEIR's usage for binary grades. 0 without a relevant document.
 */
export function ndcg(ranking: readonly string[], judgments: Judgments, k = 10): number {
  const ideal = [...judgments.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  const best = dcg(ideal.slice(0, k));
  return best === 0 ? 0 : dcg(ranking.slice(0, k).map((id) => judgments.get(id) ?? 0)) / best;
}

function dcg(grades: readonly number[]): number {
  return grades.reduce((sum, grade, i) => sum + (2 ** Math.max(0, grade) - 1) / Math.log2(i + 2), 0);
}

/** Share of the relevant documents among the first `k`. 0 without a relevant document. */
export function recall(ranking: readonly string[], judgments: Judgments, k = 10): number {
  const relevant = [...judgments].filter(([, grade]) => grade > 0).map(([id]) => id);
  if (relevant.length === 0) return 0;
  const top = new Set(ranking.slice(0, k));
  return relevant.filter((id) => top.has(id)).length / relevant.length;
}

/** 1 / rank of the first relevant document within `k`, else 0. */
export function reciprocalRank(ranking: readonly string[], judgments: Judgments, k = 10): number {
  const rank = ranking.slice(0, k).findIndex((id) => (judgments.get(id) ?? 0) > 0);
  return rank < 0 ? 0 : 1 / (rank + 1);
}

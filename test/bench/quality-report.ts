import type { Interval } from "../../src/evaluation/bootstrap.ts";
import type { Comparison, MeanResult, QualityResults, SubsetResult } from "./quality-results.ts";
import { OWN_SYSTEMS } from "./quality-results.ts";

/** A subset of lexical queries may lose this much to words alone. */
const LEXICAL_TOLERANCE = 0.005;

/** Whether an interval leaves open which of the two is better. */
export function isNone({ low, high }: Interval): boolean {
  return low <= 0 && high >= 0;
}

/** A system's nDCG@10 beside the hybrid's: `≈` when they do not differ, `▲` when it is better than the hybrid. */
export function besideHybrid({ scores, hybridLess }: Comparison, system: string): string {
  const score = scores[system]?.ndcg;
  if (score === undefined) return "–";
  const difference = hybridLess[system];
  if (!difference) return score.toFixed(3);
  return `${score.toFixed(3)}${isNone(difference) ? " ≈" : difference.mean < 0 ? " ▲" : ""}`;
}

/** The peer that ranks best, by name. */
export function bestPeer({ scores }: Comparison, peers: readonly string[]): string | undefined {
  return peers.filter((peer) => peer in scores).sort((a, b) => (scores[b]?.ndcg ?? 0) - (scores[a]?.ndcg ?? 0))[0];
}

/** `mean of 8 English dev sets`. */
export function nameOfMean({ sets, english, split }: MeanResult): string {
  return `mean of ${sets} ${english ? "English" : "other"} ${split} set${sets === 1 ? "" : "s"}`;
}

/** `paraphrase, English dev sets`. */
export function nameOfSubset({ subset, english, split }: SubsetResult): string {
  return `${subset}, ${english ? "English" : "other"} ${split} sets`;
}

/** Everything that was measured, for the terminal. */
export function report(results: QualityResults): string {
  const systems = [...OWN_SYSTEMS, ...results.peers.map(({ name }) => name)];
  const line = (name: string, comparison: Comparison) => [
    name,
    String(comparison.queries),
    ...systems.map((system) => besideHybrid(comparison, system)),
  ];
  const splits = ["dev", "test"].filter((split) => results.sets.some((set) => set.split === split));
  const rows = splits.flatMap((split) => [
    [`${split} sets`, "queries", ...systems],
    ...results.sets.filter((set) => set.split === split).map((set) => line(set.set, set)),
    ...results.means.filter((mean) => mean.split === split).map((mean) => line(nameOfMean(mean), mean)),
  ]);
  const subsets = results.subsets.map((row) => line(nameOfSubset(row), row));
  const subsetsOfSets = results.sets.flatMap(({ set, subsets }) =>
    Object.entries(subsets).map(([subset, comparison]) => line(`${set}: ${subset}`, comparison)),
  );
  return [
    `nDCG@10; model ${results.model.slice(0, 12)}; ≈ no difference from the hybrid (95% bootstrap interval), ▲ better than it`,
    "",
    align([...rows, [], ["subsets, pooled", "queries", ...systems], ...subsets]),
    "",
    align([["subsets by set", "queries", ...systems], ...subsetsOfSets]),
    "",
    ...results.peers.map(({ name, version, settings }) => `${name} ${version}: ${settings}`),
    "",
    ...findings(results),
  ].join("\n");
}

/** What an average would hide, one line each: what is learnt, and where the hybrid loses to what. */
export function findings({ sets, means, subsets, peers }: QualityResults): string[] {
  const english = means.filter((mean) => mean.english);
  const overSplits = (of: (mean: MeanResult) => string) =>
    english.map((mean) => `${of(mean)} (${mean.split})`).join(", ");
  const quotient = (a: string, b: string) => (mean: MeanResult) =>
    ((mean.scores[a]?.ndcg ?? 0) / (mean.scores[b]?.ndcg ?? 0)).toFixed(3);
  const engines = peers.map(({ name }) => name);
  const lexical = sets.flatMap(({ set, subsets }) => {
    const difference = subsets.lexical?.hybridLess.keyword;
    return difference && difference.mean < -LEXICAL_TOLERANCE ? [`${set} ${signed(difference)}`] : [];
  });
  const list = (items: readonly string[]) => (items.length > 0 ? items.join(", ") : "none");
  const pooled = subsets.map((row) => [nameOfSubset(row), row] as const);
  const each = sets.map((row) => [row.set, row] as const);
  return [
    `Learnt (hybrid − control), English: ${overSplits((mean) => bounds(mean.hybridLess.control))}.`,
    `Static ÷ keyword, English: ${overSplits(quotient("static", "keyword"))}.`,
    `Hybrid ÷ keyword, English: ${overSplits(quotient("hybrid", "keyword"))}.`,
    `Hybrid below words alone: ${list(losses(each, ["keyword"]))}.`,
    `Hybrid below its control: ${list(losses(each, ["control"]))}.`,
    `Hybrid below another engine: ${list(losses(each, engines))}.`,
    `Of all queries of a kind, hybrid below another engine: ${list(losses(pooled, engines))}.`,
    `Lexical queries that lose more than ${LEXICAL_TOLERANCE} to words alone: ${list(lexical)}.`,
  ];
}

/** Where the hybrid has less than a rival, by name, with the difference. */
function losses(rows: readonly (readonly [name: string, row: Comparison])[], rivals: readonly string[]): string[] {
  return rows.flatMap(([name, { hybridLess }]) =>
    rivals.flatMap((rival) => {
      const difference = hybridLess[rival];
      if (!difference || difference.mean >= 0) return [];
      return [`${name}${rivals.length > 1 ? ` to ${rival}` : ""} ${signed(difference)}`];
    }),
  );
}

function bounds(interval: Interval | undefined): string {
  if (!interval) return "–";
  const { low, high } = interval;
  return `${signed(interval)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

/** `+0.012`, `−0.003 ≈`. */
function signed(interval: Interval): string {
  const { mean } = interval;
  return `${mean < 0 ? "−" : "+"}${Math.abs(mean).toFixed(3)}${isNone(interval) ? " ≈" : ""}`;
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

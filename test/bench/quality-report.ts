import type { Interval } from "../../src/evaluation/bootstrap.ts";
import { type BySplit, type Loss, TOLERANCE } from "./quality-claims.ts";
import {
  ADAPTED_CONTROL,
  CONTROL,
  type Comparison,
  type MeanResult,
  type QualityResults,
  type SubsetResult,
} from "./quality-results.ts";

/** This package's columns of the printed tables, by system. */
const COLUMNS: Readonly<Record<string, string>> = {
  keyword: "keyword",
  static: "static",
  rrf: "rrf",
  hybrid: "hybrid",
  "hybrid plain": "plain",
  [ADAPTED_CONTROL]: "random, adapted",
  [CONTROL]: "random",
};

/** The vectors behind the rows of the ablation, each with the systems that search by meaning alone and by both. */
const ABLATION = [
  ["none: words alone", undefined, "keyword"],
  ["random", "static random", CONTROL],
  ["random, adapted to the site", "static random adapted", ADAPTED_CONTROL],
  ["the model as it ships", "static plain", "hybrid plain"],
  ["the model, adapted to the site", "static", "hybrid"],
] as const;

/** Whether an interval leaves open which of the two is better. */
function isNone({ low, high }: Interval): boolean {
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

/** What each ingredient adds: means over the English sets of each split. */
export function ablation({ means }: QualityResults): string[][] {
  const english = means.filter((mean) => mean.english);
  const score = (mean: MeanResult, system: string | undefined) =>
    (system && mean.scores[system]?.ndcg.toFixed(3)) || "–";
  return [
    ["vectors", ...["meaning alone", "hybrid"].flatMap((name) => english.map(({ split }) => `${name} (${split})`))],
    ...ABLATION.map(([name, alone, both]) => [
      name,
      ...english.map((mean) => score(mean, alone)),
      ...english.map((mean) => score(mean, both)),
    ]),
  ];
}

/** Everything that was measured, for the terminal. */
export function report(results: QualityResults): string {
  const peers = results.peers.map(({ name }) => name);
  const systems = [...Object.keys(COLUMNS), ...peers];
  const head = (name: string) => [name, "queries", ...Object.values(COLUMNS), ...peers];
  const line = (name: string, comparison: Comparison) => [
    name,
    String(comparison.queries),
    ...systems.map((system) => besideHybrid(comparison, system)),
  ];
  const splits = ["dev", "test"].filter((split) => results.sets.some((set) => set.split === split));
  const rows = splits.flatMap((split) => [
    head(`${split} sets`),
    ...results.sets.filter((set) => set.split === split).map((set) => line(set.set, set)),
    ...results.means.filter((mean) => mean.split === split).map((mean) => line(nameOfMean(mean), mean)),
  ]);
  const subsets = results.subsets.map((row) => line(nameOfSubset(row), row));
  const subsetsOfSets = results.sets.flatMap(({ set, subsets }) =>
    Object.entries(subsets).map(([subset, comparison]) => line(`${set}: ${subset}`, comparison)),
  );
  return [
    `nDCG@10; model ${results.model.slice(0, 12)}; ≈ no difference from the hybrid (95% bootstrap interval), ▲ better than it`,
    "static, rrf, hybrid: the model adapted to each set's own texts. The hybrid with other vectors: plain = the model as",
    "it ships; random, adapted = an untrained random table adapted likewise; random = that table as it is (the control).",
    "",
    align([...rows, [], head("subsets, pooled"), ...subsets]),
    "",
    align([head("subsets by set"), ...subsetsOfSets]),
    "",
    ...results.peers.map(({ name, version, settings }) => `${name} ${version}: ${settings}`),
    "",
    "English sets",
    align(ablation(results)),
    "",
    ...findings(results),
  ].join("\n");
}

/** The claims, and what an average would hide: one line each. */
export function findings({ claims, subsets, peers }: QualityResults): string[] {
  const pooled = subsets.flatMap((row) =>
    peers.flatMap(({ name: to }) => {
      const difference = row.hybridLess[to];
      return difference && difference.mean < 0 ? [{ set: nameOfSubset(row), to, ...difference }] : [];
    }),
  );
  return [
    `Static ÷ keyword, English: ${overSplits(claims.staticPerKeyword, fixed)}.`,
    `Static on scifact: ${claims.scifactStatic === undefined ? "–" : fixed(claims.scifactStatic)}.`,
    `Hybrid ÷ keyword, English: ${overSplits(claims.hybridPerKeyword, fixed)}.`,
    `Hybrid ÷ keyword, English paraphrase or strict queries: ${overSplits(claims.hybridPerKeywordOnParaphrases, fixed)}.`,
    `Hybrid more than ${TOLERANCE} below words alone: ${list(claims.belowKeyword)}.`,
    `Lexical queries more than ${TOLERANCE} below words alone: ${list(claims.lexicalBelowKeyword)}.`,
    `Hybrid below another engine: ${list(claims.belowPeers, true)}.`,
    `Other languages with the hybrid below words alone: ${list(claims.otherLanguagesBelowKeyword)}.`,
    `Learnt (hybrid − random), English: ${overSplits(claims.learnt, bounds)}.`,
    `Learnt in training (hybrid − random, adapted), English: ${overSplits(claims.learntInTraining, bounds)}.`,
    `Hybrid below its control (random): ${list(claims.belowControl)}.`,
    `Of all queries of a kind, hybrid below another engine: ${list(pooled, true)}.`,
  ];
}

function overSplits<T>(values: BySplit<T>, format: (value: T) => string): string {
  const splits = Object.entries(values).map(([split, value]) => `${format(value)} (${split})`);
  return splits.join(", ") || "–";
}

function list(losses: readonly Loss[], isNamed = false): string {
  return losses.map((loss) => `${loss.set}${isNamed ? ` to ${loss.to}` : ""} ${signed(loss)}`).join(", ") || "none";
}

function fixed(value: number): string {
  return value.toFixed(3);
}

function bounds(interval: Interval): string {
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

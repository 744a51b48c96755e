import type { BeforeAndAfter, TuneReport } from "../tuning/types.ts";
import { formatCount, formatDuration, formatNumber, formatPath, formatTable } from "./format.ts";
import type { Terminal } from "./terminal.ts";

/** Options of {@link describeTuning}. */
export interface DescribeTuningOptions {
  readonly terminal: Terminal;
  /** The site's folder as the user would type it. */
  readonly site: string;
  /** Paths are shown relative to it. */
  readonly cwd: string;
}

/** What came of tuning, for people. */
export function describeTuning(report: TuneReport, { terminal, site, cwd }: DescribeTuningOptions): string {
  const { out: color } = terminal;
  const { pages, passages, questions, elapsedMs } = report;
  const { links, pairs, train, test } = questions;
  const sources = [formatCount(links, "link text"), ...(pairs > 0 ? [`${formatNumber(pairs)} of your own`] : [])];
  return [
    `${color.green("Tuned")} on ${formatCount(pages, "page")}, ${formatCount(passages, "passage")}, ${formatDuration(elapsedMs)}`,
    `  Queries: ${sources.join(", ")}; ${formatNumber(train)} to learn from, ${formatNumber(test)} to judge by`,
    "",
    `${color.bold(`On the ${formatCount(test, "query", "queries")} to judge by`)}`,
    formatTable([
      ["", "recall@10", "nDCG@10", "difference (95%)"],
      scoreRow("by words and meaning", report.hybrid),
      scoreRow("by meaning alone", report.semantic),
    ]),
    ...describeFile(report, { terminal, site, cwd }),
  ].join("\n");
}

/** Why the model was not written. */
export function describeRefusal({ hybrid, semantic }: TuneReport): string {
  const worse = [
    ...(hybrid.difference.mean < 0 ? ["by words and meaning"] : []),
    ...(semantic.difference.high < 0 ? ["by meaning alone"] : []),
  ];
  const reason = worse.length > 0 ? `does worse than its base ${worse.join(" and ")}` : "does no better than its base";
  return [
    `The tuned model ${reason}; nothing was written.`,
    "       Use the model as it is, or give more queries with --pairs.",
  ].join("\n");
}

function scoreRow(name: string, { before, after, difference }: BeforeAndAfter): string[] {
  const { mean, low, high } = difference;
  return [
    name,
    `${before.recall10.toFixed(3)} → ${after.recall10.toFixed(3)}`,
    `${before.ndcg10.toFixed(3)} → ${after.ndcg10.toFixed(3)}`,
    `${signed(mean)} (${signed(low)} to ${signed(high)})`,
  ];
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function describeFile({ out, tuned }: TuneReport, { terminal, site, cwd }: DescribeTuningOptions): string[] {
  if (out === null) return [];
  const { out: color } = terminal;
  const file = formatPath(out, cwd);
  return [
    "",
    `Wrote ${color.bold(file)}  ${color.dim(tuned.slice(0, 12))}`,
    "Index with it:",
    `  ${color.cyan(`semantic-search index ${site} --model ${file}`)}`,
  ];
}

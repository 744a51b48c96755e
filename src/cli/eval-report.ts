import { changedQueries } from "../evaluation/changed-queries.ts";
import type { Comparison, Evaluation, QueryReport } from "../evaluation/evaluate.ts";
import { formatBytes, formatCount, formatNumber, formatTable } from "./format.ts";
import { printable, type Terminal } from "./terminal.ts";

/** Queries and pages that are named in a list. */
const NAMED = 5;
const MEASURES = {
  ndcg10: "nDCG@10",
  mrr10: "MRR@10",
  recall1: "recall@1",
  recall5: "recall@5",
  recall10: "recall@10",
} as const;

/** Options of {@link describeEvaluation}. */
export interface DescribeEvaluationOptions {
  readonly terminal: Terminal;
  /** The index as the user would name it. */
  readonly title: string;
}

/** What an evaluation found out, for people. */
export function describeEvaluation(evaluation: Evaluation, { terminal, title }: DescribeEvaluationOptions): string {
  const { index, queries, base, skipped } = evaluation;
  const { out: color } = terminal;
  const counts = [formatCount(queries.length, "query", "queries"), formatCount(index.pages, "page")];
  if (base) counts.push(`URLs below /${base}`);
  if (skipped.length > 0) counts.push(`${formatCount(skipped.length, "query", "queries")} left out`);
  return [
    `${color.bold(title)}  ${color.dim(`build ${index.build}`)}`,
    `  ${printable(counts.join(", "))}`,
    "",
    ...describeSystems(evaluation, terminal),
    ...describeComparison(evaluation, terminal),
    ...describeUnanswered(evaluation, terminal),
    ...describeMissing(evaluation, terminal),
    ...describeCost(evaluation, terminal),
  ].join("\n");
}

function describeSystems({ systems, main }: Evaluation, { out: color }: Terminal): string[] {
  const head = ["", ...Object.values(MEASURES), "no result", "median", "p95"];
  const rows = Object.entries(systems).map(([mode, system]) => [
    mode,
    ...(Object.keys(MEASURES) as (keyof typeof MEASURES)[]).map((measure) => system[measure].toFixed(3)),
    formatNumber(system.nothingFound),
    formatMs(system.ms.median),
    formatMs(system.ms.p95),
  ]);
  const [heading = "", ...lines] = formatTable([head, ...rows]).split("\n");
  return [color.dim(heading), ...lines.map((line) => (line.trim().startsWith(main) ? color.bold(line) : line))];
}

function describeComparison({ comparison, queries }: Evaluation, terminal: Terminal): string[] {
  if (!comparison) return ["", "The index has no vectors: it is searched by words alone."];
  const { out: color } = terminal;
  const { ndcg10, wins, losses, ties } = comparison;
  const interval = `${formatSigned(ndcg10.low)} to ${formatSigned(ndcg10.high)}`;
  return [
    "",
    `${color.bold("Hybrid against keyword alone")}  ${describeVerdict(comparison, terminal)}`,
    `  nDCG@10 ${formatSigned(ndcg10.mean)}, 95% interval ${interval}`,
    `  ${formatCount(wins, "win")}, ${formatCount(losses, "loss", "losses")}, ${formatNumber(ties)} alike`,
    ...describeChanges("Won most", changedQueries(queries, "wins"), terminal),
    ...describeChanges("Lost most", changedQueries(queries, "losses"), terminal),
  ];
}

function describeVerdict({ verdict }: Comparison, { out: color }: Terminal): string {
  if (verdict === "better") return color.green("better");
  if (verdict === "worse") return color.red("worse");
  return verdict === "too-few" ? "too few queries to tell" : "no difference: the interval holds 0";
}

function describeChanges(name: string, queries: readonly QueryReport[], terminal: Terminal): string[] {
  const rows = queries
    .slice(0, NAMED)
    .map(({ query, pages, systems }) => [
      `${formatPlace(systems.keyword?.rank)} → ${formatPlace(systems.hybrid?.rank)}`,
      cut(query, Math.floor(terminal.width / 2)),
      printable(pages.find(({ grade }) => grade > 0)?.url ?? ""),
    ]);
  return describeList(`${name}, place by keyword → by hybrid`, { rows, total: queries.length, terminal });
}

function describeUnanswered({ queries, main }: Evaluation, terminal: Terminal): string[] {
  const rowsOf = (list: readonly QueryReport[]) =>
    list
      .slice(0, NAMED)
      .map(({ query, pages }) => [
        cut(query, Math.floor(terminal.width / 2)),
        printable(pages.find(({ grade }) => grade > 0)?.url ?? ""),
      ]);
  const ranking = ({ systems }: QueryReport) => systems[main];
  const nothing = queries.filter((query) => ranking(query)?.paths.length === 0);
  const elsewhere = queries.filter((query) => ranking(query)?.rank === null && !nothing.includes(query));
  return [
    ...describeList("Nothing found", { rows: rowsOf(nothing), total: nothing.length, terminal }),
    ...describeList("No right page in the first ten", {
      rows: rowsOf(elsewhere),
      total: elsewhere.length,
      terminal,
    }),
  ];
}

function describeMissing({ missing, skipped }: Evaluation, terminal: Terminal): string[] {
  const { out: color } = terminal;
  if (missing.length === 0) return [];
  const rows = missing
    .slice(0, NAMED * 2)
    .map(({ url, source, suggestion }) => [
      printable(source ?? ""),
      printable(url),
      suggestion === null ? "" : `did you mean /${printable(suggestion)}?`,
    ]);
  const rest = missing.length - rows.length;
  const how = skipped.length > 0 ? "left out" : "they count as never found";
  return [
    "",
    `${color.yellow("Right pages that are not in the index")}  ${formatNumber(missing.length)}, ${how}`,
    formatTable(rows),
    ...(rest > 0 ? [color.dim(`  and ${formatNumber(rest)} more`)] : []),
  ];
}

function describeCost({ cold }: Evaluation, { out: color }: Terminal): string[] {
  if (!cold) return [];
  const { bytes, files, queries } = cold;
  return [
    "",
    `${color.bold("A first query reads")}  ${formatBytes(bytes.median)} of the index in ${Math.round(files.median)} files`,
    color.dim(
      `  median of ${formatCount(queries, "query", "queries")} with nothing loaded; p95 ${formatBytes(bytes.p95)}`,
    ),
  ];
}

interface ListOptions {
  readonly rows: readonly (readonly string[])[];
  /** Before cutting. */
  readonly total: number;
  readonly terminal: Terminal;
}

function describeList(name: string, { rows, total, terminal }: ListOptions): string[] {
  const { out: color } = terminal;
  if (total === 0) return [];
  const rest = total - rows.length;
  return [
    "",
    `${color.bold(name)}  ${formatNumber(total)}`,
    formatTable(rows),
    ...(rest > 0 ? [color.dim(`  and ${formatNumber(rest)} more`)] : []),
  ];
}

function formatPlace(rank: number | null | undefined): string {
  return rank ? String(rank) : "–";
}

/** `+0.083`, `-0.020`, `0.000`. */
function formatSigned(value: number): string {
  const digits = value.toFixed(3);
  if (Number(digits) === 0) return "0.000";
  return value > 0 ? `+${digits}` : digits;
}

function formatMs(ms: number): string {
  return `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function cut(text: string, width: number): string {
  const plain = printable(text);
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
}

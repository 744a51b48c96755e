import type { ColdCost, Spread, WarmCost } from "./scale-browser.ts";
import type { BuildCost } from "./scale-builds.ts";
import type { Encoding, Network } from "./scale-server.ts";

/** What `bench:scale` writes. */
export interface ScaleResults {
  readonly versions: Readonly<Record<string, string>>;
  readonly protocol: string;
  readonly encoding: Encoding;
  readonly networks: readonly Network[];
  /** Sites in ascending order of pages, their engines together. */
  readonly rows: readonly ScaleRow[];
}

/** One engine on one site. */
export interface ScaleRow {
  readonly engine: string;
  readonly site: string;
  /** HTML files of the site. */
  readonly files: number;
  readonly build: BuildCost;
  readonly cold: ColdCost;
  readonly warm: WarmCost;
}

/** What making an index costs, a line per site and engine. */
export function buildTable({ rows, versions }: ScaleResults): string[][] {
  return [
    ["HTML files", "engine", "build s", "peak MB", "again s", "one page changed", "index MB", "files"],
    ...rows.map((row) => {
      const { seconds, peakBytes, again, bytes, files } = row.build;
      const { onePage } = again ?? {};
      return [
        ...nameOf(row, versions),
        seconds.toFixed(1),
        peakBytes === undefined ? "–" : megabytes(peakBytes, 0),
        again ? again.unchanged.seconds.toFixed(1) : "–",
        onePage
          ? `${onePage.seconds.toFixed(1)} s, ${count(onePage.changedFiles)} files, ${megabytes(onePage.changedBytes)} MB`
          : "–",
        megabytes(bytes),
        count(files),
      ];
    }),
  ];
}

/** What a visitor's first query costs, a line per site and engine. */
export function firstAnswerTable({ rows, networks, versions }: ScaleResults): string[][] {
  return [
    [
      "HTML files",
      "engine",
      "KB",
      "requests",
      "KB, words",
      "code KB",
      "unanswered",
      ...networks.map(({ name }) => `${name} s`),
    ],
    ...rows.map((row) => {
      const { words, complete, waits, unanswered, queries } = row.cold;
      return [
        ...nameOf(row, versions),
        kilobytes(complete.bytes),
        String(complete.requests),
        words ? kilobytes(words.bytes) : "–",
        kilobytes(complete.kinds.code ?? 0),
        `${unanswered} of ${queries}`,
        ...networks.map(({ name }) => waitCell(row, waits[name])),
      ];
    }),
  ];
}

/** What the queries after it cost, new and asked again, a line per site and engine; times as median / 95th percentile. */
export function warmTable({ rows, versions }: ScaleResults): string[][] {
  return [
    [
      "HTML files",
      "engine",
      "p50 / p95 ms",
      "in worker",
      "again p50 / p95 ms",
      "in worker",
      "longest task ms",
      "worker MB",
      "page MB",
    ],
    ...rows.map((row) => {
      const { ms, elapsedMs, again, longestTaskMs, memory } = row.warm;
      return [
        ...nameOf(row, versions),
        ...[ms, elapsedMs, again?.ms, again?.elapsedMs].map(spreadCell),
        longestTaskMs.toFixed(0),
        megabytes(memory.workers),
        megabytes(memory.page),
      ];
    }),
  ];
}

/** Median bytes to the complete answer by kind of file, and pages listed; for the terminal. */
export function kindTable({ rows, versions }: ScaleResults): string[][] {
  const kinds = [...new Set(rows.flatMap(({ cold }) => Object.keys(cold.complete.kinds)))];
  return [
    ["HTML files", "engine", ...kinds.map((kind) => `${kind} KB`), "pages listed"],
    ...rows.map((row) => [
      ...nameOf(row, versions),
      ...kinds.map((kind) => kilobytes(row.cold.complete.kinds[kind] ?? 0)),
      row.cold.pages.toFixed(1),
    ]),
  ];
}

/** Columns of equal width for a terminal, the first two from the left. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ")).join("\n");
}

/** The upper of the two in the middle; 0 for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a share of the values is below; 0 for no values. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(Math.floor(values.length * share), values.length - 1)] ?? 0;
}

const NAMES: Readonly<Record<string, string>> = {
  ours: "this package",
  pagefind: "Pagefind",
  minisearch: "MiniSearch",
};

function nameOf({ site, files, engine }: ScaleRow, versions: ScaleResults["versions"]): string[] {
  const name = NAMES[engine] ?? engine;
  return [`${count(files)} (${site})`, engine === "ours" ? name : `${name} ${versions[engine]}`];
}

/** Seconds to the answer by words where that is another one, and to the complete one; of how many queries if not of all. */
function waitCell({ cold }: ScaleRow, wait: ColdCost["waits"][string] | undefined): string {
  if (!wait) return "–";
  const complete = seconds(wait.ms) + (wait.queries < cold.queries ? ` (${wait.queries} of ${cold.queries})` : "");
  return cold.words ? `${seconds(wait.wordsMs)} / ${complete}` : complete;
}

function spreadCell(spread: Spread | undefined): string {
  return spread ? `${spread.p50.toFixed(0)} / ${spread.p95.toFixed(0)}` : "–";
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function kilobytes(bytes: number): string {
  return bytes === 0 ? "–" : count(Math.round(bytes / 1000));
}

function megabytes(bytes: number, digits = 1): string {
  return (bytes / 1e6).toFixed(digits);
}

function count(value: number): string {
  return value.toLocaleString("en");
}

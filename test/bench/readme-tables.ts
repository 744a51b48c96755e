/**
 * The README's figures, made from the results that the benchmarks wrote. A test compares them with the README;
 * `npm run bench:readme` writes them into it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const README = new URL("../../README.md", import.meta.url);

/** What `bench:quality --json` writes. */
export interface QualityResults {
  readonly model: string;
  readonly rows: readonly {
    readonly set: string;
    readonly split: string;
    readonly queries: number;
    readonly ndcg: Readonly<Record<string, number>>;
    readonly recall: Readonly<Record<string, number>>;
  }[];
}

interface SiteResult {
  readonly site: string;
  readonly files: number;
  readonly pages: number;
  readonly chunks: number;
  readonly seconds: number;
  readonly bytes: Readonly<Record<string, number>>;
}

interface SmallSiteResult {
  readonly engine: string;
  readonly bytes: Readonly<Record<string, number>>;
  readonly totalBytes: number;
  readonly requests: number;
}

/** A file of `test/bench/results`. */
export function readResults<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./results/${name}.json`, import.meta.url), "utf8")) as T;
}

/** Each table by the name of its place in the README: `<!-- name -->` … `<!-- /name -->`. */
export function readmeTables(): Readonly<Record<string, string>> {
  return {
    quality: qualityTable(readResults("quality")),
    sites: sitesTable(readResults("sites")),
    "small-site": smallSiteTable(readResults("small-site")),
  };
}

/** The README with the tables in their places. */
export function fillReadme(readme: string): string {
  return Object.entries(readmeTables()).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`README.md has no place for "${name}".`);
    return text.replace(place, (_, before: string, after: string) => `${before}\n${table}\n${after}`);
  }, readme);
}

const SYSTEMS = ["keyword", "static", "rrf", "hybrid", "random"] as const;

function qualityTable({ rows }: QualityResults): string {
  const line = (name: string, queries: string, of: (system: string) => number) => [
    name,
    queries,
    ...SYSTEMS.map((system) => of(system).toFixed(3)),
  ];
  const lines = ["dev", "test"].flatMap((split) => {
    const own = rows.filter((row) => row.split === split);
    const mean = (system: string) => own.reduce((sum, { ndcg }) => sum + (ndcg[system] ?? 0), 0) / own.length;
    return [
      ...own.map(({ set, queries, ndcg }) => line(`${set} (${split})`, String(queries), (system) => ndcg[system] ?? 0)),
      line(`**mean of ${own.length} ${split} sets**`, "", mean),
    ];
  });
  return markdown([["set", "queries", "keyword", "static alone", "RRF", "hybrid", "hybrid, random table"], ...lines]);
}

function sitesTable(sites: readonly SiteResult[]): string {
  const kinds = ["text", "terms", "vectors"];
  return markdown([
    ["site", "HTML files", "pages", "chunks", "seconds", ...kinds.map((kind) => `${kind} KB`)],
    ...sites.map(({ site, files, pages, chunks, seconds, bytes }) => [
      site,
      ...[files, pages, chunks].map((count) => count.toLocaleString("en")),
      seconds.toFixed(1),
      ...kinds.map((kind) => Math.round((bytes[kind] ?? 0) / 1000).toLocaleString("en")),
    ]),
  ]);
}

function smallSiteTable(measurements: readonly SmallSiteResult[]): string {
  const engines = [...new Set(measurements.map(({ engine }) => engine))];
  return markdown([
    ["engine", "KB in all (median)", "code KB", "requests"],
    ...engines.map((engine) => {
      const own = measurements.filter((measurement) => measurement.engine === engine);
      const kilobytes = (of: (measurement: SmallSiteResult) => number) => (median(own.map(of)) / 1000).toFixed(0);
      return [
        engine,
        kilobytes(({ totalBytes }) => totalBytes),
        kilobytes(({ bytes }) => bytes.code ?? 0),
        String(median(own.map(({ requests }) => requests))),
      ];
    }),
  ]);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A table as Biome formats it: columns padded to equal width. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(rows[0] ?? []), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(README, fillReadme(readFileSync(README, "utf8")));
}

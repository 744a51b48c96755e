/**
 * The README's figures, made from the results that the benchmarks wrote. A test compares them with the README;
 * `npm run bench:readme` writes them into it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type ElementResults, elementTable } from "./element-report.ts";
import { type HnswResults, hnswTable } from "./hnsw-report.ts";
import { browserTable, nodeTable, type OnnxResults } from "./onnx-report.ts";
import { ablation, besideHybrid, bestPeer, findings, nameOfMean, nameOfSubset } from "./quality-report.ts";
import { CONTROL, type Comparison, type QualityResults } from "./quality-results.ts";
import { scaleChart } from "./scale-chart.ts";
import { buildTable, firstAnswerTable, type ScaleResults, warmTable } from "./scale-report.ts";

const README = new URL("../../README.md", import.meta.url);

/** The image that the README shows, made from the results of `bench:scale`. */
export const SCALE_CHART = new URL("./results/scale.svg", import.meta.url);

interface SiteResult {
  readonly site: string;
  readonly files: number;
  readonly pages: number;
  readonly chunks: number;
  readonly seconds: number;
  readonly bytes: Readonly<Record<string, number>>;
}

/** A file of `test/bench/results`. */
export function readResults<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./results/${name}.json`, import.meta.url), "utf8")) as T;
}

/** Each table by the name of its place in the README: `<!-- name -->` … `<!-- /name -->`. */
export function readmeTables(): Readonly<Record<string, string>> {
  return {
    quality: qualityTable(readResults("quality")),
    "quality-ablation": markdown(ablation(readResults("quality"))),
    "quality-subsets": subsetTable(readResults("quality")),
    "quality-findings": findings(readResults("quality"))
      .map((finding) => `- ${finding}`)
      .join("\n"),
    "quality-peers": peerList(readResults("quality")),
    sites: sitesTable(readResults("sites")),
    "scale-first": markdown(firstAnswerTable(readResults<ScaleResults>("scale"))),
    "scale-warm": markdown(warmTable(readResults<ScaleResults>("scale"))),
    element: markdown(elementTable(readResults<ElementResults>("element"))),
    onnx: [browserTable(readResults<OnnxResults>("onnx")), nodeTable(readResults<OnnxResults>("onnx"))]
      .map(markdown)
      .join("\n\n"),
    hnsw: markdown(hnswTable(readResults<HnswResults>("hnsw"))),
    "scale-build": markdown(buildTable(readResults<ScaleResults>("scale"))),
  };
}

/** The README with the tables in their places. */
export function fillReadme(readme: string): string {
  return Object.entries(readmeTables()).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`README.md has no place for "${name}".`);
    return text.replace(place, (_, before: string, after: string) => `${before}\n${table}\n\n${after}`);
  }, readme);
}

/** Columns of both tables of quality. */
const COLUMNS = ["queries", "words alone", "best other engine", "meaning alone", "hybrid", "random"] as const;

function qualityTable({ sets, means, peers }: QualityResults): string {
  const rows = ["dev", "test"].flatMap((split) => [
    ...sets.filter((row) => row.split === split).map((row) => [`${row.set} (${split})`, ...cells(row, peers)]),
    ...means
      .filter((row) => row.split === split)
      .map((row) => [`**${nameOfMean(row)}**`, ...cells(row, peers).with(0, "")]),
  ]);
  return markdown([["set", ...COLUMNS], ...rows]);
}

function subsetTable({ subsets, peers }: QualityResults): string {
  const rows = subsets.map((row) => [nameOfSubset(row), ...cells(row, peers)]);
  return markdown([["kind, over the docs sets", ...COLUMNS], ...rows]);
}

function cells(row: Comparison, peers: QualityResults["peers"]): string[] {
  const best = bestPeer(
    row,
    peers.map(({ name }) => name),
  );
  return [
    String(row.queries),
    besideHybrid(row, "keyword"),
    best ? `${besideHybrid(row, best)} ${best}` : "–",
    besideHybrid(row, "static"),
    besideHybrid(row, "hybrid"),
    besideHybrid(row, CONTROL),
  ];
}

function peerList({ peers }: QualityResults): string {
  return peers.map(({ name, version, settings }) => `- ${name} ${version}: ${settings}.`).join("\n");
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

/** A table as Biome formats it: columns padded to equal width. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(rows[0] ?? []), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(README, fillReadme(readFileSync(README, "utf8")));
  writeFileSync(SCALE_CHART, scaleChart(readResults("scale")));
}

import { basename, isAbsolute, relative, sep } from "node:path";
import type { IndexReport, IndexSiteOptions, SkippedPage, SkipReason } from "../indexer/types.ts";
import { formatBytes, formatCount, formatDuration, formatNumber, formatPath, formatTable } from "./format.ts";
import { printable, type Terminal } from "./terminal.ts";

/** How many skipped files are named per reason. */
const NAMED_FILES = 3;

/** Options of {@link describeReport}. */
export interface DescribeOptions {
  readonly terminal: Terminal;
  /** What {@link embedSnippet} gave. */
  readonly snippet: string;
  /** Paths are shown relative to it. */
  readonly cwd: string;
}

/** The summary after a build, for people. */
export function describeReport(report: IndexReport, { terminal, snippet, cwd }: DescribeOptions): string {
  const { out: color } = terminal;
  const { unchanged } = report;
  const counts = [
    formatCount(report.pages, "page"),
    formatCount(report.sections, "section"),
    `${formatCount(report.chunks, "chunk")}${report.reused && !unchanged ? ` (${formatNumber(report.embedded)} passages embedded, ${formatNumber(report.reused)} as before)` : ""}`,
    formatDuration(report.elapsedMs),
  ];
  return [
    `${color.green(unchanged ? "Nothing changed:" : "Indexed")} ${counts.join(", ")}`,
    ...describeSkipped(report.skipped, terminal),
    ...describeMissingPins(report.missingPins, terminal),
    ...describeTruncated(report.truncated, terminal),
    "",
    `${unchanged ? "The index is in" : "Wrote"} ${color.bold(formatPath(report.out, cwd))}${sep}`,
    formatTable(byteRows(report.bytes)),
    "",
    "Put this on every page:",
    ...snippet.split("\n").map((line) => `  ${color.cyan(line)}`),
  ].join("\n");
}

function describeMissingPins(missing: readonly string[], { out: color }: Terminal): string[] {
  if (missing.length === 0) return [];
  const named = missing.slice(0, NAMED_FILES).map((path) => printable(path));
  const rest = missing.length - named.length;
  const more = rest > 0 ? `, and ${formatNumber(rest)} more` : "";
  return [color.yellow(`The curation pins what the site does not have: ${named.join(", ")}${more}`)];
}

function describeTruncated(truncated: number, { out: color }: Terminal): string[] {
  if (truncated === 0) return [];
  const passages = formatCount(truncated, "passage");
  return [color.yellow(`The model does not read the end of ${passages}: lower "chunkTokens", or raise "maxTokens".`)];
}

/** The HTML that puts the element on a page, with the URLs that the index will have. */
export function embedSnippet(out: string, { dir, siteRoot }: Pick<IndexSiteOptions, "dir" | "siteRoot">): string {
  const base = `${basePath(siteRoot)}${folderUrl(relative(dir, out), out)}`;
  return [
    `<script type="module" src="${base}element.js"></script>`,
    `<semantic-search src="${base}index.json"></semantic-search>`,
  ].join("\n");
}

/** The index's folder below the site's; its bare name when it lies elsewhere. Ends with a slash. */
function folderUrl(path: string, out: string): string {
  if (path === "") return "";
  const inside = !path.startsWith("..") && !isAbsolute(path);
  const parts = inside ? path.split(sep) : [basename(out)];
  return `${parts.map(encodeURIComponent).join("/")}/`;
}

/** `/`, or the path of a site root such as `https://example.org/docs/`; a relative root says nothing about it. */
function basePath(siteRoot: string | undefined): string {
  if (!siteRoot || !/^(\/|https?:)/i.test(siteRoot)) return "/";
  const { pathname } = new URL(siteRoot, "http://localhost");
  return pathname.endsWith("/") ? pathname : `${pathname}/`;
}

function describeSkipped(skipped: readonly SkippedPage[], { out: color }: Terminal): string[] {
  if (skipped.length === 0) return [];
  const lines = [...groupByReason(skipped)].flatMap(([reason, pages]) => {
    const named = pages.slice(0, NAMED_FILES);
    const rest = pages.length - named.length;
    return [
      `  ${reason}: ${formatNumber(pages.length)}`,
      ...named.map(({ file, detail }) => `    ${printable(file)}  ${color.dim(printable(detail))}`),
      ...(rest ? [color.dim(`    and ${formatNumber(rest)} more`)] : []),
    ];
  });
  return [`${color.yellow("Skipped")} ${formatCount(skipped.length, "page")}`, ...lines];
}

function groupByReason(skipped: readonly SkippedPage[]): Map<SkipReason, SkippedPage[]> {
  const groups = new Map<SkipReason, SkippedPage[]>();
  for (const page of skipped) groups.set(page.reason, [...(groups.get(page.reason) ?? []), page]);
  return groups;
}

function byteRows(bytes: IndexReport["bytes"]): string[][] {
  const kinds = Object.entries(bytes).filter(([, size]) => size > 0);
  const total = kinds.reduce((sum, [, size]) => sum + size, 0);
  return [...kinds, ["total", total] as const].map(([kind, size]) => [kind, formatBytes(size)]);
}

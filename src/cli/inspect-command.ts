import type { Command } from "commander";
import type { IndexSummary } from "../indexer/inspect-index.ts";
import { formatBytes, formatCount, formatNumber, formatPath, formatTable } from "./format.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { locateIndex } from "./locate-index.ts";
import { addCommonOptions, type CommonFlags } from "./options.ts";
import { openTerminal, printable, type Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ semantic-search inspect dist
  $ semantic-search inspect dist --json | jq .bytes`;

/** Values shown per filter. */
const NAMED_VALUES = 8;

/** Add `inspect`: say what an index holds. */
export function addInspectCommand(program: Command, context: CliContext): void {
  const command = program
    .command("inspect")
    .summary("say what an index holds")
    .description("Say what an index holds: counts, bytes, languages, filters and vector spaces.")
    .argument("[dir]", "folder of the site or of the index (default: as the config file says, else here)");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((dir: string | undefined, flags: CommonFlags) => runInspect(context, dir, flags));
}

async function runInspect({ io, api }: CliContext, named: string | undefined, flags: CommonFlags): Promise<void> {
  const terminal = openTerminal(io, flags);
  const config = await loadConfig({ cwd: io.cwd, file: flags.config, command: "inspect" });
  const dir = locateIndex(named, { cwd: io.cwd, config });
  const { inspectIndex } = await api();
  const summary = await inspectIndex(dir);
  terminal.printJson(summary);
  terminal.print(describeSummary(summary, { terminal, dir: formatPath(dir, io.cwd) }));
}

/** What an index holds, for people. */
function describeSummary(
  summary: IndexSummary,
  { terminal, dir }: { readonly terminal: Terminal; readonly dir: string },
): string {
  const { out: color } = terminal;
  const { build, format, generator } = summary;
  return [
    `${color.bold(dir)}  ${color.dim(`build ${build}, format ${format}, ${generator}`)}`,
    `  ${describeCounts(summary)}`,
    "",
    color.bold("Spaces"),
    ...describeSpaces(summary),
    "",
    ...describeFiles(summary, terminal),
    ...describeFilters(summary, terminal),
    ...(summary.sorts.length > 0 ? ["", `${color.bold("Sort keys")}  ${summary.sorts.map(printable).join(", ")}`] : []),
  ].join("\n");
}

function describeCounts({ pages, sections, chunks, languages }: IndexSummary): string {
  const spoken = `${languages.length === 1 ? "language" : "languages"} ${languages.join(", ") || "unknown"}`;
  return [formatCount(pages, "page"), formatCount(sections, "section"), formatCount(chunks, "chunk"), spoken].join(
    ", ",
  );
}

function describeSpaces({ spaces }: IndexSummary): string[] {
  if (spaces.length === 0) return ["  none: by words alone"];
  const rows = spaces.map(({ id, dims, precision, fingerprint, fusion }) => [
    id,
    `${dims} dimensions`,
    precision,
    fingerprint.slice(0, 12),
    `fused by ${fusion.method}, ${Math.round(fusion.semanticWeight * 100)}% by meaning`,
  ]);
  return [formatTable(rows)];
}

function describeFiles({ bytes, files }: IndexSummary, { out: color }: Terminal): string[] {
  const kinds = Object.entries(bytes).filter(([, size]) => size > 0);
  const total = kinds.reduce((sum, [, size]) => sum + size, 0);
  return [
    `${color.bold("Files")}  ${formatNumber(files)}, ${formatBytes(total)}`,
    formatTable(kinds.map(([kind, size]) => [kind, formatBytes(size)])),
  ];
}

function describeFilters({ filters }: IndexSummary, { out: color }: Terminal): string[] {
  const names = Object.entries(filters);
  if (names.length === 0) return [];
  const rows = names.map(([name, values]) => {
    const counted = Object.entries(values).sort(([, a], [, b]) => b - a);
    const named = counted.slice(0, NAMED_VALUES).map(([value, pages]) => `${printable(value)} (${pages})`);
    const rest = counted.length - named.length;
    return [printable(name), `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`];
  });
  return ["", color.bold("Filters"), formatTable(rows)];
}

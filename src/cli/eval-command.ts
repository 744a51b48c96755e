import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import { SearchError } from "../core/errors.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import { describeEvaluation } from "./eval-report.ts";
import { EXIT, ExitRequest } from "./exit.ts";
import { formatPath } from "./format.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { locateIndex } from "./locate-index.ts";
import { addCommonOptions, type CommonFlags, share } from "./options.ts";
import { createProgress } from "./progress.ts";
import { openTerminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ semantic-search eval --index dist --queries queries.tsv
  $ semantic-search eval -i dist --queries queries.tsv --html report.html
  $ semantic-search eval -i dist --queries queries.tsv --min-ndcg 0.6 --quiet
  $ semantic-search eval -i dist --queries beir-set --json report.json

A table of queries has one query and the URL of a right page per line, with a tab
between them. A query with several right pages has several lines:
  how do I log in	/guide/accounts/`;

interface EvalFlags extends Omit<CommonFlags, "json"> {
  readonly index?: string;
  readonly queries: string;
  readonly qrels?: string;
  readonly skipMissing?: boolean;
  readonly minNdcg?: number;
  readonly html?: string;
  /** True for standard output, else the name of a file. */
  readonly json?: boolean | string;
  readonly space?: string;
}

/** What programs get: the evaluation, and what became of `--min-ndcg`. */
interface EvalDocument extends Evaluation {
  readonly threshold: { readonly minNdcg: number; readonly passed: boolean } | null;
}

/** Add `eval`: measure an index by queries whose right pages are known. */
export function addEvalCommand(program: Command, context: CliContext): void {
  const command = program
    .command("eval")
    .summary("measure an index by queries with known answers")
    .description("Ask an index queries whose right pages are known, and measure what visitors would find.")
    .option("-i, --index <dir>", "folder of the site or of the index (default: as the config file says, else here)")
    .addOption(
      new Option(
        "--queries <file>",
        "table of queries and URLs; or a BEIR set: its folder or its queries.jsonl",
      ).makeOptionMandatory(),
    )
    .option("--qrels <file>", "judgments of a BEIR set (default: qrels.tsv or qrels/test.tsv beside its queries)")
    .option("--space <name>", "the space that answers by meaning, as inspect names it (default: the first)")
    .option("--skip-missing", "leave out right pages that are not in the index; else they count as never found")
    .option("--min-ndcg <number>", "exit with 1 when nDCG@10 is below it, 0–1", share)
    .option("--html <file>", "write a report with charts");
  addCommonOptions(command, { jsonFile: true })
    .addHelpText("after", EXAMPLES)
    .action((flags: EvalFlags) => runEval(context, flags));
}

async function runEval(context: CliContext, flags: EvalFlags): Promise<void> {
  const { io, api } = context;
  const json = flags.json === true;
  const terminal = openTerminal(io, { ...flags, json });
  const { reportHtml } = await api();
  const { title, evaluation } = await evaluateFlags(context, flags);
  const threshold =
    flags.minNdcg === undefined ? null : { minNdcg: flags.minNdcg, passed: evaluation.ndcg10 >= flags.minNdcg };
  const document: EvalDocument = { ...evaluation, threshold };
  const reports = {
    ...(typeof flags.json === "string" && { [flags.json]: `${JSON.stringify(document, null, 2)}\n` }),
    ...(flags.html !== undefined && { [flags.html]: reportHtml(evaluation, { title, minNdcg: flags.minNdcg }) }),
  };
  terminal.printJson(document);
  terminal.print(describeEvaluation(evaluation, { terminal, title }));
  for (const [file, text] of Object.entries(reports)) {
    await writeReport(resolve(io.cwd, file), text);
    terminal.note(`Wrote ${formatPath(resolve(io.cwd, file), io.cwd)}`);
  }
  if (!threshold || threshold.passed) return;
  if (!json) io.stderr.write(`${terminal.err.red("error:")} ${describeShortfall(evaluation, threshold.minNdcg)}\n`);
  throw new ExitRequest(EXIT.failed);
}

async function evaluateFlags({ io, api }: CliContext, flags: EvalFlags) {
  const config = await loadConfig({ cwd: io.cwd, file: flags.config, command: "eval" });
  const dir = locateIndex(flags.index, { cwd: io.cwd, config });
  const { loadQueries, evaluateIndex } = await api();
  const qrels = flags.qrels === undefined ? undefined : resolve(io.cwd, flags.qrels);
  const queries = await loadQueries(resolve(io.cwd, flags.queries), { qrels, signal: io.signal });
  const progress = createProgress(io, { quiet: flags.quiet, json: flags.json === true });
  try {
    const evaluation = await evaluateIndex(dir, queries, {
      skipMissing: flags.skipMissing,
      space: flags.space,
      signal: io.signal,
      onProgress: (event) => progress.update(event),
    });
    return { title: formatPath(dir, io.cwd), evaluation };
  } finally {
    progress.stop();
  }
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SearchError("bad-option", `The report cannot be written: ${reason}`, {
      remedy: "Name a file in a folder that can be written to.",
      file: path,
      cause,
    });
  }
}

function describeShortfall({ ndcg10, main }: Evaluation, minNdcg: number): string {
  // Rounded down, so that it never reads as what it falls short of.
  const shown = (Math.floor(ndcg10 * 1e4) / 1e4).toFixed(4);
  return `nDCG@10 by ${main} is ${shown}, below the ${minNdcg} of --min-ndcg.\n       Look at the queries that were not answered first, or lower the bar.`;
}

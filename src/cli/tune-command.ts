import { resolve } from "node:path";
import type { Command } from "commander";
import { SearchError } from "../core/errors.ts";
import type { TuneOptions } from "../tuning/types.ts";
import type { SearchConfig } from "./config.ts";
import { EXIT, ExitRequest } from "./exit.ts";
import { formatPath } from "./format.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { addCommonOptions, type CommonFlags, given, wholeNumber } from "./options.ts";
import { openTerminal } from "./terminal.ts";
import { createTuneProgress } from "./tune-progress.ts";
import { describeRefusal, describeTuning } from "./tune-report.ts";

const EXAMPLES = `
Examples:
  $ semantic-search tune dist
  $ semantic-search tune dist --pairs queries.tsv --out search/model.bin
  $ semantic-search index dist --model semantic-search-model.bin

A file of pairs has one query and the URL of its page per line, with a tab between
them, as for eval:
  how do I log in	/guide/accounts/`;

/** Default of `--out`. */
const MODEL_FILE = "semantic-search-model.bin";

interface TuneFlags extends CommonFlags {
  readonly pairs?: string;
  readonly model?: string;
  readonly out?: string;
  readonly seed?: number;
}

/** Add `tune`: adapt the embedded model to a site. */
export function addTuneCommand(program: Command, context: CliContext): void {
  const command = program
    .command("tune")
    .summary("adapt the embedding model to a site")
    .description(
      "Adapt the static embedding model to a site, by its headings, its links and, if there are, known queries. " +
        "A part of them is held back to judge by: a model that does worse than the base model is not written.",
    )
    .argument("[dir]", "folder of the built site (default: dir of the config file)")
    .option("-p, --pairs <file>", "known queries with the URLs of their pages")
    .option("--model <path>", "static model to start from (default: the one that comes along)")
    .option("-o, --out <file>", `model file to write (default: ${MODEL_FILE})`)
    .option("--seed <number>", "of what is left to chance; equal seeds give equal models (default: 1)", wholeNumber(0));
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((dir: string | undefined, flags: TuneFlags) => runTune(context, dir, flags));
}

async function runTune({ io, api }: CliContext, dir: string | undefined, flags: TuneFlags): Promise<void> {
  const terminal = openTerminal(io, flags);
  const config = await loadConfig({ cwd: io.cwd, file: flags.config, command: "tune" });
  const options = tuneOptions(flags, { dir, config, cwd: io.cwd });
  const { tuneSite } = await api();
  const progress = createTuneProgress(io, flags);
  try {
    const report = await tuneSite({ ...options, signal: io.signal, onProgress: (event) => progress.update(event) });
    progress.stop();
    terminal.printJson(report);
    if (!flags.quiet) {
      const site = formatPath(options.dir, io.cwd);
      terminal.print(describeTuning(report, { terminal, site, cwd: io.cwd }));
    }
    if (report.kept) return;
    if (!flags.json) io.stderr.write(`${terminal.err.red("error:")} ${describeRefusal(report)}\n`);
    throw new ExitRequest(EXIT.failed);
  } finally {
    progress.stop();
  }
}

/** How the site is read is as the config file says for `index`; its model is the tuned one, and no base. */
function tuneOptions(
  { pairs, model, out = MODEL_FILE, seed }: TuneFlags,
  { dir, config, cwd }: { readonly dir: string | undefined; readonly config: SearchConfig; readonly cwd: string },
): TuneOptions {
  const site = dir === undefined ? config.dir : resolve(cwd, dir);
  if (site === undefined) {
    throw new SearchError("bad-option", "There is no site to tune a model to.", {
      remedy: "Name the folder of the built site, as in: semantic-search tune dist",
    });
  }
  const { from, include, exclude, root, ignore, language, cleanUrls, chunkTokens, overlapTokens } = config;
  const reading = { from, include, exclude, root, ignore, language, cleanUrls, chunkTokens, overlapTokens };
  const paths = { pairs: pairs && resolve(cwd, pairs), model: model && resolve(cwd, model), out: resolve(cwd, out) };
  return { ...given(reading), ...given(paths), ...given({ seed }), dir: site };
}

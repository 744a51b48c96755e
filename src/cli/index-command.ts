import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { SearchError } from "../core/errors.ts";
import type { IndexSiteOptions } from "../indexer/types.ts";
import type { SearchConfig } from "./config.ts";
import { describeReport, embedSnippet } from "./index-report.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { addCommonOptions, addSwitch, type CommonFlags, collect, given, wholeNumber } from "./options.ts";
import { createProgress } from "./progress.ts";
import { openTerminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ semantic-search index dist
  $ semantic-search index dist --exclude "changelog/**" --ignore .promo
  $ semantic-search index docs --from markdown --out public/semantic-search
  $ semantic-search index dist --strict --json > report.json`;

/** Argument and flags of `index`: the options of the config file under the same names. */
type IndexFlags = SearchConfig & CommonFlags;

/** Add `index`: read a folder, write an index. */
export function addIndexCommand(program: Command, context: CliContext): void {
  const command = program
    .command("index")
    .summary("read a built site and write its index")
    .description("Read the pages of a built site and write the index that <semantic-search> loads.")
    .argument("[dir]", "folder of the built site (default: dir of the config file)")
    .option("-o, --out <folder>", "where to write (default: <dir>/semantic-search)")
    .addOption(new Option("--from <kind>", "what the folder holds").choices(["html", "markdown", "json"]))
    .option("--include <glob>", "only these files; repeatable", collect)
    .option("--exclude <glob>", "not these files; repeatable", collect)
    .option("--root <selector>", "element that holds the content (default: found by itself)")
    .option("--ignore <selector>", "elements to leave out; repeatable", collect)
    .option("--language <tag>", "language of pages that name none");
  addSwitch(command, "clean-urls", "page URLs without .html");
  command
    .option("--site-root <url>", "URL of the site's root, if it is not where the folder is")
    .addOption(new Option("--precision <kind>", "how vectors are stored").choices(["int8", "float32"]))
    .option("--chunk-tokens <number>", "most tokens in a chunk; a word is about 1.3 (default: 200)", wholeNumber(8))
    .option(
      "--overlap-tokens <number>",
      "tokens that a chunk repeats from the one before (default: 30)",
      wholeNumber(0),
    )
    .option("--model <path>", "another static model than the one that comes along")
    .option("--no-model", "index by words alone");
  command
    .addOption(new Option("--adapt", "adapt the model to the site's own texts").hideHelp())
    .option("--no-adapt", "take the model as it is, not adapted to the site's own texts");
  command
    .option("--max-files <number>", "most files of the index, for hosts with a limit (default: 10000)", wholeNumber(1))
    .option(
      "--keep <number>",
      "earlier builds whose files stay for visitors who have them (default: 1)",
      wholeNumber(0),
    );
  addSwitch(command, "strict", "stop at the first page that cannot be read");
  addSwitch(command, "force", "build even if nothing changed, and everything anew");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((dir: string | undefined, flags: IndexFlags) => runIndex(context, { ...flags, dir }));
}

async function runIndex({ io, api }: CliContext, flags: IndexFlags): Promise<void> {
  const terminal = openTerminal(io, flags);
  const config = await loadConfig({ cwd: io.cwd, file: flags.config, command: "index" });
  const options = siteOptions(flags, { config, cwd: io.cwd });
  const { indexSite } = await api();
  const progress = createProgress(io, flags);
  try {
    const report = await indexSite({ ...options, signal: io.signal, onProgress: (event) => progress.update(event) });
    progress.stop();
    const snippet = embedSnippet(report.out, options);
    terminal.printJson({ ...report, snippet });
    if (!flags.quiet) terminal.print(describeReport(report, { terminal, snippet, cwd: io.cwd }));
  } finally {
    progress.stop();
  }
}

/** Flags over the config file, paths absolute, common flags taken off. */
function siteOptions(
  flags: IndexFlags,
  { config, cwd }: { readonly config: SearchConfig; readonly cwd: string },
): IndexSiteOptions {
  const { config: _config, json: _json, quiet: _quiet, color: _color, ...own } = flags;
  const { dir, out, model } = own;
  const absolute = {
    dir: dir === undefined ? undefined : resolve(cwd, dir),
    out: out === undefined ? undefined : resolve(cwd, out),
    model: typeof model === "string" ? resolve(cwd, model) : model,
  };
  const options = { ...config, ...given(own), ...given(absolute) };
  if (options.dir === undefined) {
    throw new SearchError("bad-option", "There is no folder to index.", {
      remedy: "Name the folder of the built site, as in: semantic-search index dist",
    });
  }
  return { ...options, dir: options.dir };
}

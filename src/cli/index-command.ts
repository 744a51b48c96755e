import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { SearchError } from "../core/errors.ts";
import { DTYPES, type Dtype } from "../core/model-files.ts";
import type { IndexSiteOptions } from "../indexer/types.ts";
import type { SearchConfig } from "./config.ts";
import { describeReport, embedSnippet } from "./index-report.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { addCommonOptions, addSwitch, type CommonFlags, collect, given, modelName, wholeNumber } from "./options.ts";
import { createProgress } from "./progress.ts";
import { openTerminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ semantic-search index dist
  $ semantic-search index dist --exclude "changelog/**" --ignore .promo
  $ semantic-search index docs --from markdown --out public/semantic-search
  $ semantic-search index dist --model Xenova/bge-small-en-v1.5
  $ semantic-search index dist --strict --json > report.json`;

/** Argument and flags of `index`: the options of the config file under the same names. */
type IndexFlags = Omit<SearchConfig, "model" | "curation"> & CommonFlags & ModelFlags & { readonly curation?: string };

interface ModelFlags {
  readonly model?: string | false | undefined;
  readonly dtype?: Dtype | undefined;
  readonly rerank?: string | undefined;
}

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
    .option("--model <name>", "a sentence encoder beside the embedded model: name on the hub, or folder")
    .option("--no-model", "index by words alone")
    .addOption(new Option("--dtype <kind>", "how the encoder's weights are stored (default: q8)").choices(DTYPES))
    .option("--rerank <name>", "a cross-encoder that reads the best results again; needs --model")
    .option("--models-from <folder>", "folder that holds the models, so that nothing is fetched")
    .option("--static-model <file>", "another static model than the one that comes along")
    .option("--curation <file>", "synonyms, pinned pages, redirects and suggestions, as YAML or JSON");
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
  addSwitch(command, "strict", "stop at a page that cannot be read, or is pinned and not there");
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

/** What the flags say of the model, over what the config file says of it. */
function settleModel(
  { model, dtype, rerank }: ModelFlags,
  { configured, cwd }: { readonly configured: IndexSiteOptions["model"]; readonly cwd: string },
): IndexSiteOptions["model"] {
  const chosen = typeof model === "string" ? modelName(model, cwd) : (model ?? configured);
  if (dtype === undefined && rerank === undefined) return chosen;
  const encoder = typeof chosen === "string" ? { name: chosen } : chosen;
  if (!encoder || "url" in encoder) {
    throw new SearchError(
      "bad-option",
      "--dtype and --rerank say something of a sentence encoder, and there is none.",
      {
        remedy: "Name one with --model, as in: --model Xenova/bge-small-en-v1.5",
      },
    );
  }
  return {
    ...encoder,
    ...given({ dtype, rerank: rerank === undefined ? undefined : { name: modelName(rerank, cwd) } }),
  };
}

/** Flags over the config file, paths absolute, common flags taken off. */
function siteOptions(
  flags: IndexFlags,
  { config, cwd }: { readonly config: SearchConfig; readonly cwd: string },
): IndexSiteOptions {
  const { config: _config, json: _json, quiet: _quiet, color: _color, model, dtype, rerank, ...own } = flags;
  const absolutePath = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  const absolute = {
    dir: absolutePath(own.dir),
    out: absolutePath(own.out),
    staticModel: absolutePath(own.staticModel),
    modelsFrom: absolutePath(own.modelsFrom),
    curation: absolutePath(own.curation),
    model: settleModel({ model, dtype, rerank }, { configured: config.model, cwd }),
  };
  const options = { ...config, ...given(own), ...given(absolute) };
  if (options.dir === undefined) {
    throw new SearchError("bad-option", "There is no folder to index.", {
      remedy: "Name the folder of the built site, as in: semantic-search index dist",
    });
  }
  return { ...options, dir: options.dir };
}

import { type Command, Option } from "commander";
import type { FusionMethod, SearchMode, SearchOptions, SortOrder } from "../core/search.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { locateIndex } from "./locate-index.ts";
import { addCommonOptions, type CommonFlags, collectPair, given, share, sortOrder, wholeNumber } from "./options.ts";
import { describeResults } from "./search-report.ts";
import { openTerminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ semantic-search search "how do I log in" --index dist
  $ semantic-search search rotate api keys -i dist --explain
  $ semantic-search search deploy -i dist --filter section=Guides --mode keyword
  $ semantic-search search release notes -i dist --sort date:desc
  $ semantic-search search deploy -i dist --json | jq -r ".hits[].url"`;

interface SearchFlags extends CommonFlags {
  readonly index?: string;
  readonly limit?: number;
  readonly offset?: number;
  readonly sections?: number;
  readonly mode?: SearchMode;
  readonly filter?: Readonly<Record<string, readonly string[]>>;
  readonly language?: string;
  readonly sort?: SortOrder;
  readonly semanticWeight?: number;
  readonly fusion?: FusionMethod;
  readonly explain?: boolean;
  readonly space?: string;
}

/** Add `search`: ask an index. */
export function addSearchCommand(program: Command, context: CliContext): void {
  const command = program
    .command("search")
    .summary("ask an index from the command line")
    .description("Ask an index, with the engine and the settings that visitors get.")
    .argument("<query...>", "words or a question")
    .option("-i, --index <dir>", "folder of the site or of the index (default: as the config file says, else here)")
    .option("-n, --limit <number>", "most pages (default: 10)", wholeNumber(1))
    .option("--offset <number>", "pages to leave out at the top", wholeNumber(0))
    .option("--sections <number>", "most sections under a page (default: 3)", wholeNumber(1))
    .addOption(
      new Option("-m, --mode <mode>", "by words, by meaning, or both").choices(["hybrid", "keyword", "semantic"]),
    )
    .option("-f, --filter <name=value>", "only pages with this value; repeatable", collectPair)
    .option("--language <tag>", "only pages of this language")
    .option("--sort <name[:desc]>", "by a value of the pages, as inspect lists them (default: by relevance)", sortOrder)
    .option("--semantic-weight <share>", "share of the score by meaning, 0–1", share)
    .addOption(new Option("--fusion <method>", "how the two rankings are combined").choices(["convex", "rrf"]))
    .option("--space <name>", "the space that answers by meaning, as inspect names it (default: the first)")
    .option("-e, --explain", "show ranks and scores");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((words: readonly string[], flags: SearchFlags) => runSearch(context, words.join(" "), flags));
}

async function runSearch({ io, api }: CliContext, query: string, flags: SearchFlags): Promise<void> {
  const terminal = openTerminal(io, flags);
  const config = await loadConfig({ cwd: io.cwd, file: flags.config, command: "search" });
  const dir = locateIndex(flags.index, { cwd: io.cwd, config });
  const { openIndex } = await api();
  const backend = await openIndex(dir);
  try {
    if (flags.space !== undefined) await backend.loadSpace?.(flags.space, { signal: io.signal });
    const results = await backend.search(query, { ...searchOptions(flags), signal: io.signal });
    terminal.printJson(results);
    terminal.print(describeResults(results, terminal));
  } finally {
    backend.close();
  }
}

function searchOptions(flags: SearchFlags): SearchOptions {
  const { limit, offset, mode, language, sort, semanticWeight, fusion, explain, sections, filter } = flags;
  const weights = semanticWeight === undefined ? undefined : { semantic: semanticWeight };
  const renamed = { sectionsPerPage: sections, filters: filter, weights };
  return given({ limit, offset, mode, language, sort, fusion, explain, ...renamed });
}

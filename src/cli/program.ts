import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addEvalCommand } from "./eval-command.ts";
import { addIndexCommand } from "./index-command.ts";
import { addInspectCommand } from "./inspect-command.ts";
import type { CliContext } from "./io.ts";
import { addSearchCommand } from "./search-command.ts";
import { addServeCommand } from "./serve-command.ts";
import { addTuneCommand } from "./tune-command.ts";

const EXAMPLES = `
Examples:
  $ semantic-search index dist                 index the built site in dist/
  $ semantic-search search "log in" -i dist    ask the index from here
  $ semantic-search serve dist                 look at the site in a browser
  $ semantic-search eval --queries q.tsv       measure what visitors would find

Exit codes:
  0    done
  1    failed; the message says why
  2    the command line, the config file or the query file is wrong
  130  stopped by Ctrl+C`;

/** The command tree. Parsing throws `CommanderError` for a wrong command line, and for `--help` and `--version`. */
export function createProgram(context: CliContext, { json }: { readonly json: boolean }): Command {
  const { stdout, stderr } = context.io;
  const program = new Command("semantic-search")
    .description("Search by meaning and by words for static sites: in the browser, without a server.")
    .version(readVersion(), "-v, --version")
    .showHelpAfterError("Run with --help to see what there is.")
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void (json || stderr.write(text)),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
    })
    .addHelpText("after", EXAMPLES)
    .exitOverride();
  addIndexCommand(program, context);
  addSearchCommand(program, context);
  addInspectCommand(program, context);
  addEvalCommand(program, context);
  addTuneCommand(program, context);
  addServeCommand(program, context);
  return program;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (manifest as { readonly version: string }).version;
}

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { SearchError } from "../core/errors.ts";
import { formatPath } from "./format.ts";
import type { CliContext } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { INDEX_FOLDER } from "./locate-index.ts";
import { addCommonOptions, type CommonFlags, wholeNumber } from "./options.ts";
import { startSiteServer } from "./site-server.ts";
import { openTerminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ semantic-search serve dist
  $ semantic-search serve dist --port 8080 --csp`;

const DEFAULT_PORT = 4173;

interface ServeFlags extends CommonFlags {
  readonly port: number;
  readonly host: string;
  readonly csp?: boolean;
}

/** Add `serve`: a local server to look at a built site. */
export function addServeCommand(program: Command, context: CliContext): void {
  const command = program
    .command("serve")
    .summary("serve a built site on this computer")
    .description("Serve a built site on this computer, to try the search. Not meant for production.")
    .argument("[dir]", "folder of the site (default: dir of the config file, else here)")
    .option("-p, --port <number>", "port; the next free one when it is taken", wholeNumber(0, 65_535), DEFAULT_PORT)
    .option("--host <address>", "address to listen on; 0.0.0.0 opens it to the network", "127.0.0.1")
    .option("--csp", "send the strictest content security policy that the element works under");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((dir: string | undefined, flags: ServeFlags) => runServe(context, dir, flags));
}

async function runServe({ io }: CliContext, named: string | undefined, flags: ServeFlags): Promise<void> {
  const terminal = openTerminal(io, flags);
  const config = await loadConfig({ cwd: io.cwd, file: flags.config, command: "serve" });
  const dir = siteFolder(resolve(io.cwd, named ?? config.dir ?? "."), io.cwd);
  const { port, host, csp } = flags;
  const server = await startSiteServer({ dir, port, host, csp, signal: io.signal });
  const shown = formatPath(dir, io.cwd);
  terminal.printJson({ url: server.url, dir });
  terminal.print(`Serving ${shown} at ${terminal.out.cyan(server.url)}  ${terminal.out.dim("Ctrl+C stops it")}`);
  if (!existsSync(join(dir, config.out ?? INDEX_FOLDER))) {
    terminal.note(`There is no index in "${shown}" yet. Build one: semantic-search index ${shown}`);
  }
  await server.closed;
}

function siteFolder(dir: string, cwd: string): string {
  if (existsSync(dir) && statSync(dir).isDirectory()) return dir;
  throw new SearchError("not-found", `There is no folder "${formatPath(dir, cwd)}".`, {
    remedy: "Name the folder of the built site, as in: semantic-search serve dist",
  });
}

import { CommanderError } from "commander";
import { SearchError } from "../core/errors.ts";
import { EXIT, type ExitCode, ExitRequest } from "./exit.ts";
import { reportFailure } from "./failure.ts";
import type { CliContext } from "./io.ts";
import { createProgram } from "./program.ts";

/** Commands whose `--json` may be followed by the name of a file. */
const JSON_FILE_COMMANDS = ["eval"];

/**
 * Run the command line.
 *
 * @param argv Arguments after `node` and the script.
 * @returns The exit code; never rejects.
 */
export async function main(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  const json = wantsJson(argv);
  try {
    await createProgram(context, { json }).parseAsync([...argv], { from: "user" });
    return EXIT.ok;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok;
    if (thrown instanceof ExitRequest) return thrown.code;
    return reportFailure(afterInterrupt(thrown, context.io), { io: context.io, json });
  }
}

/** Whatever fails once the user has interrupted failed because of it. */
function afterInterrupt(thrown: unknown, { signal }: CliContext["io"]): unknown {
  return signal.aborted ? new SearchError("aborted", "The command was interrupted.", { cause: thrown }) : thrown;
}

/**
 * Whether `--json` is asked for, known before parsing so that a wrong command line is answered in JSON as well.
 * Where the flag may name a file instead, a word behind it is one.
 */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const flags = argv.slice(0, end < 0 ? argv.length : end);
  const at = flags.indexOf("--json");
  const file = JSON_FILE_COMMANDS.includes(argv[0] ?? "") ? flags[at + 1] : undefined;
  return at >= 0 && (file === undefined || file.startsWith("-"));
}

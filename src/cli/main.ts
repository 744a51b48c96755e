import { CommanderError } from "commander";
import { SearchError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { reportFailure } from "./failure.ts";
import type { CliContext } from "./io.ts";
import { createProgram } from "./program.ts";

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
    return reportFailure(afterInterrupt(thrown, context.io), { io: context.io, json });
  }
}

/** Whatever fails once the user has interrupted failed because of it. */
function afterInterrupt(thrown: unknown, { signal }: CliContext["io"]): unknown {
  return signal.aborted ? new SearchError("aborted", "The command was interrupted.", { cause: thrown }) : thrown;
}

/** Whether `--json` is asked for, known before parsing so that a wrong command line is answered in JSON as well. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}

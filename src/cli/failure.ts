import { CommanderError } from "commander";
import { type ErrorCode, SearchError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import type { CliIo } from "./io.ts";
import { openTerminal } from "./terminal.ts";

const USAGE_CODES: readonly ErrorCode[] = ["bad-option", "config-invalid", "queries-invalid"];

/** Options of {@link reportFailure}. */
export interface FailureOptions {
  readonly io: CliIo;
  /** Report as `{"error": {code, message, remedy}}` on standard output instead of as text on standard error. */
  readonly json: boolean;
}

/**
 * Tell the user what went wrong and what to do about it.
 * A stack is shown only for what we did not foresee, since that is a bug of ours.
 *
 * @returns The exit code that fits.
 */
export function reportFailure(thrown: unknown, { io, json }: FailureOptions): ExitCode {
  const error = thrown instanceof CommanderError ? usageError(thrown) : SearchError.from(thrown);
  if (json) io.stdout.write(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
  else if (!(thrown instanceof CommanderError)) io.stderr.write(describe(error, io));
  return exitCodeOf(error);
}

function exitCodeOf({ code }: SearchError): ExitCode {
  if (code === "aborted") return EXIT.interrupted;
  return USAGE_CODES.includes(code) ? EXIT.usage : EXIT.failed;
}

function describe(error: SearchError, io: CliIo): string {
  const { err } = openTerminal(io);
  if (error.code === "aborted") return `${err.dim("Stopped.")}\n`;
  const lines = [`${err.red("error:")} ${error.message}`];
  if (error.remedy) lines.push(`       ${error.remedy}`);
  if (error.code === "internal") lines.push(err.dim(stackOf(error)));
  return `${lines.join("\n")}\n`;
}

function stackOf(error: SearchError): string {
  const { cause } = error;
  return (cause instanceof Error ? cause.stack : error.stack) ?? "";
}

/** What commander says about a command line, in our own terms. It has already been printed unless in JSON mode. */
function usageError(error: CommanderError): SearchError {
  const message =
    error.code === "commander.help"
      ? "A command is missing."
      : error.message.replace(/^error: /, "").replace("\n", " ");
  return new SearchError("bad-option", message, { remedy: "Run semantic-search --help to see what there is." });
}

import pc from "picocolors";
import type { CliIo, TextStream } from "./io.ts";

/** Functions that colour text, or return it as it is where colours are off. */
export type Colors = ReturnType<typeof pc.createColors>;

/** What a command writes to. */
export interface Terminal {
  /** Colours for standard output. */
  readonly out: Colors;
  /** Colours for standard error. */
  readonly err: Colors;
  /** Width of standard output in characters; 80 when unknown, 100 at most, for a readable measure. */
  readonly width: number;
  /** Print what the command was asked for; nothing with `--json`. */
  print(text: string): void;
  /** The same for programs, as one JSON document; nothing without `--json`. */
  printJson(value: unknown): void;
  /** Print what was not asked for, on standard error; nothing with `--json` or `--quiet`. */
  note(text: string): void;
}

/** Flags that every command has. */
export interface TerminalOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** `false` turns colours off wherever they would be on. */
  readonly color?: boolean | undefined;
}

const DEFAULT_WIDTH = 80;
const MAX_WIDTH = 100;

/** Open the terminal for one command. */
export function openTerminal(io: CliIo, { json = false, quiet = false, color = true }: TerminalOptions = {}): Terminal {
  const colorsFor = (stream: TextStream) => pc.createColors(color && hasColors(stream, io.env));
  return {
    out: colorsFor(io.stdout),
    err: colorsFor(io.stderr),
    width: Math.min(io.stdout.columns || DEFAULT_WIDTH, MAX_WIDTH),
    print: (text) => void (json || io.stdout.write(`${text}\n`)),
    printJson: (value) => void (json && io.stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
    note: (text) => void (json || quiet || io.stderr.write(`${text}\n`)),
  };
}

/** `NO_COLOR` (no-color.org) wins over `FORCE_COLOR`; otherwise a terminal that is not dumb has colours. */
function hasColors(stream: TextStream, env: CliIo["env"]): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return stream.isTTY === true && env.TERM !== "dumb";
}

/**
 * Replace control characters by spaces, one for one, so that text taken from a page can neither move the cursor nor
 * change the terminal's settings. Offsets into the text stay valid.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}

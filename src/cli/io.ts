import type { NodeApi } from "./api.ts";

/** A stream that text is written to; `process.stdout` is one. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** What a command sees of the process it runs in. */
export interface CliIo {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Everything a command is given: where it runs and what it runs on. */
export interface CliContext {
  readonly io: CliIo;
  /** Loads the Node API when a command needs it, so that `--help` stays quick. */
  readonly api: () => Promise<NodeApi>;
}

/** Exit codes of the command line; they are part of its interface. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** Something went wrong; the message says what. */
  failed: 1,
  /** The command line or the configuration file is wrong; nothing was done. */
  usage: 2,
  /** Stopped by Ctrl+C or SIGTERM, as shells report it (128 + SIGINT). */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Thrown by a command that has said everything itself, to end with a code. */
export class ExitRequest extends Error {
  override readonly name = "ExitRequest";
  readonly code: ExitCode;

  constructor(code: ExitCode) {
    super(`Exit with ${code}.`);
    this.code = code;
  }
}

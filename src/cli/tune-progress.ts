import type { TuneProgress } from "../tuning/types.ts";
import { formatDuration, formatNumber } from "./format.ts";
import type { CliIo } from "./io.ts";

/** Shows how far tuning is. */
export interface TuneProgressReporter {
  /** Cheap: called for every file, step and question. */
  update(progress: TuneProgress): void;
  /** Leave the terminal tidy; safe to call twice. */
  stop(): void;
}

const PHASES = {
  read: { verb: "Reading", noun: "files" },
  train: { verb: "Training", noun: "steps" },
  judge: { verb: "Judging", noun: "questions" },
} as const;

/** Least time between two writes on a terminal, and elsewhere. */
const REDRAW_MS = 100;
const LINE_MS = 5000;
/** Before that a rate says little. */
const RATE_AFTER_MS = 500;
const CLEAR_LINE = "\r\x1b[K";

/** One line that changes on a terminal, occasional lines elsewhere, nothing with `--json` or `--quiet`. */
export function createTuneProgress(
  { stderr }: Pick<CliIo, "stderr">,
  { json = false, quiet = false }: { readonly json?: boolean | undefined; readonly quiet?: boolean | undefined },
): TuneProgressReporter {
  return json || quiet ? { update() {}, stop() {} } : new LineReporter(stderr);
}

/**
 * `Training 120/400 steps · loss 0.85 · 4.2 s left`.
 *
 * @param elapsedMs Since the phase began.
 */
export function describeTuneProgress({ phase, done, total, loss }: TuneProgress, elapsedMs: number): string {
  const { verb, noun } = PHASES[phase];
  const parts = [`${verb} ${formatNumber(done)}/${formatNumber(total)} ${noun}`];
  if (loss !== undefined) parts.push(`loss ${loss.toFixed(2)}`);
  if (elapsedMs >= RATE_AFTER_MS && done > 0 && done < total) {
    parts.push(`${formatDuration(Math.max(1000, (elapsedMs / done) * (total - done)))} left`);
  }
  return parts.join(" · ");
}

class LineReporter implements TuneProgressReporter {
  readonly #stderr: CliIo["stderr"];
  #phase: TuneProgress["phase"] | undefined;
  #startedAt = 0;
  #writtenAt = 0;
  #isDrawn = false;

  constructor(stderr: CliIo["stderr"]) {
    this.#stderr = stderr;
  }

  update(progress: TuneProgress): void {
    const now = performance.now();
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#startedAt = this.#writtenAt = now;
    }
    const finished = progress.done === progress.total;
    const { isTTY } = this.#stderr;
    if (!finished && now - this.#writtenAt < (isTTY ? REDRAW_MS : LINE_MS)) return;
    this.#writtenAt = now;
    const line = describeTuneProgress(progress, now - this.#startedAt);
    this.#stderr.write(isTTY ? CLEAR_LINE + line : `${line}\n`);
    this.#isDrawn = isTTY === true;
  }

  stop(): void {
    if (this.#isDrawn) this.#stderr.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}

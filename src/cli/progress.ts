import { createRequire } from "node:module";
import type { SingleBar } from "cli-progress";
import { formatBytes, formatDuration, formatNumber } from "./format.ts";
import type { CliIo } from "./io.ts";

/** How far a long command is. */
export interface Progress {
  readonly phase: keyof typeof PHASES;
  readonly done: number;
  readonly total: number;
  readonly bytes?: number;
}

/** Shows how far a long command is. */
export interface ProgressReporter {
  /** Cheap: called for every page, batch and query. */
  update(progress: Progress): void;
  /** Leave the terminal tidy; safe to call twice. */
  stop(): void;
}

const PHASES = {
  scan: { verb: "Looking through", noun: "files" },
  read: { verb: "Reading", noun: "files" },
  fetch: { verb: "Fetching the model", noun: "bytes" },
  encode: { verb: "Encoding", noun: "chunks" },
  link: { verb: "Linking", noun: "vectors" },
  adapt: { verb: "Adapting the model", noun: "visits of chunks" },
  embed: { verb: "Embedding", noun: "chunks" },
  cluster: { verb: "Grouping vectors", noun: "comparisons" },
  relate: { verb: "Finding related pages", noun: "pages" },
  write: { verb: "Writing", noun: "files" },
  ask: { verb: "Asking", noun: "queries" },
  weigh: { verb: "Weighing", noun: "queries" },
} as const;

/** Least time between two lines where there is no terminal. */
const LINE_INTERVAL_MS = 5000;
/** Before that a rate says little. */
const RATE_AFTER_MS = 500;
const BAR_WIDTH = 24;

/** A bar on a terminal, occasional lines elsewhere, nothing with `--json` or `--quiet`. */
export function createProgress(
  { stderr }: Pick<CliIo, "stderr">,
  { json = false, quiet = false }: { readonly json?: boolean | undefined; readonly quiet?: boolean | undefined },
): ProgressReporter {
  if (json || quiet) return { update() {}, stop() {} };
  return stderr.isTTY ? new BarProgress(stderr as NodeJS.WriteStream) : new LineProgress(stderr);
}

/**
 * What stands beside the bar: `Reading 120/400 files · 3.4 MB · 210/s · 2 s left`.
 *
 * @param elapsedMs Since the phase began.
 */
export function describeProgress({ phase, done, total, bytes = 0 }: Progress, elapsedMs: number): string {
  const { verb, noun } = PHASES[phase];
  const format = noun === "bytes" ? formatBytes : formatNumber;
  const parts = [`${verb} ${format(done)}/${format(total)}${noun === "bytes" ? "" : ` ${noun}`}`];
  if (bytes > 0) parts.push(formatBytes(bytes));
  if (elapsedMs >= RATE_AFTER_MS && done > 0) {
    const perMs = done / elapsedMs;
    parts.push(`${format(Math.round(perMs * 1000))}/s`);
    if (done < total) parts.push(`${formatDuration(Math.max(1000, (total - done) / perMs))} left`);
  }
  return parts.join(" · ");
}

/** One line when a phase ends, and every few seconds within it. */
class LineProgress implements ProgressReporter {
  readonly #stderr: CliIo["stderr"];
  #phase: Progress["phase"] | undefined;
  #startedAt = 0;
  #printedAt = 0;

  constructor(stderr: CliIo["stderr"]) {
    this.#stderr = stderr;
  }

  update(progress: Progress): void {
    const now = performance.now();
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#startedAt = this.#printedAt = now;
    }
    const finished = progress.total > 0 && progress.done === progress.total;
    if (!finished && now - this.#printedAt < LINE_INTERVAL_MS) return;
    this.#printedAt = now;
    this.#stderr.write(`${describeProgress(progress, now - this.#startedAt)}\n`);
  }

  stop(): void {}
}

/** One bar per phase, taken away when the phase ends. */
class BarProgress implements ProgressReporter {
  readonly #bar: SingleBar;
  #last: Progress | undefined;
  #startedAt = 0;
  #updatedAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    // CommonJS, and needed on a terminal only: loaded here rather than with the module.
    const { SingleBar } = createRequire(import.meta.url)("cli-progress") as typeof import("cli-progress");
    this.#bar = new SingleBar({
      stream,
      clearOnComplete: true,
      fps: 12,
      format: (_options, { progress }) => this.#line(progress),
    });
  }

  update(progress: Progress): void {
    const begins = progress.phase !== this.#last?.phase;
    if (begins) this.#bar.stop();
    this.#last = progress;
    this.#updatedAt = performance.now();
    if (begins) {
      this.#startedAt = this.#updatedAt;
      this.#bar.start(progress.total, progress.done);
    }
    this.#bar.setTotal(progress.total);
    this.#bar.update(progress.done);
  }

  stop(): void {
    this.#bar.stop();
  }

  #line(share: number): string {
    if (!this.#last) return "";
    const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    return `${bar} ${describeProgress(this.#last, this.#updatedAt - this.#startedAt)}`;
  }
}

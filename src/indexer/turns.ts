import { setImmediate } from "node:timers/promises";

/** Longest time without a turn for others: Ctrl+C is noticed, and progress drawn, that often. */
const TURN_MS = 50;

/** Gives other tasks their turn amid long work on the calling thread. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #lastMs = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * Call it in every round of a loop: mostly it does nothing and returns undefined, which need not be awaited.
   * @throws The signal's reason when it is aborted.
   */
  take(): Promise<void> | undefined {
    return performance.now() - this.#lastMs < TURN_MS ? undefined : this.#pause();
  }

  async #pause(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#lastMs = performance.now();
  }
}

/** How long work is followed and ended. */
export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  /** What is done, and all there is to do. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Longest time without letting other tasks run. */
const TURN_MS = 40;

/** Gives other tasks their turn amid long work. */
export class Turns {
  readonly #options: WorkOptions;
  readonly #total: number;
  #ends = performance.now() + TURN_MS;

  constructor(total: number, options: WorkOptions) {
    this.#total = total;
    this.#options = options;
    options.signal?.throwIfAborted();
  }

  /**
   * Call it in every round of a loop: mostly it does nothing and returns undefined, which need not be awaited.
   * @throws The signal's reason when it is aborted.
   */
  take(done: number): Promise<void> | undefined {
    return performance.now() < this.#ends ? undefined : this.#pause(done);
  }

  async #pause(done: number): Promise<void> {
    this.#options.onProgress?.(done, this.#total);
    await new Promise((resolve) => setTimeout(resolve));
    this.#options.signal?.throwIfAborted();
    this.#ends = performance.now() + TURN_MS;
  }
}

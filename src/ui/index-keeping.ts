import { SearchError } from "../core/errors.ts";
import type { KeepProgress, SearchBackend } from "../core/search.ts";

/** What keeping an index needs of the search it is for. */
export interface IndexKeepingHost {
  /** May throw a `SearchError`. */
  backend(): SearchBackend;
  /** Whether the page wants the whole index on the device. */
  isWanted(): boolean;
  progress(progress: KeepProgress): void;
  failed(error: SearchError): void;
}

/** The way of a whole index into the browser: once, and again after a want of connection, or of the element. */
export class IndexKeeping {
  readonly #host: IndexKeepingHost;
  #started = false;
  #controller = new AbortController();

  constructor(host: IndexKeepingHost) {
    this.#host = host;
  }

  async start(): Promise<void> {
    if (this.#started || !this.#host.isWanted()) return;
    this.#started = true;
    const { signal } = this.#controller;
    const onProgress = (progress: KeepProgress) => {
      if (!signal.aborted) this.#host.progress(progress);
    };
    try {
      await this.#host.backend().keepAll?.({ onProgress, signal });
    } catch (thrown) {
      if (signal.aborted) return;
      const error = SearchError.from(thrown);
      const isGone = error.code === "aborted";
      this.#started = !isGone && error.code !== "network";
      if (!isGone) this.#host.failed(error);
    }
  }

  /** Stops it; what is kept stays. */
  reset(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#started = false;
  }
}

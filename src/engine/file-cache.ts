import { SearchError } from "../core/errors.ts";
import { throwIfAborted } from "./abortable.ts";

/**
 * How long a request that nobody waits for goes on. While someone types, the next query comes at once and mostly wants
 * the same files.
 */
const GRACE_MS = 100;

/** A file that is being read or was. */
interface Entry {
  readonly content: Promise<unknown>;
  readonly controller: AbortController;
  /** Callers that wait for it. */
  waiting: number;
  /** Bytes in memory; undefined while it is on its way. */
  bytes: number | undefined;
}

/** Reads one file: what it holds, and its size in memory. */
export type LoadFile<T> = (signal: AbortSignal) => Promise<{ readonly content: T; readonly bytes: number }>;

/**
 * Decoded files by name. Several callers share one request, which is aborted soon after the last of them has gone; one
 * that failed is made again the next time. Those used least recently are dropped when all exceed `maxBytes`.
 */
export class FileCache {
  readonly #maxBytes: number;
  /** In the order of use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws SearchError `aborted`, or what `load` threw. */
  async get<T>(name: string, load: LoadFile<T>, signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    const entry = this.#entries.get(name) ?? this.#begin(name, load);
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return this.#wait(name, entry, signal) as Promise<T>;
  }

  #begin<T>(name: string, load: LoadFile<T>): Entry {
    const controller = new AbortController();
    const loading = load(controller.signal);
    const content = loading.then((loaded) => loaded.content);
    const entry: Entry = { content, controller, waiting: 0, bytes: undefined };
    loading.then(
      ({ bytes }) => {
        if (this.#entries.get(name) !== entry) return;
        entry.bytes = bytes;
        this.#bytes += bytes;
        this.#shrink();
      },
      () => this.#drop(name, entry),
    );
    // Whoever waited may have gone.
    content.catch(() => undefined);
    return entry;
  }

  #wait(name: string, entry: Entry, signal: AbortSignal | undefined): Promise<unknown> {
    entry.waiting++;
    if (!signal) return entry.content;
    return new Promise((resolve, reject) => {
      const abort = () => {
        entry.waiting--;
        if (entry.waiting === 0) setTimeout(() => this.#giveUp(name, entry), GRACE_MS);
        reject(SearchError.from(new DOMException("Aborted", "AbortError")));
      };
      signal.addEventListener("abort", abort, { once: true });
      entry.content.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    });
  }

  #giveUp(name: string, entry: Entry): void {
    if (entry.waiting > 0 || entry.bytes !== undefined) return;
    this.#drop(name, entry);
    entry.controller.abort();
  }

  #drop(name: string, entry: Entry): void {
    if (this.#entries.get(name) !== entry) return;
    this.#entries.delete(name);
    this.#bytes -= entry.bytes ?? 0;
  }

  #shrink(): void {
    for (const [name, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      if (entry.bytes !== undefined) this.#drop(name, entry);
    }
  }
}

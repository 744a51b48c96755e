import { readStored, writeStored } from "./stored.ts";

/** Most searches that are remembered. */
const MAX_QUERIES = 7;
/** A longer one is pasted text rather than a query. */
const MAX_CHARS = 100;

/**
 * What was searched for, newest first, kept in the browser's storage for one index. Where the browser refuses to store
 * anything there is nothing to show, and nothing else changes.
 */
export class RecentSearches {
  readonly #key: () => string;

  /** `key` is asked every time, because an element can be given another index. */
  constructor(key: () => string) {
    this.#key = key;
  }

  /** At most seven. */
  get queries(): readonly string[] {
    const stored = readStored(this.#key());
    if (!Array.isArray(stored)) return [];
    return stored.filter((query): query is string => typeof query === "string").slice(0, MAX_QUERIES);
  }

  /** Puts a query first; it is there once, however it is capitalised. */
  add(query: string): void {
    if (query && query.length <= MAX_CHARS) this.#write([query, ...this.#without(query)]);
  }

  remove(query: string): void {
    this.#write(this.#without(query));
  }

  clear(): void {
    this.#write([]);
  }

  #without(query: string): string[] {
    return this.queries.filter((other) => other.toLowerCase() !== query.toLowerCase());
  }

  #write(queries: readonly string[]): void {
    writeStored(this.#key(), queries.length > 0 ? queries.slice(0, MAX_QUERIES) : undefined);
  }
}

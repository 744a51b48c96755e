import type { IndexInfo } from "../core/search.ts";
import { type QueryRow, queryRow } from "./list-rows.ts";
import { RecentSearches } from "./recent-searches.ts";

/** What the queries before the first letter need of their element. */
export interface IdleQueriesHost {
  /** What the index holds. Rejects with a `SearchError`. */
  info(): Promise<IndexInfo>;
  /** URL of the index, relative to the page; empty where the page made the backend. */
  src(): string;
  /** Whether what was searched for is shown and remembered. */
  isRemembering(): boolean;
  changed(): void;
}

/** The queries that are offered before the first letter: what was searched for before, and what the site suggests. */
export class IdleQueries {
  readonly #host: IdleQueriesHost;
  readonly #recent: RecentSearches;
  #suggested: readonly string[] = [];
  /** What was forgotten because the page wants it so; once, because another element may remember. */
  #unwanted = "";

  constructor(host: IdleQueriesHost) {
    this.#host = host;
    this.#recent = new RecentSearches(() => this.#key);
  }

  get #key(): string {
    const src = this.#host.src();
    return `semantic-search:recent:${src && new URL(src, document.baseURI).href}`;
  }

  /** Recent ones first; what the site suggests is not said twice. */
  get rows(): readonly QueryRow[] {
    const recent = this.#host.isRemembering() ? this.#recent.queries : [];
    const suggested = this.#suggested.filter((query) => !recent.includes(query));
    return [
      ...recent.map((query) => queryRow("recent", query)),
      ...suggested.map((query) => queryRow("suggested", query)),
    ];
  }

  /** A page that wants nothing remembered does not want to keep what was remembered earlier, either. */
  forgetUnwanted(): void {
    const unwanted = this.#host.isRemembering() ? "" : this.#key;
    if (unwanted && unwanted !== this.#unwanted) this.#recent.clear();
    this.#unwanted = unwanted;
  }

  /** Asks what the site suggests. A failure is met again, and shown, by the first search. */
  async load(): Promise<void> {
    try {
      this.#suggested = (await this.#host.info()).suggestions;
    } catch {
      this.#suggested = [];
    }
    this.#host.changed();
  }

  /** The query led somewhere. */
  remember(query: string): void {
    if (this.#host.isRemembering()) this.#recent.add(query);
  }

  forget(query: string): void {
    this.#recent.remove(query);
    this.#host.changed();
  }

  forgetAll(): void {
    this.#recent.clear();
    this.#host.changed();
  }
}

import { isAbort, SearchError } from "../core/errors.ts";
import type { SearchBackend, SearchOptions, SearchResults } from "../core/search.ts";
import { type Row, settleRows, toRows } from "./rows.ts";

/** Keystrokes closer together than this share one search; the first is searched for at once. */
const DEBOUNCE_MS = 60;

/** Where a search stands. `rows` is what is on screen: those of the query before until there are newer ones. */
export type SearchView =
  | { readonly phase: "idle"; readonly rows: readonly Row[] }
  | { readonly phase: "searching"; readonly rows: readonly Row[] }
  /** Results by words are shown, those by meaning on their way. */
  | { readonly phase: "partial"; readonly rows: readonly Row[]; readonly results: SearchResults }
  | {
      readonly phase: "settled";
      readonly rows: readonly Row[];
      readonly results: SearchResults;
      /** Why the results by meaning did not follow. */
      readonly error?: SearchError;
    }
  | { readonly phase: "failed"; readonly rows: readonly Row[]; readonly error: SearchError };

/** What a session needs of the element it serves. */
export interface SearchSessionHost {
  /** May throw a `SearchError`, which is shown. */
  backend(): SearchBackend;
  options(): SearchOptions;
  /** How many of the rows on screen must stay where they are when a better list arrives. */
  heldRows(): number;
  changed(view: SearchView, previous: SearchView): void;
}

/** One search box's conversation with its backend: the latest query wins, older ones are aborted. */
export class SearchSession {
  readonly #host: SearchSessionHost;
  #view: SearchView = { phase: "idle", rows: [] };
  #query = "";
  #controller: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(host: SearchSessionHost) {
    this.#host = host;
  }

  get view(): SearchView {
    return this.#view;
  }

  /** Whether a search was stopped before its end. */
  get interrupted(): boolean {
    const isBusy = this.#view.phase === "searching" || this.#view.phase === "partial";
    return isBusy && this.#controller?.signal.aborted !== false;
  }

  /** Searches as the visitor types. A blank query clears the list. */
  type(query: string): void {
    const waitMs = this.#startedAt + DEBOUNCE_MS - performance.now();
    this.#prepare(query);
    if (query.trim()) this.#timer = setTimeout(() => this.#run(), Math.max(0, waitMs));
  }

  /** Searches for the current query once more, or for another, without delay. */
  run(query = this.#query): void {
    this.#prepare(query);
    if (query.trim()) this.#run();
  }

  /** Gives up what is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort();
  }

  #prepare(query: string): void {
    this.stop();
    this.#query = query;
    if (query.trim()) this.#show({ phase: "searching", rows: this.#view.rows });
    else this.#show({ phase: "idle", rows: [] });
  }

  async #run(): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    this.#startedAt = performance.now();
    const onPartial = (results: SearchResults) => {
      if (!signal.aborted) this.#show({ phase: "partial", rows: toRows(results.hits), results });
    };
    try {
      const options: SearchOptions = {
        asYouType: !/\s$/.test(this.#query),
        ...this.#host.options(),
        signal,
        onPartial,
      };
      const results = await this.#host.backend().search(this.#query.trim(), options);
      if (!signal.aborted) this.#settle(results);
    } catch (thrown) {
      if (!signal.aborted && !isAbort(thrown)) this.#fail(SearchError.from(thrown));
    }
  }

  #settle(results: SearchResults): void {
    const held = this.#view.phase === "partial" ? this.#host.heldRows() : 0;
    this.#show({ phase: "settled", rows: settleRows(this.#view.rows, toRows(results.hits), held), results });
  }

  /** Results by words stay when those by meaning fail. */
  #fail(error: SearchError): void {
    const view = this.#view;
    if (view.phase === "partial" && view.rows.length > 0) this.#show({ ...view, phase: "settled", error });
    else this.#show({ phase: "failed", rows: [], error });
  }

  #show(view: SearchView): void {
    const previous = this.#view;
    this.#view = view;
    this.#host.changed(view, previous);
  }
}

/** Whether a search failed for want of a connection. */
export function isOffline(error: SearchError): boolean {
  return error.code === "network" && !navigator.onLine;
}

import { isAbort, SearchError } from "../core/errors.ts";
import type { SearchBackend, SearchOptions, SearchResults } from "../core/search.ts";
import { type Row, settleRows, toRows } from "./rows.ts";

/** Keystrokes closer together than this share one look at the words; the first is not kept waiting. */
const PREVIEW_MS = 60;
/**
 * A pause this long ends the typing. Only then is there a search by meaning: it fetches rows of the model for every
 * word it is asked about, and half a word is another one.
 */
const PAUSE_MS = 200;

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

/**
 * One search box's conversation with its backend: by words while the visitor types, by meaning as well after a pause.
 * The latest query wins, older ones are aborted.
 */
export class SearchSession {
  readonly #host: SearchSessionHost;
  #view: SearchView = { phase: "idle", rows: [] };
  #query = "";
  #controller = new AbortController();
  #timers: readonly ReturnType<typeof setTimeout>[] = [];
  #previewedAt = Number.NEGATIVE_INFINITY;

  constructor(host: SearchSessionHost) {
    this.#host = host;
  }

  get view(): SearchView {
    return this.#view;
  }

  /** Whether a search was stopped before its end. */
  get interrupted(): boolean {
    return this.#controller.signal.aborted && (this.#view.phase === "searching" || this.#view.phase === "partial");
  }

  /** Searches as the visitor types. A blank query clears the list. */
  type(query: string): void {
    if (!this.#prepare(query)) return;
    const { signal } = this.#controller;
    const waitMs = Math.max(0, this.#previewedAt + PREVIEW_MS - performance.now());
    this.#timers = [setTimeout(() => this.#preview(signal), waitMs), setTimeout(() => this.#search(signal), PAUSE_MS)];
  }

  /** Searches for the current query once more, or for another, without waiting for a pause. */
  run(query = this.#query): void {
    if (this.#prepare(query)) this.#search(this.#controller.signal);
  }

  /** Looks once more for what is on screen, because a better model is there now. */
  refine(): void {
    if (this.#view.phase === "settled") this.#improve(this.#controller.signal);
  }

  /** Gives up what is under way. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#controller.abort();
  }

  /** False when there is nothing to search for. */
  #prepare(query: string): boolean {
    this.stop();
    this.#query = query;
    this.#controller = new AbortController();
    const isBlank = query.trim() === "";
    this.#show(isBlank ? { phase: "idle", rows: [] } : { phase: "searching", rows: this.#view.rows });
    return !isBlank;
  }

  /** By words only. */
  async #preview(signal: AbortSignal): Promise<void> {
    this.#previewedAt = performance.now();
    try {
      const results = await this.#ask({ mode: "keyword", signal });
      if (!signal.aborted && this.#view.phase === "searching") this.#showPartial(results);
    } catch {
      // The search that follows meets the same error, and shows it.
    }
  }

  async #search(signal: AbortSignal): Promise<void> {
    const onPartial = (results: SearchResults) => {
      if (!signal.aborted) this.#showPartial(results);
    };
    try {
      const results = await this.#ask({ signal, onPartial });
      if (!signal.aborted) this.#showResults("settled", results);
    } catch (thrown) {
      if (!signal.aborted && !isAbort(thrown)) this.#fail(SearchError.from(thrown));
    }
  }

  /** What is on screen answers the query: when there is nothing better after all, it stays. */
  async #improve(signal: AbortSignal): Promise<void> {
    const results = await this.#ask({ signal }).catch(() => undefined);
    if (results && !signal.aborted) this.#showResults("settled", results);
  }

  async #ask(options: SearchOptions): Promise<SearchResults> {
    const asYouType = !/\s$/.test(this.#query);
    return this.#host.backend().search(this.#query.trim(), { asYouType, ...this.#host.options(), ...options });
  }

  /** That no word matches says nothing yet: what is on screen stays until there is something better. */
  #showPartial(results: SearchResults): void {
    if (results.hits.length > 0) this.#showResults("partial", results);
  }

  #showResults(phase: "partial" | "settled", results: SearchResults): void {
    const answersQuery = this.#view.phase === "partial" || this.#view.phase === "settled";
    const held = answersQuery ? this.#host.heldRows() : 0;
    this.#show({ phase, results, rows: settleRows(this.#view.rows, toRows(results.hits), held) });
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

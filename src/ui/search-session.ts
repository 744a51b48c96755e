import { isAbort, SearchError } from "../core/errors.ts";
import type { SearchBackend, SearchOptions, SearchResults } from "../core/search.ts";
import { type Answer, headOf, NO_HEAD, type QueryRow, suggestionRows, without } from "./list-rows.ts";
import { settleRows, toRows } from "./rows.ts";

/** Keystrokes closer together than this share one look at the words; the first is not kept waiting. */
const PREVIEW_MS = 60;
/**
 * A pause this long ends the typing. Only then is there a search by meaning: it fetches rows of the model for every
 * word it is asked about, and half a word is another one.
 */
const PAUSE_MS = 200;
/** So much longer results by words wait for the suggestions that stand above them: later ones would push them down. */
const SUGGESTIONS_MS = 50;
const MAX_SUGGESTIONS = 5;

/** Where a search stands. What is on screen is that of the query before until there is something newer. */
export type SearchView = Answer &
  (
    | { readonly phase: "idle" | "searching" }
    /** Results by words are shown, those by meaning on their way. */
    | { readonly phase: "partial"; readonly results: SearchResults }
    | {
        readonly phase: "settled";
        readonly results: SearchResults;
        /** Why the results by meaning did not follow. */
        readonly error?: SearchError;
      }
    | { readonly phase: "failed"; readonly error: SearchError }
  );

const NOTHING: Answer = { rows: [], head: NO_HEAD, tail: NO_HEAD };

/** What a session needs of the element it serves. */
export interface SearchSessionHost {
  /** May throw a `SearchError`, which is shown. */
  backend(): SearchBackend;
  options(): SearchOptions;
  /** Of the page, as it says; empty if it does not. */
  language(): string;
  /** What a search waits for, if anything. May reject with a `SearchError`, which is shown. */
  ready(): Promise<void> | undefined;
  /** What its results wait for before they are shown. */
  shown(): Promise<unknown>;
  /** How many of the options on screen must stay where they are when a better list arrives. */
  heldRows(): number;
  changed(view: SearchView, previous: SearchView): void;
}

/**
 * One search box's conversation with its backend: by words while the visitor types, by meaning as well after a pause.
 * The latest query wins, older ones are aborted.
 */
export class SearchSession {
  readonly #host: SearchSessionHost;
  #view: SearchView = { phase: "idle", ...NOTHING };
  #query = "";
  #suggestions: readonly QueryRow[] = [];
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
    return this.#controller.signal.aborted && this.busy;
  }

  /** Whether better results are on their way. */
  get busy(): boolean {
    return this.#view.phase === "searching" || this.#view.phase === "partial";
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

  /** Does not wait for the pause any more. */
  hurry(): void {
    if (this.#timers.length > 0) this.run();
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
    this.#suggestions = [];
    this.#controller = new AbortController();
    const isBlank = query.trim() === "";
    const { rows, head, tail } = this.#view;
    if (isBlank) this.#show({ phase: "idle", ...NOTHING });
    else this.#show({ phase: "searching", ...(rows.length > 0 ? { rows, head, tail } : NOTHING) });
    return !isBlank;
  }

  /** By words only. */
  async #preview(signal: AbortSignal): Promise<void> {
    this.#previewedAt = performance.now();
    try {
      const suggested = this.#suggest(signal);
      const results = await this.#ask({ mode: "keyword", signal });
      await Promise.race([suggested, new Promise((resolve) => setTimeout(resolve, SUGGESTIONS_MS))]);
      if (!signal.aborted && this.#view.phase === "searching") this.#showPartial(results);
    } catch {
      // The search that follows meets the same error, and shows it.
    }
  }

  /** They are shown with the first results of the query or not at all. A failure is nothing to tell about. */
  async #suggest(signal: AbortSignal): Promise<void> {
    try {
      const found = await this.#host.backend().suggest?.(this.#query.trim(), {
        limit: MAX_SUGGESTIONS,
        language: this.#host.language(),
        signal,
      });
      const isInTime = !signal.aborted && this.#view.phase === "searching";
      if (found && isInTime) this.#suggestions = suggestionRows(found, this.#query);
    } catch {}
  }

  async #search(signal: AbortSignal): Promise<void> {
    this.#timers = [];
    const onPartial = async (results: SearchResults) => {
      await this.#host.shown();
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
    const ready = this.#host.ready();
    if (ready) await ready;
    options.signal?.throwIfAborted();
    const asYouType = !/\s$/.test(this.#query);
    const all = { asYouType, ...this.#host.options(), ...options };
    const results = await this.#host.backend().search(this.#query.trim(), all);
    await this.#host.shown();
    return results;
  }

  /** That no word matches says nothing yet: what is on screen stays until there is something better. */
  #showPartial(results: SearchResults): void {
    if (this.busy && results.hits.length > 0) this.#showResults("partial", results);
  }

  #showResults(phase: "partial" | "settled", results: SearchResults): void {
    const answersQuery = this.#view.phase === "partial" || this.#view.phase === "settled";
    const held = answersQuery ? this.#host.heldRows() : 0;
    this.#show({ phase, results, ...this.#settle(results, held) });
  }

  /** What would come into view above a row that is held would push it down: it stands below. */
  #settle(results: SearchResults, held: number): Answer {
    const { head, rows, tail } = this.#view;
    const [nextHead, nextRows] = [headOf(results, this.#suggestions), toRows(results.hits)];
    if (held === 0) return { head: nextHead, rows: nextRows, tail: NO_HEAD };
    const heldResults = Math.max(0, held - head.rows.length);
    if (heldResults > rows.length) return { head, rows, tail };
    return { head, rows: settleRows(rows, nextRows, heldResults), tail: without(nextHead, head) };
  }

  /** Results by words stay when those by meaning fail. */
  #fail(error: SearchError): void {
    const view = this.#view;
    if (view.phase === "partial" && view.rows.length > 0) this.#show({ ...view, phase: "settled", error });
    else this.#show({ phase: "failed", ...NOTHING, error });
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

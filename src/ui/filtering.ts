import type { LitElement, TemplateResult } from "lit";
import { SearchError } from "../core/errors.ts";
import type { IndexInfo, SearchBackend, SearchOptions } from "../core/search.ts";
import type { FilterBar } from "./filter-bar.ts";
import type { SearchView } from "./search-session.ts";
import type { Strings } from "./strings.ts";

/** Longest time that results wait for the line above them, which would move them if it came later. */
const LINE_WAIT_MS = 150;

/** What filters need of the search they are for. */
export interface FilteringHost {
  readonly element: LitElement;
  /** May throw a `SearchError`. */
  backend(): SearchBackend;
  /** What the index holds. Rejects with a `SearchError`. */
  info(): Promise<IndexInfo>;
  /** Filters chosen from the start, and those that begin with the page's own value. */
  preset(): { readonly filters: string; readonly scope: string };
  strings(): Strings;
  /** Another choice was made. */
  changed(): void;
  /** The code for filters could not be loaded. */
  failed(error: SearchError): void;
}

/** Filters and sorting of one search. Their code is fetched when the index has any, and nothing otherwise. */
export class Filtering {
  readonly #host: FilteringHost;
  #bar: FilterBar | undefined;
  #loading: Promise<void> | undefined;
  #shown: Promise<unknown> | undefined;
  #backend: SearchBackend | undefined;

  constructor(host: FilteringHost) {
    this.#host = host;
  }

  /** Part of the options of every search. */
  get options(): Pick<SearchOptions, "filters" | "sort"> {
    return this.#bar?.options ?? {};
  }

  /** Takes all filters back; undefined while none is chosen. */
  get clear(): (() => void) | undefined {
    return this.#bar?.clear;
  }

  /**
   * Asks the index what it can be filtered by, once.
   * @throws SearchError for want of the index, or of the code.
   */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((thrown) => {
      this.#loading = undefined;
      throw thrown;
    });
    this.#loading.catch(() => {}); // The search meets the same error, and shows it.
    return this.#loading;
  }

  /** Asks once more: another index may be there. */
  reload(): void {
    this.#loading = undefined;
    this.load();
  }

  /**
   * Settles when a search may start: what the page chooses is known before, so that no results are narrowed later.
   * Undefined when it may start at once. Rejects as {@link load} does.
   */
  ready(): Promise<void> | undefined {
    const { filters, scope } = this.#host.preset();
    return filters || scope || this.#bar ? this.load().then(() => this.#bar?.ready) : undefined;
  }

  /** Settles when results may be shown: with the line, if it is not late. One wait for all, so that they keep their order. */
  shown(): Promise<unknown> {
    this.#shown ??= Promise.race([
      new Promise((resolve) => setTimeout(resolve, LINE_WAIT_MS)),
      this.load().catch(() => {}),
    ]);
    return this.#shown;
  }

  render(view: SearchView, query: string): TemplateResult | undefined {
    return this.#bar?.render(view, query);
  }

  async #load(): Promise<void> {
    const backend = this.#host.backend();
    this.#backend = backend;
    const info = await this.#host.info();
    const hasAny = info.filters.length + info.sorts.length > 0;
    const { FilterBar } = hasAny ? await this.#import() : {};
    // Meanwhile there may be another index; this one may be the one from before.
    if (backend !== this.#backend || info.build === this.#bar?.build) return;
    if (!FilterBar) this.#bar?.remove();
    this.#bar = FilterBar && new FilterBar(this.#host, info, this.#bar);
  }

  async #import(): Promise<typeof import("./filter-bar.ts")> {
    try {
      return await import("./filter-bar.ts");
    } catch (cause) {
      const error = new SearchError("network", "The filters could not be loaded.", { cause });
      this.#host.failed(error);
      throw error;
    }
  }
}

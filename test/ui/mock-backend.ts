import { SearchError } from "../../src/core/errors.ts";
import type { IndexInfo, SearchBackend, SearchOptions, SearchResults } from "../../src/core/search.ts";

/** A search that the mock was asked for and has not answered yet. */
export interface PendingSearch {
  readonly query: string;
  readonly options: SearchOptions;
  /** Delivers results by words. */
  partial(results: SearchResults): void;
  answer(results: SearchResults): void;
  fail(error: unknown): void;
}

/** A backend whose answers are given by hand, or by a function. */
export class MockBackend implements SearchBackend {
  readonly searches: PendingSearch[] = [];
  /** Searches by words only, while the visitor types; left unanswered unless the test answers them. */
  readonly previews: PendingSearch[] = [];
  warmed = 0;
  closed = 0;
  readonly #respond: ((search: PendingSearch) => void) | undefined;

  /** @param respond Called with every full search; without it, the test answers `last` itself. */
  constructor(respond?: (search: PendingSearch) => void) {
    this.#respond = respond;
  }

  get last(): PendingSearch {
    const search = this.searches.at(-1);
    if (!search) throw new Error("Nothing was searched for.");
    return search;
  }

  search(query: string, options: SearchOptions = {}): Promise<SearchResults> {
    return new Promise((answer, fail) => {
      options.signal?.addEventListener("abort", () => fail(new SearchError("aborted", "Aborted.")));
      const partial = (results: SearchResults) => options.onPartial?.({ ...results, mode: "keyword", partial: true });
      const search = { query, options, partial, answer, fail };
      const isPreview = options.mode === "keyword";
      (isPreview ? this.previews : this.searches).push(search);
      if (!isPreview) this.#respond?.(search);
    });
  }

  info(): Promise<IndexInfo> {
    return Promise.resolve({ build: "mock", pages: 1, chunks: 1, languages: ["en"], spaces: [], filters: [] });
  }

  similar(): Promise<SearchResults> {
    return Promise.reject(new SearchError("not-found", "The mock knows no page."));
  }

  async warm(): Promise<void> {
    this.warmed++;
  }

  close(): void {
    this.closed++;
  }
}

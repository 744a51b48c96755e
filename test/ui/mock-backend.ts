import { SearchError } from "../../src/core/errors.ts";
import type {
  FacetCounts,
  IndexInfo,
  KeepOptions,
  KeepProgress,
  LoadedSpace,
  LoadSpaceOptions,
  SearchBackend,
  SearchOptions,
  SearchResults,
  SpaceInfo,
  SpaceProgress,
} from "../../src/core/search.ts";

/** A search that the mock was asked for and has not answered yet. */
export interface PendingSearch {
  readonly query: string;
  readonly options: SearchOptions;
  /** Delivers results by words. */
  partial(results: SearchResults): void;
  answer(results: SearchResults): void;
  fail(error: unknown): void;
}

/** A model that the mock was asked to load and has not loaded yet. */
export interface PendingLoad {
  readonly id: string;
  readonly signal: AbortSignal | undefined;
  progress(progress: SpaceProgress): void;
  done(loaded: LoadedSpace): void;
  fail(error: unknown): void;
}

/** A whole index that the mock was asked to keep and has not kept yet. */
export interface PendingKeep {
  readonly signal: AbortSignal | undefined;
  progress(progress: KeepProgress): void;
  done(): void;
  fail(error: unknown): void;
}

/** A backend whose answers are given by hand, or by a function. */
export class MockBackend implements SearchBackend {
  readonly searches: PendingSearch[] = [];
  /** Searches by words only, while the visitor types; left unanswered unless the test answers them. */
  readonly previews: PendingSearch[] = [];
  /** What `info` says; several tests have a space with a model to download. */
  spaces: readonly SpaceInfo[] = [];
  suggestions: readonly string[] = [];
  /** Absent unless a test gives one. */
  suggest?: NonNullable<SearchBackend["suggest"]>;
  /** How often it was asked what it holds. */
  asked = 0;
  /** What `info` says of filters and sort keys. */
  facets: FacetCounts = {};
  sorts: readonly string[] = [];
  /** Filter values of the page around the element. */
  own: Readonly<Record<string, readonly string[]>> = {};
  /** Models that are being loaded; each is answered by hand. */
  readonly loads: PendingLoad[] = [];
  readonly keeps: PendingKeep[] = [];
  warmed = 0;
  closed = 0;
  /** Called with every full search; without it, the test answers `last` itself. */
  respond: ((search: PendingSearch) => void) | undefined;

  constructor(respond?: (search: PendingSearch) => void) {
    this.respond = respond;
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
      if (!isPreview) this.respond?.(search);
    });
  }

  info(): Promise<IndexInfo> {
    this.asked++;
    return Promise.resolve({
      build: "mock",
      pages: 1,
      chunks: 1,
      languages: ["en"],
      spaces: this.spaces,
      filters: Object.keys(this.facets),
      facets: this.facets,
      sorts: this.sorts,
      suggestions: this.suggestions,
    });
  }

  filtersOf(): Promise<Readonly<Record<string, readonly string[]>>> {
    return Promise.resolve(this.own);
  }

  similar(): Promise<SearchResults> {
    return Promise.reject(new SearchError("not-found", "The mock knows no page."));
  }

  loadSpace(id: string, { onProgress = () => {}, signal }: LoadSpaceOptions = {}): Promise<LoadedSpace> {
    return new Promise((done, fail) => {
      signal?.addEventListener("abort", () => fail(new SearchError("aborted", "Aborted.")));
      this.loads.push({ id, signal, progress: onProgress, done, fail });
    });
  }

  keepAll({ onProgress = () => {}, signal }: KeepOptions = {}): Promise<void> {
    return new Promise((done, fail) => {
      signal?.addEventListener("abort", () => fail(new SearchError("aborted", "Aborted.")));
      this.keeps.push({ signal, progress: onProgress, done, fail });
    });
  }

  async warm(): Promise<void> {
    this.warmed++;
  }

  close(): void {
    this.closed++;
  }
}

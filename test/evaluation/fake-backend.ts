import type { PageHit, SearchBackend, SearchMode, SearchResults } from "../../src/core/search.ts";

/** Paths that a query gives in each mode. */
export type Answers = Readonly<Record<string, Readonly<Partial<Record<SearchMode, readonly string[]>>>>>;

/** Options of {@link fakeBackend}. */
export interface FakeOptions {
  /** Whether the index has vectors. Default true. */
  readonly hasSpace?: boolean;
  readonly warnings?: SearchResults["warnings"];
  readonly onSearch?: (query: string, mode: SearchMode | undefined) => void;
}

/** A backend that answers as it is told. */
export function fakeBackend(
  answers: Answers,
  { hasSpace = true, warnings = [], onSearch }: FakeOptions = {},
): SearchBackend {
  return {
    info: async () => ({
      build: "0a1b2c3d",
      pages: 20,
      chunks: 50,
      languages: ["en"],
      spaces: hasSpace ? [{ id: "static", dims: 256, fingerprint: "aabb" }] : [],
      filters: [],
      facets: {},
      sorts: [],
      suggestions: [],
    }),
    search: async (query, { mode = "hybrid", limit = 10, signal } = {}) => {
      signal?.throwIfAborted();
      onSearch?.(query, mode);
      const hits = (answers[query]?.[mode] ?? []).slice(0, limit).map(toHit);
      return { query, mode, partial: false, hits, total: hits.length, facets: {}, warnings, elapsedMs: 1 };
    },
    similar: () => Promise.reject(new Error("similar was not expected")),
    close() {},
  };
}

function toHit(path: string): PageHit {
  return {
    url: `/${path}`,
    anchor: "",
    path,
    title: path,
    trail: [],
    language: "en",
    meta: {},
    score: 1,
    sections: [],
  };
}

import type { SearchWarning } from "./warnings.ts";

/** By words, by meaning, or both fused. */
export type SearchMode = "hybrid" | "keyword" | "semantic";

/** How two rankings become one: a weighted sum of normalised scores, or reciprocal rank fusion. */
export type FusionMethod = "convex" | "rrf";

/**
 * What a query looks like. `phrase`: mostly between quotation marks, and found so. `identifier`: one name as code writes
 * it. `word`, `pair`: one or two words that say something. `question`: begins like one or ends with a question mark.
 * `words`: anything else.
 */
export type QueryShape = "phrase" | "identifier" | "word" | "pair" | "question" | "words";

/** Share of meaning in a hybrid, and factors of the keyword fields; what is left out is as the index says. */
export interface SearchWeights extends Readonly<Partial<Record<KeywordField, number>>> {
  /** Share of the semantic score, 0–1, whatever the query's shape. */
  readonly semantic?: number;
}

/** Options of {@link SearchBackend.search}. */
export interface SearchOptions {
  /** Most pages to return. Default 10. */
  readonly limit?: number;
  /** Pages to skip, for paging. Default 0. */
  readonly offset?: number;
  /** Most sections shown under a page. Default 3. */
  readonly sectionsPerPage?: number;
  /** Only pages that have one of the values of every name. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Only pages of this language (`de` matches `de-AT`). Default: any. */
  readonly language?: string;
  /** By a value of the pages instead of by relevance; pages without one come last. Default: by relevance. */
  readonly sort?: SortOrder | undefined;
  /** Default `hybrid`. */
  readonly mode?: SearchMode;
  /** What counts how much. Default: what the index says. */
  readonly weights?: SearchWeights;
  /** Default: what the index says. */
  readonly fusion?: FusionMethod;
  /**
   * Id of the space that answers by meaning; until its model is there, the index's first one does.
   * Default: the last one whose model is there.
   */
  readonly space?: string | undefined;
  /** Treat the last word as one still being typed (matches as a prefix). Default false. */
  readonly asYouType?: boolean;
  /** Attach ranks and scores to every section hit. Default false. */
  readonly explain?: boolean;
  /** Called with the keyword results when those by meaning are still on their way. Never called after the promise settles. */
  readonly onPartial?: (results: SearchResults) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A sort key of the index, as {@link IndexInfo.sorts} lists them, and which end comes first. */
export interface SortOrder {
  readonly by: string;
  /** Default `ascending`. */
  readonly order?: "ascending" | "descending" | undefined;
}

/** Fields of the keyword index, from the outermost in. */
export type KeywordField = "title" | "headings" | "text";

/** Half-open range `[start, end)` of UTF-16 code units. */
export type TextRange = readonly [start: number, end: number];

/** A passage of a section, plain text, with what to mark in it. Never contains markup. */
export interface Excerpt {
  readonly text: string;
  /** Words of the query, or the whole of the closest sentence when no word matches. Ascending, disjoint. */
  readonly marks: readonly TextRange[];
}

/** Rank (1 is best) and score within one ranking. */
export interface RankedScore {
  readonly rank: number;
  readonly score: number;
}

/** How the share of meaning came about: the weight for the query's shape × what the model knows of the query. */
export interface FusionBalance {
  readonly shape: QueryShape;
  /** What the index says for this shape, 0–1. */
  readonly weight: number;
  /** Share of the query that the model knows as whole words, 0–1; 0 while meaning is unavailable. */
  readonly coverage: number;
}

/** Why a section stands where it stands. */
export interface Explanation {
  /** BM25+ of the passage plus that of its page; null when no word matches. */
  readonly keyword: RankedScore | null;
  /** Cosine similarity, in a hybrid after the feedback of the best chunks; null outside the nearest candidates. */
  readonly semantic: RankedScore | null;
  readonly fused: number;
  readonly fusion: FusionMethod;
  /** Semantic share that was used. */
  readonly semanticWeight: number;
  /** Where it comes from; absent when the search itself set the share or the mode. */
  readonly balance?: FusionBalance | undefined;
  /** Index terms that matched. */
  readonly terms: readonly string[];
}

/** A section of a page that answers the query. */
export interface SectionHit {
  readonly anchor: string;
  readonly heading: string;
  /** Headings above, outermost first. */
  readonly ancestors: readonly string[];
  /** The page's URL with `#anchor`. */
  readonly url: string;
  readonly score: number;
  /** Found by words, by meaning, or by both. */
  readonly match: "words" | "meaning" | "both";
  readonly excerpt: Excerpt;
  readonly explain?: Explanation;
}

/** A page that answers the query, with its best sections, best first. */
export interface PageHit {
  readonly url: string;
  /** Anchor of the best section, empty for the page's top. */
  readonly anchor: string;
  /** Path within the site, as in {@link PageDocument.path}: the argument of {@link SearchBackend.similar}. */
  readonly path: string;
  readonly title: string;
  readonly trail: readonly string[];
  readonly language: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly score: number;
  readonly sections: readonly SectionHit[];
  /** Present when the site's curation puts the page first for this query. */
  readonly pinned?: true;
}

/** Another query that may be meant. */
export interface Correction {
  readonly query: string;
  /** Words of the site that are spelled alike, or the heading of what is nearest in meaning. */
  readonly by: "spelling" | "meaning";
}

/** A place outside of the index that the site's curation names for a query. */
export interface Redirect {
  /** Absolute, or relative to the page where the index is opened without a URL. */
  readonly url: string;
  readonly title: string;
}

/** Filter name → value → number of matching pages. */
export type FacetCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The answer to one query. */
export interface SearchResults {
  readonly query: string;
  /** What the hits come from: `keyword` while meaning is on its way or unavailable. */
  readonly mode: SearchMode;
  /** Id of the space that answered by meaning; absent while none did. */
  readonly space?: string | undefined;
  /** True for what `onPartial` receives. */
  readonly partial: boolean;
  readonly hits: readonly PageHit[];
  /** Pages that match, before `limit` and `offset`. */
  readonly total: number;
  readonly facets: FacetCounts;
  /** What else may be meant, best first; absent for a query whose words stand on the site. */
  readonly didYouMean?: readonly Correction[] | undefined;
  /** Where the site's curation sends this query; absent for none. */
  readonly redirect?: Redirect | undefined;
  /** What could not be consulted; the hits stand without it. */
  readonly warnings: readonly SearchWarning[];
  readonly elapsedMs: number;
}

/** Options of {@link SearchBackend.similar}. */
export interface SimilarOptions {
  /** Most pages to return. Default 5. */
  readonly limit?: number;
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link SearchBackend.suggest}. */
export interface SuggestOptions {
  /** Most suggestions. Default 5. */
  readonly limit?: number;
  /** BCP 47 tag of the visitor's language: its phrases are suggested, those of others only where it has none. Default: all. */
  readonly language?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A query that what was typed may become. */
export interface Suggestion {
  /** The whole query, as the site writes it. */
  readonly text: string;
  /** What it is on the site; `term`: words that are frequent there, `curated`: a suggestion of the site's curation. */
  readonly kind: "title" | "heading" | "term" | "curated";
  /** Where in `text` stands what was typed. Ascending, disjoint. */
  readonly marks: readonly TextRange[];
}

/** A file of the index that was just received. */
export interface LoadProgress {
  readonly file: string;
  /** Bytes received since the index was opened, over all files. */
  readonly loadedBytes: number;
}

/** A vector space of an index. */
export interface SpaceInfo {
  readonly id: string;
  /** Length of a vector. */
  readonly dims: number;
  readonly fingerprint: string;
  /** What must be fetched before the space can answer; absent for one that fetches what a query needs. */
  readonly download?: SpaceDownload | undefined;
}

/** Model and vectors of a space that is used as a whole. */
export interface SpaceDownload {
  /** Bytes of all its files. */
  readonly bytes: number;
  /** Whether they are on this device already. */
  readonly cached: boolean;
}

/** How far a space is on its way. */
export interface SpaceProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** A space that is ready to answer. */
export interface LoadedSpace {
  /** What runs its model. */
  readonly device: "js" | "wasm" | "webgpu" | "native" | "http";
  /** Why it is not the device that was hoped for. */
  readonly notice?: string | undefined;
}

/** Options of {@link SearchBackend.loadSpace}. */
export interface LoadSpaceOptions {
  readonly onProgress?: ((progress: SpaceProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far an index is on its way into the browser's storage. */
export interface KeepProgress {
  /** The file that arrived last, relative to `index.json`. */
  readonly file: string;
  /** Bytes that this call received so far, compressed. */
  readonly loadedBytes: number;
  /** Files that are kept, be it from this call or from earlier ones. */
  readonly files: number;
  readonly totalFiles: number;
}

/** Options of {@link SearchBackend.keepAll}. */
export interface KeepOptions {
  readonly onProgress?: ((progress: KeepProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an index holds. */
export interface IndexInfo {
  readonly build: string;
  readonly pages: number;
  readonly chunks: number;
  readonly languages: readonly string[];
  readonly spaces: readonly SpaceInfo[];
  readonly filters: readonly string[];
  /** Every value of every filter with the number of pages that have it. */
  readonly facets: FacetCounts;
  /** Names that {@link SearchOptions.sort} may take. */
  readonly sorts: readonly string[];
  /** Queries that the site's curation offers before the first letter is typed. */
  readonly suggestions: readonly string[];
}

/**
 * The one contract in the middle: implemented by the engine, by the worker's client and by remote servers,
 * taken by the element, the command line and the evaluator. Every method rejects with a `SearchError`.
 */
export interface SearchBackend {
  info(options?: { readonly signal?: AbortSignal | undefined }): Promise<IndexInfo>;
  /** An empty or blank query gives no hits. */
  search(query: string, options?: SearchOptions): Promise<SearchResults>;
  /** Pages nearest in meaning to one page, without it. `path` as in {@link PageHit.path}. Rejects with `not-found`. */
  similar(path: string, options?: SimilarOptions): Promise<SearchResults>;
  /**
   * What the query may become: titles, headings and frequent terms of the site, and suggestions of its curation, that
   * complete it, best first. Empty for a blank query. Optional.
   */
  suggest?(query: string, options?: SuggestOptions): Promise<readonly Suggestion[]>;
  /** Filter values of the page at an absolute URL; empty for a page that is not in the index. Optional. */
  filtersOf?(
    url: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Fetch what a first query needs. Optional; a search does it itself. */
  warm?(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Fetch the model and the vectors of a space and start it: later searches use it. Optional; a backend without it has
   * no space that needs it. Rejects with `bad-option` for an unknown space, `model-mismatch`, or why it cannot be had.
   */
  loadSpace?(id: string, options?: LoadSpaceOptions): Promise<LoadedSpace>;
  /**
   * Fetch every file of the index, besides those of spaces for {@link loadSpace}, and keep them on this device: searches
   * then take no network, on later visits neither. Optional. What is kept already is not fetched again, also after an
   * abort or a failure; searches go on meanwhile, and whatever happens. Rejects with `storage` where the browser keeps
   * nothing for the page or has no room left, `network`, `file-missing`, `file-invalid`.
   */
  keepAll?(options?: KeepOptions): Promise<void>;
  close(): void;
}

import type { SearchError } from "../core/errors.ts";
import type { LoadedSpace, PageHit, SearchResults, SectionHit } from "../core/search.ts";

/** Detail of `ss-search`: a query was answered, or answered again by a larger model: `results.space` says which. */
export interface SearchEventDetail {
  readonly query: string;
  readonly results: SearchResults;
}

/** Detail of `ss-select`: a result, or the place that the site sends the query to, was chosen and is about to be opened. */
export interface SelectEventDetail {
  readonly query: string;
  /** Undefined for a place outside of the index. */
  readonly page: PageHit | undefined;
  /** Undefined for a page without sections, too. */
  readonly section: SectionHit | undefined;
  /** The absolute address that will be opened, with its text fragment where the browser knows such. */
  readonly href: string;
  /** That fragment, `text=…`, whether the browser knows it or not; empty when there is none. */
  readonly textDirective: string;
  readonly newTab: boolean;
}

/**
 * Detail of `ss-error`: a search failed, a part of the element could not be loaded, the index could not be kept, or
 * `renderHit` threw.
 */
export interface ErrorEventDetail {
  readonly error: SearchError;
}

/** Detail of `ss-progress`: a file of the index arrived, or was kept. */
export interface SearchProgress {
  /** Relative to `index.json`. */
  readonly file: string;
  /** Compressed bytes received so far: by searches, or to keep the index. */
  readonly loadedBytes: number;
  /** With `load="all"`, of a file that was kept: how many are, and how many there are. */
  readonly files?: number;
  readonly totalFiles?: number;
}

/** Detail of `ss-model`: a larger model is there, and searches by meaning use it from now on. */
export interface ModelEventDetail extends LoadedSpace {
  /** Id of its space. */
  readonly space: string;
}

/** The element's own events. All bubble and are composed; only `ss-select` can be cancelled. */
export interface SemanticSearchEventMap {
  "ss-search": CustomEvent<SearchEventDetail>;
  "ss-select": CustomEvent<SelectEventDetail>;
  "ss-error": CustomEvent<ErrorEventDetail>;
  "ss-progress": CustomEvent<SearchProgress>;
  "ss-model": CustomEvent<ModelEventDetail>;
}

declare global {
  interface GlobalEventHandlersEventMap extends SemanticSearchEventMap {}
}

/** Dispatches one of the element's events; false when a listener cancelled it. */
export function emit<Type extends keyof SemanticSearchEventMap>(
  target: EventTarget,
  type: Type,
  detail: SemanticSearchEventMap[Type]["detail"],
): boolean {
  const cancelable = type === "ss-select";
  return target.dispatchEvent(new CustomEvent(type, { detail, cancelable, bubbles: true, composed: true }));
}

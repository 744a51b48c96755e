import type { SearchErrorJson } from "../core/errors.ts";
import type {
  KeepProgress,
  LoadProgress,
  SearchBackend,
  SearchOptions,
  SearchResults,
  SimilarOptions,
  SpaceProgress,
  SuggestOptions,
} from "../core/search.ts";

/**
 * Version of the messages below. A page that was open during a deploy may hold another `element.js` than the
 * `worker.js` it fetches: both keep their names, so the two compare this number before anything else.
 */
export const PROTOCOL_VERSION = 4;

/** {@link SearchOptions} as they cross: functions and signals stay behind. */
export type SearchOptionsData = Omit<SearchOptions, "onPartial" | "signal">;

/** {@link SimilarOptions} as they cross. */
export type SimilarOptionsData = Omit<SimilarOptions, "signal">;

/** {@link SuggestOptions} as they cross. */
export type SuggestOptionsData = Omit<SuggestOptions, "signal">;

/** One call of a {@link SearchBackend} method. */
export type Call =
  | { readonly method: "info"; readonly args: readonly [] }
  | { readonly method: "warm"; readonly args: readonly [] }
  | { readonly method: "search"; readonly args: readonly [query: string, options: SearchOptionsData] }
  | { readonly method: "loadSpace"; readonly args: readonly [id: string] }
  | { readonly method: "keepAll"; readonly args: readonly [] }
  | { readonly method: "similar"; readonly args: readonly [path: string, options: SimilarOptionsData] }
  | { readonly method: "suggest"; readonly args: readonly [query: string, options: SuggestOptionsData] }
  | { readonly method: "filtersOf"; readonly args: readonly [url: string] };

/** What a {@link Call} resolves with. */
export type CallResult = Awaited<ReturnType<Required<SearchBackend>[Call["method"]]>>;

/** What a {@link Call} tells before it resolves: results by words, how far a model or an index is on its way. */
export type CallNews = SearchResults | SpaceProgress | KeepProgress;

/** A {@link Call} as it crosses; `wantsNews` stands for the caller's `onPartial` or `onProgress`. */
export type CallMessage = { readonly type: "call"; readonly id: number; readonly wantsNews: boolean } & Call;

/** From the page to the worker. `open` comes first and once; ids are unique within one worker. */
export type RequestMessage =
  | { readonly type: "open"; readonly indexUrl: string }
  | CallMessage
  | { readonly type: "cancel"; readonly id: number };

/** From the worker to the page. `ready` comes first and once; a cancelled call is not answered. */
export type ResponseMessage =
  | { readonly type: "ready"; readonly protocol: number }
  | { readonly type: "result"; readonly id: number; readonly value: CallResult }
  | { readonly type: "news"; readonly id: number; readonly value: CallNews }
  | { readonly type: "error"; readonly id: number; readonly error: SearchErrorJson }
  | { readonly type: "progress"; readonly progress: LoadProgress };

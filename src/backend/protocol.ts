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
export const PROTOCOL_VERSION = 3;

/** {@link SearchOptions} as they cross: functions and signals stay behind. */
export type SearchOptionsData = Omit<SearchOptions, "onPartial" | "signal">;

/** {@link SimilarOptions} as they cross. */
export type SimilarOptionsData = Omit<SimilarOptions, "signal">;

/** {@link SuggestOptions} as they cross. */
export type SuggestOptionsData = Omit<SuggestOptions, "signal">;

/** One call of a {@link SearchBackend} method. `wantsPartial` stands for the caller's `onPartial`. */
export type Call =
  | { readonly method: "info"; readonly args: readonly [] }
  | { readonly method: "warm"; readonly args: readonly [] }
  | {
      readonly method: "search";
      readonly args: readonly [query: string, options: SearchOptionsData];
      readonly wantsPartial: boolean;
    }
  | { readonly method: "loadSpace"; readonly args: readonly [id: string]; readonly wantsProgress: boolean }
  | { readonly method: "keepAll"; readonly args: readonly []; readonly wantsProgress: boolean }
  | { readonly method: "similar"; readonly args: readonly [path: string, options: SimilarOptionsData] }
  | { readonly method: "suggest"; readonly args: readonly [query: string, options: SuggestOptionsData] }
  | { readonly method: "filtersOf"; readonly args: readonly [url: string] };

/** What a {@link Call} resolves with. */
export type CallResult = Awaited<ReturnType<Required<SearchBackend>[Call["method"]]>>;

/** From the page to the worker. `open` comes first and once; ids are unique within one worker. */
export type RequestMessage =
  | { readonly type: "open"; readonly indexUrl: string }
  | ({ readonly type: "call"; readonly id: number } & Call)
  | { readonly type: "cancel"; readonly id: number };

/** From the worker to the page. `ready` comes first and once; a cancelled call is not answered. */
export type ResponseMessage =
  | { readonly type: "ready"; readonly protocol: number }
  | { readonly type: "result"; readonly id: number; readonly value: CallResult }
  | { readonly type: "partial"; readonly id: number; readonly results: SearchResults }
  | { readonly type: "space"; readonly id: number; readonly progress: SpaceProgress }
  | { readonly type: "keep"; readonly id: number; readonly progress: KeepProgress }
  | { readonly type: "error"; readonly id: number; readonly error: SearchErrorJson }
  | { readonly type: "progress"; readonly progress: LoadProgress };

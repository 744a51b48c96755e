import { SHELL_EN, type Strings } from "./strings.ts";

/** English. */
export const EN: Strings = {
  ...SHELL_EN,
  locale: "en",
  results: "Results",
  searching: "Searching…",
  refining: "Looking by meaning…",
  count: { one: "{count} result", other: "{count} results" },
  nothing: "Nothing found for “{query}”",
  nothingHint: "Check the spelling, or say it in other words.",
  byWords: "by words",
  byMeaning: "by meaning",
  byBoth: "words + meaning",
  withoutMeaning: "Found by words only: search by meaning could not be loaded.",
  withoutWords: "Found by meaning only: search by words could not be loaded.",
  withoutText: "Some excerpts could not be loaded.",
  interrupted: "The search was interrupted; these results may be incomplete.",
  retry: "Try again",
  offline: "You are offline",
  offlineHint: "The search goes on by itself as soon as you are back.",
  keyOpen: "open",
  keyMove: "move",
  keyClose: "close",
};

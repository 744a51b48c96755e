import type { SearchErrorJson } from "./errors.ts";

/** A part of the answer that is missing, and why. */
export interface SearchWarning {
  /** `semantic`: no results by meaning. `keyword`: none by words. `text`: excerpts missing. */
  readonly part: "keyword" | "semantic" | "text";
  readonly error: SearchErrorJson;
}

import type { SearchErrorJson } from "./errors.ts";

/** A part of the answer that is missing, and why. */
export interface SearchWarning {
  /**
   * `semantic`: no results by meaning. `keyword`: none by words. `text`: excerpts missing. `model`: the embedded model
   * answered in place of a larger one. `device`: nothing is missing, but the model runs elsewhere than before.
   * `curation`: the site's synonyms, pinned pages and redirects.
   */
  readonly part: "keyword" | "semantic" | "text" | "model" | "device" | "curation";
  readonly error: SearchErrorJson;
}

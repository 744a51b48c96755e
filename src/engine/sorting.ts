import type { SortOrder } from "../core/search.ts";
import type { Candidates } from "./candidates.ts";

/** The order that is wanted in place of that by relevance. */
export interface Sorting extends Pick<SortOrder, "order"> {
  /** Of each page, from 1; 0 = has no value. */
  readonly ranks: Uint32Array;
}

/** A page counts by words when one of its passages has this share of the query's words that the best passage has. */
const WORD_SHARE = 2 / 3;
/** … and by meaning when it is this near, in the score by meaning of the page that is nearest. */
const MEANING_SHARE = 0.75;

/** Values by which the pages found are ordered, highest first, −Infinity for those that are not found. */
export function sortKeys(found: Uint8Array, { ranks, order }: Sorting): Float64Array {
  const sign = order === "descending" ? 1 : -1;
  return Float64Array.from(found, (isFound, page) => {
    const rank = ranks[page] as number;
    if (isFound === 0) return Number.NEGATIVE_INFINITY;
    return rank === 0 ? -Number.MAX_VALUE : sign * rank;
  });
}

/** What {@link closePages} looks at besides the candidates. */
export interface ClosenessOptions {
  readonly pageOfChunk: Uint32Array;
  /** By page, the score of what is nearest in meaning, and 0 for none. */
  readonly nearest: Float64Array;
  /** Whether meaning counts at all. */
  readonly isByMeaning: boolean;
}

/**
 * Of the pages found, those that may stand at the top of a list that is not ordered by relevance; one byte per page. Any
 * page with one word of a question is found, and so is whatever is nearest in meaning, however far: ranking leaves them
 * at the end, a date would bring them to the top.
 */
export function closePages(
  { hits }: Candidates,
  found: Uint8Array,
  { pageOfChunk, nearest, isByMeaning }: ClosenessOptions,
): Uint8Array {
  const most = hits.words.reduce((best, words) => Math.max(best, words), 0);
  const enough = Math.ceil(most * WORD_SHARE);
  const close = new Uint8Array(found.length);
  hits.chunks.forEach((chunk, i) => {
    if ((hits.words[i] as number) >= enough) close[pageOfChunk[chunk] as number] = 1;
  });
  const floor = MEANING_SHARE * nearest.reduce((best, score) => Math.max(best, score), 0);
  for (let page = 0; page < close.length; page++) {
    const isNear = isByMeaning && floor > 0 && (nearest[page] as number) >= floor;
    close[page] = found[page] === 1 && (close[page] === 1 || isNear) ? 1 : 0;
  }
  return close;
}

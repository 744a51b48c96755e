import type { SitePage } from "./site-page.ts";

/** A page's place among all: they are numbered in this order, and so are their chunks. */
export interface PagePlace {
  readonly path: string;
  /** Number of its chunks. */
  readonly chunks: number;
}

/** Share of new pages from which on pages are put in order anew. */
const REORDER_SHARE = 0.1;

/**
 * Pages in code unit order of their paths. But where all pages of the last build are there, with as many chunks as they
 * had, they keep their numbers, which stand in most files of the index; new ones come after them.
 */
export function orderPages(pages: readonly SitePage[], last: readonly PagePlace[] = []): SitePage[] {
  const sorted = pages.toSorted((a, b) => compare(a.document.path, b.document.path));
  const known = new Map(last.map(({ path, chunks }, number) => [path, { chunks, number }]));
  const kept: SitePage[] = [];
  const added: SitePage[] = [];
  for (const page of sorted) {
    const place = known.get(page.document.path);
    if (place?.chunks === page.chunkCount) kept[place.number] = page;
    else added.push(page);
  }
  const isWhole = sorted.length - added.length === last.length;
  // A list with holes is not looked at.
  const outOfOrder = isWhole ? kept.length - sortedStart(kept) + added.length : 0;
  return isWhole && outOfOrder <= REORDER_SHARE * sorted.length ? [...kept, ...added] : sorted;
}

/** How many pages are in order before the first that is not. */
function sortedStart(pages: readonly SitePage[]): number {
  const end = pages.findIndex(
    (page, i) => i > 0 && compare((pages[i - 1] as SitePage).document.path, page.document.path) > 0,
  );
  return end < 0 ? pages.length : end;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { SitePage } from "./site-page.ts";

/** Fewer pages than this may well say the same on purpose. */
const MIN_PAGES = 20;
/** Share of all pages. */
const MIN_SHARE = 0.01;
/** Longer texts are taken for content, and are not compared. UTF-16 units. */
const MAX_LENGTH = 1000;

/**
 * Empties the chunks whose whole text stands word for word on at least 20 pages and 1 % of all: notes such as "Loading…"
 * or "None.", which tell no page from another. Their sections stay, to be found by their headings, and chunks keep their
 * numbers. Pages without such a chunk come back as they are.
 *
 * Linear in the number of chunks; looks at outlines alone.
 */
export function emptyBoilerplate(pages: readonly SitePage[]): SitePage[] {
  const boilerplate = findBoilerplate(pages);
  return pages.map((page) => {
    const emptied = page.outline.textKeys.flatMap((key, i) => (boilerplate.has(key) ? [i] : []));
    return emptied.length > 0 ? page.without(new Set(emptied)) : page;
  });
}

/** Keys of these texts. */
function findBoilerplate(pages: readonly SitePage[]): ReadonlySet<string> {
  const threshold = Math.max(MIN_PAGES, MIN_SHARE * pages.length);
  const counts = new Map<string, number>();
  for (const { outline } of pages) {
    const keys = outline.textKeys.filter((_, i) => {
      const length = outline.lengths[i] as number;
      return length > 0 && length < MAX_LENGTH;
    });
    for (const key of new Set(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([key, count]) => (count >= threshold ? [key] : [])));
}

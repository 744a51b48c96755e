import type { TemplateResult } from "lit";
import type { PageHit, SectionHit } from "../core/search.ts";

/** One selectable row of the list: a section of a page, or a page that came without sections. */
export interface Row {
  readonly page: PageHit;
  readonly section: SectionHit | undefined;
}

/** What `renderHit` is called with: one row of the list, and what it answers. */
export interface HitToRender extends Row {
  readonly query: string;
  /** Whether it is the first row of its page, which shows the page's title. */
  readonly isFirst: boolean;
}

/**
 * Makes the content of a row: a node, a Lit template, or a string, which is shown as text. Undefined for the element's own,
 * which is also shown where it throws; the first time that is told by `ss-error`. Called once for every row.
 * It stands within a link, so that nothing in it can be clicked by itself.
 */
export type RenderHit = (hit: HitToRender) => Node | TemplateResult | string | undefined;

/** Consecutive rows of one page. `start` is the index of its first row in the whole list. */
export interface RowGroup {
  readonly page: PageHit;
  readonly start: number;
  readonly rows: readonly Row[];
}

/** The hits as one flat list, best page first. */
export function toRows(hits: readonly PageHit[]): readonly Row[] {
  return hits.flatMap((page): Row[] =>
    page.sections.length > 0 ? page.sections.map((section) => ({ page, section })) : [{ page, section: undefined }],
  );
}

/** The flat list as runs of the same page. */
export function groupRows(rows: readonly Row[]): readonly RowGroup[] {
  const starts = rows.flatMap((row, i) => (i > 0 && rows[i - 1]?.page.url === row.page.url ? [] : [i]));
  return starts.flatMap((start, i) => {
    const group = rows.slice(start, starts[i + 1]);
    return group[0] ? [{ page: group[0].page, start, rows: group }] : [];
  });
}

/**
 * Merges a better list into the one on screen without moving what the visitor is pointing at: the first `held`
 * rows stay as they are, the others follow in their new order. What is new about the page of the last row held
 * comes next, because a page is one block; what is new about the pages above it is left out.
 */
export function settleRows(shown: readonly Row[], next: readonly Row[], held: number): readonly Row[] {
  const kept = shown.slice(0, held);
  const urls = new Set(kept.map(rowUrl));
  const pages = new Set(kept.map((row) => row.page.url));
  const lastPage = kept.at(-1)?.page.url;
  const sameBlock = next.filter((row) => row.page.url === lastPage && !urls.has(rowUrl(row)));
  const others = next.filter((row) => !pages.has(row.page.url));
  return [...kept, ...sameBlock, ...others];
}

/** Where a row leads, without a text fragment. */
export function rowUrl({ page, section }: Row): string {
  return section?.url ?? page.url;
}

import type { PageDocument } from "../../../src/core/document.ts";

/** A section as the documentation tools hand it to their search engines. */
export interface PageSection {
  /** Position in the list of all sections. */
  readonly id: number;
  /** Path of its page. */
  readonly page: string;
  /** Its own heading; the page's title for what stands before the first heading. */
  readonly title: string;
  /** Titles above, from the page's down. */
  readonly titles: readonly string[];
  readonly text: string;
}

/** Every section of every page, with the titles above it as VitePress's `splitPageIntoSections` nests them. */
export function pageSections(pages: readonly PageDocument[]): PageSection[] {
  const sections: PageSection[] = [];
  for (const { path, title, sections: own } of pages) {
    let above = [title];
    for (const { heading, level, blocks } of own) {
      const depth = Math.max(0, level - 1);
      const titles = heading ? above.slice(0, depth).filter(Boolean) : [];
      if (heading) above = [...Array.from({ length: depth }, (_, i) => above[i] ?? ""), heading];
      const text = blocks.map((block) => block.text).join("\n\n");
      if (heading || title || text)
        sections.push({ id: sections.length, page: path, title: heading || title, titles, text });
    }
  }
  return sections;
}

/** Pages in the order of their best sections. */
export function bestPages(ranked: Iterable<{ readonly page: string }>, limit = 10): string[] {
  const pages = new Set<string>();
  for (const { page } of ranked) {
    pages.add(page);
    if (pages.size === limit) break;
  }
  return [...pages];
}

import type { Passage } from "../core/embedder.ts";
import type { SectionText } from "../text/text-shard.ts";
import type { PageChunks } from "./cut-page.ts";

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
 * Linear in the number of chunks; keeps one number per different text.
 */
export function emptyBoilerplate(pages: readonly PageChunks[]): PageChunks[] {
  const boilerplate = findBoilerplate(pages);
  return pages.map((page) =>
    page.passages.some(({ text }) => boilerplate.has(text)) ? emptyChunks(page, boilerplate) : page,
  );
}

function findBoilerplate(pages: readonly PageChunks[]): ReadonlySet<string> {
  const threshold = Math.max(MIN_PAGES, MIN_SHARE * pages.length);
  const counts = new Map<string, number>();
  for (const { passages } of pages) {
    for (const text of new Set(passages.map((passage) => passage.text))) {
      if (text !== "" && text.length < MAX_LENGTH) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return new Set([...counts].flatMap(([text, count]) => (count >= threshold ? [text] : [])));
}

function emptyChunks(page: PageChunks, boilerplate: ReadonlySet<string>): PageChunks {
  const passages = page.passages.map(
    (passage): Passage => (boilerplate.has(passage.text) ? { ...passage, text: "" } : passage),
  );
  const sections = page.text.sections.map(
    (section): SectionText => ({
      ...section,
      chunks: section.chunks.map((chunk) =>
        boilerplate.has(chunk.text) ? { text: "", sentenceEnds: [], sketches: new Uint8Array() } : chunk,
      ),
    }),
  );
  return { ...page, passages, text: { ...page.text, sections } };
}

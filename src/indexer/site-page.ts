import type { PageDocument } from "../core/document.ts";
import type { Passage } from "../core/embedder.ts";
import type { PageTerms } from "../keyword/page-terms.ts";
import type { PageText } from "../text/text-shard.ts";
import { passageHeadings, shownMeta } from "./cut-page.ts";
import { keyOf, type PageOutline, type PreparedPage } from "./prepare-page.ts";

/** What is left of a text that stands on too many pages. */
const NO_TEXT = { text: "", sentenceEnds: [] };
const NO_SKETCHES = new Uint8Array();
const NONE: ReadonlySet<number> = new Set();

/** A page of a site that is indexed: its outline is at hand, its texts are looked up when they are asked for. */
export class SitePage {
  readonly document: PageDocument;
  readonly terms: PageTerms;
  /** Offsets of chunks without the text that they had. */
  readonly emptied: ReadonlySet<number>;
  readonly #page: PreparedPage;
  /** Of each chunk. */
  readonly #contextKeys: readonly string[];

  constructor(page: PreparedPage, emptied = NONE) {
    this.document = page;
    this.terms = page.terms;
    this.emptied = emptied;
    this.#page = page;
    const { sections, contextKeys } = page.outline;
    this.#contextKeys = sections.flatMap((count, i) => new Array<string>(count).fill(contextKeys[i] as string));
  }

  get outline(): PageOutline {
    return this.#page.outline;
  }

  get chunkCount(): number {
    return this.outline.lengths.length;
  }

  /** Length of each chunk's text, in UTF-16 units. */
  get lengths(): readonly number[] {
    const { lengths } = this.outline;
    return this.emptied.size > 0 ? lengths.map((length, i) => (this.emptied.has(i) ? 0 : length)) : lengths;
  }

  /** Over all that is shown. */
  get key(): string {
    return `${this.outline.key} ${[...this.emptied]}`;
  }

  /** The same page with the texts of some chunks taken out. */
  without(emptied: ReadonlySet<number>): SitePage {
    return new SitePage(this.#page, emptied);
  }

  /** Over the passages of chunks `[first, end)`. */
  passagesKey(first: number, end: number): string {
    const { textKeys } = this.outline;
    const keys: string[] = [];
    for (let i = first; i < end; i++) {
      keys.push(this.#contextKeys[i] as string, this.emptied.has(i) ? "" : (textKeys[i] as string));
    }
    return keyOf(keys);
  }

  /** What is indexed of each chunk. */
  passages(): Passage[] {
    const { title } = this.document;
    return this.text().sections.flatMap((section) => {
      const headings = passageHeadings(section, title);
      return section.chunks.map(({ text }) => ({ title, headings, text }));
    });
  }

  /** The page as it is shown, without sketches. */
  text(): PageText {
    const { path, title, trail } = this.document;
    let next = 0;
    const sections = this.#page.body().map((section) => ({
      ...section,
      chunks: section.chunks.map((chunk) => ({
        ...(this.emptied.has(next++) ? NO_TEXT : chunk),
        sketches: NO_SKETCHES,
      })),
    }));
    return { path, title, trail, meta: shownMeta(this.document), firstChunk: 0, sections };
  }
}

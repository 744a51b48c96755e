import { hash } from "node:crypto";
import type { PageDocument } from "../core/document.ts";
import type { PageTerms, TermCounter } from "../keyword/page-terms.ts";
import type { SectionText } from "../text/text-shard.ts";
import { analyzerFor, isStopWord, termsOf } from "../text/words.ts";
import { type CutOptions, cutPage, type PageChunks } from "./cut-page.ts";
import { type PagePhrases, pagePhrases } from "./page-phrases.ts";

/** What a build must know of every page, also of those whose texts it does not look at. */
export interface PageOutline {
  /** Over all that is shown of the page. 32 hex digits, as the other keys. */
  readonly key: string;
  /** Chunks of each section. */
  readonly sections: readonly number[];
  /** Over the page's title and the section's headings, for each section. */
  readonly contextKeys: readonly string[];
  /** Of the text of each chunk, in UTF-16 units. */
  readonly lengths: readonly number[];
  /** Over the text of each chunk. */
  readonly textKeys: readonly string[];
  /** Factor on the score of each chunk. */
  readonly weights: readonly number[];
  readonly phrases: PagePhrases;
}

/** The sections of a page with their chunks, without sketches. */
export type PageBody = readonly (Omit<SectionText, "chunks"> & {
  readonly chunks: readonly { readonly text: string; readonly sentenceEnds: readonly number[] }[];
})[];

/** A page that was cut and analysed where it was read; its sections are left out. */
export interface PreparedPage extends PageDocument {
  readonly outline: PageOutline;
  readonly terms: PageTerms;
  /** May take a while: it is read and unpacked anew. */
  readonly body: () => PageBody;
}

/** Whether a page need not be prepared any more. */
export function isPrepared(page: PageDocument): page is PreparedPage {
  return "outline" in page;
}

/** All that can be done with one page alone. Pages with the same counter share its dictionary. */
export function preparePage(document: PageDocument, options: CutOptions, counter: TermCounter): PreparedPage {
  return prepareChunks(cutPage(document, options), counter);
}

/** The second half of {@link preparePage}. */
export function prepareChunks({ document, text, passages, weights }: PageChunks, counter: TermCounter): PreparedPage {
  const body = text.sections.map((section) => ({
    ...section,
    chunks: section.chunks.map(({ text, sentenceEnds }) => ({ text, sentenceEnds })),
  }));
  const { path, title, trail, meta } = text;
  const sections = body.map(({ chunks }) => chunks.length);
  let first = 0;
  const contexts = sections.map((count) => {
    const headings = passages[first]?.headings ?? [];
    first += count;
    return headings;
  });
  return {
    ...document,
    sections: [],
    outline: {
      key: keyOf([path, title, trail, meta, body]),
      sections,
      contextKeys: contexts.map((headings) => keyOf([title, headings])),
      lengths: passages.map(({ text }) => text.length),
      textKeys: passages.map(({ text }) => keyOf(text)),
      weights,
      phrases: pagePhrases(document),
    },
    terms: countTerms({ document, contexts, body }, counter),
    body: () => body,
  };
}

interface Countable {
  readonly document: PageDocument;
  /** Headings that count for the chunks of each section. */
  readonly contexts: readonly (readonly string[])[];
  readonly body: PageBody;
}

/** Title and headings keep their function words, so that a query of nothing else finds something. */
function countTerms({ document, contexts, body }: Countable, counter: TermCounter): PageTerms {
  const analyzer = analyzerFor(document.language);
  const chunks = body.flatMap((section, i) => {
    const headings = termsOf((contexts[i] ?? []).join("\n"), analyzer);
    return section.chunks.map(({ text }) => ({
      headings,
      text: termsOf(text, analyzer).filter((term) => !isStopWord(term)),
    }));
  });
  return counter.count(termsOf(document.title, analyzer), chunks);
}

/** 128 bits of SHA-256 over some JSON. */
export function keyOf(content: unknown): string {
  return hash("sha256", JSON.stringify(content)).slice(0, 32);
}

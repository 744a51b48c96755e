import type { PageDocument } from "../core/document.ts";
import type { Passage } from "../core/embedder.ts";
import { chunkSection } from "../text/chunk.ts";
import { splitSentences } from "../text/sentences.ts";
import type { ChunkText, PageText } from "../text/text-shard.ts";

/** A page cut into chunks: as it is shown, and as it is indexed. */
export interface PageChunks {
  readonly document: PageDocument;
  readonly text: PageText;
  /** One per chunk, in order. */
  readonly passages: readonly Passage[];
  /** Factor on the score of each chunk, in order. */
  readonly weights: readonly number[];
}

/** Options of {@link cutPage}; see `IndexSiteOptions`. */
export interface CutOptions {
  readonly chunkTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
}

/** Cut a page's sections into chunks, each with the title and the headings above it as context. */
export function cutPage(document: PageDocument, { chunkTokens, overlapTokens }: CutOptions): PageChunks {
  const { path, title, trail, language } = document;
  const passages: Passage[] = [];
  const weights: number[] = [];
  const meta = document.description ? { description: document.description, ...document.meta } : document.meta;
  const sections = document.sections.map((section) => {
    const headings = [...section.ancestors, section.heading].filter((heading) => heading !== "" && heading !== title);
    const chunks = chunkSection(section, { maxTokens: chunkTokens, overlapTokens, language });
    return {
      anchor: section.anchor,
      heading: section.heading,
      level: section.level,
      ancestors: section.ancestors,
      chunks: chunks.map(({ text, weight }): ChunkText => {
        passages.push({ title, headings, text });
        weights.push(weight);
        return { text, sentenceEnds: sentenceEnds(text, language), sketches: new Uint8Array() };
      }),
    };
  });
  return { document, text: { path, title, trail, meta, sections }, passages, weights };
}

function sentenceEnds(text: string, language: string): number[] {
  const ends = splitSentences(text, language).map(({ end }) => end);
  return text.length === 0 ? [] : [...ends.slice(0, -1), text.length];
}

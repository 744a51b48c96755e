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

/** Shorter than this, a sentence alone says too little to be told from its neighbours by meaning. UTF-16 units. */
const MIN_PASSAGE_LENGTH = 40;

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
  const meta = shownMeta(document);
  const sections = document.sections.map((section) => {
    const headings = passageHeadings(section, title);
    const chunks = chunkSection(section, { maxTokens: chunkTokens, overlapTokens, language });
    return {
      anchor: section.anchor,
      heading: section.heading,
      level: section.level,
      ancestors: section.ancestors,
      chunks: chunks.map(({ text, weight }): ChunkText => {
        passages.push({ title, headings, text });
        weights.push(weight);
        return { text, sentenceEnds: passageEnds(text, language), sketches: new Uint8Array() };
      }),
    };
  });
  return { document, text: { path, title, trail, meta, firstChunk: 0, sections }, passages, weights };
}

/** What is shown with a hit, the description among it. */
export function shownMeta({ description, meta }: PageDocument): Readonly<Record<string, string>> {
  return description ? { description, ...meta } : meta;
}

/** The headings above and of a section that its chunks are indexed with. */
export function passageHeadings(
  { ancestors, heading }: { readonly ancestors: readonly string[]; readonly heading: string },
  title: string,
): string[] {
  return [...ancestors, heading].filter((each) => each !== "" && each !== title);
}

/** Ends of the passages that an excerpt may show: sentences, short ones and lines of code joined with what follows. */
function passageEnds(text: string, language: string): number[] {
  const ends: number[] = [];
  for (const { end } of splitSentences(text, language)) {
    if (end - (ends.at(-1) ?? 0) >= MIN_PASSAGE_LENGTH) ends.push(end);
  }
  if (ends.length === 0) return text.length === 0 ? [] : [text.length];
  return [...ends.slice(0, -1), text.length];
}

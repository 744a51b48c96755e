import { Container, encodeContainer, joinList, packStrings, splitList } from "../core/container.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";

/** A chunk's text, where its sentences end, and a sketch of each sentence's meaning. */
export interface ChunkText {
  readonly text: string;
  /** End of each sentence in UTF-16 code units, ascending, the last one the text's length. */
  readonly sentenceEnds: readonly number[];
  /** Sign bits of each sentence's vector, `sketchBytes` each; empty without a sketch. */
  readonly sketches: Uint8Array;
}

/** A section as shown. */
export interface SectionText {
  readonly anchor: string;
  readonly heading: string;
  readonly level: number;
  readonly ancestors: readonly string[];
  readonly chunks: readonly ChunkText[];
}

/** A page as shown. */
export interface PageText {
  readonly path: string;
  readonly title: string;
  readonly trail: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly sections: readonly SectionText[];
}

const KIND = "text";
const PATHS_KIND = "paths";

/**
 * Write the texts of consecutive pages; see SPEC.md. Strings of one kind stand together, which compresses best.
 *
 * @param sketchBytes Bytes per sentence sketch; 0 for none.
 */
export function encodeTextShard(pages: readonly PageText[], sketchBytes: number): Uint8Array {
  const sections = pages.flatMap((page) => page.sections);
  const chunks = sections.flatMap((section) => section.chunks);
  const counts = new VarintWriter();
  for (const page of pages) counts.write(page.sections.length);
  for (const section of sections) counts.write(section.chunks.length);
  return encodeContainer(KIND, {
    shape: Uint32Array.of(pages.length, sections.length, chunks.length, sketchBytes),
    counts: counts.finish(),
    paths: packStrings(pages.map((page) => page.path)),
    titles: packStrings(pages.map((page) => page.title)),
    trails: packStrings(pages.map((page) => joinList(page.trail))),
    metas: packStrings(pages.map((page) => (Object.keys(page.meta).length > 0 ? JSON.stringify(page.meta) : ""))),
    levels: Uint8Array.from(sections, (section) => section.level),
    anchors: packStrings(sections.map((section) => section.anchor)),
    headings: packStrings(sections.map((section) => section.heading)),
    above: packStrings(sections.map((section) => joinList(section.ancestors))),
    texts: packStrings(chunks.map((chunk) => chunk.text)),
    ends: encodeSentenceEnds(chunks),
    sketches: concat(chunks.map((chunk) => chunk.sketches)),
  });
}

function encodeSentenceEnds(chunks: readonly ChunkText[]): Uint8Array {
  const writer = new VarintWriter();
  for (const { sentenceEnds } of chunks) writer.writeAscending(sentenceEnds);
  return writer.finish();
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Write the paths of all pages, ascending by code unit. */
export function encodePaths(paths: readonly string[]): Uint8Array {
  return encodeContainer(PATHS_KIND, { paths: packStrings(paths) });
}

/**
 * Read what {@link encodePaths} wrote.
 * @throws SearchError as {@link Container}.
 */
export function decodePaths(bytes: Uint8Array, file: string): string[] {
  return new Container(bytes, { kind: PATHS_KIND, file }).strings("paths");
}

/**
 * Read the texts of consecutive pages.
 * @throws SearchError as {@link Container}.
 */
export function decodeTextShard(bytes: Uint8Array, file: string): PageText[] {
  const container = new Container(bytes, { kind: KIND, file });
  const [pageCount = 0, sectionCount = 0, , sketchBytes = 0] = container.get("shape", Uint32Array);
  const counts = new VarintReader(container.get("counts", Uint8Array));
  const sectionCounts = Array.from({ length: pageCount }, () => counts.read());
  const chunkCounts = Array.from({ length: sectionCount }, () => counts.read());
  const chunks = decodeChunks(container, sketchBytes);
  const sections = decodeSections(container, chunkCounts, chunks);
  const titles = container.strings("titles");
  const trails = container.strings("trails");
  const metas = container.strings("metas");
  const takeSections = cursor(sections);
  return container.strings("paths").map((path, page) => ({
    path,
    title: titles[page] ?? "",
    trail: splitList(trails[page]),
    meta: metas[page] ? (JSON.parse(metas[page]) as Record<string, string>) : {},
    sections: takeSections(sectionCounts[page] ?? 0),
  }));
}

function decodeSections(
  container: Container,
  chunkCounts: readonly number[],
  chunks: readonly ChunkText[],
): SectionText[] {
  const headings = container.strings("headings");
  const above = container.strings("above");
  const levels = container.get("levels", Uint8Array);
  const takeChunks = cursor(chunks);
  return container.strings("anchors").map((anchor, section) => ({
    anchor,
    heading: headings[section] ?? "",
    level: levels[section] ?? 0,
    ancestors: splitList(above[section]),
    chunks: takeChunks(chunkCounts[section] ?? 0),
  }));
}

function decodeChunks(container: Container, sketchBytes: number): ChunkText[] {
  const ends = new VarintReader(container.get("ends", Uint8Array));
  const sketches = container.get("sketches", Uint8Array);
  let sketchAt = 0;
  return container.strings("texts").map((text) => {
    const sentenceEnds = ends.readAscending();
    const own = sketches.subarray(sketchAt, sketchAt + sentenceEnds.length * sketchBytes);
    sketchAt += own.length;
    return { text, sentenceEnds, sketches: own };
  });
}

/** A function that takes the next n items. */
function cursor<T>(items: readonly T[]): (count: number) => T[] {
  let at = 0;
  return (count) => {
    const taken = items.slice(at, at + count);
    at += count;
    return taken;
  };
}

import {
  Container,
  encodeContainer,
  joinList,
  packStrings,
  type Sections,
  splitList,
  unpackStrings,
} from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";

/** A chunk's text, where its sentences end, and a sketch of each sentence's meaning. */
export interface ChunkText {
  readonly text: string;
  /** End of each sentence in UTF-16 code units, ascending, the last one the text's length. */
  readonly sentenceEnds: readonly number[];
  /** Sign bits of each sentence's vector, the same number of bytes each; empty without a sketch. */
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

/** A page as shown, or a part of it: consecutive chunks, with the sections that they stand in. */
export interface PageText {
  readonly path: string;
  readonly title: string;
  readonly trail: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  /** Offset within the page of the first chunk here; 0 for its beginning. */
  readonly firstChunk: number;
  readonly sections: readonly SectionText[];
}

/** Options of {@link encodeTextShard}. */
export interface TextShardOptions {
  /** Bytes per sentence sketch; 0 for none. Default 0. */
  readonly sketchBytes?: number;
  /** Further sections of the container, such as vectors, written as they are. Default none. */
  readonly sections?: Sections | undefined;
}

/** What {@link decodeTextShard} reads. */
export interface TextShard {
  readonly pages: readonly PageText[];
  /** For the sections that the writer added. */
  readonly container: Container;
}

const KIND = "text";
const PATHS_KIND = "paths";
/** Strings of each page: path, title, trail, meta. */
const PAGE_STRINGS = 4;
/** Strings of each section: anchor, heading, ancestors. */
const SECTION_STRINGS = 3;

/**
 * Write consecutive chunks; see SPEC.md. Few sections, since each costs some 15 bytes compressed in a file of 2 KB;
 * strings of one kind stand together, which compresses best.
 *
 * @param pages Consecutive pages or parts of pages.
 * @throws RangeError when the sketches of a chunk are not `sketchBytes` for each of its sentences, or a name of
 *   `sections` is one of ours.
 */
export function encodeTextShard(
  pages: readonly PageText[],
  { sketchBytes = 0, sections: added = {} }: TextShardOptions = {},
): Uint8Array {
  const sections = pages.flatMap((page) => page.sections);
  const chunks = sections.flatMap((section) => section.chunks);
  const own: Sections = {
    shape: encodeShape(pages, sketchBytes),
    strings: packStrings([
      ...pages.map((page) => page.path),
      ...pages.map((page) => page.title),
      ...pages.map((page) => joinList(page.trail)),
      ...pages.map(({ meta }) => (Object.keys(meta).length > 0 ? JSON.stringify(meta) : "")),
      ...sections.map((section) => section.anchor),
      ...sections.map((section) => section.heading),
      ...sections.map((section) => joinList(section.ancestors)),
      ...chunks.map((chunk) => chunk.text),
    ]),
    ...(sketchBytes > 0 && { sketches: encodeSketches(chunks, sketchBytes) }),
  };
  const clash = Object.keys(added).find((name) => name in own);
  if (clash !== undefined) throw new RangeError(`a text shard has a section "${clash}" of its own`);
  return encodeContainer(KIND, { ...own, ...added });
}

function encodeShape(pages: readonly PageText[], sketchBytes: number): Uint8Array {
  const sections = pages.flatMap((page) => page.sections);
  const chunks = sections.flatMap((section) => section.chunks);
  const shape = new VarintWriter();
  for (const value of [pages.length, sections.length, chunks.length, sketchBytes]) shape.write(value);
  for (const page of pages) shape.write(page.firstChunk);
  for (const page of pages) shape.write(page.sections.length);
  for (const section of sections) shape.write(section.level);
  for (const section of sections) shape.write(section.chunks.length);
  for (const chunk of chunks) shape.writeAscending(chunk.sentenceEnds);
  return shape.finish();
}

function encodeSketches(chunks: readonly ChunkText[], sketchBytes: number): Uint8Array {
  for (const { sketches, sentenceEnds } of chunks) {
    if (sketches.length !== sentenceEnds.length * sketchBytes) {
      throw new RangeError(`${sentenceEnds.length} sentences have ${sketches.length} bytes of sketches`);
    }
  }
  const whole = new Uint8Array(chunks.reduce((sum, { sketches }) => sum + sketches.length, 0));
  let at = 0;
  for (const { sketches } of chunks) {
    whole.set(sketches, at);
    at += sketches.length;
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
 * Read what {@link encodeTextShard} wrote.
 * @throws SearchError as {@link Container}; `file-invalid` also when the parts do not fit together.
 */
export function decodeTextShard(bytes: Uint8Array, file: string): TextShard {
  const container = new Container(bytes, { kind: KIND, file });
  const check = (holds: boolean, what: string) => {
    if (!holds) throw invalid(file, what);
  };
  const numbers = container.get("shape", Uint8Array);
  const shape = new VarintReader(numbers);
  const strings = unpackStrings(container.get("strings", Uint8Array));
  const [pageCount, sectionCount, chunkCount, sketchBytes] = [shape.read(), shape.read(), shape.read(), shape.read()];
  const expected = PAGE_STRINGS * pageCount + SECTION_STRINGS * sectionCount + chunkCount;
  check(strings.length === expected, `it has ${strings.length} strings, expected ${expected}`);

  const firstChunks = readMany(shape, pageCount);
  const sectionCounts = readMany(shape, pageCount);
  const levels = readMany(shape, sectionCount);
  const chunkCounts = readMany(shape, sectionCount);
  check(sum(sectionCounts) === sectionCount, `its pages have ${sum(sectionCounts)} sections of ${sectionCount}`);
  check(sum(chunkCounts) === chunkCount, `its sections have ${sum(chunkCounts)} chunks of ${chunkCount}`);

  const take = cursor(strings);
  const [paths, titles, trails, metas] = [take(pageCount), take(pageCount), take(pageCount), take(pageCount)];
  const [anchors, headings, above] = [take(sectionCount), take(sectionCount), take(sectionCount)];
  const sketches = sketchBytes > 0 ? container.get("sketches", Uint8Array) : new Uint8Array();
  const takeChunks = cursor(
    decodeChunks(take(chunkCount), { shape, limit: numbers.length, sketches, sketchBytes, check }),
  );
  const takeSections = cursor(
    anchors.map((anchor, section) => ({
      anchor,
      heading: headings[section] as string,
      level: levels[section] as number,
      ancestors: splitList(above[section]),
      chunks: takeChunks(chunkCounts[section] as number),
    })),
  );
  const pages = paths.map((path, page) => ({
    path,
    title: titles[page] as string,
    trail: splitList(trails[page]),
    meta: parseMeta(metas[page] as string, file),
    firstChunk: firstChunks[page] as number,
    sections: takeSections(sectionCounts[page] as number),
  }));
  return { pages, container };
}

interface ChunkSource {
  readonly shape: VarintReader;
  /** No chunk can have more sentences. */
  readonly limit: number;
  readonly sketches: Uint8Array;
  readonly sketchBytes: number;
  readonly check: (holds: boolean, what: string) => void;
}

function decodeChunks(
  texts: readonly string[],
  { shape, limit, sketches, sketchBytes, check }: ChunkSource,
): ChunkText[] {
  let at = 0;
  const chunks = texts.map((text) => {
    const count = shape.read();
    check(count <= limit, `a text has ${count} sentences, told in ${limit} bytes`);
    let end = 0;
    const sentenceEnds = readMany(shape, count).map((length) => {
      end += length;
      return end;
    });
    const start = at;
    at += count * sketchBytes;
    return { text, sentenceEnds, sketches: sketches.subarray(start, at) };
  });
  check(at === sketches.length, `it has ${sketches.length} bytes of sketches, expected ${at}`);
  return chunks;
}

function parseMeta(json: string, file: string): Record<string, string> {
  if (json === "") return {};
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch (cause) {
    throw invalid(file, `the data of a page begin with ${JSON.stringify(json.slice(0, 15))}`, cause);
  }
}

function invalid(file: string, detail: string, cause?: unknown): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable index file: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
    cause,
  });
}

function readMany(reader: VarintReader, count: number): number[] {
  return Array.from({ length: count }, () => reader.read());
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
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

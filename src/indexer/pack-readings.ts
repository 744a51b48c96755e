import { deflateSync, inflateSync } from "node:zlib";
import { Container, encodeContainer, packStrings } from "../core/container.ts";
import type { PageDocument } from "../core/document.ts";
import type { FileReading } from "./page-reader.ts";
import { isPrepared, type PageBody, type PreparedPage } from "./prepare-page.ts";

const KIND = "readings";
/** Fast rather than small: a site of 14,000 pages takes some 40 MB. */
const LEVEL = { level: 1 };
/** Length of the first part. */
const HEADER_BYTES = 4;
/** Unpacked bodies of batches kept in memory; pages are asked for in about the order in which they were read. */
const MAX_OPEN = 4;

/** A prepared page without its body; `terms` are the number of its dictionary and the bytes of its counts. */
type StoredPage = Omit<PreparedPage, "terms" | "body"> & {
  readonly terms: readonly [dictionary: number, bytes: number];
};

/** All but the bodies and the terms, as JSON. */
interface Heads {
  readonly readings: readonly (Omit<FileReading, "pages"> & {
    readonly pages: readonly (PageDocument | StoredPage)[];
  })[];
  /** Numbers of terms. */
  readonly dictionaries: readonly number[];
}

/**
 * Readings of some files in two deflated parts: all that a build always looks at (a container of JSON, the terms and
 * their counts), then the bodies of prepared pages, a line of JSON each.
 */
export function packReadings(readings: readonly FileReading[]): Uint8Array {
  const dictionaries = new Map<readonly string[], number>();
  const counts: Uint8Array[] = [];
  const bodies: string[] = [];
  const store = ({ body, terms, ...page }: PreparedPage): StoredPage => {
    const dictionary = dictionaries.get(terms.dictionary) ?? dictionaries.size;
    dictionaries.set(terms.dictionary, dictionary);
    counts.push(terms.counts);
    bodies.push(JSON.stringify(body()));
    return { ...page, terms: [dictionary, terms.counts.length] };
  };
  const stored = readings.map((reading) => ({
    ...reading,
    pages: reading.pages.map((page) => (isPrepared(page) ? store(page) : page)),
  }));
  const heads: Heads = { readings: stored, dictionaries: Array.from(dictionaries.keys(), ({ length }) => length) };
  const first = deflateSync(
    encodeContainer(KIND, {
      heads: new TextEncoder().encode(JSON.stringify(heads)),
      terms: packStrings([...dictionaries.keys()].flat()),
      counts: Buffer.concat(counts),
    }),
    LEVEL,
  );
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(first.length);
  const packed = [header, first, deflateSync(bodies.join("\n"), LEVEL)];
  // In memory of its own, to be handed over to another thread.
  const bytes = new Uint8Array(packed.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of packed) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The inverse of {@link packReadings}. Bodies stay packed until they are asked for.
 *
 * @throws Error for bytes that {@link packReadings} did not give, as far as they are looked at.
 */
export function unpackReadings(packed: Uint8Array): FileReading[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const end = HEADER_BYTES + bytes.readUInt32LE();
  const first = inflateSync(bytes.subarray(HEADER_BYTES, end));
  // Containers begin at 8-byte boundaries.
  const container = new Container(new Uint8Array(first), { kind: KIND, file: "pages.bin" });
  const { readings, dictionaries } = JSON.parse(Buffer.from(container.get("heads", Uint8Array)).toString()) as Heads;
  const terms = container.strings("terms");
  const counts = container.get("counts", Uint8Array);
  const dictionary = cursor((start, end) => terms.slice(start, end));
  const dictionaryOf = dictionaries.map((size) => dictionary(size));
  const bodies = new Bodies(bytes.subarray(end));
  const body = cursor((number) => () => bodies.at(number));
  const countsOf = cursor((start, end) => counts.subarray(start, end));
  const restore = ({ terms: [number, size], ...page }: StoredPage): PreparedPage => ({
    ...page,
    terms: { dictionary: dictionaryOf[number] as string[], counts: countsOf(size) },
    body: body(1),
  });
  return readings.map((reading) => ({
    ...reading,
    pages: reading.pages.map((page) => (isPrepared(page) ? restore(page as unknown as StoredPage) : page)),
  }));
}

/** A function that takes the next n items, or bytes. */
function cursor<T>(take: (start: number, end: number) => T): (count: number) => T {
  let at = 0;
  return (count) => {
    const start = at;
    at += count;
    return take(start, at);
  };
}

/** Bodies of the pages of a batch, packed while they are not asked for. */
class Bodies {
  static readonly #open = new Map<Bodies, readonly string[]>();
  readonly #packed: Uint8Array;

  constructor(packed: Uint8Array) {
    this.#packed = packed;
  }

  at(number: number): PageBody {
    return JSON.parse(this.#lines()[number] as string) as PageBody;
  }

  #lines(): readonly string[] {
    const open = Bodies.#open;
    const known = open.get(this);
    if (known) return known;
    const lines = inflateSync(this.#packed).toString().split("\n");
    const [oldest] = open.keys();
    if (oldest && open.size >= MAX_OPEN) open.delete(oldest);
    open.set(this, lines);
    return lines;
  }
}

import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";
import type { PostingList } from "./posting-lists.ts";

/** Where a term occurs. */
export interface TermPostings {
  readonly term: string;
  /** Pages with the term in their title. */
  readonly titles: PostingList;
  /** Chunks with the term in their headings or text; a count is occurrences in the headings × 2¹⁶ + those in the text. */
  readonly chunks: PostingList;
}

/** Number of distinct terms of each field, at least 1. */
export interface FieldLengths {
  /** By page. */
  readonly title: Uint32Array;
  /** By chunk. */
  readonly headings: Uint32Array;
  /** By chunk. */
  readonly text: Uint32Array;
}

const KIND = "postings";
/** More than this in one file is a damaged number. */
const MAX_POSTINGS = 2 ** 31;
/** Columns: the same kind of number in one run compresses better than records do. */
const COLUMNS = ["lists", "tpages", "tcounts", "tlengths", "chunks", "hcounts", "xcounts", "hlengths", "xlengths"];

/** Write a range of terms, ascending by code unit; see SPEC.md. */
export function encodeTermShard(terms: readonly TermPostings[], lengths: FieldLengths): Uint8Array {
  const writers = COLUMNS.map(() => new VarintWriter());
  for (const postings of terms) eachNumber(postings, lengths, (column, value) => writers[column]?.write(value));
  return encodeContainer(KIND, {
    terms: packStrings(terms.map(({ term }) => term)),
    ...Object.fromEntries(writers.map((writer, i) => [COLUMNS[i], writer.finish()])),
  });
}

/** Bytes that a term takes in a shard before compression, about. */
export function termBytes(postings: TermPostings, lengths: FieldLengths): number {
  let bytes = postings.term.length + 1;
  eachNumber(postings, lengths, (_, value) => {
    bytes += value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 5;
  });
  return bytes;
}

/** The numbers of a term's entries, each with its column. */
function eachNumber(
  { titles, chunks }: TermPostings,
  lengths: FieldLengths,
  write: (column: number, value: number) => void,
): void {
  write(0, titles.places.length);
  write(0, chunks.places.length);
  let previous = 0;
  for (let i = 0; i < titles.places.length; i++) {
    const page = titles.places[i] as number;
    write(1, page - previous);
    write(2, titles.counts[i] as number);
    write(3, lengths.title[page] as number);
    previous = page;
  }
  previous = 0;
  for (let i = 0; i < chunks.places.length; i++) {
    const chunk = chunks.places[i] as number;
    const inHeadings = (chunks.counts[i] as number) >>> 16;
    const inText = (chunks.counts[i] as number) & 0xffff;
    write(4, chunk - previous);
    write(5, inHeadings);
    write(6, inText);
    if (inHeadings > 0) write(7, lengths.headings[chunk] as number);
    if (inText > 0) write(8, lengths.text[chunk] as number);
    previous = chunk;
  }
}

/** The postings of one term; the arrays of each half run in parallel. */
export interface Postings {
  /** Pages with the term in their title, ascending. */
  readonly titlePages: Uint32Array;
  readonly titleCounts: Uint32Array;
  readonly titleLengths: Uint32Array;
  /** Chunks with the term in their headings or text, ascending. */
  readonly chunks: Uint32Array;
  /** May be 0, and the length then is 0 too; so for the text. */
  readonly headingCounts: Uint32Array;
  readonly headingLengths: Uint32Array;
  readonly textCounts: Uint32Array;
  readonly textLengths: Uint32Array;
}

/** The terms and postings of one file. */
export class TermShard {
  /** Ascending by code unit. */
  readonly terms: readonly string[];
  readonly #titleStarts: Uint32Array;
  readonly #chunkStarts: Uint32Array;
  readonly #all: Postings;

  /**
   * @param limits Pages and chunks that the index has.
   * @throws SearchError `file-invalid`, `file-version`.
   */
  constructor(bytes: Uint8Array, file: string, limits: { readonly pages: number; readonly chunks: number }) {
    const container = new Container(bytes, { kind: KIND, file });
    const column = (name: string, length: number) =>
      readColumn(container.get(name, Uint8Array), length, { file, name });
    this.terms = container.strings("terms");
    const lists = column("lists", this.terms.length * 2);
    this.#titleStarts = startsOf(lists, 0, file);
    this.#chunkStarts = startsOf(lists, 1, file);
    const titleCount = this.#titleStarts.at(-1) as number;
    const chunkCount = this.#chunkStarts.at(-1) as number;
    const headingCounts = column("hcounts", chunkCount);
    const textCounts = column("xcounts", chunkCount);
    this.#all = {
      titlePages: sumUp(column("tpages", titleCount), this.#titleStarts, { limit: limits.pages, file }),
      titleCounts: column("tcounts", titleCount),
      titleLengths: column("tlengths", titleCount),
      chunks: sumUp(column("chunks", chunkCount), this.#chunkStarts, { limit: limits.chunks, file }),
      headingCounts,
      headingLengths: spread(headingCounts, (length) => column("hlengths", length)),
      textCounts,
      textLengths: spread(textCounts, (length) => column("xlengths", length)),
    };
  }

  /** Position of a term, or that of the first one after it. */
  position(term: string): number {
    let [low, high] = [0, this.terms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.terms[middle] as string) < term) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Views of the postings of the term at a position. */
  postings(position: number): Postings {
    const titles = [this.#titleStarts[position], this.#titleStarts[position + 1]] as const;
    const chunks = [this.#chunkStarts[position], this.#chunkStarts[position + 1]] as const;
    return {
      titlePages: this.#all.titlePages.subarray(...titles),
      titleCounts: this.#all.titleCounts.subarray(...titles),
      titleLengths: this.#all.titleLengths.subarray(...titles),
      chunks: this.#all.chunks.subarray(...chunks),
      headingCounts: this.#all.headingCounts.subarray(...chunks),
      headingLengths: this.#all.headingLengths.subarray(...chunks),
      textCounts: this.#all.textCounts.subarray(...chunks),
      textLengths: this.#all.textLengths.subarray(...chunks),
    };
  }
}

/** `length` varints; each takes a byte at least, so that a hostile length allocates nothing. */
function readColumn(
  bytes: Uint8Array,
  length: number,
  { file, name }: { readonly file: string; readonly name: string },
): Uint32Array {
  if (length > bytes.length) throw invalid(file, `"${name}" has ${bytes.length} bytes for ${length} numbers`);
  const reader = new VarintReader(bytes);
  const values = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    if (reader.done) throw invalid(file, `"${name}" ends after ${i} of ${length} numbers`);
    values[i] = reader.read();
  }
  return values;
}

/** Where each term's list begins, from the lengths of both of its lists. */
function startsOf(lists: Uint32Array, which: 0 | 1, file: string): Uint32Array {
  const starts = new Uint32Array(lists.length / 2 + 1);
  let end = 0;
  for (let i = 0; i + 1 < starts.length; i++) {
    end += lists[i * 2 + which] as number;
    if (end > MAX_POSTINGS) throw invalid(file, `it announces ${end} postings`);
    starts[i + 1] = end;
  }
  return starts;
}

/** Differences to places, in place; every list begins anew. */
function sumUp(
  values: Uint32Array,
  starts: Uint32Array,
  { limit, file }: { readonly limit: number; readonly file: string },
): Uint32Array {
  for (let list = 0; list + 1 < starts.length; list++) {
    let place = 0;
    for (let i = starts[list] as number; i < (starts[list + 1] as number); i++) {
      place += values[i] as number;
      if (place >= limit) throw invalid(file, `it names number ${place} of ${limit}`);
      values[i] = place;
    }
  }
  return values;
}

/** Lengths are only stored where something was counted. */
function spread(counts: Uint32Array, read: (length: number) => Uint32Array): Uint32Array {
  let length = 0;
  for (const count of counts) if (count > 0) length++;
  const stored = read(length);
  const lengths = new Uint32Array(counts.length);
  let next = 0;
  for (let i = 0; i < counts.length; i++) if ((counts[i] as number) > 0) lengths[i] = stored[next++] as number;
  return lengths;
}

function invalid(file: string, detail: string): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable index file: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

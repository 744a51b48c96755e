import { GrowingArray, PostingLists, type SortedLists } from "./posting-lists.ts";
import { separator } from "./ranges.ts";
import { encodeSpelling } from "./spelling.ts";
import { encodeTermShard, type FieldLengths, type TermPostings, termBytes } from "./term-shard.ts";
import { encodeTermsDirectory } from "./terms-directory.ts";

/** Terms of one chunk; those of the title belong to its page. */
export interface ChunkTerms {
  readonly headings: readonly string[];
  readonly text: readonly string[];
}

/** Options of {@link KeywordBuilder.finish}; the defaults were chosen by measurement. */
export interface KeywordFilesOptions {
  /** A term shard is closed at this size before compression. Default 6,000, or a thousandth of the postings. Bytes. */
  readonly shardBytes?: number | undefined;
  /** With fewer terms than this, also words of a single chunk can correct a typo. Default 20,000. */
  readonly wholeSpellingTerms?: number | undefined;
  /** Default 1,000. */
  readonly wordsPerSpellingFile?: number | undefined;
}

/** The keyword side of an index. */
export interface KeywordFiles {
  /** Term shards, then spelling files. */
  readonly files: readonly Uint8Array[];
  /** Mean number of distinct terms per field, over all chunks. */
  readonly averageLengths: readonly number[];
  /** The file that readers ask for first, given the names of the others: `terms/`, 16 hex digits, `.bin`. */
  readonly directory: (files: readonly string[]) => Uint8Array;
}

const MIN_SHARD_BYTES = 6000;
const MAX_SHARDS = 1000;
const WHOLE_SPELLING_TERMS = 20_000;
/** Shorter words are never within reach of a word that is corrected. UTF-16 units. */
const MIN_SPELLING_LENGTH = 4;
/** What UTF-8 cannot hold, and what ends a string in a file. */
const UNWRITABLE = /[\0\p{Surrogate}]/gu;

/** Collects the terms of all pages; 12 bytes for each distinct term of a chunk. */
export class KeywordBuilder {
  readonly #ids = new Map<string, number>();
  readonly #titles = new PostingLists();
  readonly #chunks = new PostingLists();
  readonly #titleLengths = new GrowingArray();
  readonly #headingLengths = new GrowingArray();
  readonly #textLengths = new GrowingArray();
  readonly #pageLengths = new GrowingArray();
  #titleLengthSum = 0;

  /**
   * Add the next page with its chunks.
   * As MiniSearch does it, a field's length is its number of distinct terms and an empty field has length 1.
   */
  addPage(title: readonly string[], chunks: readonly ChunkTerms[]): void {
    // The title is found in the chunks of its page: without any, it is not in the index.
    const counts = this.#count(chunks.length > 0 ? title : [], 1);
    const page = this.#pageLengths.length;
    for (const [term, count] of counts) this.#titles.add(term, page, count);
    this.#titleLengths.push(Math.max(1, counts.size));
    this.#titleLengthSum += Math.max(1, counts.size) * chunks.length;
    let length = 0;
    for (const chunk of chunks) length += this.#addChunk(chunk);
    this.#pageLengths.push(length);
  }

  /** The files. Terms are cut so that frequent ones stand alone: a query pays for what stands beside its words. */
  finish({
    shardBytes,
    wholeSpellingTerms = WHOLE_SPELLING_TERMS,
    wordsPerSpellingFile: wordsPerFile,
  }: KeywordFilesOptions = {}): KeywordFiles {
    const lengths = {
      title: this.#titleLengths.view(),
      headings: this.#headingLengths.view(),
      text: this.#textLengths.view(),
    };
    const terms = new SortedTerms(this.#ids, this.#titles.sort(this.#ids.size), this.#chunks.sort(this.#ids.size));
    const shards = encodeShards(terms, lengths, shardBytes);
    const minChunks = terms.size < wholeSpellingTerms ? 1 : 2;
    const { forward, backward } = encodeSpelling(terms.words(minChunks), { wordsPerFile });
    const pageLengths = this.#pageLengths.view();
    return {
      files: [...shards, ...forward, ...backward].map(({ bytes }) => bytes),
      averageLengths: this.#averageLengths(),
      directory: (files) =>
        encodeTermsDirectory({
          files,
          shards: shards.map(({ start }) => start),
          frequencies: shards.map(({ frequency }) => frequency),
          forward: forward.map(({ start }) => start),
          backward: backward.map(({ start }) => start),
          pageLengths,
        }),
    };
  }

  #addChunk({ headings, text }: ChunkTerms): number {
    const inText = this.#count(text, 1);
    const textLength = Math.max(1, inText.size);
    const inHeadings = this.#count(headings, HEADING);
    this.#headingLengths.push(Math.max(1, inHeadings.size));
    this.#textLengths.push(textLength);
    for (const [term, count] of inHeadings) inText.set(term, (inText.get(term) ?? 0) + count);
    const chunk = this.#textLengths.length - 1;
    for (const [term, counts] of inText) this.#chunks.add(term, chunk, counts);
    return textLength;
  }

  /** Numbers of the distinct terms with their occurrences, at most 65,535, times `unit`. */
  #count(terms: readonly string[], unit: number): Map<number, number> {
    const counts = new Map<number, number>();
    for (const term of terms) {
      const id = this.#idOf(term);
      counts.set(id, Math.min((counts.get(id) ?? 0) + unit, MAX_COUNT * unit));
    }
    return counts;
  }

  #idOf(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const written = term.replace(UNWRITABLE, "\ufffd");
    if (written !== term) return this.#idOf(written);
    this.#ids.set(term, this.#ids.size);
    return this.#ids.size - 1;
  }

  #averageLengths(): number[] {
    const chunks = Math.max(1, this.#textLengths.length);
    const sums = [this.#titleLengthSum, sum(this.#headingLengths.view()), sum(this.#textLengths.view())];
    return sums.map((total) => total / chunks);
  }
}

/** A count in the headings, beside one in the text, in one u32. */
const HEADING = 2 ** 16;
const MAX_COUNT = HEADING - 1;

/** Postings by the position of their term, ascending by code unit. */
class SortedTerms {
  readonly size: number;
  readonly #terms: readonly (readonly [term: string, id: number])[];
  readonly #titles: SortedLists;
  readonly #chunks: SortedLists;

  constructor(ids: ReadonlyMap<string, number>, titles: SortedLists, chunks: SortedLists) {
    this.#terms = [...ids].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#titles = titles;
    this.#chunks = chunks;
    this.size = ids.size;
  }

  at(position: number): TermPostings {
    const [term, id] = this.#terms[position] as readonly [string, number];
    return { term, titles: this.#titles.list(id), chunks: this.#chunks.list(id) };
  }

  /** Words that occur in that many chunks or titles, ascending. */
  words(minChunks: number): string[] {
    return this.#terms.flatMap(([term, id]) => {
      const count = this.#titles.list(id).places.length + this.#chunks.list(id).places.length;
      return term.length >= MIN_SPELLING_LENGTH && count >= minChunks ? [term] : [];
    });
  }
}

interface EncodedShard {
  readonly start: string;
  readonly frequency: number;
  readonly bytes: Uint8Array;
}

function encodeShards(terms: SortedTerms, lengths: FieldLengths, shardBytes: number | undefined): EncodedShard[] {
  const sizes = Uint32Array.from({ length: terms.size }, (_, i) => termBytes(terms.at(i), lengths));
  const target = shardBytes ?? Math.max(MIN_SHARD_BYTES, sum(sizes) / MAX_SHARDS);
  const ends = cutRanges(sizes, target);
  return ends.map((end, i) => {
    const first = ends[i - 1] ?? 0;
    const range = Array.from({ length: end - first }, (_, at) => terms.at(first + at));
    const [{ term }] = range as [TermPostings];
    return {
      start: first === 0 ? "" : separator(terms.at(first - 1).term, term),
      frequency: Math.max(...range.map(({ chunks }) => chunks.places.length)),
      bytes: encodeTermShard(range, lengths),
    };
  });
}

/** Ends of ranges of about the target size; what is half as large by itself stands alone. */
function cutRanges(sizes: Uint32Array, target: number): number[] {
  const ends: number[] = [];
  let total = 0;
  sizes.forEach((size, i) => {
    const isLarge = size * 2 >= target;
    if (isLarge && total > 0) ends.push(i);
    total = isLarge ? size : total + size;
    if (!isLarge && total < target && i + 1 < sizes.length) return;
    ends.push(i + 1);
    total = 0;
  });
  return ends;
}

function sum(values: Uint32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

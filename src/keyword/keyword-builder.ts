import { VarintReader } from "../core/varint.ts";
import { MAX_OCCURRENCES, type PageTerms } from "./page-terms.ts";
import { GrowingArray, PostingLists, type SortedLists } from "./posting-lists.ts";
import { separator } from "./ranges.ts";
import { encodeSpelling } from "./spelling.ts";
import { encodeTermShard, type FieldLengths, type TermPostings, termBytes } from "./term-shard.ts";
import { encodeTermsDirectory } from "./terms-directory.ts";

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

/** Collects the terms of all pages; 12 bytes for each distinct term of a chunk. */
export class KeywordBuilder {
  readonly #ids = new Map<string, number>();
  /** Of the terms of a dictionary; undefined for those that were not met yet. */
  readonly #idsOfDictionary = new Map<readonly string[], (number | undefined)[]>();
  readonly #tally = new Tally();
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
   *
   * @param withoutText Offsets of chunks whose text is not to be found.
   */
  addPage({ dictionary, counts }: PageTerms, withoutText: ReadonlySet<number> = NONE): void {
    const lists = { reader: new VarintReader(counts), dictionary, ids: this.#idsOf(dictionary) };
    const page = this.#pageLengths.length;
    // The title is found in the chunks of its page: without any, it is not in the index.
    const chunkCount = lists.reader.read();
    const titleLength = Math.max(1, chunkCount > 0 ? this.#take(lists, 1) : skipList(lists));
    this.#tally.empty((id, count) => this.#titles.add(id, page, count));
    this.#titleLengths.push(titleLength);
    this.#titleLengthSum += titleLength * chunkCount;
    let length = 0;
    for (let chunk = 0; chunk < chunkCount; chunk++) length += this.#addChunk(lists, withoutText.has(chunk));
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

  #addChunk(lists: Lists, isEmptied: boolean): number {
    const chunk = this.#textLengths.length;
    this.#headingLengths.push(Math.max(1, this.#take(lists, HEADING)));
    const textLength = Math.max(1, isEmptied ? skipList(lists) : this.#take(lists, 1));
    this.#textLengths.push(textLength);
    this.#tally.empty((id, counts) => this.#chunks.add(id, chunk, counts));
    return textLength;
  }

  /** Tally the next list, its occurrences times `unit`; gives its number of distinct terms. */
  #take({ reader, dictionary, ids }: Lists, unit: number): number {
    const size = reader.read();
    for (let i = 0; i < size; i++) {
      const number = reader.read();
      ids[number] ??= this.#idOf(dictionary[number] as string);
      this.#tally.add(ids[number], reader.read() * unit);
    }
    return size;
  }

  #idsOf(dictionary: readonly string[]): (number | undefined)[] {
    const known = this.#idsOfDictionary.get(dictionary) ?? [];
    this.#idsOfDictionary.set(dictionary, known);
    return known;
  }

  #idOf(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    this.#ids.set(term, this.#ids.size);
    return this.#ids.size - 1;
  }

  #averageLengths(): number[] {
    const chunks = Math.max(1, this.#textLengths.length);
    const sums = [this.#titleLengthSum, sum(this.#headingLengths.view()), sum(this.#textLengths.view())];
    return sums.map((total) => total / chunks);
  }
}

/** Unit of a count in the headings, beside one in the text, in one u32. */
const HEADING = MAX_OCCURRENCES + 1;
const NONE: ReadonlySet<number> = new Set();

/** The lists of a page, read one after the other. */
interface Lists {
  readonly reader: VarintReader;
  readonly dictionary: readonly string[];
  /** Of the dictionary's terms, as far as they are known. */
  readonly ids: (number | undefined)[];
}

/** @returns 0, as of a list without terms. */
function skipList({ reader }: Lists): number {
  for (let left = 2 * reader.read(); left > 0; left--) reader.read();
  return 0;
}

/** Sums by small numbers, used over and over. */
class Tally {
  readonly #touched: number[] = [];
  #sums = new Uint32Array(1024);

  add(id: number, count: number): void {
    if (id >= this.#sums.length) this.#grow(id);
    const sum = this.#sums[id] as number;
    if (sum === 0) this.#touched.push(id);
    this.#sums[id] = sum + count;
  }

  /** Give out every sum above 0, and begin anew. */
  empty(take: (id: number, sum: number) => void): void {
    for (const id of this.#touched) {
      take(id, this.#sums[id] as number);
      this.#sums[id] = 0;
    }
    this.#touched.length = 0;
  }

  #grow(id: number): void {
    const larger = new Uint32Array(2 * id);
    larger.set(this.#sums);
    this.#sums = larger;
  }
}

/** Postings by the position of their term, ascending by code unit. */
class SortedTerms {
  readonly size: number;
  readonly #terms: readonly (readonly [term: string, id: number])[];
  readonly #titles: SortedLists;
  readonly #chunks: SortedLists;

  constructor(ids: ReadonlyMap<string, number>, titles: SortedLists, chunks: SortedLists) {
    this.#terms = Array.from([...ids.keys()].sort(), (term) => [term, ids.get(term) as number]);
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
      const count = this.#titles.count(id) + this.#chunks.count(id);
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

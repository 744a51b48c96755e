import { Container, encodeContainer, joinList, packStrings, splitList } from "./container.ts";
import { SearchError } from "./errors.ts";
import type { FacetCounts } from "./search.ts";
import { VarintReader, VarintWriter } from "./varint.ts";

/** What ranking must know of one page. */
export interface PageRow {
  /** Index into the manifest's languages. */
  readonly language: number;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Factor on the score of each of its chunks, in order; 1 = neutral. Its length is the page's number of chunks. */
  readonly chunkWeights: readonly number[];
}

/** A filter value and the pages that have it, ascending. */
interface FilterValue {
  readonly name: string;
  readonly value: string;
  readonly pages: Uint32Array;
}

/** A file with the texts of chunks `[first, end)`. */
export interface TextShardRef {
  /** Path relative to `index.json`. */
  readonly file: string;
  readonly first: number;
  readonly end: number;
}

/** Consecutive text shards whose names share a hash. */
export interface TextGroup {
  /** 16 hex digits. */
  readonly hash: string;
  /** Chunks `[first, end)` of each: whole pages, or a part of one. */
  readonly shards: readonly { readonly first: number; readonly end: number }[];
}

const KIND = "pages";
/** Bytes of the hash in the names of a group of text shards. */
const HASH_BYTES = 8;
/** A page's number of chunks stands above two bits for the text shards that begin in it, up to 3. */
const COUNT_UNIT = 4;
const MANY_SHARDS = COUNT_UNIT - 1;
/** More than any site has; numbers beyond are damage, not to be given memory. */
const MAX_CHUNKS = 2 ** 24;
/** Stored weights are bytes: 16 = factor 1. */
const WEIGHT_UNIT = 16;

/** The file of a group's nth text shard, relative to `index.json`. */
export function textShardFile(hash: string, n: number): string {
  return `text/${hash}/${n}.bin`;
}

/**
 * Write the table of all pages: chunk counts, languages, weights, filter postings, text shards; see SPEC.md.
 *
 * @param textGroups All text shards, in order; together they have every chunk.
 * @throws RangeError when a chunk is missing, or a shard begins within a page without one at the page's beginning.
 */
export function encodePagesTable(pages: readonly PageRow[], textGroups: readonly TextGroup[]): Uint8Array {
  const postings = new Map<string, number[]>();
  const weights: number[] = [];
  pages.forEach((page, id) => {
    for (const weight of page.chunkWeights) weights.push(Math.min(255, Math.max(1, Math.round(weight * WEIGHT_UNIT))));
    for (const [name, values] of Object.entries(page.filters)) {
      for (const value of new Set(values)) {
        const key = joinList([name, value]);
        const list = postings.get(key);
        if (list) list.push(id);
        else postings.set(key, [id]);
      }
    }
  });
  const keys = [...postings.keys()].sort();
  const chunkCounts = pages.map(({ chunkWeights }) => chunkWeights.length);
  return encodeContainer(KIND, {
    ...encodeCounts(chunkCounts, textGroups),
    language: Uint8Array.from(pages, (page) => page.language),
    ...(weights.some((weight) => weight !== WEIGHT_UNIT) && { weights: Uint8Array.from(weights) }),
    fvalues: packStrings(keys),
    fpages: encodePostings(keys.map((key) => postings.get(key) ?? [])),
    ...encodeTextGroups(textGroups),
  });
}

/** Chunks and text shards of each page in one number: apart they would take a tenth more. */
function encodeCounts(
  chunkCounts: readonly number[],
  groups: readonly TextGroup[],
): Record<"counts" | "tmany" | "tparts", Uint8Array> {
  const shards = groups.flatMap((group) => group.shards);
  checkCover(shards, chunkCounts);
  const [counts, many, parts] = [new VarintWriter(), new VarintWriter(), new VarintWriter()];
  let next = 0;
  let start = 0;
  for (const count of chunkCounts) {
    const begins: number[] = [];
    for (; next < shards.length && (shards[next]?.first as number) < start + count; next++) {
      begins.push((shards[next]?.first as number) - start);
    }
    if (begins.length > 0 && begins[0] !== 0) throw new RangeError(`a text shard begins after chunk ${start}`);
    counts.write(count * COUNT_UNIT + Math.min(begins.length, MANY_SHARDS));
    if (begins.length >= MANY_SHARDS) many.write(begins.length - MANY_SHARDS);
    for (let i = 1; i < begins.length; i++) parts.write((begins[i] as number) - (begins[i - 1] as number));
    start += count;
  }
  return { counts: counts.finish(), tmany: many.finish(), tparts: parts.finish() };
}

function encodeTextGroups(groups: readonly TextGroup[]): Record<"tgroups" | "thash", Uint8Array> {
  const sizes = new VarintWriter();
  for (const group of groups) sizes.write(group.shards.length);
  const digits = groups.map(({ hash }) => hash).join("");
  return {
    tgroups: sizes.finish(),
    thash: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  };
}

function checkCover(shards: TextGroup["shards"], chunkCounts: readonly number[]): void {
  let end = 0;
  for (const shard of shards) {
    if (shard.first !== end || shard.end <= end) throw new RangeError(`no text shard begins with chunk ${end}`);
    end = shard.end;
  }
  const count = chunkCounts.reduce((sum, each) => sum + each, 0);
  if (end !== count) throw new RangeError(`text shards have ${end} chunks of ${count}`);
}

function encodePostings(lists: readonly (readonly number[])[]): Uint8Array {
  const writer = new VarintWriter();
  for (const list of lists) writer.writeAscending(list);
  return writer.finish();
}

/** What ranking, filtering and grouping need of every page, in memory from the first query on. */
export class PagesTable {
  readonly pageCount: number;
  readonly chunkCount: number;
  /** First chunk of each page; one entry more than pages. */
  readonly chunkStart: Uint32Array;
  /** Page of each chunk. */
  readonly pageOfChunk: Uint32Array;
  readonly language: Uint8Array;
  readonly #weights: Uint8Array | undefined;
  readonly #filters: readonly FilterValue[];
  readonly #texts: TextShards;

  /** @throws SearchError as {@link Container}; `file-invalid` also when the sections do not fit together. */
  constructor(bytes: Uint8Array, file: string) {
    const container = new Container(bytes, { kind: KIND, file });
    this.language = container.get("language", Uint8Array);
    this.pageCount = this.language.length;
    const check: Check = (holds, what) => {
      if (!holds) throw invalid(file, what);
    };
    const { chunkStart, shardStart } = decodeCounts(container, this.pageCount, check);
    this.chunkStart = chunkStart;
    this.chunkCount = chunkStart[this.pageCount] as number;
    this.pageOfChunk = new Uint32Array(this.chunkCount);
    for (let page = 0; page < this.pageCount; page++) {
      this.pageOfChunk.fill(page, this.chunkStart[page], this.chunkStart[page + 1]);
    }
    this.#weights = container.has("weights") ? container.get("weights", Uint8Array) : undefined;
    const weightCount = this.#weights?.length ?? this.chunkCount;
    check(weightCount === this.chunkCount, `it has ${weightCount} weights for ${this.chunkCount} chunks`);
    this.#filters = decodeFilters(container, this.pageCount, check);
    this.#texts = { shardStart, ...decodeTextGroups(container, shardStart.length - 1, check) };
  }

  /** The file that holds a chunk's text; undefined for a chunk that is not there. */
  textShardOf(chunk: number): TextShardRef | undefined {
    const { shardStart, groupStart, hashes } = this.#texts;
    if (!(chunk >= 0 && chunk < this.chunkCount)) return undefined;
    const shard = lastAtMost(shardStart, chunk);
    const group = lastAtMost(groupStart, shard);
    const hash = Array.from(hashes.subarray(group * HASH_BYTES, (group + 1) * HASH_BYTES), hexByte).join("");
    return {
      file: textShardFile(hash, shard - (groupStart[group] as number)),
      first: shardStart[shard] as number,
      end: shardStart[shard + 1] as number,
    };
  }

  /** Names of all text shards, in order. */
  textFiles(): string[] {
    const firsts = Array.from(this.#texts.shardStart.subarray(0, -1));
    return firsts.flatMap((first) => this.textShardOf(first)?.file ?? []);
  }

  /** Factor on a chunk's score. */
  weightOf(chunk: number): number {
    return this.#weights ? (this.#weights[chunk] as number) / WEIGHT_UNIT : 1;
  }

  /**
   * One byte per page, 1 = passes: for every filter name one of its values, and the language if given.
   * Undefined when everything passes. An unknown name or value lets nothing pass.
   */
  mask(
    filters: Readonly<Record<string, readonly string[]>> = {},
    allowedLanguages?: readonly number[],
  ): Uint8Array | undefined {
    const wanted = Object.entries(filters).filter(([, values]) => values.length > 0);
    if (wanted.length === 0 && !allowedLanguages) return undefined;
    const mask = new Uint8Array(this.pageCount).fill(1);
    if (allowedLanguages) {
      mask.forEach((_, page) => {
        if (!allowedLanguages.includes(this.language[page] as number)) mask[page] = 0;
      });
    }
    for (const [name, values] of wanted) {
      const any = new Uint8Array(this.pageCount);
      for (const entry of this.#filters) {
        if (entry.name === name && values.includes(entry.value)) for (const page of entry.pages) any[page] = 1;
      }
      for (let page = 0; page < mask.length; page++) mask[page] = (mask[page] as number) & (any[page] as number);
    }
    return mask;
  }

  /**
   * Of the pages found, how many have each value of each filter; values with none are left out.
   * @param found One byte per page, 1 = found.
   * @param names Of filters. Default all.
   */
  facets(found: Uint8Array, names?: readonly string[]): FacetCounts {
    const counts = new Map<string, [value: string, count: number][]>();
    for (const { name, value, pages: having } of this.#filters) {
      if (names && !names.includes(name)) continue;
      let count = 0;
      for (const page of having) count += found[page] as number;
      if (count > 0) counts.set(name, [...(counts.get(name) ?? []), [value, count]]);
    }
    // By fromEntries, which makes plain keys of names such as "__proto__".
    return Object.fromEntries(Array.from(counts, ([name, values]) => [name, Object.fromEntries(values)]));
  }

  /** The filter values of one page; names without one are left out. */
  filtersOf(page: number): Readonly<Record<string, readonly string[]>> {
    const values = new Map<string, string[]>();
    for (const { name, value, pages } of this.#filters) {
      if (pages.includes(page)) values.set(name, [...(values.get(name) ?? []), value]);
    }
    return Object.fromEntries(values);
  }

  /** Every filter value with the number of pages that have it. */
  allFacets(): FacetCounts {
    return this.facets(new Uint8Array(this.pageCount).fill(1));
  }
}

type Check = (holds: boolean, what: string) => void;

function decodeFilters(container: Container, pageCount: number, check: Check): FilterValue[] {
  const reader = new VarintReader(container.get("fpages", Uint8Array));
  return container.strings("fvalues").map((key) => {
    const [name = "", value = ""] = splitList(key);
    const count = reader.read();
    check(count <= pageCount, `${count} of ${pageCount} pages have a filter`);
    let page = 0;
    const pages = Uint32Array.from({ length: count }, () => {
      page += reader.read();
      check(page < pageCount, `page ${page} of ${pageCount} has a filter`);
      return page;
    });
    return { name, value, pages };
  });
}

/** The table of text shards; the starts have one entry more, the end of all. */
interface TextShards {
  /** First chunk of each shard. */
  readonly shardStart: Uint32Array;
  /** First shard of each group. */
  readonly groupStart: Uint32Array;
  readonly hashes: Uint8Array;
}

function decodeCounts(
  container: Container,
  pageCount: number,
  check: Check,
): { readonly chunkStart: Uint32Array; readonly shardStart: Uint32Array } {
  const counts = new VarintReader(container.get("counts", Uint8Array));
  const many = new VarintReader(container.get("tmany", Uint8Array));
  const parts = new VarintReader(container.get("tparts", Uint8Array));
  const chunkStart = new Uint32Array(pageCount + 1);
  const shardStart: number[] = [];
  for (let page = 0; page < pageCount; page++) {
    const start = chunkStart[page] as number;
    const packed = counts.read();
    const end = start + Math.floor(packed / COUNT_UNIT);
    check(end <= MAX_CHUNKS, `its pages up to ${page} have ${end} chunks`);
    chunkStart[page + 1] = end;
    const few = packed % COUNT_UNIT;
    const begins = few < MANY_SHARDS ? few : few + many.read();
    for (let n = 0, first = start; n < begins; n++) {
      const length = n > 0 ? parts.read() : 0;
      first += length;
      check((n === 0 || length > 0) && first < end, `page ${page} has a part of ${length} chunks of ${end - start}`);
      shardStart.push(first);
    }
  }
  const chunkCount = chunkStart[pageCount] as number;
  check(chunkCount === 0 || shardStart[0] === 0, "its first chunk is in no text shard");
  return { chunkStart, shardStart: Uint32Array.from([...shardStart, chunkCount]) };
}

function decodeTextGroups(container: Container, shardCount: number, check: Check): Omit<TextShards, "shardStart"> {
  const sizes = new VarintReader(container.get("tgroups", Uint8Array));
  const hashes = container.get("thash", Uint8Array);
  const groupStart = new Uint32Array(Math.floor(hashes.length / HASH_BYTES) + 1);
  for (let group = 1; group < groupStart.length; group++) {
    groupStart[group] = (groupStart[group - 1] as number) + sizes.read();
  }
  const grouped = groupStart.at(-1) as number;
  check(grouped === shardCount, `its groups have ${grouped} text shards of ${shardCount}`);
  return { groupStart, hashes };
}

/** Position of the last value that is not above a given one, in ascending values of which the first is not. */
function lastAtMost(values: Uint32Array, wanted: number): number {
  let [low, high] = [0, values.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= wanted) low = middle;
    else high = middle;
  }
  return low;
}

function invalid(file: string, detail: string): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable index file: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

import { Container, encodeContainer, joinList, packStrings, splitList } from "./container.ts";
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

/** A file with the texts of consecutive pages. */
export interface TextShardRef {
  /** Path relative to `index.json`. */
  readonly file: string;
  /** First of its pages. */
  readonly first: number;
  readonly end: number;
}

const KIND = "pages";
/** Bytes of the content hash in the name of a text shard. */
const HASH_BYTES = 8;
/** Stored weights are bytes: 16 = factor 1. */
const WEIGHT_UNIT = 16;

/** Write the table of all pages: chunk counts, languages, weights, filter postings, text shards; see SPEC.md. */
export function encodePagesTable(pages: readonly PageRow[], textShards: readonly TextShardRef[]): Uint8Array {
  const postings = new Map<string, number[]>();
  const weights: number[] = [];
  const counts = new VarintWriter();
  pages.forEach((page, id) => {
    counts.write(page.chunkWeights.length);
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
  return encodeContainer(KIND, {
    counts: counts.finish(),
    language: Uint8Array.from(pages, (page) => page.language),
    ...(weights.some((weight) => weight !== WEIGHT_UNIT) && { weights: Uint8Array.from(weights) }),
    fvalues: packStrings(keys),
    fpages: encodePostings(keys.map((key) => postings.get(key) ?? [])),
    ...encodeTextShards(textShards),
  });
}

function encodeTextShards(shards: readonly TextShardRef[]): Record<"tpages" | "thash", Uint8Array> {
  const counts = new VarintWriter();
  for (const { first, end } of shards) counts.write(end - first);
  const digits = shards.map(({ file }) => file.replace(/^text\/|\.bin$/g, "")).join("");
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return { tpages: counts.finish(), thash: bytes };
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
  readonly #textShards: readonly TextShardRef[];

  /** @throws SearchError as {@link Container}. */
  constructor(bytes: Uint8Array, file: string) {
    const container = new Container(bytes, { kind: KIND, file });
    this.language = container.get("language", Uint8Array);
    this.pageCount = this.language.length;
    this.chunkStart = new Uint32Array(this.pageCount + 1);
    const counts = new VarintReader(container.get("counts", Uint8Array));
    for (let page = 0; page < this.pageCount; page++) {
      this.chunkStart[page + 1] = (this.chunkStart[page] as number) + counts.read();
    }
    this.chunkCount = this.chunkStart[this.pageCount] as number;
    this.pageOfChunk = new Uint32Array(this.chunkCount);
    for (let page = 0; page < this.pageCount; page++) {
      this.pageOfChunk.fill(page, this.chunkStart[page], this.chunkStart[page + 1]);
    }
    this.#weights = container.has("weights") ? container.get("weights", Uint8Array) : undefined;
    this.#filters = decodeFilters(container);
    this.#textShards = decodeTextShards(container);
  }

  /** The file that holds a page's text; undefined for a page that is not there. */
  textShardOf(page: number): TextShardRef | undefined {
    return this.#textShards.find(({ first, end }) => page >= first && page < end);
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

  /** Of the pages given, how many have each value of each filter; values with none are left out. */
  facets(pages: ReadonlySet<number>, names?: readonly string[]): FacetCounts {
    const counts = new Map<string, [value: string, count: number][]>();
    for (const { name, value, pages: having } of this.#filters) {
      if (names && !names.includes(name)) continue;
      const count = having.reduce((sum, page) => sum + (pages.has(page) ? 1 : 0), 0);
      if (count > 0) counts.set(name, [...(counts.get(name) ?? []), [value, count]]);
    }
    // By fromEntries, which makes plain keys of names such as "__proto__".
    return Object.fromEntries(Array.from(counts, ([name, values]) => [name, Object.fromEntries(values)]));
  }

  /** Every filter value with the number of pages that have it. */
  allFacets(): FacetCounts {
    return this.facets(new Set(Array(this.pageCount).keys()));
  }
}

function decodeFilters(container: Container): FilterValue[] {
  const reader = new VarintReader(container.get("fpages", Uint8Array));
  return container.strings("fvalues").map((key) => {
    const [name = "", value = ""] = splitList(key);
    return { name, value, pages: Uint32Array.from(reader.readAscending()) };
  });
}

function decodeTextShards(container: Container): TextShardRef[] {
  const counts = new VarintReader(container.get("tpages", Uint8Array));
  const hashes = container.get("thash", Uint8Array);
  let end = 0;
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, i) => {
    const first = end;
    end += counts.read();
    const hash = Array.from(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), hexByte).join("");
    return { file: `text/${hash}.bin`, first, end };
  });
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

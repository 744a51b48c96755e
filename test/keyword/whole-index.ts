import SearchableMap from "minisearch/SearchableMap";
import { KEYWORD_FIELDS } from "../../src/core/manifest.ts";
import type { KeywordField } from "../../src/core/search.ts";
import type { QueryWord } from "../../src/keyword/keyword-index.ts";
import type { ChunkTerms } from "../../src/keyword/page-terms.ts";

/** A page as the builder takes it. */
export interface PageTerms {
  readonly title: readonly string[];
  readonly chunks: readonly ChunkTerms[];
}

interface Postings {
  readonly chunks: number[];
  readonly counts: number[];
}

interface Match {
  readonly term: string;
  readonly weight: number;
}

interface Found {
  readonly chunks: Map<number, { score: number; readonly terms: string[]; words: number; lastWord: number }>;
  readonly pageScores: Float64Array;
}

const TEXT = KEYWORD_FIELDS.indexOf("text");
const CHUNK = { k: 1.2, b: 0.7, d: 0.5 };
const PAGE = { k: 1.2, b: 0.5, d: 0.5 };
const PAGE_FACTORS = { title: 6, headings: 4, text: 1 };

/** Keyword search over everything in memory, as plainly as it can be said: the oracle of the sharded index. */
export class WholeIndex {
  readonly #terms = new SearchableMap<Postings[]>();
  readonly #lengths: number[][] = [];
  readonly #pageOfChunk: number[] = [];
  readonly #pageLengths: number[];

  constructor(pages: readonly PageTerms[]) {
    this.#pageLengths = pages.map(() => 0);
    pages.forEach(({ title, chunks }, page) => {
      for (const { headings, text } of chunks) this.#add({ title, headings, text }, page);
    });
  }

  search(words: readonly QueryWord[], boosts: Readonly<Record<KeywordField, number>>) {
    const found: Found = { chunks: new Map(), pageScores: new Float64Array(this.#pageLengths.length) };
    words.forEach(({ terms, prefix }, word) => {
      for (const match of terms.flatMap((term) => this.#matches(term, prefix))) {
        this.#addChunks(found, match, { word, boosts });
        this.#addPages(found, match, boosts);
      }
    });
    const hits = Array.from(found.chunks, ([chunk, { score, terms, words: matched }]) => {
      const pageScore = found.pageScores[this.#pageOfChunk[chunk] as number] as number;
      return { chunk, score: score + pageScore, terms, words: matched };
    });
    return hits.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
  }

  idf(term: string): number {
    const frequencies = this.#postings(term).map(({ chunks }) => chunks.length);
    return idf(this.#pageOfChunk.length, Math.max(0, ...frequencies));
  }

  /** Number of titles, of pages, and of chunks besides that have the term. */
  occurrences(term: string): number {
    const [title, ...others] = this.#postings(term);
    const pages = new Set(title?.chunks.map((chunk) => this.#pageOfChunk[chunk]));
    return pages.size + new Set(others.flatMap(({ chunks }) => chunks)).size;
  }

  #add(terms: Readonly<Record<KeywordField, readonly string[]>>, page: number): void {
    const chunk = this.#pageOfChunk.push(page) - 1;
    const lengths = KEYWORD_FIELDS.map((name, field) => {
      for (const term of terms[name]) this.#count(term, field, chunk);
      return Math.max(1, new Set(terms[name]).size);
    });
    this.#lengths.push(lengths);
    this.#pageLengths[page] = (this.#pageLengths[page] as number) + (lengths[TEXT] as number);
  }

  #count(term: string, field: number, chunk: number): void {
    const fields = this.#terms.fetch(term, () => KEYWORD_FIELDS.map(() => ({ chunks: [], counts: [] })));
    const { chunks, counts } = fields[field] as Postings;
    if (chunks.at(-1) === chunk) counts.push((counts.pop() as number) + 1);
    else {
      chunks.push(chunk);
      counts.push(1);
    }
  }

  #postings(term: string): readonly Postings[] {
    return this.#terms.get(term) ?? [];
  }

  #matches(term: string, prefix: boolean): Match[] {
    const exact = this.#terms.has(term) ? [{ term, weight: 1 }] : [];
    if (prefix) {
      const found = [...exact, ...this.#completions(term, exact.length > 0 ? 0.04 : 0.375)];
      return found.length > 0 ? found : this.#beginning(term);
    }
    return exact.length > 0 || term.length < 5 ? exact : this.#corrections(term);
  }

  #completions(term: string, weight: number): Match[] {
    return Array.from(this.#terms.atPrefix(term).keys())
      .filter((longer) => longer !== term)
      .map((longer) => {
        const nearness = term.length / (term.length + 0.3 * (longer.length - term.length));
        return { term: longer, weight: weight * nearness };
      });
  }

  #beginning(term: string): Match[] {
    for (let length = term.length - 1; length >= Math.max(4, term.length / 2); length--) {
      const shorter = term.slice(0, length);
      if (this.#terms.has(shorter)) return [{ term: shorter, weight: 0.375 }];
    }
    return [];
  }

  #corrections(term: string): Match[] {
    return Array.from(this.#terms.fuzzyGet(term, Math.round(term.length * 0.2)), ([near, [, edits]]) => {
      return { term: near, weight: (0.45 * term.length) / (term.length + edits) };
    });
  }

  #addChunks(
    { chunks: found }: Found,
    { term, weight }: Match,
    { word, boosts }: { readonly word: number; readonly boosts: Readonly<Record<KeywordField, number>> },
  ): void {
    this.#postings(term).forEach(({ chunks, counts }, field) => {
      const total = this.#lengths.reduce((sum, lengths) => sum + (lengths[field] as number), 0);
      const average = total / this.#lengths.length;
      const worth =
        weight * boosts[KEYWORD_FIELDS[field] as KeywordField] * idf(this.#pageOfChunk.length, chunks.length);
      chunks.forEach((chunk, i) => {
        const length = (this.#lengths[chunk] as number[])[field] as number;
        const score = worth * saturate(counts[i] as number, length / average, CHUNK);
        const hit = found.get(chunk);
        if (!hit) {
          found.set(chunk, { score, terms: [term], words: 1, lastWord: word });
          return;
        }
        hit.score += score;
        if (!hit.terms.includes(term)) hit.terms.push(term);
        if (hit.lastWord !== word) hit.words++;
        hit.lastWord = word;
      });
    });
  }

  #addPages({ pageScores }: Found, { term, weight }: Match, boosts: Readonly<Record<KeywordField, number>>): void {
    const frequencies = new Map<number, number>();
    this.#postings(term).forEach(({ chunks, counts }, field) => {
      const name = KEYWORD_FIELDS[field] as KeywordField;
      const factor = boosts[name] * PAGE_FACTORS[name];
      const own = new Map<number, number>();
      chunks.forEach((chunk, i) => {
        const page = this.#pageOfChunk[chunk] as number;
        const [before, count] = [own.get(page) ?? 0, counts[i] as number];
        own.set(page, field === TEXT ? before + count : Math.max(before, count));
      });
      for (const [page, count] of own) frequencies.set(page, (frequencies.get(page) ?? 0) + factor * count);
    });
    const average = this.#pageLengths.reduce((sum, length) => sum + length, 0) / this.#pageLengths.length;
    const worth = weight * idf(this.#pageLengths.length, frequencies.size);
    for (const [page, frequency] of frequencies) {
      const length = (this.#pageLengths[page] as number) / average;
      pageScores[page] = (pageScores[page] as number) + worth * saturate(frequency, length, PAGE);
    }
  }
}

function idf(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

function saturate(frequency: number, length: number, { k, b, d }: typeof CHUNK): number {
  return d + (frequency * (k + 1)) / (frequency + k * (1 - b + b * length));
}

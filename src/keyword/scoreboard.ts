import type { KeywordField } from "../core/search.ts";
import { type Bm25Params, idf, saturate } from "./bm25.ts";
import type { KeywordColumns } from "./keyword-hits.ts";
import type { Postings } from "./term-shard.ts";

/** What scores depend on besides the postings. */
export interface CorpusStatistics {
  /** First chunk of each page, and the number of all chunks. */
  readonly chunkStart: Uint32Array;
  /** Distinct terms in the text of each page's chunks, summed. */
  readonly pageLengths: Uint32Array;
  /** Mean number of distinct terms per field, over all chunks. */
  readonly averageLengths: readonly number[];
}

/** How a term counts. */
export interface TermUse {
  readonly weight: number;
  /** Number of the query's word that it stands for. */
  readonly word: number;
  readonly boosts: Readonly<Record<KeywordField, number>>;
}

/** With MiniSearch's defaults. */
const CHUNK: Bm25Params = { k: 1.2, b: 0.7, d: 0.5 };
/** Of whole pages the length matters less, as the best passage counts besides. */
const PAGE: Bm25Params = { k: 1.2, b: 0.5, d: 0.5 };
/** Of a page, a word in the title is worth this many in the text, times the field's factor. */
const PAGE_FACTORS: Readonly<Record<KeywordField, number>> = { title: 6, headings: 4, text: 1 };

/**
 * The scores of one query at a time: the BM25+ of each chunk, and that of its whole page. 12 bytes a chunk and 24 a page,
 * used again by the next query.
 */
export class Scoreboard {
  readonly #statistics: CorpusStatistics;
  readonly #averagePageLength: number;
  readonly #chunkScores: Float64Array;
  readonly #pageScores: Float64Array;
  /** How many of the query's words each chunk has, and the last of them counted from 1. */
  readonly #words: Uint16Array;
  readonly #lastWord: Uint16Array;
  /** Of the term at hand: its frequency in each page, and in which term's turn that was written. */
  readonly #frequencies: Float64Array;
  readonly #turns: Uint32Array;
  readonly #pages: Uint32Array;
  #pageCount = 0;
  #turn = 0;

  constructor(statistics: CorpusStatistics) {
    const { chunkStart, pageLengths } = statistics;
    const chunks = chunkStart.at(-1) as number;
    this.#statistics = statistics;
    this.#averagePageLength = pageLengths.reduce((sum, length) => sum + length, 0) / pageLengths.length;
    this.#chunkScores = new Float64Array(chunks);
    this.#words = new Uint16Array(chunks);
    this.#lastWord = new Uint16Array(chunks);
    this.#pageScores = new Float64Array(pageLengths.length);
    this.#frequencies = new Float64Array(pageLengths.length);
    this.#turns = new Uint32Array(pageLengths.length);
    this.#pages = new Uint32Array(pageLengths.length);
  }

  /** Begin another query. */
  clear(): void {
    this.#chunkScores.fill(0);
    this.#pageScores.fill(0);
    this.#words.fill(0);
    this.#lastWord.fill(0);
  }

  /** Add a term's scores to all chunks that have it, and to their pages. */
  add(postings: Postings, use: TermUse): void {
    this.#turn++;
    this.#pageCount = 0;
    this.#addTitles(postings, use);
    this.#addChunks(postings, use);
    this.#addPages(use);
  }

  /** Chunks that have any of the terms, ascending, with their scores and how many words they have. Copies. */
  results(): KeywordColumns {
    const { chunkStart } = this.#statistics;
    // A private field costs more than the element that is read from it: these two loops go over the whole index.
    const [words, chunkScores, pageScores] = [this.#words, this.#chunkScores, this.#pageScores];
    let count = 0;
    for (let chunk = 0; chunk < words.length; chunk++) if (words[chunk] !== 0) count++;
    const taken = { chunks: new Uint32Array(count), scores: new Float64Array(count), words: new Uint16Array(count) };
    for (let page = 0, at = 0; at < count; page++) {
      const end = chunkStart[page + 1] as number;
      const pageScore = pageScores[page] as number;
      for (let chunk = chunkStart[page] as number; chunk < end; chunk++) {
        if (words[chunk] === 0) continue;
        taken.chunks[at] = chunk;
        taken.scores[at] = (chunkScores[chunk] as number) + pageScore;
        taken.words[at++] = words[chunk] as number;
      }
    }
    return taken;
  }

  /** All chunks of a page share its title. */
  #addTitles({ titlePages, titleCounts, titleLengths }: Postings, { weight, word, boosts }: TermUse): void {
    const { chunkStart, averageLengths } = this.#statistics;
    let frequency = 0;
    for (const page of titlePages) frequency += (chunkStart[page + 1] as number) - (chunkStart[page] as number);
    const worth = weight * boosts.title * idf(this.#chunkScores.length, frequency);
    titlePages.forEach((page, i) => {
      const count = titleCounts[i] as number;
      const score = worth * saturate(count, (titleLengths[i] as number) / (averageLengths[0] as number), CHUNK);
      const end = chunkStart[page + 1] as number;
      for (let chunk = chunkStart[page] as number; chunk < end; chunk++) this.#score(chunk, score, word);
      this.#count(page, boosts.title * PAGE_FACTORS.title * count);
    });
  }

  /** Each field by itself, with the number of chunks that have the term there, as MiniSearch reckons it. */
  #addChunks(postings: Postings, { weight, word, boosts }: TermUse): void {
    const { chunks, headingCounts, headingLengths, textCounts, textLengths } = postings;
    const { chunkStart, averageLengths } = this.#statistics;
    const total = this.#chunkScores.length;
    const headingWorth = weight * boosts.headings * idf(total, countPositive(headingCounts));
    const textWorth = weight * boosts.text * idf(total, countPositive(textCounts));
    const averageHeadings = averageLengths[1] as number;
    const averageText = averageLengths[2] as number;
    for (let i = 0, page = 0; i < chunks.length; page++) {
      page = pageOf(chunkStart, chunks[i] as number, page);
      const end = chunkStart[page + 1] as number;
      let mostInHeadings = 0;
      let inTexts = 0;
      for (; i < chunks.length && (chunks[i] as number) < end; i++) {
        const inHeadings = headingCounts[i] as number;
        const inText = textCounts[i] as number;
        let score = this.#chunkScores[chunks[i] as number] as number;
        if (inHeadings > 0) {
          score += headingWorth * saturate(inHeadings, (headingLengths[i] as number) / averageHeadings, CHUNK);
        }
        if (inText > 0) score += textWorth * saturate(inText, (textLengths[i] as number) / averageText, CHUNK);
        this.#chunkScores[chunks[i] as number] = score;
        this.#score(chunks[i] as number, 0, word);
        mostInHeadings = Math.max(mostInHeadings, inHeadings);
        inTexts += inText;
      }
      this.#count(page, boosts.headings * PAGE_FACTORS.headings * mostInHeadings);
      this.#count(page, boosts.text * PAGE_FACTORS.text * inTexts);
    }
  }

  /** Over whole pages: occurrences in all texts, and in the title and the headings of the chunk that has most. */
  #addPages({ weight }: TermUse): void {
    const worth = weight * idf(this.#pageScores.length, this.#pageCount);
    for (let i = 0; i < this.#pageCount; i++) {
      const page = this.#pages[i] as number;
      const length = (this.#statistics.pageLengths[page] as number) / this.#averagePageLength;
      const score = worth * saturate(this.#frequencies[page] as number, length, PAGE);
      this.#pageScores[page] = (this.#pageScores[page] as number) + score;
    }
  }

  #score(chunk: number, score: number, word: number): void {
    this.#chunkScores[chunk] = (this.#chunkScores[chunk] as number) + score;
    if (this.#lastWord[chunk] === word + 1) return;
    this.#lastWord[chunk] = word + 1;
    this.#words[chunk] = (this.#words[chunk] as number) + 1;
  }

  #count(page: number, frequency: number): void {
    if (this.#turns[page] === this.#turn) {
      this.#frequencies[page] = (this.#frequencies[page] as number) + frequency;
      return;
    }
    this.#turns[page] = this.#turn;
    this.#frequencies[page] = frequency;
    this.#pages[this.#pageCount++] = page;
  }
}

/** How many chunks have a term in any one field at most; the title counts for all chunks of its page. */
export function chunkFrequency({ titlePages, headingCounts, textCounts }: Postings, chunkStart: Uint32Array): number {
  let titles = 0;
  for (const page of titlePages) titles += (chunkStart[page + 1] as number) - (chunkStart[page] as number);
  return Math.max(titles, countPositive(headingCounts), countPositive(textCounts));
}

/** The page that holds a chunk, not before page `from`, which it mostly is or comes soon after. */
export function pageOf(chunkStart: Uint32Array, chunk: number, from = 0): number {
  if (chunk < (chunkStart[from + 1] as number)) return from;
  let [low, high] = [from + 1, chunkStart.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunkStart[middle + 1] as number) <= chunk) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countPositive(counts: Uint32Array): number {
  let total = 0;
  for (const count of counts) if (count > 0) total++;
  return total;
}

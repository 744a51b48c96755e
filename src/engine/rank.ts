import { type FusionParams, normalize } from "../core/fusion.ts";
import type { PagesTable } from "../core/pages-table.ts";
import { topK } from "../core/top-k.ts";
import type { KeywordHit, KeywordHits } from "../keyword/keyword-hits.ts";
import { type Candidates, candidatesOf, chunkOf, firstFrom, type Placed } from "./candidates.ts";
import type { Evidence } from "./evidence.ts";
import { closePages, type Sorting, sortKeys } from "./sorting.ts";
import type { RunScore } from "./vector-pool.ts";

/** A chunk that may answer the query. */
export interface RankedChunk {
  readonly chunk: number;
  readonly score: number;
  readonly keyword: KeywordHit | undefined;
  /** Among the scores by words, 1 = best; 0 = has none. */
  readonly keywordRank: number;
  /** The run of chunks that its vector stands for, if it is at hand. */
  readonly run: RunScore | undefined;
  /** Rank of the run among the neighbours; 0 = not one of them. */
  readonly semanticRank: number;
}

/** A page with its chunks that answer the query, best first. */
export interface RankedPage {
  readonly page: number;
  readonly score: number;
  readonly chunks: readonly RankedChunk[];
  /** Present when it comes first whatever its score. */
  readonly pinned?: true;
}

/** Which pages may be found, and how the two scores become one. */
export interface RankOptions {
  /** One byte per page, 1 = passes; undefined = all pass. */
  readonly mask: Uint8Array | undefined;
  readonly fusion: FusionParams;
}

/** Which of the pages found are wanted. */
export interface PageRankOptions extends RankOptions {
  readonly limit: number;
  /** Number of a page that must not be found. */
  readonly except?: number | undefined;
  /** Numbers of pages that come first, in that order, as far as they may be found; by their beginning without a match. */
  readonly pins?: readonly number[] | undefined;
  /** Default: by relevance. */
  readonly sorting?: Sorting | undefined;
}

/** All pages found, and those that were wanted. */
export interface PageRanking {
  /** Number of pages found. */
  readonly total: number;
  /** One byte per page, 1 = found. */
  readonly found: Uint8Array;
  /** Pinned ones, then best first, or sorted; equal scores in page order. */
  readonly ranked: readonly RankedPage[];
}

/**
 * A page is worth its best candidate by words and its best one by meaning, which need not be the same one. All candidates
 * are scored, in arrays: of 100,000 in some 2 ms the first time, a fifth of that when the same hits are ranked again;
 * objects are made of the pages that are wanted.
 */
export function rankPages(evidence: Evidence, pages: PagesTable, options: PageRankOptions): PageRanking {
  const { mask, fusion, limit, except = -1, pins = [], sorting } = options;
  const candidates = candidatesOf(evidence, pages, mask);
  const scores = score(candidates, pages, { evidence, fusion });
  const { found, best } = scorePages(candidates, scores, { pages, fusion, except, sorting });
  const scoreOf = (i: number) =>
    mix(scores.words.chunks[i] ?? 0, scores.byMeaning[(candidates.places[i] as number) - 1] ?? 0, fusion);
  const chunksOn = (page: number) => {
    const own = candidatesOn(page, candidates, pages);
    const chunks = own.map((i) => rankedChunk(i, candidates, { evidence, score: scoreOf(i) }));
    return chunks.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
  };
  const pinned = pins.filter((page) => page !== except && mayBeFound(page, pages, { evidence, mask }));
  const first = pinned.slice(0, limit).map((page): RankedPage => {
    const chunks = found[page] === 1 ? chunksOn(page) : [beginningOf(page, pages)];
    return { page, score: Math.max(0, best[page] as number), chunks, pinned: true };
  });
  const keys = sorting ? sortKeys(found, sorting) : best;
  for (const page of pinned) {
    found[page] = 1;
    keys[page] = Number.NEGATIVE_INFINITY;
  }
  const rest = topK(keys, limit - first.length, sorting && best);
  const others = rest.map(({ id: page }) => ({ page, score: best[page] as number, chunks: chunksOn(page) }));
  return { total: found.reduce((sum, isFound) => sum + isFound, 0), found, ranked: [...first, ...others] };
}

/** Whether a page that need not match may be shown all the same. */
function mayBeFound(
  page: number,
  { chunkStart }: PagesTable,
  { evidence: { onlyPages }, mask }: { readonly evidence: Evidence; readonly mask: Uint8Array | undefined },
): boolean {
  const hasText = (chunkStart[page + 1] as number) > (chunkStart[page] as number);
  return hasText && (!mask || mask[page] === 1) && (!onlyPages || onlyPages.has(page));
}

/** The first chunk of a page, as one that nothing of the query matches. */
function beginningOf(page: number, { chunkStart }: PagesTable): RankedChunk {
  const chunk = chunkStart[page] as number;
  return { chunk, score: 0, keyword: undefined, keywordRank: 0, run: undefined, semanticRank: 0 };
}

/** The chunks that answer the query best, best first, whatever their pages. */
export function bestChunks(
  evidence: Evidence,
  pages: PagesTable,
  { count, mask, fusion }: RankOptions & { readonly count: number },
): RankedChunk[] {
  const candidates = candidatesOf(evidence, pages, mask);
  const { words, byMeaning } = score(candidates, pages, { evidence, fusion });
  const { hits, places, placed } = candidates;
  const keyword = new Float64Array(places.length);
  keyword.set(hits.scores);
  const all = new Float64Array(places.length);
  for (let i = 0; i < hits.length; i++) all[i] = mix(words.chunks[i] as number, 0, fusion);
  placed.forEach(({ candidate }, i) => {
    all[candidate] = mix(words.chunks[candidate] ?? 0, byMeaning[i] as number, fusion);
  });
  return topK(all, count, keyword).map(({ id, score }) => rankedChunk(id, candidates, { evidence, score }));
}

/** Scores of the candidates by words and by meaning, comparable and times the weight of their sections. */
interface Scores {
  readonly words: WordScores;
  /** Of those whose vector is at hand, in parallel to `placed`; 0 of all others. */
  readonly byMeaning: Float64Array;
}

/** Scores by words. */
interface WordScores {
  /** By hit. */
  readonly chunks: Float64Array;
  /** By page, of its best hit; 0 without one. */
  readonly pages: Float64Array;
  /** By page, 1 = has a hit. */
  readonly found: Uint8Array;
}

function mix(byWords: number, byMeaning: number, { semanticWeight }: FusionParams): number {
  return (1 - semanticWeight) * byWords + semanticWeight * byMeaning;
}

function score(
  candidates: Candidates,
  pages: PagesTable,
  { evidence: { byMeaning }, fusion }: { readonly evidence: Evidence; readonly fusion: FusionParams },
): Scores {
  // By meaning alone the order is that of the cosines, also below the average.
  const floor = byMeaning && fusion.semanticWeight < 1 ? Math.max(0, byMeaning.mean) : 0;
  const scores = scoreMeaning(candidates, floor, fusion);
  candidates.placed.forEach(({ candidate }, i) => {
    scores[i] = (scores[i] as number) * pages.weightOf(chunkOf(candidates, candidate));
  });
  return { words: wordScores(candidates.hits, { ...fusion, table: pages }), byMeaning: scores };
}

/** What scores by words depend on besides the hits. */
interface WordScoring extends Pick<FusionParams, "method" | "rrfK"> {
  readonly table: PagesTable;
}

/** The latest ones: one search ranks its hits several times, with other cosines. */
const WORD_SCORES = new WeakMap<KeywordHits, WordScores & WordScoring>();

function wordScores(hits: KeywordHits, { table, method, rrfK }: WordScoring): WordScores {
  const known = WORD_SCORES.get(hits);
  if (known?.table === table && known.method === method && known.rrfK === rrfK) return known;
  const { byWords: chunks } = normalize({ keyword: hits.scores, semantic: NO_SCORES }, { method, rrfK });
  const best = new Float64Array(table.pageCount);
  const found = new Uint8Array(table.pageCount);
  for (let i = 0; i < chunks.length; i++) {
    const chunk = hits.chunks[i] as number;
    const page = table.pageOfChunk[chunk] as number;
    const own = (chunks[i] as number) * table.weightOf(chunk);
    chunks[i] = own;
    found[page] = 1;
    if (own > (best[page] as number)) best[page] = own;
  }
  const scores = { chunks, pages: best, found, table, method, rrfK };
  WORD_SCORES.set(hits, scores);
  return scores;
}

const NO_SCORES = new Float64Array();

/** In parallel to `placed`. Of equal cosines the one that is better by words has the better rank. */
function scoreMeaning({ hits, placed }: Candidates, floor: number, fusion: FusionParams): Float64Array {
  const cosines = Float64Array.from(placed, ({ cosine }) => cosine);
  if (fusion.method !== "rrf") return normalize({ keyword: NO_SCORES, semantic: cosines, floor }, fusion).byMeaning;
  const keyword = ({ candidate }: Placed) => hits.scores[candidate] ?? 0;
  const order = [...placed.keys()].sort((a, b) => {
    const [one, other] = [placed[a] as Placed, placed[b] as Placed];
    return keyword(other) - keyword(one) || one.candidate - other.candidate;
  });
  const semantic = Float64Array.from(order, (i) => cosines[i] as number);
  const { byMeaning } = normalize({ keyword: NO_SCORES, semantic }, fusion);
  const scores = new Float64Array(placed.length);
  order.forEach((at, i) => {
    scores[at] = byMeaning[i] as number;
  });
  return scores;
}

interface PageScoring {
  readonly pages: PagesTable;
  readonly fusion: FusionParams;
  readonly except: number;
  readonly sorting: Sorting | undefined;
}

/** The scores of pages, −Infinity for those that are not found. */
function scorePages(candidates: Candidates, { words, byMeaning }: Scores, options: PageScoring) {
  const { pages, fusion, except, sorting } = options;
  let found: Uint8Array = words.found.slice();
  for (const chunk of candidates.alone) found[pages.pageOfChunk[chunk] as number] = 1;
  if (except >= 0) found[except] = 0;
  const nearest = new Float64Array(pages.pageCount);
  candidates.placed.forEach(({ candidate }, i) => {
    const page = pages.pageOfChunk[chunkOf(candidates, candidate)] as number;
    nearest[page] = Math.max(nearest[page] as number, byMeaning[i] as number);
  });
  if (sorting) {
    const isByMeaning = fusion.semanticWeight > 0;
    found = closePages(candidates, found, { pageOfChunk: pages.pageOfChunk, nearest, isByMeaning });
  }
  const best = new Float64Array(pages.pageCount).fill(Number.NEGATIVE_INFINITY);
  for (let page = 0; page < found.length; page++) {
    if (found[page] === 1) best[page] = mix(words.pages[page] as number, nearest[page] as number, fusion);
  }
  return { found, best };
}

/** The candidates on a page. */
function candidatesOn(page: number, { hits, alone }: Candidates, { chunkStart }: PagesTable): number[] {
  const [start = 0, end = 0] = [chunkStart[page], chunkStart[page + 1]];
  const own: number[] = [];
  for (let i = firstFrom(hits.chunks, start); i < hits.length && (hits.chunks[i] as number) < end; i++) own.push(i);
  alone.forEach((chunk, i) => {
    if (chunk >= start && chunk < end) own.push(hits.length + i);
  });
  return own;
}

function rankedChunk(
  i: number,
  candidates: Candidates,
  { evidence, score }: { readonly evidence: Evidence; readonly score: number },
): RankedChunk {
  const { hits, placed, places, neighbours } = candidates;
  const place = placed[(places[i] as number) - 1];
  return {
    chunk: chunkOf(candidates, i),
    score,
    keyword: i < hits.length ? hits.at(i) : undefined,
    get keywordRank() {
      return i < hits.length ? rankOf(hits.scores, i) : 0;
    },
    run: place && evidence.byMeaning?.runs[place.run],
    semanticRank: place ? neighbours.indexOf(place.run) + 1 : 0,
  };
}

/** Rank of one score, 1 = best, 0 when it is not positive. Ties go to the earlier one. */
function rankOf(scores: Float64Array, position: number): number {
  const own = scores[position] as number;
  if (!(own > 0)) return 0;
  let rank = 1;
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) > own || (scores[i] === own && i < position)) rank++;
  }
  return rank;
}

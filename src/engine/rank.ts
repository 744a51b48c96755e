import { type FusionParams, normalize } from "../core/fusion.ts";
import { orderByScore } from "../core/order-by-score.ts";
import type { PagesTable } from "../core/pages-table.ts";
import { topK } from "../core/top-k.ts";
import type { KeywordHit } from "../keyword/keyword-hits.ts";
import { type Candidates, candidatesOf, firstFrom } from "./candidates.ts";
import type { Evidence } from "./evidence.ts";
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
}

/** Which pages may be found, and how the two scores become one. */
export interface RankOptions {
  /** One byte per page, 1 = passes; undefined = all pass. */
  readonly mask: Uint8Array | undefined;
  readonly fusion: FusionParams;
}

/** Which of the pages found are wanted. */
export interface PageRankOptions extends RankOptions {
  /** How many of the best to skip. Default 0. */
  readonly offset?: number;
  readonly limit: number;
  /** Number of a page that must not be found. */
  readonly except?: number | undefined;
}

/** All pages found, and those that were wanted. */
export interface PageRanking {
  /** Number of pages found. */
  readonly total: number;
  /** One byte per page, 1 = found. */
  readonly found: Uint8Array;
  /** Best first; equal scores in page order. */
  readonly ranked: readonly RankedPage[];
}

/**
 * A page is worth its best candidate by words and its best one by meaning, which need not be the same one. All candidates
 * are scored, in arrays: of 100,000 in some 2 ms; objects are made of the pages that are wanted.
 */
export function rankPages(evidence: Evidence, pages: PagesTable, options: PageRankOptions): PageRanking {
  const { mask, fusion, offset = 0, limit, except = -1 } = options;
  const candidates = candidatesOf(evidence, pages, mask);
  const scores = score(candidates, pages, { evidence, fusion });
  const { found, total, best } = scorePages(candidates, scores, { pages, fusion, except });
  const ranked = topK(best, offset + limit)
    .slice(offset)
    .map(({ id: page, score: pageScore }) => {
      const own = chunksOf(page, candidates, pages);
      const chunks = own.map((i) => rankedChunk(i, candidates, { evidence, score: mix(scores, i, fusion) }));
      chunks.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
      return { page, score: pageScore, chunks };
    });
  return { total, found, ranked };
}

/** The chunks that answer the query best, best first, whatever their pages. */
export function bestChunks(
  evidence: Evidence,
  pages: PagesTable,
  { count, mask, fusion }: RankOptions & { readonly count: number },
): RankedChunk[] {
  const candidates = candidatesOf(evidence, pages, mask);
  const scores = score(candidates, pages, { evidence, fusion });
  const mixed = scores.byWords.map((_, i) => mix(scores, i, fusion));
  return topK(mixed, count, candidates.keyword).map(({ id, score }) =>
    rankedChunk(id, candidates, { evidence, score }),
  );
}

/** Scores of the candidates by words and by meaning, comparable and times the weight of their sections. */
interface Scores {
  readonly byWords: Float64Array;
  readonly byMeaning: Float64Array;
}

function mix({ byWords, byMeaning }: Scores, i: number, { semanticWeight }: FusionParams): number {
  return (1 - semanticWeight) * (byWords[i] as number) + semanticWeight * (byMeaning[i] as number);
}

function score(
  candidates: Candidates,
  pages: PagesTable,
  { evidence: { byMeaning }, fusion }: { readonly evidence: Evidence; readonly fusion: FusionParams },
): Scores {
  // By meaning alone the order is that of the cosines, also below the average.
  const floor = byMeaning && fusion.semanticWeight < 1 ? Math.max(0, byMeaning.mean) : 0;
  const scores =
    fusion.method === "rrf" ? reciprocalRanks(candidates, fusion) : normalize({ ...candidates, floor }, fusion);
  candidates.chunks.forEach((chunk, i) => {
    const weight = pages.weightOf(chunk);
    scores.byWords[i] = (scores.byWords[i] as number) * weight;
    scores.byMeaning[i] = (scores.byMeaning[i] as number) * weight;
  });
  return scores;
}

/** Of equal cosines the one that is better by words is the first, so that they have to be in that order. */
function reciprocalRanks({ keyword, semantic }: Candidates, fusion: FusionParams): Scores {
  const order = orderByScore(keyword);
  const inOrder = (values: Float64Array) => values.map((_, i) => values[order[i] as number] as number);
  const scores = normalize({ keyword: inOrder(keyword), semantic: inOrder(semantic) }, fusion);
  const byWords = new Float64Array(keyword.length);
  const byMeaning = new Float64Array(keyword.length);
  order.forEach((candidate, i) => {
    byWords[candidate] = scores.byWords[i] as number;
    byMeaning[candidate] = scores.byMeaning[i] as number;
  });
  return { byWords, byMeaning };
}

interface PageScoring {
  readonly pages: PagesTable;
  readonly fusion: FusionParams;
  readonly except: number;
}

/** The scores of pages, −Infinity for those that are not found. */
function scorePages({ chunks }: Candidates, { byWords, byMeaning }: Scores, { pages, fusion, except }: PageScoring) {
  const found = new Uint8Array(pages.pageCount);
  const own = { byWords: new Float64Array(pages.pageCount), byMeaning: new Float64Array(pages.pageCount) };
  for (let i = 0; i < chunks.length; i++) {
    const page = pages.pageOfChunk[chunks[i] as number] as number;
    found[page] = 1;
    if ((byWords[i] as number) > (own.byWords[page] as number)) own.byWords[page] = byWords[i] as number;
    if ((byMeaning[i] as number) > (own.byMeaning[page] as number)) own.byMeaning[page] = byMeaning[i] as number;
  }
  if (except >= 0) found[except] = 0;
  const best = new Float64Array(pages.pageCount).fill(Number.NEGATIVE_INFINITY);
  let total = 0;
  for (let page = 0; page < found.length; page++) {
    if (found[page] === 0) continue;
    best[page] = mix(own, page, fusion);
    total++;
  }
  return { found, total, best };
}

/** The candidates of a page. */
function chunksOf(page: number, { chunks, hits }: Candidates, { chunkStart }: PagesTable): number[] {
  const [start = 0, end = 0] = [chunkStart[page], chunkStart[page + 1]];
  const own: number[] = [];
  for (let i = firstFrom(hits.chunks, start); i < hits.length && (chunks[i] as number) < end; i++) own.push(i);
  for (let i = hits.length; i < chunks.length; i++) {
    if ((chunks[i] as number) >= start && (chunks[i] as number) < end) own.push(i);
  }
  return own;
}

function rankedChunk(
  i: number,
  { chunks, hits, runs, neighbours }: Candidates,
  { evidence, score }: { readonly evidence: Evidence; readonly score: number },
): RankedChunk {
  const run = runs[i] as number;
  return {
    chunk: chunks[i] as number,
    score,
    keyword: i < hits.length ? hits.at(i) : undefined,
    get keywordRank() {
      return i < hits.length ? rankOf(hits.scores, i) : 0;
    },
    run: evidence.byMeaning?.runs[run],
    semanticRank: run < 0 ? 0 : neighbours.indexOf(run) + 1,
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

import { type FusionParams, normalize, ranksOf } from "../core/fusion.ts";
import type { PagesTable } from "../core/pages-table.ts";
import { topK } from "../core/top-k.ts";
import type { KeywordHit } from "../keyword/keyword-index.ts";

/** Chunks taken from the semantic ranking. More change nothing within the first ten pages. */
const NEIGHBOURS = 200;

/** What the two searches found, over all chunks. */
export interface Evidence {
  readonly byWords: readonly KeywordHit[];
  /** Cosine of each chunk, or undefined while meaning is unavailable. */
  readonly byMeaning: Float32Array | undefined;
  /** The only pages that may be found; undefined = any. */
  readonly onlyPages?: ReadonlySet<number> | undefined;
  /** Whether a chunk may be found by meaning alone; else meaning only orders what was found by words. */
  readonly isMeaningTrusted: boolean;
}

/** A chunk that may answer the query. */
export interface RankedChunk {
  readonly chunk: number;
  readonly score: number;
  readonly keyword: KeywordHit | undefined;
  readonly keywordRank: number;
  /** Cosine, and rank among the neighbours; rank 0 = not one of them. */
  readonly semantic: number;
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

/**
 * Candidates are the chunks that contain a word of the query and the nearest in meaning, of the pages that pass.
 * A page is worth its best chunk by words and its best chunk by meaning, which need not be the same one.
 *
 * @returns Pages, best first; equal scores in page order.
 */
export function rankPages(evidence: Evidence, pages: PagesTable, options: RankOptions): RankedPage[] {
  const mix = mixer(options.fusion);
  const byPage = new Map<number, { byWords: number; byMeaning: number; chunks: RankedChunk[] }>();
  for (const { byWords, byMeaning, ...candidate } of rankChunks(evidence, pages, options)) {
    const page = pages.pageOfChunk[candidate.chunk] as number;
    const own = byPage.get(page) ?? { byWords: 0, byMeaning: 0, chunks: [] };
    own.byWords = Math.max(own.byWords, byWords);
    own.byMeaning = Math.max(own.byMeaning, byMeaning);
    own.chunks.push({ ...candidate, score: mix(byWords, byMeaning) });
    byPage.set(page, own);
  }
  return Array.from(byPage, ([page, { byWords, byMeaning, chunks }]) => {
    chunks.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
    return { page, score: mix(byWords, byMeaning), chunks };
  }).sort((a, b) => b.score - a.score || a.page - b.page);
}

/** Numbers of the chunks that answer the query best, best first, whatever their pages. */
export function bestChunks(
  evidence: Evidence,
  pages: PagesTable,
  { count, ...options }: RankOptions & { readonly count: number },
): number[] {
  const mix = mixer(options.fusion);
  const candidates = rankChunks(evidence, pages, options);
  const scores = Float64Array.from(candidates, ({ byWords, byMeaning }) => mix(byWords, byMeaning));
  return topK(scores, count).map(({ id }) => (candidates[id] as Candidate).chunk);
}

function mixer({ semanticWeight }: FusionParams): (byWords: number, byMeaning: number) => number {
  return (byWords, byMeaning) => (1 - semanticWeight) * byWords + semanticWeight * byMeaning;
}

/** A chunk with its two scores, comparable and times the weight of its section. */
interface Candidate extends Omit<RankedChunk, "score"> {
  readonly byWords: number;
  readonly byMeaning: number;
}

function rankChunks(
  { byWords, byMeaning, onlyPages, isMeaningTrusted }: Evidence,
  pages: PagesTable,
  { mask, fusion }: RankOptions,
): Candidate[] {
  const passes = (chunk: number) => {
    const page = pages.pageOfChunk[chunk] as number;
    return (!mask || mask[page] === 1) && (!onlyPages || onlyPages.has(page));
  };
  const words = new Map(byWords.filter(({ chunk }) => passes(chunk)).map((hit) => [hit.chunk, hit]));
  const neighbours = byMeaning ? nearest(byMeaning, passes) : [];
  const found = isMeaningTrusted ? neighbours.map(({ id }) => id) : [];
  const chunks = [...new Set([...words.keys(), ...found])];
  const keyword = Float64Array.from(chunks, (chunk) => words.get(chunk)?.score ?? 0);
  const semantic = Float64Array.from(chunks, (chunk) => byMeaning?.[chunk] ?? Number.NEGATIVE_INFINITY);
  // By meaning alone the order is that of the cosines, also below the average.
  const floor = byMeaning && fusion.semanticWeight < 1 ? Math.max(0, mean(byMeaning)) : 0;
  const scores = normalize({ keyword, semantic, floor }, fusion);
  const keywordRanks = ranksOf(keyword);
  const semanticRanks = new Map(neighbours.map(({ id }, i) => [id, i + 1]));
  return chunks.map((chunk, i) => ({
    chunk,
    byWords: (scores.byWords[i] as number) * pages.weightOf(chunk),
    byMeaning: (scores.byMeaning[i] as number) * pages.weightOf(chunk),
    keyword: words.get(chunk),
    keywordRank: keywordRanks[i] as number,
    semantic: semantic[i] as number,
    semanticRank: semanticRanks.get(chunk) ?? 0,
  }));
}

/** The nearest chunks that pass; a chunk at or below a right angle to the query is none. */
function nearest(cosines: Float32Array, passes: (chunk: number) => boolean) {
  const masked = cosines.map((cosine, chunk) => (cosine > 0 && passes(chunk) ? cosine : Number.NEGATIVE_INFINITY));
  return topK(masked, NEIGHBOURS);
}

/** Mean of the finite values. */
function mean(values: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : 0;
}

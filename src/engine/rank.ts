import { type FusionParams, fuse, ranksOf } from "../core/fusion.ts";
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

/**
 * Candidates are the chunks that contain a word of the query and the nearest in meaning, of the pages that pass.
 * A page is worth its best chunk.
 *
 * @param mask One byte per page, 1 = passes; undefined = all pass.
 * @returns Pages, best first; equal scores in page order.
 */
export function rankPages(
  evidence: Evidence,
  pages: PagesTable,
  { mask, fusion }: { readonly mask: Uint8Array | undefined; readonly fusion: FusionParams },
): RankedPage[] {
  const byPage = new Map<number, RankedChunk[]>();
  for (const ranked of rankChunks(evidence, pages, { mask, fusion })) {
    const page = pages.pageOfChunk[ranked.chunk] as number;
    const own = byPage.get(page);
    if (own) own.push(ranked);
    else byPage.set(page, [ranked]);
  }
  return Array.from(byPage, ([page, chunks]) => {
    chunks.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
    return { page, score: chunks[0]?.score ?? 0, chunks };
  }).sort((a, b) => b.score - a.score || a.page - b.page);
}

function rankChunks(
  { byWords, byMeaning, isMeaningTrusted }: Evidence,
  pages: PagesTable,
  { mask, fusion }: { readonly mask: Uint8Array | undefined; readonly fusion: FusionParams },
): RankedChunk[] {
  const passes = (chunk: number) => !mask || mask[pages.pageOfChunk[chunk] as number] === 1;
  const words = new Map(byWords.filter(({ chunk }) => passes(chunk)).map((hit) => [hit.chunk, hit]));
  const neighbours = byMeaning ? nearest(byMeaning, passes) : [];
  const found = isMeaningTrusted ? neighbours.map(({ id }) => id) : [];
  const chunks = [...new Set([...words.keys(), ...found])];
  const keyword = Float64Array.from(chunks, (chunk) => words.get(chunk)?.score ?? 0);
  const semantic = Float64Array.from(chunks, (chunk) => byMeaning?.[chunk] ?? Number.NEGATIVE_INFINITY);
  const scores = fuse({ keyword, semantic }, fusion);
  const keywordRanks = ranksOf(keyword);
  const semanticRanks = new Map(neighbours.map(({ id }, i) => [id, i + 1]));
  return chunks.map((chunk, i) => ({
    chunk,
    score: (scores[i] as number) * pages.weightOf(chunk),
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

import type { FusionParams } from "../../src/core/fusion.ts";
import { normalize, ranksOf } from "../../src/core/fusion.ts";
import type { PagesTable } from "../../src/core/pages-table.ts";
import type { Evidence } from "../../src/engine/evidence.ts";
import type { RankedChunk, RankedPage } from "../../src/engine/rank.ts";

interface Options {
  readonly mask: Uint8Array | undefined;
  readonly fusion: FusionParams;
}

type Candidate = Omit<RankedChunk, "score"> & { readonly byWords: number; readonly byMeaning: number };

/** All pages, best first: the ranking written down as plainly as it can be, with an object for each chunk. */
export function plainRanking(evidence: Evidence, pages: PagesTable, options: Options): RankedPage[] {
  const byPage = new Map<number, Candidate[]>();
  for (const candidate of plainCandidates(evidence, pages, options)) {
    const page = pages.pageOfChunk[candidate.chunk] as number;
    byPage.set(page, [...(byPage.get(page) ?? []), candidate]);
  }
  const most = (chunks: readonly Candidate[], which: "byWords" | "byMeaning") =>
    Math.max(...chunks.map((chunk) => chunk[which]));
  return Array.from(byPage, ([page, own]) => ({
    page,
    score: mix({ byWords: most(own, "byWords"), byMeaning: most(own, "byMeaning") }, options),
    chunks: own
      .map(({ byWords, byMeaning, ...chunk }) => ({ ...chunk, score: mix({ byWords, byMeaning }, options) }))
      .sort((a, b) => b.score - a.score || a.chunk - b.chunk),
  })).sort((a, b) => b.score - a.score || a.page - b.page);
}

/** The best chunks; equal ones in the order of the words' scores. */
export function plainBest(evidence: Evidence, pages: PagesTable, options: Options & { readonly count: number }) {
  return plainCandidates(evidence, pages, options)
    .map(({ byWords, byMeaning, ...chunk }) => ({ ...chunk, score: mix({ byWords, byMeaning }, options) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, options.count);
}

function mix({ byWords, byMeaning }: Pick<Candidate, "byWords" | "byMeaning">, { fusion }: Options): number {
  return (1 - fusion.semanticWeight) * byWords + fusion.semanticWeight * byMeaning;
}

function plainCandidates(evidence: Evidence, pages: PagesTable, { mask, fusion }: Options): Candidate[] {
  const { byWords, byMeaning, onlyPages, isMeaningTrusted } = evidence;
  const passes = (chunk: number) => {
    const page = pages.pageOfChunk[chunk] as number;
    return (!mask || mask[page] === 1) && (!onlyPages || onlyPages.has(page));
  };
  const hits = Array.from(byWords.byScore(), (i) => byWords.at(i)).filter(({ chunk }) => passes(chunk));
  const words = new Map(hits.map((hit) => [hit.chunk, hit]));
  const runs = byMeaning?.runs ?? [];
  const near = runs
    .filter(({ first, cosine }) => cosine > 0.02 && passes(first))
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, 200);
  const alone = near.filter(({ first, count }) => !hits.some(({ chunk }) => chunk >= first && chunk < first + count));
  const chunks = [...words.keys(), ...(isMeaningTrusted ? alone.map(({ first }) => first) : [])];
  const runOf = (chunk: number) => runs.find(({ first, count }) => chunk >= first && chunk < first + count);
  const keyword = Float64Array.from(chunks, (chunk) => words.get(chunk)?.score ?? 0);
  const semantic = Float64Array.from(chunks, (chunk) => runOf(chunk)?.cosine ?? Number.NEGATIVE_INFINITY);
  const floor = byMeaning && fusion.semanticWeight < 1 ? Math.max(0, byMeaning.mean) : 0;
  const scores = normalize({ keyword, semantic, floor }, fusion);
  const ranks = ranksOf(keyword);
  return chunks.map((chunk, i) => {
    const run = runOf(chunk);
    return {
      chunk,
      byWords: (scores.byWords[i] as number) * pages.weightOf(chunk),
      byMeaning: (scores.byMeaning[i] as number) * pages.weightOf(chunk),
      keyword: words.get(chunk),
      keywordRank: ranks[i] as number,
      run,
      semanticRank: run ? near.indexOf(run) + 1 : 0,
    };
  });
}

import type { PagesTable } from "../core/pages-table.ts";
import { topK } from "../core/top-k.ts";
import type { KeywordHits } from "../keyword/keyword-hits.ts";
import type { Evidence } from "./evidence.ts";
import type { RunScore } from "./vector-pool.ts";

/** Runs of chunks taken from the semantic ranking. More change nothing within the first ten pages. */
const NEIGHBOURS = 200;

/** Below this a cosine may be the error of the codes. */
const MIN_COSINE = 0.02;

/**
 * Chunks that may answer a query, in parallel arrays: those with a word of it, ascending, then those found by meaning
 * alone, nearest first.
 */
export interface Candidates {
  readonly chunks: Uint32Array;
  /** The first of the candidates. */
  readonly hits: KeywordHits;
  /** Score by words; 0 = has none. */
  readonly keyword: Float64Array;
  /** Cosine; −Infinity = the vector is not at hand. */
  readonly semantic: Float64Array;
  /** Position in the evidence's runs of the run that a candidate is in, or −1. */
  readonly runs: Int32Array;
  /** The nearest runs, best first, as positions in the evidence's runs. */
  readonly neighbours: readonly number[];
}

/**
 * Chunks that contain a word of the query and the nearest in meaning, of the pages that pass. Of a run that is near but
 * holds no word of the query, the first chunk stands for all.
 *
 * @param mask One byte per page, 1 = passes; undefined = all pass.
 */
export function candidatesOf(evidence: Evidence, pages: PagesTable, mask: Uint8Array | undefined): Candidates {
  const { byWords, byMeaning, onlyPages, isMeaningTrusted } = evidence;
  const passes = (chunk: number) => {
    const page = pages.pageOfChunk[chunk] as number;
    return (!mask || mask[page] === 1) && (!onlyPages || onlyPages.has(page));
  };
  const hits = mask || onlyPages ? byWords.filter(passes) : byWords;
  const runs = byMeaning?.runs ?? [];
  const neighbours = nearest(runs, passes);
  const alone = isMeaningTrusted ? neighbours.filter((run) => !holdsAny(runs[run] as RunScore, hits.chunks)) : [];
  const size = hits.length + alone.length;
  const candidates = {
    chunks: new Uint32Array(size),
    hits,
    keyword: new Float64Array(size),
    semantic: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
    runs: new Int32Array(size).fill(-1),
    neighbours,
  };
  candidates.chunks.set(hits.chunks);
  candidates.keyword.set(hits.scores);
  placeRuns(candidates, runs);
  alone.forEach((run, i) => {
    candidates.chunks[hits.length + i] = runs[run]?.first as number;
    setRun(candidates, hits.length + i, { run, runs });
  });
  return candidates;
}

/** The nearest runs that pass; one at a right angle to the query or beyond is none. */
function nearest(runs: readonly RunScore[], passes: (chunk: number) => boolean): number[] {
  const cosines = Float32Array.from(runs, ({ first, cosine }) =>
    cosine > MIN_COSINE && passes(first) ? cosine : Number.NEGATIVE_INFINITY,
  );
  return topK(cosines, NEIGHBOURS).map(({ id }) => id);
}

function holdsAny({ first, count }: RunScore, chunks: Uint32Array): boolean {
  return (chunks[firstFrom(chunks, first)] ?? Number.POSITIVE_INFINITY) < first + count;
}

/** The vectors at hand are few, the chunks with a word may be most of the index: each run looks for its own. */
function placeRuns(candidates: Candidates, runs: readonly RunScore[]): void {
  const { chunks } = candidates.hits;
  runs.forEach(({ first, count }, run) => {
    for (let i = firstFrom(chunks, first); i < chunks.length && (chunks[i] as number) < first + count; i++) {
      setRun(candidates, i, { run, runs });
    }
  });
}

function setRun(
  { runs: own, semantic }: Candidates,
  candidate: number,
  { run, runs }: { readonly run: number; readonly runs: readonly RunScore[] },
): void {
  own[candidate] = run;
  semantic[candidate] = runs[run]?.cosine as number;
}

/** Position of the first value that is not below a given one, in ascending values. */
export function firstFrom(values: Uint32Array, wanted: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

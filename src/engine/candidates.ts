import type { PagesTable } from "../core/pages-table.ts";
import { topK } from "../core/top-k.ts";
import type { KeywordHits } from "../keyword/keyword-hits.ts";
import type { Evidence } from "./evidence.ts";
import type { RunScore } from "./vector-pool.ts";

/** Runs of chunks taken from the semantic ranking. More change nothing within the first ten pages. */
const NEIGHBOURS = 200;

/** Below this a cosine may be the error of the codes. */
const MIN_COSINE = 0.02;

/** Chunks that may answer a query. They are numbered: those with a word of it first, then those found by meaning alone. */
export interface Candidates {
  /** Those with a word. */
  readonly hits: KeywordHits;
  /** Chunks found by meaning alone, nearest first. */
  readonly alone: Uint32Array;
  /** Those whose vector is at hand. */
  readonly placed: readonly Placed[];
  /** By candidate, its position in `placed` counted from 1; 0 = the vector is not at hand. */
  readonly places: Uint32Array;
  /** The nearest runs, best first, as positions in the evidence's runs. */
  readonly neighbours: readonly number[];
}

/** A candidate whose vector is at hand. */
export interface Placed {
  readonly candidate: number;
  /** Position in the evidence's runs of the run that it is in. */
  readonly run: number;
  readonly cosine: number;
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
  const placed = [
    ...placeRuns(hits, runs),
    ...alone.map((run, i) => ({ candidate: hits.length + i, run, cosine: runs[run]?.cosine as number })),
  ];
  const places = new Uint32Array(hits.length + alone.length);
  placed.forEach(({ candidate }, i) => {
    places[candidate] = i + 1;
  });
  const chunks = Uint32Array.from(alone, (run) => runs[run]?.first as number);
  return { hits, alone: chunks, placed, places, neighbours };
}

/** The chunk of a candidate. */
export function chunkOf({ hits, alone }: Candidates, candidate: number): number {
  return (candidate < hits.length ? hits.chunks[candidate] : alone[candidate - hits.length]) as number;
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
function placeRuns({ chunks }: KeywordHits, runs: readonly RunScore[]): Placed[] {
  const placed: Placed[] = [];
  runs.forEach(({ first, count, cosine }, run) => {
    for (let i = firstFrom(chunks, first); i < chunks.length && (chunks[i] as number) < first + count; i++) {
      placed.push({ candidate: i, run, cosine });
    }
  });
  return placed;
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

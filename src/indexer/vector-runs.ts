import type { Passage } from "../core/embedder.ts";
import type { PageChunks } from "./cut-page.ts";

/** Consecutive chunks of one page that share a vector, `[first, first + count)` each; together all chunks, in order. */
export interface VectorRuns {
  /** First chunk of each run, numbered through all pages. */
  readonly firsts: Uint32Array;
  readonly counts: Uint32Array;
  /** What is embedded, one per run. */
  readonly passages: readonly Passage[];
}

/** A run of this length takes no further chunk. UTF-16 units. */
const ENOUGH_LENGTH = 600;
/** Nor does it take one that would make it longer than this. */
const MAX_LENGTH = 900;
/** Chunks of a heading alone have no length; a run of them must end as well. */
const MAX_CHUNKS = 16;

/**
 * Joins short neighbouring chunks of a page, so that they are embedded together: half as many vectors, and results as
 * good or better.
 *
 * A run of several has the title and headings of its first chunk; each later chunk's text follows on a line of its own,
 * after those of its headings that the first chunk does not have.
 */
export function vectorRuns(pages: readonly PageChunks[]): VectorRuns {
  const firsts: number[] = [];
  const counts: number[] = [];
  const passages: Passage[] = [];
  let first = 0;
  for (const page of pages) {
    for (const run of runsOf(page.passages)) {
      firsts.push(first);
      counts.push(run.length);
      passages.push(joinPassages(run));
      first += run.length;
    }
  }
  return { firsts: Uint32Array.from(firsts), counts: Uint32Array.from(counts), passages };
}

function runsOf(passages: readonly Passage[]): Passage[][] {
  const runs: Passage[][] = [];
  let length = 0;
  for (const passage of passages) {
    const joined = length + passage.text.length;
    const run = runs.at(-1);
    if (run && run.length < MAX_CHUNKS && length < ENOUGH_LENGTH && joined <= MAX_LENGTH) {
      run.push(passage);
      length = joined;
    } else {
      runs.push([passage]);
      length = passage.text.length;
    }
  }
  return runs;
}

function joinPassages(run: readonly Passage[]): Passage {
  const [first, ...later] = run as readonly [Passage, ...Passage[]];
  if (later.length === 0) return first;
  const known = new Set(first.headings);
  const lines = later.flatMap(({ headings, text }) => [...headings.filter((heading) => !known.has(heading)), text]);
  return { ...first, text: [first.text, ...lines].filter((line) => line !== "").join("\n") };
}

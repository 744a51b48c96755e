import type { Passage } from "../core/embedder.ts";
import type { SitePage } from "./site-page.ts";

/** Consecutive chunks of one page that share a vector, `[first, first + count)` each; together all chunks, in order. */
export interface VectorRuns {
  /** First chunk of each run, numbered through all pages. */
  readonly firsts: Uint32Array;
  readonly counts: Uint32Array;
  /** What is embedded, one per run. Their keys are at hand; the rest is looked up when it is asked for. */
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
export function vectorRuns(pages: readonly SitePage[]): VectorRuns {
  const firsts: number[] = [];
  const counts: number[] = [];
  const passages: Passage[] = [];
  const texts = new LatestPassages();
  let first = 0;
  for (const page of pages) {
    let start = 0;
    for (const count of runsOf(page.lengths)) {
      firsts.push(first + start);
      counts.push(count);
      passages.push(runPassage(page, { start, end: start + count, texts }));
      start += count;
    }
    first += start;
  }
  return { firsts: Uint32Array.from(firsts), counts: Uint32Array.from(counts), passages };
}

/** Numbers of chunks of the runs of one page, by the lengths of its chunks. */
function runsOf(lengths: readonly number[]): number[] {
  const runs: number[] = [];
  let length = 0;
  let size = 0;
  for (const own of lengths) {
    const joined = length + own;
    if (size > 0 && size < MAX_CHUNKS && length < ENOUGH_LENGTH && joined <= MAX_LENGTH) {
      size++;
      length = joined;
    } else {
      if (size > 0) runs.push(size);
      size = 1;
      length = own;
    }
  }
  if (size > 0) runs.push(size);
  return runs;
}

/** A page's runs are asked for one after the other. */
class LatestPassages {
  #page: SitePage | undefined;
  #passages: readonly Passage[] = [];

  of(page: SitePage): readonly Passage[] {
    if (this.#page !== page) this.#passages = page.passages();
    this.#page = page;
    return this.#passages;
  }
}

interface RunPlace {
  /** Chunks `[start, end)` of the page. */
  readonly start: number;
  readonly end: number;
  readonly texts: LatestPassages;
}

/** With members of its own, so that it can be copied and posted like any other passage. */
function runPassage(page: SitePage, { start, end, texts }: RunPlace): Passage {
  const join = () => joinPassages(texts.of(page).slice(start, end));
  return {
    key: page.passagesKey(start, end),
    title: page.document.title,
    get headings() {
      return join().headings;
    },
    get text() {
      return join().text;
    },
  };
}

function joinPassages(run: readonly Passage[]): Passage {
  const [first, ...later] = run as readonly [Passage, ...Passage[]];
  if (later.length === 0) return first;
  const known = new Set(first.headings);
  const lines = later.flatMap(({ headings, text }) => [...headings.filter((heading) => !known.has(heading)), text]);
  return { ...first, text: [first.text, ...lines].filter((line) => line !== "").join("\n") };
}

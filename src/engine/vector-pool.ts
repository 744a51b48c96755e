import type { RunVectors } from "../vectors/vector-block.ts";

/** A vector of a block. */
interface Place {
  readonly block: RunVectors;
  readonly row: number;
}

/** The vectors that one search has at hand: those of the cells that it probed, and of the texts that it read. */
export class VectorPool {
  readonly #blocks: readonly RunVectors[];
  /** Place of each run by its first chunk. */
  readonly #places = new Map<number, Place>();

  /** @param blocks Of a run that several blocks hold, the last one's vector counts. */
  constructor(blocks: readonly RunVectors[]) {
    this.#blocks = blocks;
    for (const block of blocks) {
      block.firsts.forEach((first, row) => {
        this.#places.set(first, { block, row });
      });
    }
  }

  /** Similarity of a unit vector to every vector at hand. */
  cosines(vector: Float32Array): RunScore[] {
    const scores = new Map(this.#blocks.map((block) => [block, block.scores(vector).slice()]));
    return Array.from(this.#places, ([first, { block, row }]) => {
      return { first, count: block.counts[row] as number, cosine: scores.get(block)?.[row] as number };
    });
  }

  /** The vector of the run that begins with a chunk. */
  vectorOf(first: number): Float32Array | undefined {
    const place = this.#places.get(first);
    return place?.block.row(place.row);
  }
}

/** Chunks `[first, first + count)`, which share a vector, and its cosine. */
export interface RunScore {
  readonly first: number;
  readonly count: number;
  readonly cosine: number;
}

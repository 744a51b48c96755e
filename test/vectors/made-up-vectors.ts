import { createRandom } from "../../src/core/random.ts";

/** How vectors are made up. */
export interface MadeUpOptions {
  readonly count: number;
  readonly dims: number;
  /** Number of clusters that they are drawn from. */
  readonly topics: number;
  /** Length of what each differs from its topic, before it is brought to unit length. */
  readonly spread?: number;
  readonly seed?: number;
}

/** Unit vectors around random topics; `count` of them, row-major. */
export function madeUpVectors({ count, dims, topics, spread = 0.7, seed = 1 }: MadeUpOptions): Float32Array {
  const random = createRandom(seed);
  const unit = () => toUnit(Float32Array.from({ length: dims }, () => random() + random() + random() - 1.5));
  const centres = Array.from({ length: topics }, unit);
  const vectors = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) {
    const centre = centres[Math.floor(random() * topics)] as Float32Array;
    const noise = unit();
    vectors.set(toUnit(centre.map((value, i) => value + spread * (noise[i] as number))), row * dims);
  }
  return vectors;
}

/** Runs of one chunk per vector. */
export function singleRuns(count: number): { firsts: Uint32Array; counts: Uint32Array } {
  return { firsts: Uint32Array.from({ length: count }, (_, i) => i), counts: new Uint32Array(count).fill(1) };
}

/** Dot products in double precision: the oracle. */
export function exactScores(query: Float32Array, vectors: Float32Array): number[] {
  const dims = query.length;
  return Array.from({ length: vectors.length / dims }, (_, row) =>
    query.reduce((sum, value, i) => sum + value * (vectors[row * dims + i] as number), 0),
  );
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

import { type PackedVectors, unpackRow } from "../vectors/vector-shard.ts";

/** Where {@link moveTowards} goes, and how far. */
export interface Move {
  /** Rows of `vectors`. */
  readonly rows: readonly number[];
  readonly vectors: PackedVectors;
  /** Length of the rows' sum beside the vector's own, 1. */
  readonly weight: number;
}

/** The unit vector of `vector + weight × unit(sum of the rows)`; the vector itself when the rows cancel out or are none. */
export function moveTowards(vector: Float32Array, { rows, vectors, weight }: Move): Float32Array {
  const sum = new Float32Array(vector.length);
  for (const row of rows) {
    unpackRow(vectors, row).forEach((value, i) => {
      sum[i] = (sum[i] as number) + value;
    });
  }
  const length = Math.hypot(...sum);
  if (length === 0) return vector;
  const moved = sum.map((value, i) => (vector[i] as number) + (weight * value) / length);
  const movedLength = Math.hypot(...moved);
  return movedLength === 0 ? vector : moved.map((value) => value / movedLength);
}

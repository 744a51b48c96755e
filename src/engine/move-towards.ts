/**
 * The unit vector of `vector + weight × unit(sum of the others)`; the vector itself when the others cancel out or are none.
 * @param weight Length of the others' sum beside the vector's own, 1.
 */
export function moveTowards(
  vector: Float32Array,
  { others, weight }: { readonly others: readonly Float32Array[]; readonly weight: number },
): Float32Array {
  const sum = addUp(others, vector.length);
  const length = Math.hypot(...sum);
  if (length === 0) return vector;
  return toUnit(sum.map((value, i) => (vector[i] as number) + (weight * value) / length)) ?? vector;
}

/** The direction of some vectors' sum; undefined when they cancel out or are none. */
export function meanDirection(vectors: readonly Float32Array[], dims: number): Float32Array | undefined {
  return toUnit(addUp(vectors, dims));
}

function addUp(vectors: readonly Float32Array[], dims: number): Float32Array {
  const sum = new Float32Array(dims);
  for (const vector of vectors) for (let i = 0; i < dims; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
  return sum;
}

function toUnit(vector: Float32Array): Float32Array | undefined {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : undefined;
}

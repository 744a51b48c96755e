/** Mean of the rows; zeros of none. */
export function meanOf(rows: Float32Array, dims: number): Float32Array {
  const sum = new Float64Array(dims);
  for (let at = 0; at < rows.length; at += dims) addTo(sum, rows.subarray(at, at + dims), 0);
  return Float32Array.from(sum, (value) => value / Math.max(1, rows.length / dims));
}

/** Add a row to the sums that begin at `at`. */
export function addTo(sums: Float64Array, row: Float32Array, at: number): void {
  for (let i = 0; i < row.length; i++) sums[at + i] = (sums[at + i] as number) + (row[i] as number);
}

/** Indices by the group that each belongs to, ascending. */
export function groupBy(groupOf: Uint32Array, groupCount: number): Uint32Array[] {
  const sizes = new Uint32Array(groupCount);
  for (const group of groupOf) sizes[group] = (sizes[group] as number) + 1;
  const groups = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(groupCount);
  groupOf.forEach((group, i) => {
    const at = filled[group] as number;
    filled[group] = at + 1;
    (groups[group] as Uint32Array)[at] = i;
  });
  return groups;
}

/** Arrays one after the other. */
export function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

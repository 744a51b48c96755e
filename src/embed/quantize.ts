/** Bits of one number in a row. */
export type RowBits = 2 | 4 | 8;

/** Rows as small integers, each with one scale: `value ≈ integer × scale`. */
export interface QuantizedRows {
  /** Row-major. 8 bits: one number a byte; 4 bits: two a byte; 2 bits: four a byte; the first in the lowest bits. */
  readonly rows: Int8Array;
  /** One a row. */
  readonly scales: Float32Array;
}

/**
 * Scale, as a share of a row's root mean square, with the least squared error for normally distributed numbers
 * (Max, "Quantizing for Minimum Distortion", 1960). 2 bits stand for −3, −1, 1, 3, hence half of Max's step.
 */
const FIRST_SCALE = { 2: 0.498, 4: 0.335 } as const;
/** Times that the scale is fitted to the integers and the integers to the scale (Lloyd 1982). */
const REFINEMENTS = 3;

/** Largest integer of a row. */
const TOP = { 2: 3, 4: 7, 8: 127 } as const;

/** Bytes of one row. */
export function rowBytes(dims: number, bits: RowBits): number {
  return (dims * bits) / 8;
}

/**
 * Round rows to symmetric integers: −127…127, −7…7, or −3, −1, 1, 3.
 * @param values Row-major, `rows × dims`; `dims` must be a multiple of 4.
 */
export function quantizeRows(
  values: Float32Array,
  { dims, bits }: { readonly dims: number; readonly bits: RowBits },
): QuantizedRows {
  const count = values.length / dims;
  const rows = new Int8Array(count * rowBytes(dims, bits));
  const scales = new Float32Array(count);
  const integers = new Int8Array(dims);
  for (let i = 0; i < count; i++) {
    const row = values.subarray(i * dims, (i + 1) * dims);
    scales[i] = roundRow(row, bits, integers);
    packRow(integers, bits, rows.subarray(i * rowBytes(dims, bits)));
  }
  return { rows, scales };
}

/** Add `weight × row` to `sum`, which has `dims` numbers. The inverse of {@link quantizeRows}. */
export function addRow(
  sum: Float64Array,
  { rows, scales }: QuantizedRows,
  { index, bits, weight = 1 }: { readonly index: number; readonly bits: RowBits; readonly weight?: number },
): void {
  const dims = sum.length;
  const scale = (scales[index] as number) * weight;
  const start = index * rowBytes(dims, bits);
  if (bits === 8) {
    for (let d = 0; d < dims; d++) (sum[d] as number) += (rows[start + d] as number) * scale;
  } else if (bits === 4) {
    for (let d = 0; d < dims; d += 2) {
      const byte = rows[start + (d >> 1)] as number;
      (sum[d] as number) += ((byte << 28) >> 28) * scale;
      (sum[d + 1] as number) += (byte >> 4) * scale;
    }
  } else {
    for (let d = 0; d < dims; d += 4) {
      const byte = rows[start + (d >> 2)] as number;
      (sum[d] as number) += (((byte << 30) >> 29) | 1) * scale;
      (sum[d + 1] as number) += (((byte << 28) >> 29) | 1) * scale;
      (sum[d + 2] as number) += (((byte << 26) >> 29) | 1) * scale;
      (sum[d + 3] as number) += (((byte << 24) >> 29) | 1) * scale;
    }
  }
}

/** @returns The row's scale; the integers go into `out`. */
function roundRow(row: Float32Array, bits: RowBits, out: Int8Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const first of firstScales(row, bits)) {
    const scale = refineScale(row, { scale: first, bits }, out);
    const error = row.reduce((sum, value, d) => sum + (value - (out[d] as number) * scale) ** 2, 0);
    if (error < least) [best, least] = [scale, error];
  }
  if (best > 0) roundBy(row, { scale: best, bits }, out);
  else out.fill(bits === 2 ? 1 : 0);
  return best;
}

/** None for a row of zeros. */
function firstScales(row: Float32Array, bits: RowBits): number[] {
  const peak = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (peak === 0) return [];
  if (bits === 8) return [peak / TOP[bits]];
  const rms = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length);
  return [FIRST_SCALE[bits] * rms, peak / TOP[bits]];
}

function refineScale(row: Float32Array, first: { readonly scale: number; readonly bits: RowBits }, out: Int8Array) {
  const { bits } = first;
  let { scale } = first;
  roundBy(row, { scale, bits }, out);
  for (let i = 0; bits !== 8 && i < REFINEMENTS; i++) {
    scale = fitScale(row, out);
    roundBy(row, { scale, bits }, out);
  }
  return scale;
}

/** The factor on the integers that comes closest to the row. */
function fitScale(row: Float32Array, integers: Int8Array): number {
  let product = 0;
  let square = 0;
  for (let d = 0; d < row.length; d++) {
    product += (row[d] as number) * (integers[d] as number);
    square += (integers[d] as number) ** 2;
  }
  return product / square;
}

function roundBy(
  row: Float32Array,
  { scale, bits }: { readonly scale: number; readonly bits: RowBits },
  out: Int8Array,
): void {
  const top = TOP[bits];
  for (let d = 0; d < row.length; d++) {
    const value = (row[d] as number) / scale;
    out[d] = Math.max(-top, Math.min(top, bits === 2 ? 2 * Math.floor(value / 2) + 1 : Math.round(value)));
  }
}

/** 2 bits hold −3, −1, 1, 3 as −2, −1, 0, 1. */
function packRow(integers: Int8Array, bits: RowBits, out: Int8Array): void {
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  integers.forEach((integer, d) => {
    const code = (bits === 2 ? (integer - 1) / 2 : integer) & mask;
    const at = Math.floor(d / perByte);
    out[at] = (d % perByte === 0 ? 0 : (out[at] as number)) | (code << (bits * (d % perByte)));
  });
}

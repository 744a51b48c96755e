/** Bits of one number in a row. */
export type RowBits = 4 | 8;

/** Rows as small integers, each with one scale: `value ≈ integer × scale`. */
export interface QuantizedRows {
  /** Row-major. 8 bits: one number a byte. 4 bits: two a byte, the even one in the low half. */
  readonly rows: Int8Array;
  /** One a row. */
  readonly scales: Float32Array;
}

/** Shares of a row's largest number at which 4 bits are tried to be cut off; the one with the least squared error wins. */
const CLIPS = [1, 0.92, 0.84, 0.76, 0.68, 0.6] as const;

/** Bytes of one row. */
export function rowBytes(dims: number, bits: RowBits): number {
  return (dims * bits) / 8;
}

/**
 * Round rows to symmetric integers, −127…127 or −7…7.
 * @param values Row-major, `rows × dims`; `dims` must be even.
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
    return;
  }
  for (let d = 0; d < dims; d += 2) {
    const byte = rows[start + (d >> 1)] as number;
    (sum[d] as number) += ((byte << 28) >> 28) * scale;
    (sum[d + 1] as number) += (byte >> 4) * scale;
  }
}

function roundRow(row: Float32Array, bits: RowBits, out: Int8Array): number {
  let peak = 0;
  for (const value of row) peak = Math.max(peak, Math.abs(value));
  const top = bits === 8 ? 127 : 7;
  const scale = peak === 0 ? 1 : bits === 8 ? peak / top : bestScale(row, peak, top);
  for (let d = 0; d < row.length; d++) out[d] = roundTo(row[d] as number, scale, top);
  return scale;
}

function bestScale(row: Float32Array, peak: number, top: number): number {
  let best = peak / top;
  let least = Number.POSITIVE_INFINITY;
  for (const clip of CLIPS) {
    const scale = (peak * clip) / top;
    let error = 0;
    for (const value of row) error += (value - roundTo(value, scale, top) * scale) ** 2;
    if (error < least) [best, least] = [scale, error];
  }
  return best;
}

function roundTo(value: number, scale: number, top: number): number {
  return Math.max(-top, Math.min(top, Math.round(value / scale)));
}

function packRow(integers: Int8Array, bits: RowBits, out: Int8Array): void {
  if (bits === 8) {
    out.set(integers);
    return;
  }
  for (let d = 0; d < integers.length; d += 2) {
    out[d >> 1] = ((integers[d] as number) & 15) | ((integers[d + 1] as number) << 4);
  }
}

/** Vectors to be searched, row-major: numbers, or codes of 8 bits. */
export interface SearchRows {
  readonly dims: number;
  readonly data: Int8Array | Float32Array;
  /** What each row's dot product is multiplied by. Undefined is 1. */
  readonly scales?: Float32Array | undefined;
}

/** Codes of unit length. */
export interface CodeRows extends SearchRows {
  readonly data: Int8Array;
  readonly scales: Float32Array;
}

/** Compares rows with a vector that was set before. */
export interface RowScorer {
  /** `scores[i]` becomes the cosine with `rows[i]`, for every i below `count`. */
  score(rows: Uint32Array, count: number, scores: Float32Array): void;
}

/** Largest code; symmetric. */
const MAX_CODE = 127;

/**
 * Vectors as codes of 8 bits, a quarter of their bytes: each row is brought to codes of which the largest is 127, and
 * its scale gives the codes length 1. A row of zeros has the scale 0 and is as near to everything as a right angle.
 *
 * @param vectors Row-major, unit length or zero.
 */
export function toCodeRows(vectors: Float32Array, dims: number): CodeRows {
  const data = new Int8Array(vectors.length);
  for (let start = 0; start < vectors.length; start += dims) {
    let largest = 0;
    for (let at = start; at < start + dims; at++) largest = Math.max(largest, Math.abs(vectors[at] as number));
    const factor = largest > 0 ? MAX_CODE / largest : 0;
    for (let at = start; at < start + dims; at++) data[at] = Math.round((vectors[at] as number) * factor);
  }
  return { dims, data, scales: unitScales(data, dims) };
}

/** What makes each row of codes one of unit length; 0 for a row of zeros. */
export function unitScales(codes: Int8Array, dims: number): Float32Array {
  const scales = new Float32Array(codes.length / dims);
  for (let row = 0, at = 0; row < scales.length; row++) {
    let square = 0;
    for (const end = at + dims; at < end; at++) square += (codes[at] as number) ** 2;
    scales[row] = square > 0 ? 1 / Math.sqrt(square) : 0;
  }
  return scales;
}

/** Compares rows with the query in JavaScript: 0.3 µs per row of 384 codes. */
export function rowScorer(rows: SearchRows, query: Float32Array): RowScorer {
  const { data, scales } = rows;
  return {
    score(ids, count, scores) {
      // One function for each kind of array: an access that sees both is several times slower.
      if (data instanceof Int8Array) dotCodes(query, data, { ids, count, scores });
      else dotNumbers(query, data, { ids, count, scores });
      if (scales)
        for (let i = 0; i < count; i++) scores[i] = (scores[i] as number) * (scales[ids[i] as number] as number);
    },
  };
}

interface Batch {
  readonly ids: Uint32Array;
  readonly count: number;
  readonly scores: Float32Array;
}

/** Four rows at a time, which share what is read of the query. */
function dotCodes(query: Float32Array, rows: Int8Array, { ids, count, scores }: Batch): void {
  const dims = query.length;
  for (let i = 0; i < count; i += 4) {
    // Past the last row the first is taken again, and what comes of it is lost.
    let p = (ids[i] as number) * dims;
    let q = (ids[i + 1 < count ? i + 1 : i] as number) * dims;
    let r = (ids[i + 2 < count ? i + 2 : i] as number) * dims;
    let s = (ids[i + 3 < count ? i + 3 : i] as number) * dims;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0; at < dims; at++, p++, q++, r++, s++) {
      const value = query[at] as number;
      a += value * (rows[p] as number);
      b += value * (rows[q] as number);
      c += value * (rows[r] as number);
      d += value * (rows[s] as number);
    }
    scores[i] = a;
    if (i + 1 < count) scores[i + 1] = b;
    if (i + 2 < count) scores[i + 2] = c;
    if (i + 3 < count) scores[i + 3] = d;
  }
}

function dotNumbers(query: Float32Array, rows: Float32Array, { ids, count, scores }: Batch): void {
  const dims = query.length;
  for (let i = 0; i < count; i++) {
    let at = (ids[i] as number) * dims;
    let sum = 0;
    for (let j = 0; j < dims; j++, at++) sum += (query[j] as number) * (rows[at] as number);
    scores[i] = sum;
  }
}

import { instantiateKernel, KERNEL_BLOCK, type Kernel } from "./kernel.ts";

const WASM_PAGE_BYTES = 65536;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Options of {@link NearestCentroids}. */
export interface NearestCentroidsOptions {
  /** Use the SIMD kernel where there is one. Default true; false is for tests and comparison. */
  readonly simd?: boolean;
}

/**
 * Finds the centroid nearest to a vector, by Euclidean distance. With the SIMD kernel and without, sums are made in
 * the same order in single precision, so that every machine finds the same one.
 */
export class NearestCentroids {
  /** Distance of the vector found last to its centroid, squared, less the vector's own square: comparable per vector. */
  distance = 0;
  readonly #kernel: Kernel | undefined;
  readonly #dims: number;
  readonly #width: number;
  #count = 0;
  #squares = new Float64Array();
  #query = new Float32Array();
  #rows = new Float32Array();
  #dots = new Float32Array();

  constructor(dims: number, { simd = true }: NearestCentroidsOptions = {}) {
    this.#dims = dims;
    this.#width = Math.ceil(dims / KERNEL_BLOCK) * KERNEL_BLOCK;
    this.#kernel = simd ? instantiateKernel() : undefined;
  }

  /** The centroids to compare with from now on, row-major; copied. */
  use(centroids: Float32Array): void {
    const width = this.#width;
    const count = centroids.length / this.#dims;
    this.#count = count;
    this.#allocate(count);
    this.#squares = new Float64Array(count);
    for (let row = 0; row < count; row++) {
      const own = centroids.subarray(row * this.#dims, (row + 1) * this.#dims);
      this.#rows.set(own, row * width);
      let square = 0;
      for (const value of own) square += value * value;
      this.#squares[row] = square;
    }
  }

  /** Index of the nearest centroid; of equally near ones the first. `vector` has `dims` numbers. */
  find(vector: Float32Array): number {
    this.#query.set(vector);
    const dots = this.#multiply();
    const squares = this.#squares;
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.#count; row++) {
      const distance = (squares[row] as number) - 2 * (dots[row] as number);
      if (distance < least) {
        least = distance;
        nearest = row;
      }
    }
    this.distance = least;
    return nearest;
  }

  #multiply(): Float32Array {
    if (!this.#kernel) return dotRowsInLanes(this.#query, this.#rows, this.#dots);
    const rowsAt = this.#query.byteOffset + this.#query.byteLength;
    const outAt = rowsAt + this.#rows.byteLength;
    this.#kernel.dotF32(this.#query.byteOffset, rowsAt, this.#count, this.#width, outAt);
    return this.#dots;
  }

  /** Query, rows, results: in the kernel's memory, in this order, or in memory of their own. */
  #allocate(count: number): void {
    const width = this.#width;
    const bytes = (width + count * width + count) * FLOAT_BYTES;
    const memory = this.#kernel?.memory;
    const missing = bytes - (memory?.buffer.byteLength ?? 0);
    if (memory && missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE_BYTES));
    const buffer = memory?.buffer ?? new ArrayBuffer(bytes);
    this.#query = new Float32Array(buffer, 0, width).fill(0);
    this.#rows = new Float32Array(buffer, width * FLOAT_BYTES, count * width).fill(0);
    this.#dots = new Float32Array(buffer, (width + count * width) * FLOAT_BYTES, count);
  }
}

/** The kernel's `dotF32` in JavaScript: eight lanes, single precision. */
function dotRowsInLanes(query: Float32Array, rows: Float32Array, out: Float32Array): Float32Array {
  const { fround } = Math;
  const lanes = new Float32Array(8);
  for (let row = 0, at = 0; row < out.length; row++) {
    lanes.fill(0);
    for (let i = 0; i < query.length; i++, at++) {
      lanes[i % 8] = fround(lanes[i % 8] as number) + fround((query[i] as number) * (rows[at] as number));
    }
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((i) =>
      fround((lanes[i] as number) + (lanes[i + 4] as number)),
    );
    out[row] = fround(a + b) + fround(c + d);
  }
  return out;
}

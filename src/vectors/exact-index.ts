import { instantiateKernel, KERNEL_BLOCK, type Kernel } from "./kernel.ts";
import { type PackedVectors, quantizeRow } from "./vector-shard.ts";

const WASM_PAGE_BYTES = 65536;

/** Options of {@link createExactIndex}. */
export interface ExactIndexOptions {
  /** Use the SIMD kernel where there is one. Default true; false is for tests and comparison. */
  readonly simd?: boolean;
}

/** Exact nearest neighbours: the similarity of a query to every vector. */
export interface ExactIndex {
  readonly count: number;
  readonly dims: number;
  /**
   * Dot product of the query with every row, in row order: the cosine for unit vectors.
   * int8 rows meet a query that is quantised the same way; the error stays below 0.01 for unit vectors.
   * The array is reused by the next call.
   */
  scores(query: Float32Array): Float32Array;
}

/** An exact index over packed vectors: WASM SIMD, else JavaScript. The two agree to 1e-5. */
export function createExactIndex(vectors: PackedVectors, { simd = true }: ExactIndexOptions = {}): ExactIndex {
  const kernel = simd ? instantiateKernel() : undefined;
  return kernel ? new SimdIndex(vectors, kernel) : new ScalarIndex(vectors);
}

class ScalarIndex implements ExactIndex {
  readonly count: number;
  readonly dims: number;
  readonly #vectors: PackedVectors;
  readonly #out: Float32Array;

  constructor(vectors: PackedVectors) {
    this.dims = vectors.dims;
    this.count = vectors.data.length / vectors.dims;
    this.#vectors = vectors;
    this.#out = new Float32Array(this.count);
  }

  scores(query: Float32Array): Float32Array {
    const { precision, data } = this.#vectors;
    if (precision === "float32") return this.#dots(query, data);
    const codes = new Int8Array(this.dims);
    const scale = quantizeRow(query, codes);
    this.#dots(codes, data);
    return applyScales(this.#out, this.#vectors.scales, { scale, sums: this.#out });
  }

  #dots(query: Float32Array | Int8Array, data: Float32Array | Int8Array): Float32Array {
    const { dims } = this;
    for (let row = 0, at = 0; row < this.count; row++) {
      let sum = 0;
      for (let i = 0; i < dims; i++) sum += (query[i] as number) * (data[at++] as number);
      this.#out[row] = sum;
    }
    return this.#out;
  }
}

/** Rows live in the kernel's memory, padded to its block width: query, rows, results, in this order. */
class SimdIndex implements ExactIndex {
  readonly count: number;
  readonly dims: number;
  readonly #kernel: Kernel;
  readonly #width: number;
  readonly #rowsAt: number;
  readonly #outAt: number;
  readonly #scales: Float32Array | undefined;

  constructor(vectors: PackedVectors, kernel: Kernel) {
    const { dims, data, precision } = vectors;
    this.dims = dims;
    this.count = data.length / dims;
    this.#kernel = kernel;
    this.#width = Math.ceil(dims / KERNEL_BLOCK) * KERNEL_BLOCK;
    this.#scales = precision === "int8" ? vectors.scales : undefined;
    this.#rowsAt = this.#width * data.BYTES_PER_ELEMENT;
    this.#outAt = this.#rowsAt + this.count * this.#width * data.BYTES_PER_ELEMENT;
    const bytes = this.#outAt + this.count * Float32Array.BYTES_PER_ELEMENT;
    kernel.memory.grow(Math.ceil(bytes / WASM_PAGE_BYTES));
    this.#copyRows(data);
  }

  scores(query: Float32Array): Float32Array {
    const { buffer } = this.#kernel.memory;
    if (!this.#scales) {
      new Float32Array(buffer, 0, this.dims).set(query);
      this.#kernel.dotF32(0, this.#rowsAt, this.count, this.#width, this.#outAt);
      return new Float32Array(buffer, this.#outAt, this.count);
    }
    const scale = quantizeRow(query, new Int8Array(buffer, 0, this.dims));
    this.#kernel.dotI8(0, this.#rowsAt, this.count, this.#width, this.#outAt);
    const sums = new Int32Array(buffer, this.#outAt, this.count);
    return applyScales(new Float32Array(buffer, this.#outAt, this.count), this.#scales, { scale, sums });
  }

  #copyRows(data: Float32Array | Int8Array): void {
    const { buffer } = this.#kernel.memory;
    const length = this.count * this.#width;
    const rows =
      data instanceof Int8Array
        ? new Int8Array(buffer, this.#rowsAt, length)
        : new Float32Array(buffer, this.#rowsAt, length);
    for (let row = 0; row < this.count; row++) {
      rows.set(data.subarray(row * this.dims, (row + 1) * this.dims), row * this.#width);
    }
  }
}

/** Integer sums × row scale × query scale, in place where sums and results share memory. */
function applyScales(
  out: Float32Array,
  rowScales: Float32Array,
  { scale, sums }: { readonly scale: number; readonly sums: Int32Array | Float32Array },
): Float32Array {
  for (let row = 0; row < out.length; row++) out[row] = (sums[row] as number) * (rowScales[row] as number) * scale;
  return out;
}

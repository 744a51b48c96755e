import type { CodeRows, RowScorer } from "./hnsw-rows.ts";
import { instantiateKernel, KERNEL_BLOCK, type Kernel } from "./kernel.ts";

const WASM_PAGE_BYTES = 65536;
/** Rows that the kernel compares in one call; a multiple of 4. */
const BATCH = 64;
/** Their numbers, and the results, are at the beginning of its memory. */
const BATCH_BYTES = 4 * BATCH;
const ROWS_AT = 2 * BATCH_BYTES;
/** Rows that are compared at once where the first that is nearer is enough. */
const FEW = 4;

/** Cosines between rows of codes, with the SIMD kernel or without: the same to the last bit. */
export class CodePairs implements RowScorer {
  readonly #kernel: Kernel | undefined;
  readonly #width: number;
  readonly #data: Int8Array;
  readonly #ids: Uint32Array;
  readonly #dots: Int32Array;
  readonly #scales: Float32Array;
  #row = 0;

  /** The codes are copied. */
  constructor({ data, dims, scales }: CodeRows, { simd }: { readonly simd: boolean }) {
    const count = data.length / dims;
    this.#scales = scales;
    this.#width = Math.ceil(dims / KERNEL_BLOCK) * KERNEL_BLOCK;
    this.#kernel = simd ? instantiateKernel() : undefined;
    const bytes = ROWS_AT + count * this.#width;
    this.#kernel?.memory.grow(Math.ceil(bytes / WASM_PAGE_BYTES));
    const buffer = this.#kernel?.memory.buffer ?? new ArrayBuffer(bytes);
    this.#ids = new Uint32Array(buffer, 0, BATCH);
    this.#dots = new Int32Array(buffer, BATCH_BYTES, BATCH);
    this.#data = new Int8Array(buffer, ROWS_AT, count * this.#width);
    for (let row = 0; row < count; row++) {
      this.#data.set(data.subarray(row * dims, (row + 1) * dims), row * this.#width);
    }
  }

  /** The row that {@link score} compares with from now on. */
  from(row: number): void {
    this.#row = row;
  }

  score(rows: ArrayLike<number>, count: number, scores: Float32Array): void {
    const scale = this.#scales[this.#row] as number;
    for (let start = 0; start < count; start += BATCH) {
      const size = Math.min(BATCH, count - start);
      for (let i = 0; i < size; i++) this.#ids[i] = rows[start + i] as number;
      this.#multiply(this.#row, size);
      for (let i = 0; i < size; i++) {
        scores[start + i] = (this.#dots[i] as number) * (scale * (this.#scales[this.#ids[i] as number] as number));
      }
    }
  }

  /** Whether one of the rows is nearer to `row` than a given cosine. */
  someNearer(row: number, rows: readonly number[], cosine: number): boolean {
    const scale = this.#scales[row] as number;
    for (let start = 0; start < rows.length; start += FEW) {
      const size = Math.min(FEW, rows.length - start);
      for (let i = 0; i < size; i++) this.#ids[i] = rows[start + i] as number;
      this.#multiply(row, size);
      for (let i = 0; i < size; i++) {
        const other = this.#scales[this.#ids[i] as number] as number;
        if (Math.fround((this.#dots[i] as number) * (scale * other)) > cosine) return true;
      }
    }
    return false;
  }

  /** Dot products of a row with the first `count` of `#ids`. */
  #multiply(row: number, count: number): void {
    const width = this.#width;
    if (this.#kernel) {
      let padded = count;
      while (padded % 4 > 0) this.#ids[padded++] = row;
      this.#kernel.dotI8At(ROWS_AT + row * width, ROWS_AT, 0, padded, width, BATCH_BYTES);
      return;
    }
    for (let i = 0; i < count; i++) this.#dots[i] = this.#dot(row, this.#ids[i] as number);
  }

  #dot(a: number, b: number): number {
    const data = this.#data;
    const width = this.#width;
    let sum = 0;
    for (let p = a * width, q = b * width, end = p + width; p < end; p++, q++) {
      sum += (data[p] as number) * (data[q] as number);
    }
    return sum;
  }
}

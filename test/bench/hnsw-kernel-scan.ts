import { topK } from "../../src/core/top-k.ts";
import { type CodeRows, toCodeRows } from "../../src/vectors/hnsw-rows.ts";
import { instantiateKernel, KERNEL_BLOCK, type Kernel } from "../../src/vectors/kernel.ts";

const WASM_PAGE_BYTES = 65536;

/** Compares all rows of codes with a query that is made codes too, by the SIMD kernel. */
export class KernelScan {
  readonly #kernel: Kernel;
  readonly #width: number;
  readonly #dims: number;
  readonly #scales: Float32Array;
  readonly #query: Int8Array;
  readonly #dots: Int32Array;

  constructor({ data, dims, scales }: CodeRows) {
    const kernel = instantiateKernel();
    if (!kernel) throw new Error("There is no WebAssembly with SIMD here.");
    const count = scales.length;
    const width = Math.ceil(dims / KERNEL_BLOCK) * KERNEL_BLOCK;
    const dotsAt = width * (count + 1);
    kernel.memory.grow(Math.ceil((dotsAt + 4 * count) / WASM_PAGE_BYTES));
    const { buffer } = kernel.memory;
    const rows = new Int8Array(buffer, width, width * count);
    for (let row = 0; row < count; row++) rows.set(data.subarray(row * dims, (row + 1) * dims), row * width);
    this.#kernel = kernel;
    this.#width = width;
    this.#dims = dims;
    this.#scales = scales;
    this.#query = new Int8Array(buffer, 0, width);
    this.#dots = new Int32Array(buffer, dotsAt, count);
  }

  /** Rows, best first. */
  search(query: Float32Array, limit: number): number[] {
    this.#query.set(toCodeRows(query, this.#dims).data);
    this.#kernel.dotI8(0, this.#width, this.#scales.length, this.#width, this.#dots.byteOffset);
    const scores = Float32Array.from(this.#dots);
    for (let row = 0; row < scores.length; row++) {
      scores[row] = (scores[row] as number) * (this.#scales[row] as number);
    }
    return topK(scores, limit).map(({ id }) => id);
  }
}

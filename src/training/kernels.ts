import { KERNELS_WASM } from "./kernels-wasm.ts";

/** The functions of kernels.wat. Pointers are byte offsets into the shared memory, divisible by 16. */
export interface Kernels {
  /**
   * `c[i][j] = Σₖ a(i, k) · b(k, j)`.
   * @param a Packed by fours of rows: `[rows / 4][depth][4]`.
   * @param b Packed by eights of columns: `[columns / 8][depth][8]`.
   * @param c Row-major, `stride` floats from row to row.
   */
  multiply(a: number, b: number, c: number, stride: number, rows: number, columns: number, depth: number): void;
  /** `out[j] = Σᵢ table[ids[i]][j]` for `j < columns`, a multiple of 16; `stride` floats a row of the table. */
  sumRows(table: number, stride: number, ids: number, count: number, out: number, columns: number): void;
  /** `m = mKeep·m + mAdd·g`, `v = vKeep·v + vAdd·g²`, `p −= rate·m / (√v + 1e-8)`; `count` is a multiple of 4. */
  adam(
    p: number,
    m: number,
    v: number,
    g: number,
    count: number,
    mKeep: number,
    mAdd: number,
    vKeep: number,
    vAdd: number,
    rate: number,
  ): void;
  /** `row[j] = exp(scale·(row[j] − 1))`, `totals[j] += row[j]`; gives the sum of the row. `count`: a multiple of 4. */
  exponentials(row: number, count: number, scale: number, totals: number): number;
}

/** A page of WebAssembly memory. */
const PAGE_BYTES = 65536;

/** Shared memory of at least so many bytes, all zeros. */
export function createMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The kernels over a shared memory; every thread makes its own. */
export function createKernels(memory: WebAssembly.Memory): Kernels {
  const module = new WebAssembly.Module(Buffer.from(KERNELS_WASM, "base64"));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

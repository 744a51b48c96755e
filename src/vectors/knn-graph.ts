import { topK } from "../core/top-k.ts";
import { buildHnsw } from "./hnsw-build.ts";
import { LayerSearch } from "./hnsw-layer.ts";
import { CodePairs } from "./hnsw-pairs.ts";
import { rowScorer, toCodeRows } from "./hnsw-rows.ts";
import { Turns, type WorkOptions } from "./hnsw-turns.ts";
import { instantiateKernel, KERNEL_BLOCK } from "./kernel.ts";

/** For each row those nearest to it. */
export interface KnnGraph {
  /** How many for each row: as many as were asked for, or all others. */
  readonly k: number;
  /** Rows, k for each, best first, of equal ones the first; never the row itself. */
  readonly neighbours: Uint32Array;
  /** Their cosines. */
  readonly cosines: Float32Array;
}

/** Options of {@link knnGraph}. */
export interface KnnOptions extends WorkOptions {
  /** Neighbours of each row. */
  readonly k: number;
  /** Compare every row with every other, or follow the links of an HNSW graph. Default: what is faster. */
  readonly method?: "exact" | "hnsw" | undefined;
  /** Use the SIMD kernel where there is one. Default true. */
  readonly simd?: boolean | undefined;
}

/** Rows that may be among the nearest of one, ascending, and their cosines. */
interface Candidates {
  readonly rows: Uint32Array;
  readonly cosines: Float32Array;
}

/**
 * Up to so many rows all are compared. 4,000 × 256 take 0.9 s, and 1.4 s by links; the first grows with the square of
 * the rows, the second hardly faster than they do.
 */
const EXACT_ROWS = 6000;
/** Candidates for each neighbour that is wanted, and the fewest. */
const EF_PER_NEIGHBOUR = 3;
const MIN_EF = 64;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
const WASM_PAGE_BYTES = 65536;

/**
 * The nearest rows of every row, by cosine.
 *
 * @param vectors Row-major, unit length or zero.
 * @throws DOMException `AbortError` when the signal fires.
 */
export async function knnGraph(vectors: Float32Array, dims: number, options: KnnOptions): Promise<KnnGraph> {
  const count = vectors.length / dims;
  const { method = count <= EXACT_ROWS ? "exact" : "hnsw", signal, onProgress } = options;
  const k = Math.max(0, Math.min(options.k, count - 1));
  const graph = { k, neighbours: new Uint32Array(count * k), cosines: new Float32Array(count * k) };
  // Linking takes longer than searching: both halves of the work are counted in rows.
  const linking = { ...options, onProgress: (done: number) => onProgress?.(done, 2 * count) };
  const compare = method === "exact" ? compareAll(vectors, dims, options) : await compareLinked(vectors, dims, linking);
  const base = method === "exact" ? 0 : count;
  const turns = new Turns(base + count, { signal, onProgress });
  for (let row = 0; row < count; row++) {
    const candidates = compare(row);
    const best = topK(candidates.cosines, k + 1).filter(({ id }) => candidates.rows[id] !== row);
    best.slice(0, k).forEach(({ id, score }, i) => {
      graph.neighbours[row * k + i] = candidates.rows[id] as number;
      graph.cosines[row * k + i] = score;
    });
    const turn = turns.take(base + row);
    if (turn) await turn;
  }
  onProgress?.(base + count, base + count);
  return graph;
}

/** All rows are candidates. */
function compareAll(vectors: Float32Array, dims: number, { simd = true }: KnnOptions): (row: number) => Candidates {
  const count = vectors.length / dims;
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  const kernel = simd ? instantiateKernel() : undefined;
  if (!kernel) {
    const cosines = new Float32Array(count);
    return (row) => {
      rowScorer({ dims, data: vectors }, rowOf(vectors, dims, row)).score(rows, count, cosines);
      return { rows, cosines };
    };
  }
  const width = Math.ceil(dims / KERNEL_BLOCK) * KERNEL_BLOCK;
  const outAt = count * width * FLOAT_BYTES;
  kernel.memory.grow(Math.ceil((outAt + count * FLOAT_BYTES) / WASM_PAGE_BYTES));
  const data = new Float32Array(kernel.memory.buffer, 0, count * width);
  for (let row = 0; row < count; row++) data.set(rowOf(vectors, dims, row), row * width);
  const cosines = new Float32Array(kernel.memory.buffer, outAt, count);
  return (row) => {
    kernel.dotF32(row * width * FLOAT_BYTES, 0, count, width, outAt);
    return { rows, cosines };
  };
}

/** Candidates are found by links between codes, beginning with the row itself, and compared as the numbers they are. */
async function compareLinked(
  vectors: Float32Array,
  dims: number,
  { k, simd = true, ...options }: KnnOptions,
): Promise<(row: number) => Candidates> {
  const codes = toCodeRows(vectors, dims);
  const graph = await buildHnsw(codes, { ...options, simd });
  const pairs = new CodePairs(codes, { simd });
  const search = new LayerSearch(graph);
  const ef = Math.max(MIN_EF, EF_PER_NEIGHBOUR * k);
  return (row) => {
    pairs.from(row);
    search.search(pairs, { layer: 0, ef, from: Uint32Array.of(row, graph.entry) });
    const rows = search.found.rows.slice(0, search.found.count).sort();
    const cosines = new Float32Array(rows.length);
    rowScorer({ dims, data: vectors }, rowOf(vectors, dims, row)).score(rows, rows.length, cosines);
    return { rows, cosines };
  };
}

function rowOf(vectors: Float32Array, dims: number, row: number): Float32Array {
  return vectors.subarray(row * dims, (row + 1) * dims);
}

import { createMemory } from "./kernels.ts";

/** Rows of a block of a phase's work, whatever the number of threads: results do not depend on it. */
export const BLOCK_ROWS = 64;

/** Sizes of a training run. */
export interface Shape {
  /** Rows of the table. */
  readonly tokens: number;
  /** Numbers in a row; a multiple of 16. */
  readonly dims: number;
  /** Examples in a batch; a multiple of {@link BLOCK_ROWS}. */
  readonly batch: number;
  /** Most tokens in a batch, queries and passages together. */
  readonly capacity: number;
  readonly threads: number;
}

/** A batch as the threads read it: its texts' tokens, and for every token that occurs, where. */
export interface BatchSlot {
  /** Tokens of all texts, queries first. */
  readonly ids: Int32Array;
  /** Text `i` has the tokens `ids[starts[i]] … ids[starts[i + 1] - 1]`; `2 × batch` texts. */
  readonly starts: Int32Array;
  /** Distinct tokens, ascending. */
  readonly rows: Int32Array;
  /** Token `rows[i]` occurs in the texts `texts[rowStarts[i]] … texts[rowStarts[i + 1] - 1]`. */
  readonly rowStarts: Int32Array;
  readonly texts: Int32Array;
}

/** Words of {@link Workspace.control}. */
export const CONTROL = { step: 0, generation: 1, arrived: 2, next: 8 } as const;

/** Numbers of {@link Workspace.settings}. */
export const SETTINGS = { width: 0, rows: 1, slot: 2 } as const;

/**
 * All arrays of a training run as views over one shared memory; every thread makes its own views, at the same places.
 * Unit vectors are kept in the three orders in which the kernels read them.
 */
export class Workspace {
  readonly memory: WebAssembly.Memory;
  readonly shape: Shape;
  /** See {@link CONTROL}. */
  readonly control: Int32Array;
  /** See {@link SETTINGS}. */
  readonly settings: Float64Array;
  /** The model: `tokens × dims`. */
  readonly table: Float32Array;
  /** Adam's running means of the gradient and of its square. */
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** The last step that changed a row, from 1; 0 for none. */
  readonly lastStep: Int32Array;
  /** Two batches: one that the threads work on, one that is being filled. */
  readonly slots: readonly BatchSlot[];
  /** Unit vectors of queries and passages, then their gradients: row-major, `2 × batch × width`. */
  readonly units: Float32Array;
  readonly gradients: Float32Array;
  /** Length of every text's sum. */
  readonly norms: Float32Array;
  /** Queries by fours of rows, passages by eights of rows: operands of the scores. */
  readonly queryRows: Float32Array;
  readonly passageRows: Float32Array;
  /** Queries and passages by eights of columns: operands of the gradients. */
  readonly queryColumns: Float32Array;
  readonly passageColumns: Float32Array;
  /** `batch × batch` exponentials of the scores. */
  readonly scores: Float32Array;
  /** Gradients of the scores by fours of rows, and by fours of columns. */
  readonly scoreRows: Float32Array;
  readonly scoreColumns: Float32Array;
  readonly rowSums: Float32Array;
  /** One row a block. */
  readonly partialColumnSums: Float32Array;
  readonly columnSums: Float32Array;
  /** One a block. */
  readonly losses: Float64Array;
  /** A row for every thread. */
  readonly scratch: Float32Array;

  /** @param memory Made by another thread for the same shape; default: new. */
  constructor(shape: Shape, memory?: WebAssembly.Memory) {
    const { tokens, dims, batch, capacity, threads } = shape;
    const blocks = batch / BLOCK_ROWS;
    this.shape = shape;
    this.memory = memory ?? createMemory(workspaceBytes(shape));
    const place = placer(this.memory.buffer);
    this.control = place(Int32Array, 64);
    this.settings = place(Float64Array, 8);
    this.table = place(Float32Array, tokens * dims);
    this.mean = place(Float32Array, tokens * dims);
    this.square = place(Float32Array, tokens * dims);
    this.lastStep = place(Int32Array, tokens);
    this.slots = [0, 1].map(() => ({
      ids: place(Int32Array, capacity),
      starts: place(Int32Array, 2 * batch + 1),
      rows: place(Int32Array, tokens),
      rowStarts: place(Int32Array, tokens + 1),
      texts: place(Int32Array, capacity),
    }));
    this.units = place(Float32Array, 2 * batch * dims);
    this.gradients = place(Float32Array, 2 * batch * dims);
    this.norms = place(Float32Array, 2 * batch);
    this.queryRows = place(Float32Array, batch * dims);
    this.passageRows = place(Float32Array, batch * dims);
    this.queryColumns = place(Float32Array, batch * dims);
    this.passageColumns = place(Float32Array, batch * dims);
    this.scores = place(Float32Array, batch * batch);
    this.scoreRows = place(Float32Array, batch * batch);
    this.scoreColumns = place(Float32Array, batch * batch);
    this.rowSums = place(Float32Array, batch);
    this.partialColumnSums = place(Float32Array, blocks * batch);
    this.columnSums = place(Float32Array, batch);
    this.losses = place(Float64Array, blocks);
    this.scratch = place(Float32Array, threads * dims);
  }
}

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
}

/** Bytes between the starts of arrays are a multiple of this: a cache line. */
const ALIGNMENT = 64;

function placer(buffer: ArrayBufferLike): <T>(Type: ArrayType<T>, length: number) => T {
  let offset = 0;
  return (Type, length) => {
    const array = new Type(buffer, offset, length);
    offset += Math.ceil((length * Type.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
    return array;
  };
}

/** At least what the constructor places. */
function workspaceBytes({ tokens, dims, batch, capacity, threads }: Shape): number {
  const floats =
    tokens * (3 * dims + 1) +
    8 * batch * dims +
    3 * batch * batch +
    (batch * batch) / BLOCK_ROWS +
    6 * batch +
    threads * dims;
  const integers = 2 * (2 * capacity + 2 * batch + 2 * tokens + 2);
  return 4 * (floats + integers) + 64 * ALIGNMENT + 1024;
}

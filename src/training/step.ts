import { createKernels, type Kernels } from "./kernels.ts";
import { catchUp, MEAN_DECAY, type Schedule, SQUARE_DECAY, stepRate } from "./schedule.ts";
import { type BatchSlot, BLOCK_ROWS, CONTROL, SETTINGS, type Workspace } from "./workspace.ts";

/** Constants of a run that every thread needs. */
export interface StepOptions extends Schedule {
  /** Temperature of the softmax over cosines. */
  readonly temperature: number;
}

/** A part of a step that needs the whole of the part before it. */
interface Phase {
  readonly blocks: number;
  run(block: number): void;
}

/**
 * One thread's share in the training steps. All threads call {@link run} with the same step; they take blocks of each
 * phase from a common counter and wait for one another between phases. What a block computes and in which order sums
 * are taken does not depend on the thread, so that the result does not depend on the number of threads.
 *
 * The loss is the symmetric InfoNCE of Radford et al. 2021 (cosines over the temperature, the other texts of the batch
 * as negatives) over the first `width` dimensions, a different width each step (Matryoshka, Kusupati et al. 2022).
 */
export class StepRunner {
  readonly #workspace: Workspace;
  readonly #kernels: Kernels;
  readonly #options: StepOptions;
  readonly #scratch: Float32Array;
  #step = 0;
  #width = 0;
  #rows = 0;
  #slot: BatchSlot;

  /** @param thread From 0. */
  constructor(workspace: Workspace, options: StepOptions, thread: number) {
    const { dims } = workspace.shape;
    this.#workspace = workspace;
    this.#kernels = createKernels(workspace.memory);
    this.#options = options;
    this.#scratch = workspace.scratch.subarray(thread * dims, (thread + 1) * dims);
    this.#slot = workspace.slots[0] as BatchSlot;
  }

  /** Take part in a step, from 1. The settings and the slot must be filled. */
  run(step: number): void {
    const { settings, slots } = this.#workspace;
    this.#step = step;
    this.#width = settings[SETTINGS.width] as number;
    this.#rows = settings[SETTINGS.rows] as number;
    this.#slot = slots[settings[SETTINGS.slot] as number] as BatchSlot;
    this.#phases().forEach((phase, i) => {
      this.#share(phase, i);
    });
  }

  /** Bring every row up to date after the last step. One thread alone. */
  finish(steps: number): void {
    this.#step = steps + 1;
    for (let row = 0; row < this.#workspace.shape.tokens; row++) this.#catchUpRow(row);
  }

  #phases(): Phase[] {
    const blocks = this.#workspace.shape.batch / BLOCK_ROWS;
    const rowBlocks = Math.ceil(this.#rows / BLOCK_ROWS);
    return [
      {
        blocks: rowBlocks,
        run: (block) => this.#eachRow(block, (i) => this.#catchUpRow(this.#slot.rows[i] as number)),
      },
      { blocks: 2 * blocks, run: (block) => this.#eachText(block, (text) => this.#embed(text)) },
      { blocks, run: (block) => this.#score(block) },
      { blocks, run: (block) => this.#sumColumns(block) },
      { blocks, run: (block) => this.#differentiateQueries(block) },
      { blocks, run: (block) => this.#differentiatePassages(block) },
      { blocks: rowBlocks, run: (block) => this.#eachRow(block, (i) => this.#updateRow(i)) },
    ];
  }

  #share({ blocks, run }: Phase, index: number): void {
    const { control } = this.#workspace;
    for (let block = this.#take(index); block < blocks; block = this.#take(index)) run(block);
    const generation = Atomics.load(control, CONTROL.generation);
    if (Atomics.add(control, CONTROL.arrived, 1) === this.#workspace.shape.threads - 1) {
      Atomics.store(control, CONTROL.arrived, 0);
      Atomics.store(control, CONTROL.next + index, 0);
      Atomics.add(control, CONTROL.generation, 1);
      Atomics.notify(control, CONTROL.generation);
    } else {
      Atomics.wait(control, CONTROL.generation, generation);
    }
  }

  #take(phase: number): number {
    return Atomics.add(this.#workspace.control, CONTROL.next + phase, 1);
  }

  #eachRow(block: number, visit: (i: number) => void): void {
    const end = Math.min(this.#rows, (block + 1) * BLOCK_ROWS);
    for (let i = block * BLOCK_ROWS; i < end; i++) visit(i);
  }

  #eachText(block: number, visit: (text: number) => void): void {
    for (let text = block * BLOCK_ROWS; text < (block + 1) * BLOCK_ROWS; text++) visit(text);
  }

  #catchUpRow(row: number): void {
    const { lastStep, table, mean, square, shape } = this.#workspace;
    const last = lastStep[row] as number;
    const missed = this.#step - 1 - last;
    if (last === 0 || missed <= 0) return;
    const { rate, ...keep } = catchUp(stepRate(this.#options, last), missed);
    const at = 4 * row * shape.dims;
    const g = this.#scratch.byteOffset;
    this.#kernels.adam(
      table.byteOffset + at,
      mean.byteOffset + at,
      square.byteOffset + at,
      g,
      shape.dims,
      keep.mean,
      0,
      keep.square,
      0,
      rate,
    );
    lastStep[row] = this.#step - 1;
  }

  /** Sum a text's rows, normalise, and write the unit vector in every order that is needed. */
  #embed(text: number): void {
    const { table, units, norms, queryRows, passageRows, queryColumns, passageColumns, shape } = this.#workspace;
    const { ids, starts } = this.#slot;
    const width = this.#width;
    const start = starts[text] as number;
    const count = (starts[text + 1] as number) - start;
    const out = units.subarray(text * width, (text + 1) * width);
    this.#kernels.sumRows(table.byteOffset, shape.dims, ids.byteOffset + 4 * start, count, out.byteOffset, width);
    norms[text] = toUnitLength(out);
    if (text < shape.batch) {
      packRow(out, queryRows, { row: text, by: 4 });
      packColumns(out, queryColumns, { row: text, rows: shape.batch });
    } else {
      packRow(out, passageRows, { row: text - shape.batch, by: 8 });
      packColumns(out, passageColumns, { row: text - shape.batch, rows: shape.batch });
    }
  }

  /** Scores of a block of queries with all passages, their exponentials, and the sums of these. */
  #score(block: number): void {
    const { queryRows, passageRows, scores, rowSums, partialColumnSums, losses, shape } = this.#workspace;
    const { batch } = shape;
    const first = block * BLOCK_ROWS;
    const sharpness = 1 / this.#options.temperature;
    this.#kernels.multiply(
      queryRows.byteOffset + 4 * first * this.#width,
      passageRows.byteOffset,
      scores.byteOffset + 4 * first * batch,
      batch,
      BLOCK_ROWS,
      batch,
      this.#width,
    );
    const totals = partialColumnSums.subarray(block * batch, (block + 1) * batch).fill(0);
    let loss = 0;
    for (let i = first; i < first + BLOCK_ROWS; i++) {
      const right = scores[i * batch + i] as number;
      const sum = this.#kernels.exponentials(scores.byteOffset + 4 * i * batch, batch, sharpness, totals.byteOffset);
      rowSums[i] = sum;
      loss += Math.log(sum) + (1 - right) * sharpness;
    }
    losses[block] = loss;
  }

  #sumColumns(block: number): void {
    const { partialColumnSums, columnSums, shape } = this.#workspace;
    for (let j = block * BLOCK_ROWS; j < (block + 1) * BLOCK_ROWS; j++) {
      let sum = 0;
      for (let i = j; i < partialColumnSums.length; i += shape.batch) sum += partialColumnSums[i] as number;
      columnSums[j] = sum;
    }
  }

  /** Gradients of a block of the scores' rows, in both orders, and from them those of the queries. */
  #differentiateQueries(block: number): void {
    const { scores, scoreRows, scoreColumns, rowSums, columnSums, passageColumns, shape } = this.#workspace;
    const { batch } = shape;
    const first = block * BLOCK_ROWS;
    for (let i = first; i < first + BLOCK_ROWS; i++) {
      const rowShare = 0.5 / (rowSums[i] as number);
      const toRows = (i >> 2) * 4 * batch + (i & 3);
      for (let j = 0; j < batch; j++) {
        const score = scores[i * batch + j] as number;
        const gradient = score * (rowShare + 0.5 / (columnSums[j] as number)) - (i === j ? 1 : 0);
        scoreRows[toRows + 4 * j] = gradient;
        scoreColumns[(j >> 2) * 4 * batch + 4 * i + (j & 3)] = gradient;
      }
    }
    this.#differentiate(scoreRows, passageColumns, { first, firstText: first });
  }

  #differentiatePassages(block: number): void {
    const { scoreColumns, queryColumns, shape } = this.#workspace;
    const first = block * BLOCK_ROWS;
    this.#differentiate(scoreColumns, queryColumns, { first, firstText: shape.batch + first });
  }

  /** Gradients of a block of sums of rows: of the unit vectors, then back through the normalisation. */
  #differentiate(
    scoreGradients: Float32Array,
    others: Float32Array,
    { first, firstText }: { readonly first: number; readonly firstText: number },
  ): void {
    const { gradients, units, norms, shape } = this.#workspace;
    const width = this.#width;
    this.#kernels.multiply(
      scoreGradients.byteOffset + 4 * first * shape.batch,
      others.byteOffset,
      gradients.byteOffset + 4 * firstText * width,
      width,
      BLOCK_ROWS,
      width,
      shape.batch,
    );
    for (let text = firstText; text < firstText + BLOCK_ROWS; text++) {
      const gradient = gradients.subarray(text * width, (text + 1) * width);
      const unit = units.subarray(text * width, (text + 1) * width);
      removeRadialPart(gradient, unit, 1 / ((norms[text] as number) * this.#options.temperature));
    }
  }

  #updateRow(i: number): void {
    const { table, mean, square, gradients, lastStep, shape } = this.#workspace;
    const { rows, rowStarts, texts } = this.#slot;
    const row = rows[i] as number;
    const start = rowStarts[i] as number;
    const g = this.#scratch;
    g.fill(0);
    this.#kernels.sumRows(
      gradients.byteOffset,
      this.#width,
      texts.byteOffset + 4 * start,
      (rowStarts[i + 1] as number) - start,
      g.byteOffset,
      this.#width,
    );
    const at = 4 * row * shape.dims;
    this.#kernels.adam(
      table.byteOffset + at,
      mean.byteOffset + at,
      square.byteOffset + at,
      g.byteOffset,
      shape.dims,
      MEAN_DECAY,
      1 - MEAN_DECAY,
      SQUARE_DECAY,
      1 - SQUARE_DECAY,
      stepRate(this.#options, this.#step),
    );
    lastStep[row] = this.#step;
  }
}

/** Scale a vector to unit length and give the length that it had; a zero vector stays as it is, with length 1. */
function toUnitLength(vector: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += (vector[d] as number) ** 2;
  const norm = Math.sqrt(sum) || 1;
  for (let d = 0; d < vector.length; d++) (vector[d] as number) /= norm;
  return norm;
}

/** `out[row / by][d][row % by]` */
function packRow(
  vector: Float32Array,
  out: Float32Array,
  { row, by }: { readonly row: number; readonly by: number },
): void {
  const at = (row - (row % by)) * vector.length + (row % by);
  for (let d = 0; d < vector.length; d++) out[at + d * by] = vector[d] as number;
}

/** `out[d / 8][row][d % 8]` */
function packColumns(
  vector: Float32Array,
  out: Float32Array,
  { row, rows }: { readonly row: number; readonly rows: number },
): void {
  for (let d = 0; d < vector.length; d++) out[(d >> 3) * 8 * rows + row * 8 + (d & 7)] = vector[d] as number;
}

/** `gradient = (gradient − (gradient · unit) unit) × scale` */
function removeRadialPart(gradient: Float32Array, unit: Float32Array, scale: number): void {
  let dot = 0;
  for (let d = 0; d < unit.length; d++) dot += (gradient[d] as number) * (unit[d] as number);
  for (let d = 0; d < unit.length; d++) gradient[d] = ((gradient[d] as number) - dot * (unit[d] as number)) * scale;
}

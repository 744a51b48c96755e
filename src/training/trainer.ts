import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createRandom } from "../core/random.ts";
import { fillSlot } from "./batch.ts";
import type { Example } from "./examples.ts";
import { type StepOptions, StepRunner } from "./step.ts";
import type { WorkerInput } from "./worker.ts";
import { type BatchSlot, BLOCK_ROWS, CONTROL, SETTINGS, Workspace } from "./workspace.ts";

/** Options of {@link trainTable}. */
export interface TrainOptions {
  /** Starting rows, row-major; not changed. */
  readonly table: Float32Array;
  readonly dims: number;
  /** Gives the examples of one batch, always `batch` of them. */
  readonly drawBatch: (size: number) => readonly Example[];
  readonly steps: number;
  /** Examples in a batch, a multiple of 64. Default 1024. */
  readonly batch?: number;
  /** Of the first step; falls to 0 in a straight line. Default 0.06. */
  readonly learningRate?: number | undefined;
  /** Default 0.05. */
  readonly temperature?: number;
  /** Numbers of leading dimensions of which one is drawn for every step; multiples of 16. Default: all. */
  readonly widths?: readonly number[];
  /** 1 = the calling thread alone, more = worker threads. The result does not depend on it. Default 1. */
  readonly threads?: number | undefined;
  /** Of the widths drawn. Default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after every step. */
  readonly onStep?: ((progress: StepProgress) => void) | undefined;
}

/** Where a run is. */
export interface StepProgress {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  /** Mean InfoNCE of the queries in this step's batch, in nats. */
  readonly loss: number;
  readonly width: number;
}

/** Most tokens in a batch, for each of its examples. */
const TOKENS_PER_EXAMPLE = 256;

/**
 * Train a table of rows so that a query's sum of rows points to its passage's.
 *
 * @returns The trained rows, row-major.
 * @throws The signal's reason when it is aborted; RangeError for sizes that the kernels cannot take.
 */
export async function trainTable(options: TrainOptions): Promise<Float32Array> {
  const run = new TrainingRun(options);
  try {
    return await run.finish();
  } finally {
    await run.close();
  }
}

class TrainingRun {
  readonly #options: TrainOptions;
  readonly #stepOptions: StepOptions;
  readonly #workspace: Workspace;
  readonly #crew: Crew;
  readonly #random: () => number;

  constructor(options: TrainOptions) {
    const {
      table,
      dims,
      steps,
      batch = 1024,
      learningRate = 0.06,
      temperature = 0.05,
      threads = 1,
      seed = 1,
    } = options;
    checkSizes(batch, [dims, ...(options.widths ?? [])]);
    this.#options = options;
    this.#stepOptions = { steps, learningRate, temperature };
    this.#random = createRandom(seed);
    this.#workspace = new Workspace({
      tokens: table.length / dims,
      dims,
      batch,
      capacity: batch * TOKENS_PER_EXAMPLE,
      threads,
    });
    this.#workspace.table.set(table);
    this.#crew =
      threads === 1
        ? new SoloCrew(this.#workspace, this.#stepOptions)
        : new ThreadCrew(this.#workspace, this.#stepOptions);
  }

  /** Make all steps; the next batch is drawn while the threads work on the one before. */
  async finish(): Promise<Float32Array> {
    const { steps, signal, onStep } = this.#options;
    let next = this.#prepare(1);
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const { width } = next;
      this.#enter(next);
      const done = this.#crew.run(step);
      if (step < steps) next = this.#prepare(step + 1);
      await done;
      onStep?.({ step, steps, width, loss: this.#loss() });
    }
    new StepRunner(this.#workspace, this.#stepOptions, 0).finish(steps);
    return this.#workspace.table.slice();
  }

  async close(): Promise<void> {
    await this.#crew.close();
  }

  #prepare(step: number): Prepared {
    const { drawBatch, dims, widths = [dims] } = this.#options;
    const { slots, shape } = this.#workspace;
    const width = widths[Math.floor(this.#random() * widths.length)] ?? dims;
    const slot = step % 2;
    return { slot, width, rows: fillSlot(slots[slot] as BatchSlot, drawBatch(shape.batch), shape.tokens) };
  }

  #enter({ slot, width, rows }: Prepared): void {
    const { settings } = this.#workspace;
    settings[SETTINGS.width] = width;
    settings[SETTINGS.rows] = rows;
    settings[SETTINGS.slot] = slot;
  }

  #loss(): number {
    const { losses, shape } = this.#workspace;
    return losses.reduce((sum, loss) => sum + loss, 0) / shape.batch;
  }
}

/** A batch that lies in its slot. */
interface Prepared {
  readonly slot: number;
  readonly width: number;
  /** Distinct tokens in it. */
  readonly rows: number;
}

/** Those who make the steps. */
interface Crew {
  run(step: number): Promise<void>;
  close(): Promise<void>;
}

/** The calling thread. */
class SoloCrew implements Crew {
  readonly #runner: StepRunner;

  constructor(workspace: Workspace, options: StepOptions) {
    this.#runner = new StepRunner(workspace, options, 0);
  }

  async run(step: number): Promise<void> {
    await setImmediate();
    this.#runner.run(step);
  }

  async close(): Promise<void> {}
}

/** Worker threads, `shape.threads` of them. */
class ThreadCrew implements Crew {
  readonly #control: Int32Array;
  readonly #workers: readonly Worker[];
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor({ control, memory, shape }: Workspace, options: StepOptions) {
    this.#control = control;
    this.#workers = Array.from({ length: shape.threads }, (_, thread) => {
      const workerData: WorkerInput = { memory, shape, options, thread };
      const worker = new Worker(new URL("worker.js", import.meta.url), { workerData });
      worker.on("message", () => this.#settle?.resolve());
      worker.on("error", (error) => this.#settle?.reject(error));
      return worker;
    });
  }

  run(step: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      Atomics.store(this.#control, CONTROL.step, step);
      Atomics.notify(this.#control, CONTROL.step);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function checkSizes(batch: number, widths: readonly number[]): void {
  if (batch <= 0 || batch % BLOCK_ROWS)
    throw new RangeError(`A batch has a multiple of ${BLOCK_ROWS} examples, got ${batch}.`);
  const odd = widths.find((width) => width <= 0 || width % 16);
  if (odd !== undefined) throw new RangeError(`Dimensions come in multiples of 16, got ${odd}.`);
}

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createRandom } from "../core/random.ts";
import { type StepProgress, trainTable } from "../training/trainer.ts";
import { type SitePassage, SiteSampler } from "./site-examples.ts";
import type { Question } from "./split-pairs.ts";
import type { TunableModel } from "./tunable-model.ts";

/** Options of {@link fineTune}. */
export interface FineTuneOptions {
  readonly passages: readonly SitePassage[];
  /** The questions to learn from. */
  readonly questions: readonly Question[];
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((progress: StepProgress) => void) | undefined;
}

/** Steps of a run; twice as many gained nothing. */
export const STEPS = 200;
/** Half of that of the training, which begins with random rows. */
const LEARNING_RATE = 0.03;
/** Examples in a batch: few on a small site, where most others would be of the same pages. */
const BATCH = { unit: 64, most: 128, perPassage: 0.25 } as const;
/** A batch has no more work to share out. */
const MAX_THREADS = 4;
/** Softer than in training, where a batch has ten times as many examples to tell apart. */
const TEMPERATURE = 0.1;
/** Share of the examples that are questions; without any, search by meaning alone gains nothing. */
const QUESTION_SHARE = 0.5;

/**
 * Train a model's rows on a site, with the loss and the optimiser of the training. Rows of words that the site does not
 * have stay as they are.
 *
 * @returns The trained rows. The same from the same seed, whatever the number of threads.
 * @throws The signal's reason when it is aborted.
 */
export function fineTune(model: TunableModel, options: FineTuneOptions): Promise<Float32Array> {
  const { passages, questions, seed, signal, onStep } = options;
  const sampler = new SiteSampler({
    model,
    passages,
    questions,
    questionShare: QUESTION_SHARE,
    random: createRandom(seed),
  });
  return trainTable({
    table: model.table,
    dims: model.parameters.dims,
    drawBatch: (size) => sampler.drawBatch(size),
    steps: STEPS,
    batch: batchSize(passages.length),
    learningRate: LEARNING_RATE,
    temperature: TEMPERATURE,
    threads: threadCount(),
    signal,
    onStep,
  });
}

function batchSize(passages: number): number {
  const { unit, most, perPassage } = BATCH;
  return Math.min(most, Math.max(unit, Math.floor((passages * perPassage) / unit) * unit));
}

/** Worker threads need the compiled package; from source the calling thread works alone. */
function threadCount(): number {
  return existsSync(new URL("../training/worker.js", import.meta.url))
    ? Math.min(MAX_THREADS, availableParallelism())
    : 1;
}

import { createRandom } from "../core/random.ts";
import type { RowBits } from "../embed/quantize.ts";
import { createStaticModel, type StaticModel, type StaticModelParameters } from "../embed/static-model.ts";
import { splitWords } from "../embed/tokenizer.ts";
import type { Corpus } from "./corpus.ts";
import { createEncoder, encodeCorpus } from "./encoded-corpus.ts";
import { ExampleSampler } from "./examples.ts";
import { type StepProgress, trainTable } from "./trainer.ts";
import { buildVocabulary, type Vocabulary, type VocabularyOptions } from "./vocabulary.ts";

/** Options of {@link trainStaticModel}. */
export interface RecipeOptions {
  readonly corpus: Corpus;
  readonly vocabulary?: VocabularyOptions;
  /** Numbers in a row while training. Default 256. */
  readonly dims?: number;
  /** Leading dimensions of which one is drawn for every step. Default: a half and all of them. */
  readonly widths?: readonly number[];
  /** Bits of one number in the model that comes out. Default 2. */
  readonly bits?: RowBits;
  /** Default 6,000. */
  readonly steps?: number;
  /** Default 2,048. */
  readonly batch?: number;
  /** Default 0.06. */
  readonly learningRate?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Default 1. */
  readonly threads?: number;
  /** Default `static`. */
  readonly id?: string;
  readonly revision: string;
  readonly signal?: AbortSignal | undefined;
  readonly onVocabulary?: (vocabulary: Vocabulary) => void;
  readonly onStep?: (progress: StepProgress) => void;
}

/** Openings of the questions made from titles. */
const OPENINGS = [
  "what is",
  "what are",
  "how to",
  "how do i use",
  "how does it work",
  "where to find",
  "when to use",
  "why",
  "guide to",
  "explain",
  "definition of",
  "meaning of",
  "example of",
  "difference between",
  "can i",
];

/** How much a passage's title and headings count; measured on the development sets, see MODEL_CARD.md. */
const CONTEXT_WEIGHT = 5;
/** Spread of a rare word's starting numbers; one and a hundredth did worse, see MODEL_CARD.md. */
const STARTING_SCALE = 0.1;
/** Exponent of the trained lengths of rows; measured on the development sets, see MODEL_CARD.md. */
const LENGTH_POWER = 0.5;
/** Frequency at which a word's starting weight is halved (Arora et al. 2017). */
const HALF_FREQUENCY = 1e-3;

/** Build a vocabulary and train its rows: the whole recipe of the embedded model, deterministic from the seed. */
export async function trainStaticModel(options: RecipeOptions): Promise<StaticModel> {
  const { corpus, dims = 256, widths = [dims / 2, dims], bits = 2, steps = 6000, batch = 2048, seed = 1 } = options;
  const vocabulary = buildVocabulary(corpus, options.vocabulary);
  options.onVocabulary?.(vocabulary);
  const toTokens = createEncoder(vocabulary);
  const sampler = new ExampleSampler({
    corpus: encodeCorpus(corpus, vocabulary),
    information: vocabulary.frequencies.map((frequency) => -Math.log(Math.max(frequency, 1e-9))),
    openings: OPENINGS.map((opening) => splitWords(opening).flatMap(toTokens)),
    random: createRandom(seed),
  });
  const table = await trainTable({
    table: createStartingTable(vocabulary, dims, seed + 1),
    dims,
    widths,
    steps,
    batch,
    seed: seed + 2,
    drawBatch: (size) => sampler.drawBatch(size),
    learningRate: options.learningRate,
    threads: options.threads,
    signal: options.signal,
    onStep: options.onStep,
  });
  const parameters: StaticModelParameters = {
    id: options.id ?? "static",
    revision: options.revision,
    languages: ["en"],
    dims,
    bits,
    alphabet: vocabulary.alphabet,
    ignored: vocabulary.ignored,
    contextWeight: CONTEXT_WEIGHT,
  };
  return createStaticModel(vocabulary.tokens, evenOut(table, dims), parameters);
}

/**
 * Bring the rows' lengths closer together. Training makes the words that tell its own texts apart long and all others
 * short, more so the longer it goes on; half of that, in logarithms, does better on other texts.
 */
function evenOut(table: Float32Array, dims: number): Float32Array {
  const rows = table.slice();
  for (let start = 0; start < rows.length; start += dims) {
    const row = rows.subarray(start, start + dims);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    const scale = length === 0 ? 0 : length ** (LENGTH_POWER - 1);
    for (let d = 0; d < dims; d++) (row[d] as number) *= scale;
  }
  return rows;
}

/** Normal rows, shorter for frequent words: already a fair lexical matcher. */
function createStartingTable({ tokens, frequencies }: Vocabulary, dims: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const table = new Float32Array(tokens.length * dims);
  for (let i = 0; i < table.length; i++) {
    const frequency = frequencies[Math.floor(i / dims)] as number;
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    table[i] = (STARTING_SCALE * normal * HALF_FREQUENCY) / (HALF_FREQUENCY + frequency);
  }
  return table;
}

import { createRandom } from "../../src/core/random.ts";

/** Size of a BERT encoder (Devlin et al. 2019). */
export interface BertShape {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  /** Longest input, in tokens. */
  readonly positions: number;
}

/** A matrix, row-major, or a vector. */
export interface Weight {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Weights by name: `word`, `position`, `type`, `norm`, `0.query`, …; a linear layer's are `<name>.weight` (in × out) and `.bias`. */
export interface BertWeights {
  readonly shape: BertShape;
  readonly tensors: ReadonlyMap<string, Weight>;
}

/** What tests run: small, but with every part that a real encoder has. */
export const TINY: Omit<BertShape, "vocabulary"> = {
  hidden: 64,
  layers: 2,
  heads: 4,
  intermediate: 128,
  positions: 64,
};

/** Of all-MiniLM-L6-v2, bge-small (with 12 layers) and their like. */
export const MINILM: BertShape = {
  vocabulary: 30_522,
  hidden: 384,
  layers: 6,
  heads: 12,
  intermediate: 1536,
  positions: 512,
};

/**
 * Random weights. Queries and keys are large enough that tokens attend to some tokens more than to others: with small
 * ones every text would get nearly the same vector, and a wrong pooling would go unnoticed.
 */
export function bertWeights(shape: BertShape, { seed }: { readonly seed: number }): BertWeights {
  const random = createRandom(seed);
  const tensors = new Map<string, Weight>();
  const add = (name: string, dims: readonly number[], scale: number, offset = 0): void => {
    const length = dims.reduce((product, dim) => product * dim, 1);
    // Uniform, with a standard deviation of `scale`.
    const values = Float32Array.from({ length }, () => offset + (random() - 0.5) * Math.sqrt(12) * scale);
    tensors.set(name, { dims, values });
  };
  const linear = (name: string, from: number, to: number, gain = 1): void => {
    add(`${name}.weight`, [from, to], gain / Math.sqrt(from));
    add(`${name}.bias`, [to], 0.1);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [shape.hidden], 0.1, 1);
    add(`${name}.bias`, [shape.hidden], 0.1);
  };
  const { hidden, intermediate } = shape;
  add("word", [shape.vocabulary, hidden], 1);
  add("position", [shape.positions, hidden], 0.5);
  add("type", [2, hidden], 0.5);
  norm("norm");
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const name of ["query", "key"]) linear(`${layer}.${name}`, hidden, hidden, 1.2);
    for (const name of ["value", "output"]) linear(`${layer}.${name}`, hidden, hidden);
    norm(`${layer}.norm1`);
    linear(`${layer}.up`, hidden, intermediate);
    linear(`${layer}.down`, intermediate, hidden, 1.5);
    norm(`${layer}.norm2`);
  }
  linear("classifier", hidden, 1, 3);
  return { shape, tensors };
}

/** A weight by its name. */
export function weightOf({ tensors }: BertWeights, name: string): Weight {
  const weight = tensors.get(name);
  if (!weight) throw new Error(`no weight ${name}`);
  return weight;
}

import { addRow } from "../embed/quantize.ts";
import { isPiece, type StaticModel, type StaticModelParameters, withRows } from "../embed/static-model.ts";
import type { Word } from "../embed/tokenizer.ts";
import { createEncoder } from "../training/encoded-corpus.ts";

/** A static model whose rows can be changed. */
export interface TunableModel {
  /** Words, then pieces with their marks. */
  readonly tokens: readonly string[];
  /** How many of the tokens are words. */
  readonly words: number;
  /** Row-major, in the order of `tokens`. */
  readonly table: Float32Array;
  readonly parameters: StaticModelParameters;
}

/** The rows of a model as floating-point numbers. */
export function toTunable({ tokens, rows, scales, parameters }: StaticModel): TunableModel {
  const { dims, bits } = parameters;
  const indices = tokens.map((_, i) => i);
  const order = [
    ...indices.filter((i) => !isPiece(tokens[i] as string)),
    ...indices.filter((i) => isPiece(tokens[i] as string)),
  ];
  const table = new Float32Array(tokens.length * dims);
  const row = new Float64Array(dims);
  order.forEach((index, to) => {
    addRow(row.fill(0), { rows, scales }, { index, bits });
    table.set(row, to * dims);
  });
  const words = tokens.filter((token) => !isPiece(token)).length;
  return { tokens: order.map((i) => tokens[i] as string), words, table, parameters };
}

/** Turns words into numbers of tokens, as `StaticEmbedder` does. */
export function createWordEncoder(model: TunableModel): (word: Word) => number[] {
  const { tokens, words, parameters } = model;
  const { ignored, alphabet } = parameters;
  return createEncoder({ tokens, words, ignored, alphabet, frequencies: new Float64Array(0) });
}

/**
 * The model with the rows that training moved at `row + share × (trained row − row)`: between it and what training made of
 * it (Wortsman et al. 2022, WiSE-FT). All others keep their bits.
 *
 * @param tunable Made from the model.
 * @param trained The rows of `tunable` after training.
 */
export function mixRows(
  model: StaticModel,
  { tokens, table, parameters }: TunableModel,
  { trained, share }: { readonly trained: Float32Array; readonly share: number },
): StaticModel {
  const { dims } = parameters;
  const changes = new Map<string, Float32Array>();
  tokens.forEach((token, i) => {
    const from = table.subarray(i * dims, (i + 1) * dims);
    const to = trained.subarray(i * dims, (i + 1) * dims);
    if (from.every((value, d) => value === to[d])) return;
    const row = from.map((value, d) => value + share * ((to[d] as number) - value));
    changes.set(token, row);
  });
  return withRows(model, changes);
}

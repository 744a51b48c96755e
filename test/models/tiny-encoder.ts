import type { Pooling } from "../../src/embed/encoder-spec.ts";
import { bertForward } from "./bert-forward.ts";
import { type BertOnnxOptions, bertOnnx } from "./bert-onnx.ts";
import { type BertWeights, bertWeights, TINY } from "./bert-weights.ts";
import type { MadeTokenizer } from "./tokenizers.ts";

/** A small encoder with random weights, as the files of a repository, and what its vectors should be. */
export interface TinyEncoder {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly weights: BertWeights;
  readonly tokenizer: MadeTokenizer;
}

export interface TinyEncoderOptions extends BertOnnxOptions {
  readonly seed?: number;
}

/** Names of ONNX files by how their weights are stored. */
const FILE_NAMES = {
  fp32: "onnx/model.onnx",
  fp16: "onnx/model_fp16.onnx",
  q8: "onnx/model_quantized.onnx",
  "q8-dynamic": "onnx/model_quantized.onnx",
  q4: "onnx/model_q4.onnx",
} as const;

/** Make an encoder for a tokeniser. */
export function makeEncoder(tokenizer: MadeTokenizer, { seed = 7, ...options }: TinyEncoderOptions = {}): TinyEncoder {
  const weights = bertWeights({ ...TINY, vocabulary: tokenizer.vocabulary }, { seed });
  const name = FILE_NAMES[options.dtype ?? "fp32"];
  const { model, data } = bertOnnx(weights, options);
  const config = { model_type: "bert", hidden_size: TINY.hidden, max_position_embeddings: TINY.positions };
  const files = new Map(tokenizer.files);
  files.set("config.json", new TextEncoder().encode(JSON.stringify(config)));
  files.set(name, model);
  if (data) files.set(`${name}_data`, data);
  return { files, weights, tokenizer };
}

/** The parsed JSON files of an encoder. */
export function configsOf({ files }: TinyEncoder): Readonly<Record<string, unknown>> {
  const json = [...files].filter(([name]) => name.endsWith(".json"));
  return Object.fromEntries(json.map(([name, bytes]) => [name, JSON.parse(new TextDecoder().decode(bytes))]));
}

/** The vector that a text should get, by the oracles: unit length, double precision. */
export function expectedVector(
  { weights, tokenizer }: TinyEncoder,
  text: string,
  { pooling = "mean", dims = weights.shape.hidden, centred = false }: ExpectedOptions = {},
): Float64Array {
  const rows = bertForward(weights, tokenizer.encode(text));
  const pooled = poolRows(rows, pooling);
  const mean = centred ? pooled.reduce((sum, value) => sum + value, 0) / pooled.length : 0;
  const short = pooled.slice(0, dims).map((value) => value - mean);
  const norm = Math.sqrt(short.reduce((sum, value) => sum + value * value, 0));
  return short.map((value) => value / norm);
}

export interface ExpectedOptions {
  readonly pooling?: Pooling;
  readonly dims?: number;
  readonly centred?: boolean;
}

/** The cosine of the angle between two vectors. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function poolRows(rows: readonly Float64Array[], pooling: Pooling): Float64Array {
  if (pooling === "cls") return rows[0] as Float64Array;
  if (pooling === "last-token") return rows.at(-1) as Float64Array;
  const mean = new Float64Array(rows[0]?.length ?? 0);
  return mean.map((_, d) => rows.reduce((sum, row) => sum + (row[d] ?? 0), 0) / rows.length);
}

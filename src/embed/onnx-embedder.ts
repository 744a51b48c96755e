import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { onnxFileFor } from "../core/model-files.ts";
import type { EncoderSpec, Pooling } from "./encoder-spec.ts";
import { type Row, runRows, toFeeds } from "./onnx-batches.ts";
import type { OnnxModel, OnnxOutput, OnnxRuntime, OnnxSession } from "./onnx-session.ts";
import { type Encoding, OnnxTokenizer } from "./onnx-tokenizer.ts";
import { passageText } from "./passage-text.ts";

/** UTF-16 code units of a query that count, so that a pasted page does not keep the visitor waiting. */
const MAX_QUERY_LENGTH = 2000;

/** Passages cut into tokens after which other tasks have their turn. */
const PAUSE_EVERY = 64;

/** Outputs with a vector per token, by the names that exporters give. */
const TOKEN_OUTPUTS = ["last_hidden_state", "token_embeddings", "hidden_states"] as const;
/** The output with a vector per text, where the model itself does what follows its last layer. */
const TEXT_OUTPUT = "sentence_embedding";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/** What {@link OnnxEmbedder.open} needs. */
export interface OnnxEmbedderFiles {
  readonly spec: EncoderSpec;
  /** The graph, its weights (`*.onnx_data`) and `tokenizer.json`, by their names in the model's repository. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly runtime: OnnxRuntime;
  /** See `encoderFingerprint`. */
  readonly fingerprint: string;
  /** Tokens that a run should have. Default: what suits the device; one text a run for `q8`. */
  readonly batchTokens?: number;
}

/**
 * A sentence encoder (BERT and its kin, as MiniLM, BGE, GTE, E5) run by ONNX Runtime: the tokens' vectors are pooled as
 * the model was trained (Reimers and Gurevych 2019), shortened where that is asked for, and brought to unit length.
 *
 * A text is always run alone with `q8`: most such models round a run's activations by the largest of them, so that in a
 * batch a vector would depend on the other texts.
 */
export class OnnxEmbedder implements Embedder {
  readonly info: EmbedderInfo;
  /** Passages so far that were longer than the model takes, and lost their end. */
  truncated = 0;
  readonly #spec: EncoderSpec;
  readonly #session: OnnxSession;
  readonly #tokenizer: OnnxTokenizer;
  readonly #batchTokens: number;
  readonly #output: string;

  private constructor(
    { spec, fingerprint, batchTokens }: OnnxEmbedderFiles,
    session: OnnxSession,
    tokenizer: OnnxTokenizer,
  ) {
    const { id, dims, languages } = spec;
    this.info = { id, dims, fingerprint, languages };
    this.#spec = spec;
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#batchTokens = batchTokens ?? (spec.dtype === "q8" ? 1 : session.batchTokens);
    this.#output = chooseOutput(spec, session.outputNames);
  }

  /**
   * Start a session. Takes about a second for all-MiniLM's shape, in a browser or Node with WASM.
   *
   * @throws SearchError `file-missing` or `file-invalid` for the model's files; `model-mismatch` for a graph that gives
   *   no vectors.
   */
  static async open(options: OnnxEmbedderFiles): Promise<OnnxEmbedder> {
    const { spec, files, runtime } = options;
    const tokenizer = new OnnxTokenizer(files);
    const session = await runtime.open(modelOf(spec, files));
    try {
      return new OnnxEmbedder(options, session, tokenizer);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /**
   * The first 2,000 characters count. `coverage` is 1, or 0 for a query without a token that the model knows.
   *
   * @throws SearchError `model-mismatch` when the model gives something else than it should; the signal's reason.
   */
  async embedQuery(query: string, { signal }: Options = {}): Promise<QueryEmbedding> {
    const { queryPrefix } = this.#spec;
    const [encoding, isKnown] = this.#encode(queryPrefix, query.slice(0, MAX_QUERY_LENGTH));
    const vector = new Float32Array(this.info.dims);
    if (isKnown) await this.#embed([{ encoding, index: 0 }], vector, { signal });
    return { vector, coverage: isKnown ? 1 : 0 };
  }

  /**
   * A passage is embedded as its title, its headings and its text, a line each; a line that repeats the one before it
   * is left out. Runs stop between texts (batches) when the signal is aborted.
   *
   * @throws As {@link embedQuery} does.
   */
  async embedPassages(passages: readonly Passage[], { signal }: Options = {}): Promise<Float32Array> {
    const { dims } = this.info;
    const vectors = new Float32Array(passages.length * dims);
    const rows: Row[] = [];
    for (const [index, passage] of passages.entries()) {
      if (index % PAUSE_EVERY === 0) await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      const [encoding, isKnown] = this.#encode(this.#spec.passagePrefix, passageText(passage));
      if (isKnown) rows.push({ encoding, index });
      if (encoding.isCut) this.truncated++;
    }
    await this.#embed(rows, vectors, { signal });
    return vectors;
  }

  /** Give the model's memory back. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** A text behind its prefix, and whether the model knows anything of the text itself. */
  #encode(prefix: string, text: string): readonly [Encoding, boolean] {
    const { maxTokens } = this.#spec;
    const encoding = this.#tokenizer.encode(prefix + text, maxTokens);
    if (prefix === "" || !encoding.isKnown) return [encoding, encoding.isKnown];
    return [encoding, this.#tokenizer.encode(text, maxTokens).isKnown];
  }

  async #embed(rows: readonly Row[], vectors: Float32Array, { signal }: Options): Promise<void> {
    const { dims } = this.info;
    const { inputNames, parallel } = this.#session;
    await runRows(rows, { batchTokens: this.#batchTokens, parallel, signal }, async (batch) => {
      const encodings = batch.map(({ encoding }) => encoding);
      const feeds = toFeeds(encodings, inputNames, this.#tokenizer.padding);
      const output = await this.#session.run(feeds, this.#output, { signal });
      checkShape(output, encodings, this.#spec);
      batch.forEach(({ encoding, index }, i) => {
        const pooled = pool(output, i, { length: encoding.ids.length, pooling: this.#spec.pooling });
        finish(pooled, this.#spec, vectors.subarray(index * dims, (index + 1) * dims));
      });
    });
  }
}

/**
 * What of a model's files its session needs.
 *
 * @throws SearchError `file-missing`.
 */
export function modelOf(
  { id, dtype }: Pick<EncoderSpec, "id" | "dtype">,
  files: ReadonlyMap<string, Uint8Array>,
): OnnxModel {
  const names = onnxFileFor(dtype);
  const name = names.find((candidate) => files.has(candidate));
  const graph = name && files.get(name);
  if (!graph) {
    throw new SearchError("file-missing", `${id} has no ONNX file for ${dtype}: looked for ${names.join(", ")}.`, {
      remedy: "Choose another dtype, or a repository with ONNX files.",
    });
  }
  const data = Array.from(files).filter(([file]) => file.startsWith(`${name}_data`));
  return { graph, data: new Map(data.map(([file, bytes]) => [file.slice(file.lastIndexOf("/") + 1), bytes])) };
}

function chooseOutput({ id, hasHead }: EncoderSpec, names: readonly string[]): string {
  if (names.includes(TEXT_OUTPUT)) return TEXT_OUTPUT;
  const name = TOKEN_OUTPUTS.find((candidate) => names.includes(candidate)) ?? (names.length === 1 ? names[0] : "");
  if (name && !hasHead) return name;
  const expected = hasHead ? TEXT_OUTPUT : [TEXT_OUTPUT, ...TOKEN_OUTPUTS].join(" or ");
  throw mismatch(`The ONNX file of ${id} gives ${names.join(", ")}; expected is ${expected}.`);
}

/** Rows of vectors per token, or a vector per text, of the length that the spec says. */
function checkShape({ dims }: OnnxOutput, batch: readonly Encoding[], { id, hiddenDims }: EncoderSpec): void {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const expected = dims.length === 2 ? [batch.length, hiddenDims] : [batch.length, length, hiddenDims];
  if (dims.join() === expected.join()) return;
  throw mismatch(`The ONNX file of ${id} gives ${dims.join(" × ")} numbers; expected are ${expected.join(" × ")}.`);
}

/** One text's vector, of the model's full length. */
function pool(
  { dims, data }: OnnxOutput,
  index: number,
  { length, pooling }: { readonly length: number; readonly pooling: Pooling },
): Float64Array {
  const width = dims.at(-1) ?? 0;
  if (dims.length === 2) return Float64Array.from(data.subarray(index * width, (index + 1) * width));
  const start = index * (dims[1] ?? 0);
  const row = (token: number) => data.subarray((start + token) * width, (start + token + 1) * width);
  if (pooling !== "mean") return Float64Array.from(row(pooling === "cls" ? 0 : length - 1));
  const sum = new Float64Array(width);
  for (let token = 0; token < length; token++) {
    const values = row(token);
    for (let d = 0; d < width; d++) sum[d] = (sum[d] as number) + (values[d] as number);
  }
  // Not divided by the length: it comes to unit length.
  return sum;
}

/** Centred if need be, shortened, at unit length. */
function finish(pooled: Float64Array, { id, centred, dims, dtype }: EncoderSpec, vector: Float32Array): void {
  const mean = centred ? pooled.reduce((sum, value) => sum + value, 0) / pooled.length : 0;
  const short = pooled.subarray(0, dims).map((value) => value - mean);
  const norm = Math.hypot(...short);
  if (!(norm > 0 && norm < Number.POSITIVE_INFINITY)) {
    throw new SearchError("model-mismatch", `${id} gives vectors without a direction (length ${norm}).`, {
      remedy: dtype === "fp32" ? "Choose another model." : "Choose another dtype: the numbers do not fit in this one.",
    });
  }
  for (let d = 0; d < dims; d++) vector[d] = (short[d] as number) / norm;
}

function mismatch(message: string): SearchError {
  return new SearchError("model-mismatch", message, {
    remedy: "Choose a sentence encoder that was exported to ONNX for feature extraction.",
  });
}

import { SearchError } from "../core/errors.ts";
import type { RerankerSpec } from "./encoder-spec.ts";
import { runRows, toFeeds } from "./onnx-batches.ts";
import { modelOf } from "./onnx-embedder.ts";
import type { OnnxRuntime, OnnxSession } from "./onnx-session.ts";
import { OnnxTokenizer } from "./onnx-tokenizer.ts";

/** What {@link OnnxReranker.open} needs. */
export interface OnnxRerankerFiles {
  readonly spec: RerankerSpec;
  /** The graph, its weights and `tokenizer.json`, by their names in the model's repository. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly runtime: OnnxRuntime;
}

/**
 * A cross-encoder (Nogueira and Cho 2019): reads a query and a text together and says how well they fit. Sees more than
 * the likeness of two vectors does, and costs a run for every text: it is for the first few.
 */
export class OnnxReranker {
  readonly #spec: RerankerSpec;
  readonly #session: OnnxSession;
  readonly #tokenizer: OnnxTokenizer;
  readonly #output: string;

  private constructor(spec: RerankerSpec, session: OnnxSession, tokenizer: OnnxTokenizer) {
    this.#spec = spec;
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#output = session.outputNames.includes("logits") ? "logits" : (session.outputNames[0] ?? "");
  }

  /** @throws SearchError `file-missing` or `file-invalid` for the model's files. */
  static async open({ spec, files, runtime }: OnnxRerankerFiles): Promise<OnnxReranker> {
    const tokenizer = new OnnxTokenizer(files);
    return new OnnxReranker(spec, await runtime.open(modelOf(spec, files)), tokenizer);
  }

  /**
   * A score per text, in their order: the model's logit, more for what fits better, comparable within one query. Of a
   * text that is too long the end is left out.
   *
   * @throws SearchError `model-mismatch` for a model that gives anything but one number per text; the signal's reason.
   */
  async score(
    query: string,
    texts: readonly string[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Float32Array> {
    const { maxTokens, dtype } = this.#spec;
    const { inputNames, parallel, batchTokens } = this.#session;
    const scores = new Float32Array(texts.length);
    const rows = texts.map((text, index) => ({ encoding: this.#tokenizer.encodePair(query, text, maxTokens), index }));
    const options = { batchTokens: dtype === "q8" ? 1 : batchTokens, parallel, signal };
    await runRows(rows, options, async (batch) => {
      const encodings = batch.map(({ encoding }) => encoding);
      const feeds = toFeeds(encodings, inputNames, this.#tokenizer.padding);
      const { dims, data } = await this.#session.run(feeds, this.#output, { signal });
      if (data.length !== batch.length) {
        throw new SearchError(
          "model-mismatch",
          `${this.#spec.id} gives ${dims.join(" × ")} numbers for a batch of ${batch.length}.`,
          {
            remedy: "Choose a cross-encoder that was trained for ranking: it gives one number per text.",
          },
        );
      }
      batch.forEach(({ index }, i) => {
        scores[index] = data[i] as number;
      });
    });
    return scores;
  }

  /** Give the model's memory back. */
  close(): Promise<void> {
    return this.#session.close();
  }
}

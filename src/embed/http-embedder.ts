import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../core/embedder.ts";
import { isAbort, SearchError } from "../core/errors.ts";
import { runParallel, type Task } from "../core/parallel.ts";
import { type Attempt, isTransient, withRetries } from "../core/retry.ts";
import { digest } from "./hash.ts";
import { readVectors, serverWords } from "./http-answer.ts";
import { passageText } from "./passage-text.ts";
import { MAX_QUERY_LENGTH } from "./static-embedder.ts";

/** What a text that is sent to learn the length of vectors says. */
const PROBE = "search";

/** Options of {@link HttpEmbedder.open}. */
export interface HttpEmbedderOptions {
  /**
   * Base of the server: requests go to `<url>/v1/embeddings`. One that ends with `/v1` or `/embeddings` is completed or
   * taken as it is. Ollama: `http://localhost:11434`.
   */
  readonly url: string;
  /** The model's name, as the server knows it. */
  readonly model: string;
  /** Ask for vectors that are cut to this length, which only some models and servers can. */
  readonly dimensions?: number | undefined;
  /** Length of a vector. Default: `dimensions`, else the server is asked for a vector. */
  readonly dims?: number | undefined;
  /** Sent as `Authorization: Bearer …`. Kept by this object alone: neither in `info` nor in an index. */
  readonly key?: string | undefined;
  /** Put before every query. Default none. */
  readonly queryPrefix?: string | undefined;
  /** Put before every passage. Default none. */
  readonly passagePrefix?: string | undefined;
  /** Primary language subtags. Default: any. */
  readonly languages?: readonly string[] | undefined;
  /** Most texts in one request. Default 32, the most that Text Embeddings Inference takes unless told otherwise. */
  readonly batchSize?: number | undefined;
  /** Most UTF-16 code units in one request; a longer text goes alone. Default 64,000. */
  readonly batchChars?: number | undefined;
  /** Requests at once. Default 2. */
  readonly parallel?: number | undefined;
  /** Repetitions of a request that failed in a way that may pass. Default 4. */
  readonly retries?: number | undefined;
  /** Wait before the first repetition, doubled with each, unless the server asks for another. Default 500. */
  readonly retryMs?: number | undefined;
  /** Default: the platform's. */
  readonly fetch?: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Vectors from a server that speaks OpenAI's embeddings API: Ollama, Text Embeddings Inference, LM Studio, OpenAI and others.
 * Texts leave this machine for the server. On a site it is the site's own server that gets a visitor's queries, and that
 * adds a key if it passes them on to another.
 */
export class HttpEmbedder implements Embedder {
  readonly info: EmbedderInfo;
  readonly #options: HttpEmbedderOptions;
  readonly #url: string;

  private constructor(options: HttpEmbedderOptions, dims: number) {
    const { model, dimensions = null, queryPrefix = "", passagePrefix = "", languages = [] } = options;
    // Wherever the server is, the model's vectors are the same.
    const settings = JSON.stringify(["http", model, dims, dimensions, queryPrefix, passagePrefix]);
    this.info = { id: model, dims, languages, fingerprint: digest([new TextEncoder().encode(settings)]) };
    this.#options = options;
    this.#url = endpointOf(options.url);
  }

  /**
   * Asks the server for one vector, unless it is told how long they are.
   * @throws SearchError as {@link HttpEmbedder.embedPassages} does.
   */
  static async open(options: HttpEmbedderOptions): Promise<HttpEmbedder> {
    const { dims = options.dimensions, signal } = options;
    if (dims !== undefined) return new HttpEmbedder(options, dims);
    const [vector] = await new HttpEmbedder(options, 0).#request([PROBE], signal);
    return new HttpEmbedder(options, (vector as ArrayLike<number>).length);
  }

  /**
   * The first 500 UTF-16 code units of a query count. A blank one is not sent. Throws as
   * {@link HttpEmbedder.embedPassages} does.
   */
  async embedQuery(query: string, { signal }: Options = {}): Promise<QueryEmbedding> {
    const vector = new Float32Array(this.info.dims);
    if (query.trim() === "") return { vector, coverage: 0 };
    const { queryPrefix = "" } = this.#options;
    await this.#embed([queryPrefix + query.slice(0, MAX_QUERY_LENGTH)], { into: [vector], signal });
    return { vector, coverage: 1 };
  }

  /**
   * A blank passage is not sent, and has a row of zeros.
   *
   * @throws SearchError `network` when the server cannot be reached, goes on failing, or answers something else;
   *   `denied` without a key that it accepts; `not-found` when it does not know the model; `bad-option` when it refuses
   *   the texts; `model-mismatch` for vectors of another length; `aborted`.
   */
  async embedPassages(passages: readonly Passage[], { signal }: Options = {}): Promise<Float32Array> {
    const { dims } = this.info;
    const { passagePrefix = "" } = this.#options;
    const vectors = new Float32Array(passages.length * dims);
    const rows = passages
      .map((passage, row) => ({ text: passageText(passage), row }))
      .filter(({ text }) => text !== "")
      .map(({ text, row }) => ({ text: passagePrefix + text, into: vectors.subarray(row * dims, (row + 1) * dims) }));
    const tasks = cutBatches(rows, this.#options).map(
      (batch): Task =>
        (stop) => {
          const texts = batch.map(({ text }) => text);
          return this.#embed(texts, { into: batch.map(({ into }) => into), signal: stop });
        },
    );
    const { parallel = 2 } = this.#options;
    await runParallel(tasks, { parallel, signal });
    return vectors;
  }

  /** Write the unit vectors of some texts to their places. */
  async #embed(
    texts: readonly string[],
    { into, signal }: { readonly into: readonly Float32Array[]; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    const vectors = await this.#request(texts, signal);
    for (const [i, vector] of vectors.entries()) {
      this.#check(vector);
      writeUnit(vector, into[i] as Float32Array);
    }
  }

  #check(vector: ArrayLike<number>): void {
    const { id, dims } = this.info;
    if (vector.length === dims) return;
    throw new SearchError("model-mismatch", `"${id}" gave a vector of ${vector.length} numbers in place of ${dims}.`, {
      remedy:
        this.#options.dimensions === undefined
          ? "See that the server runs the model that the index was built with."
          : "This model or server cannot shorten vectors: leave the number of dimensions out.",
      file: this.#url,
    });
  }

  /** Vectors as the server gives them, in the order of the texts. */
  async #request(texts: readonly string[], signal: AbortSignal | undefined): Promise<readonly ArrayLike<number>[]> {
    const { retries = 4, retryMs = 500 } = this.#options;
    try {
      return await withRetries(() => this.#attempt(texts, signal), { retries, baseMs: retryMs, signal });
    } catch (error) {
      throw SearchError.from(error);
    }
  }

  async #attempt(
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Attempt<readonly ArrayLike<number>[]>> {
    const { model, dimensions, key, fetch: send = fetch } = this.#options;
    try {
      const response = await send(this.#url, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, input: texts, encoding_format: "float", ...(dimensions && { dimensions }) }),
        signal: signal ?? null,
      });
      const answer = await response.text();
      if (response.ok) return { value: readVectors(answer, { count: texts.length, url: this.#url }) };
      const error = this.#statusError(response, answer);
      if (!isTransient(response.status)) throw error;
      return { error, retryAfter: response.headers.get("Retry-After") };
    } catch (cause) {
      if (cause instanceof SearchError || isAbort(cause) || signal?.aborted) throw cause;
      const error = this.#connectionError(cause);
      // Nobody listens there, and will not a moment later either.
      if (/ECONNREFUSED|ENOTFOUND|ERR_INVALID_URL/.test(reasonOf(cause))) throw error;
      return { error };
    }
  }

  #connectionError(cause: unknown): SearchError {
    return new SearchError("network", `${this.#url} could not be reached: ${reasonOf(cause)}.`, {
      remedy: 'Check the address, and that the server runs ("ollama serve" for Ollama).',
      file: this.#url,
      cause,
    });
  }

  #statusError({ status, statusText }: Response, answer: string): SearchError {
    const { model, key } = this.#options;
    const file = this.#url;
    const words = serverWords(answer);
    const said = words ? ` It says: ${words}` : "";
    if (status === 401 || status === 403) {
      const what = key ? "refuses the key" : "wants a key";
      return new SearchError("denied", `${file} ${what} (${status}).${said}`, {
        remedy: key ? "Check the key, and that it may use the model." : "Give the server's API key.",
        file,
      });
    }
    if (status === 404) {
      return new SearchError("not-found", `${file} does not know the model "${model}", or is no such API.${said}`, {
        remedy: `Check the address and the model's name ("ollama pull ${model}" for Ollama).`,
        file,
      });
    }
    if (isTransient(status)) {
      return new SearchError("network", `${file} goes on answering ${status} ${statusText}.${said}`, {
        remedy: status === 429 ? "Try later, or send fewer requests at once." : "Look at the server's log.",
        file,
      });
    }
    return new SearchError("bad-option", `${file} refuses the request (${status} ${statusText}).${said}`, {
      remedy:
        "If texts are too long for the model, index with shorter chunks; if there are too many, with fewer at once.",
      file,
    });
  }
}

/** Node hides why under "fetch failed". */
function reasonOf(thrown: unknown): string {
  const { cause, message } = thrown as Error;
  return cause instanceof Error
    ? [(cause as { code?: string }).code, cause.message].filter(Boolean).join(" ")
    : message;
}

function endpointOf(url: string): string {
  const base = url.replace(/\/+$/, "");
  if (base.endsWith("/embeddings")) return base;
  return base.endsWith("/v1") ? `${base}/embeddings` : `${base}/v1/embeddings`;
}

/** Consecutive texts, as many together as may be. */
function cutBatches<T extends { readonly text: string }>(
  rows: readonly T[],
  { batchSize = 32, batchChars = 64_000 }: HttpEmbedderOptions,
): T[][] {
  const batches: T[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const batch = batches.at(-1);
    chars += row.text.length;
    if (batch && chars <= batchChars && batch.length < batchSize) {
      batch.push(row);
    } else {
      batches.push([row]);
      chars = row.text.length;
    }
  }
  return batches;
}

function writeUnit(vector: ArrayLike<number>, into: Float32Array): void {
  let squares = 0;
  for (let d = 0; d < vector.length; d++) squares += (vector[d] as number) ** 2;
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let d = 0; d < vector.length; d++) into[d] = (vector[d] as number) * scale;
}

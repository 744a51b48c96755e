import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { SearchError, type SearchErrorJson } from "../core/errors.ts";
import type { OnnxFeeds, OnnxModel, OnnxOutput, OnnxRuntime, OnnxSession } from "../embed/onnx-session.ts";
import { type Ort, OrtSession } from "../embed/ort-session.ts";

/** Which package runs models: the processor's own code, or WebAssembly. */
export type NodeEngine = "onnxruntime-node" | "onnxruntime-web";

/** Options of {@link NodeRuntime}. */
export interface NodeRuntimeOptions {
  /** Threads, each with the model in its memory. Default: the cores, at most 8, fewer for large models; 0 = none. */
  readonly threads?: number | undefined;
  /** Default: `onnxruntime-node` where it is installed, else `onnxruntime-web`. */
  readonly engine?: NodeEngine | undefined;
  /** Starts a thread. Default: the compiled `onnx-worker.js`; from source there is none. */
  readonly start?: ((input: ThreadInput) => Worker) | undefined;
}

/** What a thread is started with. It answers with the names of inputs and outputs; then runs are sent to it. */
export interface ThreadInput {
  readonly engine: NodeEngine;
  readonly model: OnnxModel;
}

/** A run, as it is sent to a thread. */
export interface ThreadRun {
  readonly feeds: OnnxFeeds;
  readonly output: string;
}

/** What a thread answers: once when the model is loaded, then to every run. */
export type ThreadAnswer =
  | Pick<OnnxSession, "inputNames" | "outputNames">
  | { readonly result: OnnxOutput }
  | { readonly error: SearchErrorJson };

const MAX_THREADS = 8;
/** Of copies of a model in memory: a session takes up to three times its file. */
const MAX_BYTES = 3 * 1024 ** 3;

/**
 * ONNX Runtime in Node: as many threads as there are cores, each with a session of its own on one core, which measured
 * faster than one session on all of them, and leaves the calling thread free.
 *
 * The optional package `onnxruntime-node` is some four times as fast as `onnxruntime-web`, which needs nothing but
 * WebAssembly; their vectors agree to 1e-5.
 */
export class NodeRuntime implements OnnxRuntime {
  readonly #options: NodeRuntimeOptions;

  constructor(options: NodeRuntimeOptions = {}) {
    this.#options = options;
  }

  /**
   * @throws SearchError `file-invalid` for a model that cannot be loaded; `bad-option` for a package that is not
   *   installed.
   */
  async open(model: OnnxModel): Promise<OnnxSession> {
    const { start = existsSync(workerUrl()) ? startWorker : undefined } = this.#options;
    const engine = this.#options.engine ?? (await findEngine());
    const threads = this.#options.threads ?? threadsFor(model);
    if (!start || threads < 1) return new LocalSession(await openNodeSession(engine, model));
    return ThreadSession.open({ engine, model: shareModel(model) }, { threads, start });
  }
}

/** Open a model on one core of this thread. Throws as {@link NodeRuntime.open} does. */
export async function openNodeSession(engine: NodeEngine, model: OnnxModel): Promise<OrtSession> {
  if (engine === "onnxruntime-node") {
    // Shared memory ends the whole process in its native code.
    const own = mapModel(model, (bytes) => (bytes.buffer instanceof SharedArrayBuffer ? new Uint8Array(bytes) : bytes));
    return OrtSession.open(await importNative(), own, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  }
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  return OrtSession.open(ort, model, { executionProviders: ["wasm"] });
}

/** The best package that is installed. */
export async function findEngine(): Promise<NodeEngine> {
  return importNative().then(
    () => "onnxruntime-node",
    () => "onnxruntime-web",
  );
}

/** The package is optional, and unknown to the compiler. */
async function importNative(): Promise<Ort> {
  const name: NodeEngine = "onnxruntime-node";
  try {
    const module = (await import(name)) as Ort & { readonly default?: Ort };
    return module.default ?? module;
  } catch (cause) {
    throw new SearchError("bad-option", "onnxruntime-node cannot be loaded.", {
      remedy: "Install it (npm install onnxruntime-node), or leave it to onnxruntime-web.",
      cause,
    });
  }
}

/** On the calling thread, which is busy while it runs. */
class LocalSession implements OnnxSession {
  readonly parallel = 1;
  readonly batchTokens = 1;
  readonly #session: OrtSession;

  constructor(session: OrtSession) {
    this.#session = session;
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  async run(feeds: OnnxFeeds, output: string, { signal }: RunOptions = {}): Promise<OnnxOutput> {
    // Timers and signals have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    return this.#session.run(feeds, output);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

interface RunOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Sessions on threads, and the runs that wait for one. */
class ThreadSession implements OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly parallel: number;
  readonly batchTokens = 1;
  readonly #crew: readonly Thread[];
  readonly #idle: Thread[];
  readonly #waiting: ((thread: Thread) => void)[] = [];

  private constructor(
    crew: readonly Thread[],
    { inputNames, outputNames }: Pick<OnnxSession, "inputNames" | "outputNames">,
  ) {
    this.#crew = crew;
    this.#idle = [...crew];
    this.inputNames = inputNames;
    this.outputNames = outputNames;
    this.parallel = crew.length;
  }

  static async open(
    input: ThreadInput,
    { threads, start }: { readonly threads: number; readonly start: (input: ThreadInput) => Worker },
  ): Promise<ThreadSession> {
    const crew = Array.from({ length: threads }, () => new Thread(start(input)));
    try {
      const loaded = await Promise.all(crew.map((thread) => thread.load()));
      return new ThreadSession(crew, loaded[0] as (typeof loaded)[0]);
    } catch (error) {
      await Promise.all(crew.map((thread) => thread.end()));
      throw error;
    }
  }

  async run(feeds: OnnxFeeds, output: string, { signal }: RunOptions = {}): Promise<OnnxOutput> {
    const thread = this.#idle.pop() ?? (await new Promise<Thread>((resolve) => this.#waiting.push(resolve)));
    try {
      signal?.throwIfAborted();
      return await thread.run({ feeds, output });
    } finally {
      const next = this.#waiting.shift();
      if (next) next(thread);
      else this.#idle.push(thread);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#crew.map((thread) => thread.end()));
  }
}

/** One thread; it answers one message at a time. */
class Thread {
  readonly #worker: Worker;
  /** To the message that was sent last; at first, that the model is loaded. */
  #answer: Promise<ThreadAnswer>;
  #crash: SearchError | undefined;
  #resolve: (answer: ThreadAnswer) => void = () => {};
  #reject: (error: SearchError) => void = () => {};

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#answer = this.#next();
    worker.on("message", (answer: ThreadAnswer) => {
      if ("error" in answer) this.#reject(SearchError.fromJSON(answer.error));
      else this.#resolve(answer);
    });
    const crash = (cause: unknown) => {
      this.#crash ??= new SearchError("worker-crashed", "The thread that runs the model has ended.", {
        remedy: "Set fewer threads if memory is short.",
        cause,
      });
      this.#reject(this.#crash);
    };
    worker.on("error", crash);
    worker.on("exit", crash);
  }

  /** What the model takes and gives, when it is loaded. An idle thread keeps no process alive from then on. */
  async load(): Promise<Pick<OnnxSession, "inputNames" | "outputNames">> {
    const answer = await this.#answer;
    this.#worker.unref();
    if ("inputNames" in answer) return answer;
    throw new SearchError("internal", "The thread told no inputs.");
  }

  async run(message: ThreadRun): Promise<OnnxOutput> {
    if (this.#crash) throw this.#crash;
    this.#answer = this.#next();
    this.#worker.ref();
    this.#worker.postMessage(message);
    try {
      const answer = await this.#answer;
      if ("result" in answer) return answer.result;
      throw new SearchError("internal", "The thread gave no result.");
    } finally {
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #next(): Promise<ThreadAnswer> {
    const answer = new Promise<ThreadAnswer>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Threads that fail together are reported once.
    answer.catch(() => {});
    return answer;
  }
}

function threadsFor({ graph, data }: OnnxModel): number {
  const bytes = [...data.values()].reduce((sum, { length }) => sum + length, graph.length);
  return Math.max(1, Math.min(availableParallelism(), MAX_THREADS, Math.floor(MAX_BYTES / (3 * bytes))));
}

/** In memory that all threads see, so that the files are not copied to each. */
function shareModel(model: OnnxModel): OnnxModel {
  return mapModel(model, (bytes) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return shared;
  });
}

function mapModel({ graph, data }: OnnxModel, change: (bytes: Uint8Array) => Uint8Array): OnnxModel {
  return { graph: change(graph), data: new Map(Array.from(data, ([name, bytes]) => [name, change(bytes)])) };
}

function startWorker(workerData: ThreadInput): Worker {
  return new Worker(workerUrl(), { workerData });
}

function workerUrl(): URL {
  return new URL("onnx-worker.js", import.meta.url);
}

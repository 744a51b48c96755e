import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { SearchError, type SearchErrorJson } from "../core/errors.ts";
import { packReadings, unpackReadings } from "./pack-readings.ts";
import { invalidFile, type ReadTask } from "./page-reader.ts";
import type { Batch } from "./read-batch.ts";

/** What a thread is started with; then it is sent lists of files, each answered by a {@link WorkerAnswer}. */
export interface WorkerInput {
  readonly task: ReadTask;
}

/** What a thread answers to a list of files. */
export type WorkerAnswer = Batch | { readonly error: SearchErrorJson };

/** Options of {@link ReadPool}. */
export interface ReadPoolOptions extends WorkerInput {
  readonly threads: number;
  /** Starts a thread. Default: the compiled `read-worker.js`. */
  readonly start?: ((input: WorkerInput) => Worker) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** More bring little: the calling thread takes everything in. */
const MAX_THREADS = 8;
/** Less than that is read sooner than another thread has started. Bytes. */
const BYTES_PER_THREAD = 4 * 1024 * 1024;
/** Crashes before the first answer after which it is not the pages' fault. */
const MAX_FALSE_STARTS = 3;

/**
 * How many threads are worth starting for some bytes of pages; 0 = read them here. From source there is no worker to
 * start.
 */
export function threadsFor(bytes: number): number {
  const cores = availableParallelism();
  // While pages are read the calling thread has little to do, so that two cores bear two threads.
  const most = Math.min(MAX_THREADS, cores > 2 ? cores - 1 : cores);
  const threads = Math.min(most, Math.floor(bytes / BYTES_PER_THREAD));
  return threads > 0 && existsSync(workerUrl()) ? threads : 0;
}

/**
 * Threads that read files in batches. A thread that crashes is replaced; the batch that it had is then read file by
 * file, and the file at fault comes out as `invalid`.
 */
export class ReadPool {
  readonly #options: ReadPoolOptions;
  readonly #crew: Reader[] = [];
  readonly #waiting: Job[] = [];
  readonly #abort = () => void this.close();
  #isClosed = false;
  #answers = 0;
  #crashes = 0;

  constructor(options: ReadPoolOptions) {
    this.#options = options;
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Read some files, as soon as a thread is free.
   *
   * @throws SearchError `bad-option` for an invalid selector; `aborted` when the pool is closed before; the signal's
   *   reason.
   */
  read(files: readonly string[]): Promise<Batch> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ files, resolve, reject });
      this.#next();
    });
  }

  /** End all threads at once; what they have not read is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    const crew = this.#crew.splice(0);
    for (const { job } of crew) if (job) this.#refuse(job);
    for (const job of this.#waiting.splice(0)) this.#refuse(job);
    await Promise.all(crew.map(({ worker }) => worker.terminate()));
  }

  #next(): void {
    if (this.#isClosed) {
      for (const job of this.#waiting.splice(0)) this.#refuse(job);
      return;
    }
    const reader = this.#crew.find(({ job }) => !job) ?? this.#hire();
    const job = reader && this.#waiting.shift();
    if (!job) return;
    reader.job = job;
    reader.worker.postMessage(job.files);
  }

  #hire(): Reader | undefined {
    const { threads, start = startWorker, task } = this.#options;
    if (this.#waiting.length === 0 || this.#crew.length >= threads) return undefined;
    const reader: Reader = { worker: start({ task }), job: undefined };
    let cause: unknown;
    reader.worker.on("message", (answer: WorkerAnswer) => this.#finish(reader, answer));
    reader.worker.on("error", (error) => {
      cause = error;
    });
    reader.worker.on("exit", () => this.#replace(reader, cause));
    this.#crew.push(reader);
    return reader;
  }

  #finish(reader: Reader, answer: WorkerAnswer): void {
    const { job } = reader;
    reader.job = undefined;
    this.#answers++;
    if ("error" in answer) job?.reject(SearchError.fromJSON(answer.error));
    else job?.resolve(answer);
    this.#next();
  }

  #replace(reader: Reader, cause: unknown): void {
    const at = this.#crew.indexOf(reader);
    if (at < 0) return;
    this.#crew.splice(at, 1);
    this.#crashes++;
    const { job } = reader;
    if (!job) return;
    const message = cause instanceof Error ? cause.message : "it ended";
    if (this.#answers === 0 && this.#crashes > MAX_FALSE_STARTS) {
      job.reject(new SearchError("worker-crashed", `The thread that reads pages cannot start: ${message}`, { cause }));
    } else if (job.files.length > 1) {
      const parts = Promise.all(job.files.map((file) => this.read([file])));
      parts.then((batches) => job.resolve(joinBatches(batches)), job.reject);
    } else {
      const [file = ""] = job.files;
      const reading = invalidFile(file, new Error(`The thread that read it crashed: ${message}`));
      // Not whole: the next build tries it again.
      job.resolve({ packed: packReadings([reading]), isWhole: false });
      this.#next();
    }
  }

  #refuse({ reject }: Job): void {
    const { signal } = this.#options;
    reject(signal?.aborted ? signal.reason : new SearchError("aborted", "The reading was stopped."));
  }
}

interface Job {
  readonly files: readonly string[];
  readonly resolve: (batch: Batch) => void;
  readonly reject: (reason: unknown) => void;
}

interface Reader {
  readonly worker: Worker;
  job: Job | undefined;
}

function startWorker(workerData: WorkerInput): Worker {
  return new Worker(workerUrl(), { workerData });
}

function workerUrl(): URL {
  return new URL("read-worker.js", import.meta.url);
}

function joinBatches(batches: readonly Batch[]): Batch {
  return {
    packed: packReadings(batches.flatMap(({ packed }) => unpackReadings(packed))),
    isWhole: batches.every(({ isWhole }) => isWhole),
  };
}

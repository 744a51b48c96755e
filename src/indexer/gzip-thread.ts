import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { SearchError } from "../core/errors.ts";
import { gzipContainer } from "./gzip-container.ts";

/** Less than that is compressed sooner than a thread has started. Bytes. */
const BYTES_HERE = 4 * 1024 * 1024;

/** Options of {@link GzipThread}. */
export interface GzipThreadOptions {
  /** Compressed on the calling thread before another one is started. Default 4 MB. */
  readonly bytesHere?: number | undefined;
  /** Starts the thread. Default: the compiled `gzip-worker.js`; from source there is none. */
  readonly start?: (() => Worker) | undefined;
}

/** Compresses containers beside the calling thread, in order. What comes out is that of `gzipContainer` in any case. */
export class GzipThread {
  readonly #start: (() => Worker) | undefined;
  readonly #waiting: Job[] = [];
  #bytesHere: number;
  #worker: Worker | undefined;

  constructor({ bytesHere = BYTES_HERE, start = defaultStart() }: GzipThreadOptions = {}) {
    this.#bytesHere = bytesHere;
    this.#start = start;
  }

  /**
   * @param container Handed over: it may not be used any more.
   * @returns Rejects with SearchError `worker-crashed`, or `aborted` when the thread is closed before.
   */
  gzip(container: Uint8Array): Promise<Uint8Array> | Uint8Array {
    this.#bytesHere -= container.length;
    if (this.#bytesHere > 0 || !this.#start) return gzipContainer(container);
    this.#worker ??= this.#open(this.#start());
    const worker = this.#worker;
    const result = new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      worker.postMessage(container, [container.buffer as ArrayBuffer]);
    });
    // Told when it is awaited; until then it is nobody's.
    result.catch(() => {});
    return result;
  }

  /** End the thread at once; what is not compressed yet is rejected. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#refuse(new SearchError("aborted", "The compression was stopped."));
  }

  #open(worker: Worker): Worker {
    worker.on("message", (bytes: Uint8Array) => this.#waiting.shift()?.resolve(bytes));
    worker.on("error", (cause) => {
      this.#refuse(new SearchError("worker-crashed", `The thread that compresses files crashed: ${cause}`, { cause }));
    });
    return worker;
  }

  #refuse(reason: SearchError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

interface Job {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (reason: SearchError) => void;
}

function defaultStart(): (() => Worker) | undefined {
  const url = new URL("gzip-worker.js", import.meta.url);
  return existsSync(url) ? () => new Worker(url) : undefined;
}

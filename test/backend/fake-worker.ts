import { type OpenBackend, serveBackend } from "../../src/backend/worker-host.ts";
import type { WorkerLike } from "../../src/backend/worker-line.ts";
import type { IndexInfo, SearchBackend, SearchOptions, SearchResults } from "../../src/core/search.ts";

/** A worker made of a `MessageChannel`: messages are cloned and queued as between real threads. */
export class FakeWorker extends EventTarget implements WorkerLike {
  readonly #channel = new MessageChannel();
  terminated = false;

  /** @param serve Runs on the worker's side of the channel; absent for a worker that never loads. */
  constructor(serve?: (port: MessagePort) => void) {
    super();
    const { port1, port2 } = this.#channel;
    port1.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
    port1.start();
    serve?.(port2);
    port2.start();
  }

  postMessage(message: unknown): void {
    this.#channel.port1.postMessage(message);
  }

  terminate(): void {
    this.terminated = true;
    this.#channel.port1.close();
    this.#channel.port2.close();
  }

  /** What a browser does for an uncaught exception, or, without a message, for a script that does not load. */
  crash(message?: string): void {
    this.dispatchEvent(Object.assign(new Event("error"), message && { message }));
  }
}

/** Makes fake workers that serve `open`, and keeps them in the order they were made. */
export function fakeWorkers(open: OpenBackend): { createWorker: () => FakeWorker; workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const createWorker = () => {
    const worker = new FakeWorker((port) => serveBackend(port, open));
    workers.push(worker);
    return worker;
  };
  return { createWorker, workers };
}

/** An empty answer to a query. */
export function emptyResults(query: string, fields: Partial<SearchResults> = {}): SearchResults {
  return {
    query,
    mode: "hybrid",
    partial: false,
    hits: [],
    total: 0,
    facets: {},
    warnings: [],
    elapsedMs: 0,
    ...fields,
  };
}

/** A backend that answers everything at once with nothing, but for the methods given. */
export function stubBackend(methods: Partial<SearchBackend> = {}): SearchBackend {
  const info: IndexInfo = {
    build: "b1",
    pages: 2,
    chunks: 3,
    languages: ["en"],
    spaces: [],
    filters: [],
    facets: {},
    sorts: [],
    suggestions: [],
  };
  return {
    info: async () => info,
    search: async (query) => emptyResults(query),
    similar: async (path) => emptyResults(path),
    warm: async () => {},
    close() {},
    ...methods,
  };
}

/** A `search` that stays unanswered until it is aborted; `started` and `aborted` list its queries. */
export function hangingSearch() {
  const started: string[] = [];
  const aborted: string[] = [];
  const search = (query: string, { signal }: SearchOptions = {}) =>
    new Promise<SearchResults>((_, reject) => {
      started.push(query);
      signal?.addEventListener("abort", () => {
        aborted.push(query);
        reject(signal.reason);
      });
    });
  return { search, started, aborted };
}

import { SearchError } from "../core/errors.ts";
import type {
  IndexInfo,
  KeepOptions,
  LoadedSpace,
  LoadProgress,
  LoadSpaceOptions,
  SearchBackend,
  SearchOptions,
  SearchResults,
  SimilarOptions,
  Suggestion,
  SuggestOptions,
} from "../core/search.ts";
import type { Call, CallResult } from "./protocol.ts";
import { type AnswerMessage, type WorkerLike, WorkerLine } from "./worker-line.ts";

/** How many workers a call is given before a crash is its caller's. */
const MAX_ATTEMPTS = 2;

/** Options of {@link WorkerBackend}. */
export interface WorkerBackendOptions {
  /**
   * Makes the module worker that runs `worker.js`; called again after a crash.
   * Default: the `worker.js` that came with this code.
   */
  readonly createWorker?: (() => WorkerLike) | undefined;
  /** Called for every file that the worker has received. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * A search backend in a Web Worker, so that no search can make the page stutter.
 *
 * The worker starts with the first call. When it crashes, every call that it had not answered is repeated once,
 * on a new worker; a call that meets a second crash rejects with `worker-crashed`, and the next call starts afresh.
 * An abort rejects at once with `aborted`, whatever the worker is doing, and stops the work there.
 */
export class WorkerBackend implements SearchBackend {
  readonly #indexUrl: string;
  readonly #createWorker: () => WorkerLike;
  readonly #onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly #pending = new Map<number, PendingCall>();
  #line: WorkerLine | undefined;
  #lastId = 0;
  #closed = false;

  /**
   * @param indexUrl URL of the index; a relative one is relative to the page, not to the worker.
   * @throws SearchError `bad-option` when it is not a URL.
   */
  constructor(indexUrl: URL | string, { createWorker = createPackagedWorker, onProgress }: WorkerBackendOptions = {}) {
    this.#indexUrl = absoluteUrl(indexUrl);
    this.#createWorker = createWorker;
    this.#onProgress = onProgress;
  }

  info(options: CallOptions = {}): Promise<IndexInfo> {
    return this.#call({ method: "info", args: [] }, options) as Promise<IndexInfo>;
  }

  search(query: string, { signal, onPartial, ...options }: SearchOptions = {}): Promise<SearchResults> {
    const call: Call = { method: "search", args: [query, options] };
    return this.#call(call, { signal, onNews: onPartial }) as Promise<SearchResults>;
  }

  similar(path: string, { signal, ...options }: SimilarOptions = {}): Promise<SearchResults> {
    return this.#call({ method: "similar", args: [path, options] }, { signal }) as Promise<SearchResults>;
  }

  suggest(query: string, { signal, ...options }: SuggestOptions = {}): Promise<readonly Suggestion[]> {
    const call: Call = { method: "suggest", args: [query, options] };
    return this.#call(call, { signal }) as Promise<readonly Suggestion[]>;
  }

  filtersOf(url: string, options: CallOptions = {}): Promise<Readonly<Record<string, readonly string[]>>> {
    const call: Call = { method: "filtersOf", args: [url] };
    return this.#call(call, options) as Promise<Readonly<Record<string, readonly string[]>>>;
  }

  warm(options: CallOptions = {}): Promise<void> {
    return this.#call({ method: "warm", args: [] }, options) as Promise<void>;
  }

  loadSpace(id: string, { onProgress, signal }: LoadSpaceOptions = {}): Promise<LoadedSpace> {
    const call: Call = { method: "loadSpace", args: [id] };
    return this.#call(call, { signal, onNews: onProgress }) as Promise<LoadedSpace>;
  }

  keepAll({ onProgress, signal }: KeepOptions = {}): Promise<void> {
    const call: Call = { method: "keepAll", args: [] };
    return this.#call(call, { signal, onNews: onProgress }) as Promise<void>;
  }

  /** Stops the worker. Calls under way and later ones reject with `aborted`. */
  close(): void {
    this.#closed = true;
    this.#line?.terminate();
    this.#line = undefined;
    for (const pending of this.#pending.values()) pending.reject(closedError());
  }

  async #call(call: Call, { signal, onNews }: CallOptions): Promise<CallResult> {
    if (this.#closed) throw closedError();
    if (signal?.aborted) throw abortError(signal);
    const id = ++this.#lastId;
    const cancel = () => this.#cancel(id);
    signal?.addEventListener("abort", cancel);
    try {
      return await new Promise((resolve, reject) => {
        const pending = { call, resolve, reject, onNews, signal, attempts: 0 };
        this.#pending.set(id, pending);
        this.#send(id, pending);
      });
    } finally {
      this.#pending.delete(id);
      signal?.removeEventListener("abort", cancel);
    }
  }

  #send(id: number, pending: PendingCall): void {
    pending.attempts++;
    try {
      this.#line ??= this.#connect();
      this.#line.post({ type: "call", id, wantsNews: pending.onNews !== undefined, ...pending.call });
    } catch (error) {
      pending.reject(SearchError.from(error));
    }
  }

  #connect(): WorkerLine {
    const line = new WorkerLine(this.#createWorker, {
      onMessage: (message) => this.#receive(message),
      onDown: (error) => this.#recover(error),
    });
    line.post({ type: "open", indexUrl: this.#indexUrl });
    return line;
  }

  #receive(message: AnswerMessage): void {
    const pending = message.type === "progress" ? undefined : this.#pending.get(message.id);
    if (message.type === "progress") this.#onProgress?.(message.progress);
    else if (message.type === "news") pending?.onNews?.(message.value as never);
    else if (message.type === "result") pending?.resolve(message.value);
    else pending?.reject(SearchError.fromJSON(message.error));
  }

  /** Only a crash is worth another worker: one of another version will not change. */
  #recover(error: SearchError): void {
    this.#line = undefined;
    for (const [id, pending] of this.#pending) {
      if (error.code === "worker-crashed" && pending.attempts < MAX_ATTEMPTS) this.#send(id, pending);
      else pending.reject(error);
    }
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.reject(abortError(pending.signal));
    this.#line?.post({ type: "cancel", id });
  }
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** `onPartial` or `onProgress` of the method called: what it takes is a part of `CallNews`. */
  readonly onNews?: ((news: never) => void) | undefined;
}

/** A call that is not answered yet. */
interface PendingCall extends CallOptions {
  readonly call: Call;
  readonly resolve: (value: CallResult) => void;
  readonly reject: (error: SearchError) => void;
  attempts: number;
}

/** Written so that bundlers recognise the worker and bundle it. */
function createPackagedWorker(): WorkerLike {
  return new Worker(new URL("../worker.js", import.meta.url), { type: "module", name: "semantic-search" });
}

function absoluteUrl(url: URL | string): string {
  const { document, location } = globalThis as { document?: { baseURI: string }; location?: { href: string } };
  try {
    return new URL(url, document?.baseURI ?? location?.href).href;
  } catch (cause) {
    throw new SearchError("bad-option", `"${url}" is not the URL of an index.`, {
      remedy: "Pass the URL of the index's folder, absolute or relative to the page.",
      cause,
    });
  }
}

function abortError(signal: AbortSignal | undefined): SearchError {
  return new SearchError("aborted", "The request was aborted.", { cause: signal?.reason });
}

function closedError(): SearchError {
  return new SearchError("aborted", "The search backend was closed.");
}

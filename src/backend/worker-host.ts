import { SearchError } from "../core/errors.ts";
import type { KeepOptions, LoadedSpace, LoadProgress, LoadSpaceOptions, SearchBackend } from "../core/search.ts";
import {
  type Call,
  type CallMessage,
  type CallNews,
  type CallResult,
  PROTOCOL_VERSION,
  type RequestMessage,
  type ResponseMessage,
} from "./protocol.ts";

/** The worker's end of the line: `self` in a worker, a `MessagePort` in a test. */
export interface Endpoint {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** Opens the index that the page names, by its absolute URL. */
export type OpenBackend = (
  indexUrl: string,
  options: { readonly onProgress: (progress: LoadProgress) => void },
) => Promise<SearchBackend>;

/**
 * Answer the page's calls with one backend.
 *
 * The first call opens the backend; when that fails, the next call tries again. A call starts one task after its
 * message arrived: the `cancel` of a query that was typed over while the worker was busy is in the queue by then,
 * and the call never runs. A call that runs is stopped by its signal.
 */
export function serveBackend(endpoint: Endpoint, open: OpenBackend): void {
  const host = new WorkerHost((message) => endpoint.postMessage(message), open);
  endpoint.addEventListener("message", ({ data }) => host.receive(data as RequestMessage));
  endpoint.postMessage({ type: "ready", protocol: PROTOCOL_VERSION } satisfies ResponseMessage);
}

/** What a running call may use. */
interface CallContext {
  readonly signal: AbortSignal;
  /** Undefined for a caller who wants none. */
  readonly onNews: ((news: CallNews) => void) | undefined;
}

class WorkerHost {
  readonly #post: (message: ResponseMessage) => void;
  readonly #open: OpenBackend;
  readonly #running = new Map<number, AbortController>();
  #indexUrl = "";
  #backend: Promise<SearchBackend> | undefined;

  constructor(post: (message: ResponseMessage) => void, open: OpenBackend) {
    this.#post = post;
    this.#open = open;
  }

  receive(message: RequestMessage): void {
    if (message.type === "open") this.#indexUrl = message.indexUrl;
    else if (message.type === "cancel") this.#running.get(message.id)?.abort();
    else void this.#answer(message);
  }

  async #answer(call: CallMessage): Promise<void> {
    const { id, wantsNews } = call;
    const controller = new AbortController();
    const { signal } = controller;
    const postUnlessCancelled = (message: ResponseMessage) => {
      if (!signal.aborted) this.#post(message);
    };
    this.#running.set(id, controller);
    try {
      const onNews = (news: CallNews) => postUnlessCancelled({ type: "news", id, value: news });
      const value = await this.#run(call, { signal, onNews: wantsNews ? onNews : undefined });
      postUnlessCancelled({ type: "result", id, value });
    } catch (error) {
      postUnlessCancelled({ type: "error", id, error: SearchError.from(error).toJSON() });
    } finally {
      this.#running.delete(id);
    }
  }

  async #run(call: Call, context: CallContext): Promise<CallResult> {
    await nextTask();
    context.signal.throwIfAborted();
    const backend = await this.#opened();
    context.signal.throwIfAborted();
    return callBackend(backend, call, context);
  }

  /** Shared by all calls, so no call's signal stops it. */
  #opened(): Promise<SearchBackend> {
    const onProgress = (progress: LoadProgress) => this.#post({ type: "progress", progress });
    this.#backend ??= this.#open(this.#indexUrl, { onProgress }).catch((error: unknown) => {
      this.#backend = undefined;
      throw error;
    });
    return this.#backend;
  }
}

async function callBackend(backend: SearchBackend, call: Call, { signal, onNews }: CallContext): Promise<CallResult> {
  switch (call.method) {
    case "info":
      return backend.info({ signal });
    case "warm":
      return backend.warm?.({ signal });
    case "search":
      return backend.search(call.args[0], { ...call.args[1], ...(onNews && { onPartial: onNews }), signal });
    case "loadSpace":
      return loadSpace(backend, call.args[0], { signal, onProgress: onNews });
    case "keepAll":
      return keepAll(backend, { signal, onProgress: onNews });
    case "similar":
      return backend.similar(call.args[0], { ...call.args[1], signal });
    case "suggest":
      return backend.suggest?.(call.args[0], { ...call.args[1], signal }) ?? [];
    case "filtersOf":
      return backend.filtersOf?.(call.args[0], { signal }) ?? {};
  }
}

async function loadSpace(backend: SearchBackend, id: string, options: LoadSpaceOptions): Promise<LoadedSpace> {
  if (backend.loadSpace) return backend.loadSpace(id, options);
  throw new SearchError("bad-option", `This search has no model "${id}" to load.`);
}

async function keepAll(backend: SearchBackend, options: KeepOptions): Promise<void> {
  if (backend.keepAll) return backend.keepAll(options);
  throw new SearchError("storage", "This search has nothing to keep.");
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

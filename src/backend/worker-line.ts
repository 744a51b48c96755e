import { SearchError } from "../core/errors.ts";
import { PROTOCOL_VERSION, type RequestMessage, type ResponseMessage } from "./protocol.ts";

/** The part of a `Worker` that is used here. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  addEventListener(
    type: "message" | "messageerror" | "error",
    listener: (event: Event) => void,
    options: { readonly signal: AbortSignal },
  ): void;
  terminate(): void;
}

/** Messages about a call or the index; what concerns the line itself stays in it. */
export type AnswerMessage = Exclude<ResponseMessage, { readonly type: "ready" }>;

/** What {@link WorkerLine} reports. */
export interface WorkerLineEvents {
  readonly onMessage: (message: AnswerMessage) => void;
  /** At most once, and nothing after it: `worker-crashed`, or `file-version` for a worker of another release. */
  readonly onDown: (error: SearchError) => void;
}

const REMEDY =
  "Serve worker.js beside element.js as JavaScript, from the page's own origin; under a Content-Security-Policy, allow it with worker-src 'self'.";

/** One worker from its start to its end. Messages sent before it has loaded wait in its queue. */
export class WorkerLine {
  readonly #worker: WorkerLike;
  readonly #events: WorkerLineEvents;
  readonly #listening = new AbortController();
  #ready = false;

  /** @throws SearchError `worker-crashed` when the browser refuses to construct the worker. */
  constructor(createWorker: () => WorkerLike, events: WorkerLineEvents) {
    this.#worker = construct(createWorker);
    this.#events = events;
    const { signal } = this.#listening;
    const crashed = (event: Event) => this.#down(this.#crash(event));
    this.#worker.addEventListener("message", (event) => this.#receive((event as MessageEvent).data), { signal });
    this.#worker.addEventListener("messageerror", crashed, { signal });
    this.#worker.addEventListener("error", crashed, { signal });
  }

  /** @throws SearchError `bad-option` when the message holds something that cannot be cloned. */
  post(message: RequestMessage): void {
    try {
      this.#worker.postMessage(message);
    } catch (cause) {
      throw new SearchError("bad-option", `The options cannot be sent to the search worker: ${messageOf(cause)}.`, {
        remedy: "Pass plain objects, arrays, strings and numbers; unwrap reactive proxies and leave functions out.",
        cause,
      });
    }
  }

  /** Stop the worker at once, in the middle of whatever it does. */
  terminate(): void {
    this.#listening.abort();
    this.#worker.terminate();
  }

  #receive(message: ResponseMessage): void {
    if (message.type !== "ready") this.#events.onMessage(message);
    else if (message.protocol === PROTOCOL_VERSION) this.#ready = true;
    else this.#down(versionError(message.protocol));
  }

  #down(error: SearchError): void {
    this.terminate();
    this.#events.onDown(error);
  }

  #crash(event: Event): SearchError {
    const detail = (event as Partial<ErrorEvent>).message;
    const what = this.#ready ? "The search worker crashed" : "The search worker could not be loaded";
    return new SearchError("worker-crashed", detail ? `${what}: ${detail}` : `${what}.`, {
      remedy: this.#ready ? "Search again; if it happens with every query, report the message above." : REMEDY,
      cause: event,
    });
  }
}

function construct(createWorker: () => WorkerLike): WorkerLike {
  try {
    return createWorker();
  } catch (cause) {
    throw new SearchError("worker-crashed", `The search worker could not be started: ${messageOf(cause)}`, {
      remedy: REMEDY,
      cause,
    });
  }
}

function versionError(got: unknown): SearchError {
  return new SearchError("file-version", `worker.js speaks protocol ${got}, this page expects ${PROTOCOL_VERSION}.`, {
    remedy: "Reload the page; if it happens again, deploy element.js and worker.js of the same version.",
    file: "worker.js",
  });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

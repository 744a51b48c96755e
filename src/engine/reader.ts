import { SearchError } from "../core/errors.ts";
import { throwIfAborted } from "./abortable.ts";

/** Options of {@link ReadFile}. */
export interface ReadFileOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many bytes have arrived so far; a reader that has no way to tell does not. */
  readonly onBytes?: ((loadedBytes: number) => void) | undefined;
  /** Ask the server although the browser's cache has the file: what it has is damaged. Default false. */
  readonly reload?: boolean | undefined;
  /** Nobody waits for it: what a search asks for comes first. Default false. */
  readonly background?: boolean | undefined;
}

/** Reads a file of an index by its name relative to `index.json`. Rejects with a `SearchError`. */
export type ReadFile = (name: string, options?: ReadFileOptions) => Promise<Uint8Array>;

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * A reader over HTTP. Only `index.json` is revalidated; everything else is named by its content and may be cached
 * for ever.
 *
 * @param indexUrl Absolute URL of `index.json`.
 */
export function httpReader(indexUrl: string, fetchFile: Fetch = fetch): ReadFile {
  const manifestName = indexUrl.slice(indexUrl.lastIndexOf("/") + 1);
  return async (name, { signal, onBytes, reload = false, background = false } = {}) => {
    const isManifest = name === manifestName;
    const url = isManifest ? indexUrl : new URL(name, indexUrl).href;
    const response = await request(url, fetchFile, {
      signal: signal ?? null,
      cache: isManifest ? "no-cache" : reload ? "reload" : "default",
      ...(background && { priority: "low" }),
    });
    if (!response.ok) {
      throw new SearchError("file-missing", `${url} answered ${response.status} ${response.statusText}`.trim(), {
        remedy: isManifest
          ? "Check the element's `src` and that the index folder is deployed."
          : "Deploy the whole index folder; if it was just updated, reload the page.",
        file: url,
      });
    }
    return body(onBytes ? counted(response, onBytes) : response, url, signal);
  };
}

async function request(url: string, fetchFile: Fetch, init: RequestInit): Promise<Response> {
  try {
    return await fetchFile(url, init);
  } catch (cause) {
    throw networkError(url, cause);
  }
}

async function body(response: Response, url: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    // Browsers do not say that a stream was broken off because somebody wanted it so.
    throwIfAborted(signal);
    throw networkError(url, cause);
  }
}

/** The same response, which tells how much of it has arrived. */
function counted(response: Response, onBytes: (loadedBytes: number) => void): Response {
  let loaded = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.length;
      onBytes(loaded);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(count) ?? null);
}

function networkError(url: string, cause: unknown): SearchError {
  if (cause instanceof Error && cause.name === "AbortError") return SearchError.from(cause);
  return new SearchError("network", `${url} could not be loaded.`, {
    remedy: "Check the connection and search again.",
    file: url,
    cause,
  });
}

import { SearchError } from "../core/errors.ts";

/** Reads a file of an index by its name relative to `index.json`. Rejects with a `SearchError`. */
export type ReadFile = (name: string, options?: { readonly signal?: AbortSignal | undefined }) => Promise<Uint8Array>;

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
  return async (name, { signal } = {}) => {
    const isManifest = name === manifestName;
    const url = isManifest ? indexUrl : new URL(name, indexUrl).href;
    const response = await request(url, fetchFile, {
      signal: signal ?? null,
      cache: isManifest ? "no-cache" : "default",
    });
    if (!response.ok) {
      throw new SearchError("file-missing", `${url} answered ${response.status} ${response.statusText}`.trim(), {
        remedy: isManifest
          ? "Check the element's `src` and that the index folder is deployed."
          : "Deploy the whole index folder; if it was just updated, reload the page.",
        file: url,
      });
    }
    return body(response, url);
  };
}

async function request(url: string, fetchFile: Fetch, init: RequestInit): Promise<Response> {
  try {
    return await fetchFile(url, init);
  } catch (cause) {
    throw networkError(url, cause);
  }
}

async function body(response: Response, url: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw networkError(url, cause);
  }
}

function networkError(url: string, cause: unknown): SearchError {
  if (cause instanceof Error && cause.name === "AbortError") return SearchError.from(cause);
  return new SearchError("network", `${url} could not be loaded.`, {
    remedy: "Check the connection and search again.",
    file: url,
    cause,
  });
}

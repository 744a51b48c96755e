import type { LoadProgress, SearchBackend } from "../core/search.ts";
import { Engine } from "./engine.ts";
import { type Fetch, httpReader, type ReadFile } from "./reader.ts";

/** Options of {@link openEngine}. */
export interface OpenEngineOptions {
  /** Default: the platform's `fetch`. */
  readonly fetch?: Fetch | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Open an index over HTTP and answer queries on this thread.
 * @param indexUrl Absolute URL of `index.json`.
 * @throws SearchError `network`, `file-missing`, `index-invalid`, `file-version`.
 */
export async function openEngine(
  indexUrl: string,
  { fetch, onProgress, signal }: OpenEngineOptions = {},
): Promise<SearchBackend> {
  const manifestFile = indexUrl.slice(indexUrl.lastIndexOf("/") + 1);
  const read = httpReader(indexUrl, fetch);
  return Engine.open(onProgress ? reporting(read, onProgress) : read, { indexUrl, manifestFile, signal });
}

function reporting(read: ReadFile, onProgress: (progress: LoadProgress) => void): ReadFile {
  let loadedBytes = 0;
  return async (file, options) => {
    const bytes = await read(file, options);
    loadedBytes += bytes.length;
    onProgress({ file, loadedBytes });
    return bytes;
  };
}

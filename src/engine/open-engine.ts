import type { LoadProgress, SearchBackend } from "../core/search.ts";
import { Engine } from "./engine.ts";
import { KeptFiles } from "./kept-files.ts";
import { type Fetch, httpReader, type ReadFile } from "./reader.ts";

/** Options of {@link openEngine}. */
export interface OpenEngineOptions {
  /** Default: the platform's `fetch`. */
  readonly fetch?: Fetch | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Open an index over HTTP and answer queries on this thread. What {@link SearchBackend.keepAll} has kept is not asked for.
 * @param indexUrl Absolute URL of `index.json`.
 * @throws SearchError `network`, `file-missing`, `index-invalid`, `file-version`.
 */
export async function openEngine(
  indexUrl: string,
  { fetch, onProgress, signal }: OpenEngineOptions = {},
): Promise<SearchBackend> {
  const manifestFile = indexUrl.slice(indexUrl.lastIndexOf("/") + 1);
  const kept = new KeptFiles(httpReader(indexUrl, fetch), { indexUrl, manifestFile });
  const read = onProgress ? reporting(kept.read, onProgress) : kept.read;
  return Engine.open(read, { indexUrl, manifestFile, kept, signal });
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

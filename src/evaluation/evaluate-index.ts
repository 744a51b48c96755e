import { resolve } from "node:path";
import { gunzip } from "../core/gzip.ts";
import { MANIFEST_FILE } from "../core/manifest.ts";
import { Engine } from "../engine/engine.ts";
import { parseManifest } from "../engine/parse-manifest.ts";
import type { ReadFile } from "../engine/reader.ts";
import { folderReader } from "../indexer/index-folder.ts";
import { openIndex } from "../indexer/open-index.ts";
import { decodePaths } from "../text/text-shard.ts";
import { type ColdIndex, type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
import type { JudgedQuery } from "./read-queries.ts";

/** Options of {@link evaluateIndex}. */
export interface EvaluateIndexOptions extends Pick<EvaluateOptions, "skipMissing" | "onProgress" | "signal"> {
  /** Id of the space that answers by meaning. Default: the first. */
  readonly space?: string | undefined;
}

/**
 * Measure how well an index answers queries whose right pages are known: by words, by meaning, by both.
 *
 * @param dir Folder of the index.
 * @param queries As `loadQueries` reads them, or written by hand.
 * @throws SearchError `queries-invalid` when no right page is in the index; `file-missing`, `index-invalid`,
 *   `file-version`, `file-invalid`, `model-mismatch` for an index that is not whole; `aborted`.
 */
export async function evaluateIndex(
  dir: string,
  queries: readonly JudgedQuery[],
  { space, ...options }: EvaluateIndexOptions = {},
): Promise<Evaluation> {
  const read = folderReader(resolve(dir));
  const manifest = parseManifest(await read(MANIFEST_FILE), MANIFEST_FILE);
  const { file } = manifest.paths;
  const paths = decodePaths(await gunzip(await read(file), file), file);
  const backend = await openIndex(dir);
  try {
    if (space !== undefined) await backend.loadSpace?.(space, { signal: options.signal });
    const { siteRoot } = manifest;
    return await evaluate(backend, queries, { ...options, paths, siteRoot, openCold: () => openCold(read) });
  } finally {
    backend.close();
  }
}

async function openCold(read: ReadFile): Promise<ColdIndex> {
  let bytes = 0;
  let files = 0;
  const counting: ReadFile = async (...request) => {
    const content = await read(...request);
    bytes += content.length;
    files++;
    return content;
  };
  return { backend: await Engine.open(counting), read: () => ({ bytes, files }) };
}

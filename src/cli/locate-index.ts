import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { SearchError } from "../core/errors.ts";
import type { SearchConfig } from "./config.ts";
import { formatPath } from "./format.ts";

/** Name of the folder that an index is written to by default. */
export const INDEX_FOLDER = "semantic-search";
const MANIFEST = "index.json";

/** Options of {@link locateIndex}. */
export interface LocateOptions {
  readonly cwd: string;
  /** Used when no folder is named: its `out`, else its `dir`. */
  readonly config: SearchConfig;
}

/**
 * The index folder meant by a folder that the user names: the folder itself, or the `semantic-search` in it.
 * Without a name: what the config file says, else the working directory.
 *
 * @throws SearchError `not-found` when there is no index in either.
 */
export function locateIndex(named: string | undefined, { cwd, config }: LocateOptions): string {
  const dir = resolve(cwd, named ?? config.out ?? config.dir ?? ".");
  const found = [join(dir, INDEX_FOLDER), dir].find((folder) => existsSync(join(folder, MANIFEST)));
  if (found) return found;
  const shown = formatPath(dir, cwd);
  throw new SearchError("not-found", `There is no index in "${shown}".`, {
    remedy: named
      ? `Build one first: semantic-search index ${shown}`
      : "Name the site's folder, or build an index first.",
    file: shown,
  });
}

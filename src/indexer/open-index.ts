import { resolve } from "node:path";
import type { SearchBackend } from "../core/search.ts";
import { Engine } from "../engine/engine.ts";
import { folderReader } from "./index-folder.ts";

/**
 * Open the index in a folder and answer queries in this process. URLs of hits are paths from the site's root.
 * @throws SearchError `file-missing`, `index-invalid`, `file-version`.
 */
export async function openIndex(dir: string): Promise<SearchBackend> {
  return Engine.open(folderReader(resolve(dir)));
}

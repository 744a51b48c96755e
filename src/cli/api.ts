import type { SearchBackend } from "../core/search.ts";
import type { IndexSummary } from "../indexer/inspect-index.ts";
import type { IndexReport, IndexSiteOptions } from "../indexer/types.ts";

/** The part of the Node API that the commands stand on. */
export interface NodeApi {
  indexSite(options: IndexSiteOptions): Promise<IndexReport>;
  openIndex(dir: string): Promise<SearchBackend>;
  inspectIndex(dir: string): Promise<IndexSummary>;
}

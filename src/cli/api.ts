import type { SearchBackend } from "../core/search.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import type { EvaluateIndexOptions } from "../evaluation/evaluate-index.ts";
import type { LoadQueriesOptions } from "../evaluation/load-queries.ts";
import type { JudgedQuery } from "../evaluation/read-queries.ts";
import type { ReportOptions } from "../evaluation/report-html.ts";
import type { IndexSummary } from "../indexer/inspect-index.ts";
import type { IndexReport, IndexSiteOptions } from "../indexer/types.ts";
import type { TuneOptions, TuneReport } from "../tuning/types.ts";

/** The part of the Node API that the commands stand on. */
export interface NodeApi {
  indexSite(options: IndexSiteOptions): Promise<IndexReport>;
  openIndex(dir: string): Promise<SearchBackend>;
  inspectIndex(dir: string): Promise<IndexSummary>;
  loadQueries(path: string, options?: LoadQueriesOptions): Promise<readonly JudgedQuery[]>;
  evaluateIndex(dir: string, queries: readonly JudgedQuery[], options?: EvaluateIndexOptions): Promise<Evaluation>;
  reportHtml(evaluation: Evaluation, options?: ReportOptions): string;
  tuneSite(options: TuneOptions): Promise<TuneReport>;
}

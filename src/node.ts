/**
 * Node API: build an index, open it, look into it.
 * @module
 */

export { type ConfigContext, type ConfigExport, defineConfig, type SearchConfig } from "./cli/config.ts";
export type { Block, BlockKind, PageDocument, Section } from "./core/document.ts";
export type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "./core/embedder.ts";
export { type ErrorCode, SearchError } from "./core/errors.ts";
export type { FusionParams } from "./core/fusion.ts";
export type * from "./core/search.ts";
export type { Interval } from "./evaluation/bootstrap.ts";
export type {
  ColdCost,
  Comparison,
  Evaluation,
  EvaluationProgress,
  Measure,
  QueryReport,
  Ranking,
  Scores,
  Spread,
  SystemReport,
} from "./evaluation/evaluate.ts";
export { type EvaluateIndexOptions, evaluateIndex } from "./evaluation/evaluate-index.ts";
export { type LoadQueriesOptions, loadQueries } from "./evaluation/load-queries.ts";
export type { MatchedPage, MissingPage } from "./evaluation/match-pages.ts";
export type { JudgedPage, JudgedQuery } from "./evaluation/read-queries.ts";
export { type ReportOptions, reportHtml } from "./evaluation/report-html.ts";
export {
  type BuildIndexOptions,
  type BuildSpace,
  buildIndex,
  type MakeSpace,
} from "./indexer/build-index.ts";
export type { CuratedRedirect, Curation, OneWaySynonym, Pin } from "./indexer/curation.ts";
export type { BuiltIndex } from "./indexer/file-set.ts";
export { indexSite } from "./indexer/index-site.ts";
export { type IndexSummary, inspectIndex } from "./indexer/inspect-index.ts";
export { adaptedSpace, loadStaticModel, staticSpace } from "./indexer/load-model.ts";
export { openIndex } from "./indexer/open-index.ts";
export type {
  BuildProgress,
  IndexReport,
  IndexSiteOptions,
  ReadOptions,
  SkippedPage,
  SkipReason,
  SourceKind,
} from "./indexer/types.ts";
export { tuneSite } from "./tuning/tune-site.ts";
export type { BeforeAndAfter, HeldOutScore, TuneOptions, TuneProgress, TuneReport } from "./tuning/types.ts";

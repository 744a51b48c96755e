/**
 * Headless API: open an index and search it, without DOM, on any thread.
 * @module
 */
export { WorkerBackend, type WorkerBackendOptions } from "./backend/worker-client.ts";
export type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "./core/embedder.ts";
export { type ErrorCode, SearchError } from "./core/errors.ts";
export type * from "./core/search.ts";
export type { SearchWarning } from "./core/warnings.ts";
export { type OpenEngineOptions, openEngine } from "./engine/open-engine.ts";

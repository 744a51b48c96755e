import { SearchError } from "../core/errors.ts";
import type { SpaceManifest } from "../core/manifest.ts";
import { probesFor, type Reach } from "../vectors/cell-directory.ts";
import type { VectorBlock } from "../vectors/vector-block.ts";
import { settle } from "./findings.ts";
import type { IndexFiles } from "./index-files.ts";
import { meanDirection } from "./move-towards.ts";
import type { QueryPlan } from "./plan-query.ts";

/** Texts of a page that are read to know what it is about. */
const MAX_PAGE_TEXTS = 8;

/** A search by meaning that succeeded. */
export interface Meaning {
  /** Unit length, or all zeros when the model knows no word of the query. */
  readonly vector: Float32Array;
  /** How much of the query the model knows, 0–1. */
  readonly coverage: number;
  /** The vectors of the cells nearest to the query. */
  readonly cells: readonly VectorBlock[];
  /** Mean cosine of a vector with all of the index. */
  meanCosine(vector: Float32Array): number;
  /** Why some cells could not be read. */
  readonly failures: readonly SearchError[];
}

/** A query to be embedded, or its vector. */
export interface MeaningQuery extends Pick<QueryPlan, "query" | "mode" | "filters" | "languages"> {
  readonly vector?: Float32Array | undefined;
  /** Default: by the mode and the filters. */
  readonly reach?: Reach | undefined;
}

/**
 * Read the cells nearest to a query; undefined in an index without vectors.
 * @throws SearchError when the query cannot be embedded, or no cell can be read.
 */
export async function searchByMeaning(
  plan: MeaningQuery,
  files: IndexFiles,
  signal: AbortSignal | undefined,
): Promise<Meaning | undefined> {
  const [space] = files.manifest.spaces;
  if (!space) return undefined;
  const [directory, { vector, coverage }] = await Promise.all([
    files.cells(space),
    plan.vector ? { vector: plan.vector, coverage: 1 } : embed(plan.query, { files, space, signal }),
  ]);
  const near = directory.nearest(vector, probesFor(directory, plan.reach ?? reachOf(plan)));
  const outcomes = await Promise.all(near.map(({ file }) => settle(files.cell(file, space.dims, { signal }))));
  const cells = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
  if (cells.length === 0 && failures[0]) throw failures[0];
  return { vector, coverage, cells, failures, meanCosine: (other) => dot(directory.mean, other) };
}

/** Of what a filter leaves, less lies in each cell. */
function reachOf({ mode, filters, languages }: MeaningQuery): Reach {
  const isFiltered = languages !== undefined || Object.keys(filters).length > 0;
  if (mode === "semantic") return "semantic";
  return isFiltered ? "filtered" : "hybrid";
}

interface EmbedContext {
  readonly files: IndexFiles;
  readonly space: SpaceManifest;
  readonly signal: AbortSignal | undefined;
}

async function embed(query: string, { files, space, signal }: EmbedContext) {
  return (await files.embedder(space)).embedQuery(query, { signal });
}

/** The vectors that stand beside the texts of some chunks, as far as they can be read. */
export async function readVectors(
  chunks: readonly number[],
  files: IndexFiles,
  signal: AbortSignal | undefined,
): Promise<VectorBlock[]> {
  const outcomes = await Promise.all(chunks.map((chunk) => settle(files.text(chunk, { signal }))));
  return [...new Set(outcomes.flatMap((outcome) => ("value" in outcome ? (outcome.value.vectors ?? []) : [])))];
}

/**
 * What a page is about: the direction of its vectors' sum.
 * @throws SearchError `not-found` without vectors.
 */
export async function vectorOfPage(
  page: number,
  files: IndexFiles,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const pages = await files.pages();
  const [first = 0, end = 0] = [pages.chunkStart[page], pages.chunkStart[page + 1]];
  const chunks: number[] = [];
  for (let chunk = first; chunk < end && chunks.length < MAX_PAGE_TEXTS; ) {
    chunks.push(chunk);
    chunk = pages.textShardOf(chunk)?.end ?? end;
  }
  const blocks = await readVectors(chunks, files, signal);
  const own = blocks.flatMap((block) =>
    Array.from(block.firsts).flatMap((run, row) => (run >= first && run < end ? [block.row(row)] : [])),
  );
  const mean = meanDirection(own, files.manifest.spaces[0]?.dims ?? 0);
  if (mean) return mean;
  throw new SearchError("not-found", "The index has no vectors for this page.", {
    remedy: "Build it with a model.",
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

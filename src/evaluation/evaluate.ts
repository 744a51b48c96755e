import { SearchError } from "../core/errors.ts";
import type { IndexInfo, SearchBackend, SearchMode, SearchResults } from "../core/search.ts";
import { bootstrapMean, type Interval, meanOf, quantile } from "./bootstrap.ts";
import { changedQueries, EPSILON } from "./changed-queries.ts";
import { type MatchedPage, type MatchedQuery, type Matches, type MatchOptions, matchPages } from "./match-pages.ts";
import { type Judgments, ndcg, recall, reciprocalRank } from "./metrics.ts";
import { invalidQueries, type JudgedQuery } from "./read-queries.ts";

/** How deep rankings are judged. */
const DEPTH = 10;
/** Queries that the index is opened afresh for. */
const COLD_QUERIES = 20;
/** Fewer differences than this say nothing, however they are spread. */
const LEAST_QUERIES = 10;

const MEASURES = {
  ndcg10: (ranking, judgments) => ndcg(ranking, judgments, DEPTH),
  mrr10: (ranking, judgments) => reciprocalRank(ranking, judgments, DEPTH),
  recall1: (ranking, judgments) => recall(ranking, judgments, 1),
  recall5: (ranking, judgments) => recall(ranking, judgments, 5),
  recall10: (ranking, judgments) => recall(ranking, judgments, 10),
} as const satisfies Record<string, (ranking: readonly string[], judgments: Judgments) => number>;

/** Name of a measure of one ranking; all are 0–1, more is better. */
export type Measure = keyof typeof MEASURES;

/** Every measure of one ranking, or its mean over rankings. */
export type Scores = Readonly<Record<Measure, number>>;

/** The middle and the slow end of a list of measurements. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** What one way to search is worth, over all queries. */
export interface SystemReport extends Scores {
  /** Queries that it found no page at all for. */
  readonly nothingFound: number;
  /** Milliseconds of a query once everything is loaded. */
  readonly ms: Spread;
}

/** What one way to search made of one query. */
export interface Ranking extends Scores {
  /** Place of the first right page, from 1; null when it is not among the first ten. */
  readonly rank: number | null;
  /** Paths of the first ten pages. */
  readonly paths: readonly string[];
}

/** A query with what every system made of it. */
export interface QueryReport {
  readonly query: string;
  readonly pages: readonly MatchedPage[];
  readonly systems: Readonly<Partial<Record<SearchMode, Ranking>>>;
  /** nDCG@10 of the hybrid minus that of keyword; null without a hybrid. */
  readonly difference: number | null;
}

/** The hybrid against keyword alone, query by query. */
export interface Comparison {
  /** Mean difference of nDCG@10 with its 95 % bootstrap interval. */
  readonly ndcg10: Interval;
  /** `none` when the interval holds 0, `too-few` with fewer than ten queries. */
  readonly verdict: "better" | "worse" | "none" | "too-few";
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** What a first query reads of the index when nothing is loaded. */
export interface ColdCost {
  /** Queries it was measured with, evenly taken from all. */
  readonly queries: number;
  /** Bytes of index files, as stored. */
  readonly bytes: Spread;
  /** Number of index files. */
  readonly files: Spread;
}

/** Everything that an evaluation found out. */
export interface Evaluation extends Omit<Matches, "queries"> {
  readonly index: IndexInfo;
  /** The way that visitors search: `hybrid`, or `keyword` in an index without vectors. */
  readonly main: SearchMode;
  /** Mean nDCG@10 of `main`: the one number to watch. */
  readonly ndcg10: number;
  readonly systems: Readonly<Partial<Record<SearchMode, SystemReport>>>;
  readonly comparison: Comparison | null;
  /** Null where it cannot be measured. */
  readonly cold: ColdCost | null;
  readonly queries: readonly QueryReport[];
}

/** How far an evaluation is. */
export interface EvaluationProgress {
  /** `ask`: every query in every way. `weigh`: single queries with nothing loaded. */
  readonly phase: "ask" | "weigh";
  readonly done: number;
  readonly total: number;
}

/** A fresh index that counts what is read of it. */
export interface ColdIndex {
  readonly backend: SearchBackend;
  /** So far. */
  readonly read: () => { readonly bytes: number; readonly files: number };
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends MatchOptions {
  /** Paths of all pages of the index. */
  readonly paths: readonly string[];
  /** Opens the index with nothing loaded. Default: bytes are not measured. */
  readonly openCold?: (() => Promise<ColdIndex>) | undefined;
  readonly onProgress?: ((progress: EvaluationProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ask an index judged queries by words, by meaning and by both, and measure what comes back.
 * Equal but for the milliseconds from run to run.
 *
 * @throws SearchError `queries-invalid` when no right page is in the index; what a search threw or warned of.
 */
export async function evaluate(
  backend: SearchBackend,
  judged: readonly JudgedQuery[],
  { paths, openCold, onProgress, signal, ...options }: EvaluateOptions,
): Promise<Evaluation> {
  const index = await backend.info({ signal });
  const { queries: matched, ...matches } = matchPages(judged, paths, options);
  checkMatches(matched);
  const modes = modesOf(index);
  const main = modes.at(-1) ?? "keyword";
  const asked: Asked[] = [];
  for (const query of matched) {
    onProgress?.({ phase: "ask", done: asked.length, total: matched.length });
    asked.push(await askAll(backend, query, { modes, main, signal }));
  }
  onProgress?.({ phase: "ask", done: matched.length, total: matched.length });
  const queries = asked.map(({ report }) => report);
  const systems: Evaluation["systems"] = Object.fromEntries(modes.map((mode) => [mode, summarise(asked, mode)]));
  return {
    index,
    main,
    ndcg10: systems[main]?.ndcg10 ?? 0,
    systems,
    comparison: main === "hybrid" ? compare(queries) : null,
    cold: openCold ? await weigh(matched, { openCold, onProgress, signal }) : null,
    ...matches,
    queries,
  };
}

/** The ways to search an index, the one of its visitors last. */
function modesOf({ spaces }: IndexInfo): SearchMode[] {
  return spaces.length > 0 ? ["keyword", "semantic", "hybrid"] : ["keyword"];
}

function checkMatches(queries: readonly MatchedQuery[]): void {
  if (queries.some(({ pages }) => pages.some(({ path, grade }) => path !== null && grade > 0))) return;
  throw invalidQueries(
    "The queries",
    "none of their right pages is in the index.",
    "Check that the URLs are those of the indexed site; semantic-search search shows how they look.",
  );
}

/** A query's report and the milliseconds that its searches took. */
interface Asked {
  readonly report: QueryReport;
  readonly ms: Readonly<Partial<Record<SearchMode, number>>>;
}

interface AskOptions {
  readonly modes: readonly SearchMode[];
  readonly main: SearchMode;
  readonly signal: AbortSignal | undefined;
}

/** The first search loads what the query needs; those after it are timed. */
async function askAll(backend: SearchBackend, matched: MatchedQuery, { modes, main, signal }: AskOptions) {
  const { query, pages, judgments } = matched;
  await ask(backend, query, { mode: main, signal });
  const ms: Partial<Record<SearchMode, number>> = {};
  const systems: Partial<Record<SearchMode, Ranking>> = {};
  for (const mode of modes) {
    const started = performance.now();
    const results = await ask(backend, query, { mode, signal });
    ms[mode] = performance.now() - started;
    systems[mode] = judge(results, judgments);
  }
  await macrotask();
  const { hybrid, keyword } = systems;
  const difference = hybrid && keyword ? hybrid.ndcg10 - keyword.ndcg10 : null;
  return { report: { query, pages, systems, difference }, ms } satisfies Asked;
}

/** @throws SearchError For a half that could not be consulted: figures without it would be wrong. */
async function ask(
  backend: SearchBackend,
  query: string,
  { mode, signal }: { readonly mode: SearchMode; readonly signal: AbortSignal | undefined },
): Promise<SearchResults> {
  const results = await backend.search(query, { mode, limit: DEPTH, signal });
  const [warning] = results.warnings;
  if (warning) throw SearchError.fromJSON(warning.error);
  return results;
}

function judge({ hits }: SearchResults, judgments: Judgments): Ranking {
  const paths = hits.map(({ path }) => path);
  const first = paths.findIndex((path) => (judgments.get(path) ?? 0) > 0);
  return { rank: first < 0 ? null : first + 1, ...measure((of) => of(paths, judgments)), paths };
}

function measure(value: (of: (typeof MEASURES)[Measure], name: Measure) => number): Scores {
  const entries = Object.entries(MEASURES) as [Measure, (typeof MEASURES)[Measure]][];
  return Object.fromEntries(entries.map(([name, of]) => [name, value(of, name)])) as Scores;
}

function summarise(asked: readonly Asked[], mode: SearchMode): SystemReport {
  const rankings = asked.flatMap(({ report }) => report.systems[mode] ?? []);
  return {
    ...measure((_, name) => meanOf(rankings.map((ranking) => ranking[name]))),
    nothingFound: rankings.filter(({ paths }) => paths.length === 0).length,
    ms: spread(asked.flatMap(({ ms }) => ms[mode] ?? [])),
  };
}

function compare(queries: readonly QueryReport[]): Comparison {
  const differences = queries.map(({ difference }) => difference ?? 0);
  const ndcg10 = bootstrapMean(differences);
  const wins = changedQueries(queries, "wins").length;
  const losses = changedQueries(queries, "losses").length;
  return { ndcg10, verdict: verdictOf(ndcg10, queries.length), wins, losses, ties: queries.length - wins - losses };
}

function verdictOf({ low, high }: Interval, count: number): Comparison["verdict"] {
  if (count < LEAST_QUERIES) return "too-few";
  if (low <= EPSILON && high >= -EPSILON) return "none";
  return low > 0 ? "better" : "worse";
}

interface WeighOptions extends Pick<EvaluateOptions, "onProgress" | "signal"> {
  readonly openCold: () => Promise<ColdIndex>;
}

async function weigh(
  queries: readonly MatchedQuery[],
  { openCold, onProgress, signal }: WeighOptions,
): Promise<ColdCost> {
  const step = Math.max(1, queries.length / COLD_QUERIES);
  const total = Math.min(queries.length, COLD_QUERIES);
  const reads: { readonly bytes: number; readonly files: number }[] = [];
  for (let done = 0; done < total; done++) {
    onProgress?.({ phase: "weigh", done, total });
    const { backend, read } = await openCold();
    await backend.search(queries[Math.floor(done * step)]?.query ?? "", { limit: DEPTH, signal });
    backend.close();
    reads.push(read());
    await macrotask();
  }
  onProgress?.({ phase: "weigh", done: total, total });
  return { queries: total, bytes: spread(reads.map(({ bytes }) => bytes)), files: spread(reads.map((r) => r.files)) };
}

function spread(values: readonly number[]): Spread {
  const ascending = Float64Array.from(values).sort();
  return { median: quantile(ascending, 0.5), p95: quantile(ascending, 0.95) };
}

/** Lets timers and signals have their turn: searches of a loaded index never leave the microtasks. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

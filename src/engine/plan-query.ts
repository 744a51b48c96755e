import { SearchError } from "../core/errors.ts";
import type { FusionParams } from "../core/fusion.ts";
import type { IndexManifest } from "../core/manifest.ts";
import type { KeywordField, QueryShape, SearchMode, SearchOptions, SortOrder } from "../core/search.ts";
import type { QueryWord } from "../keyword/keyword-index.ts";
import type { Curated } from "./curated.ts";
import { phrasesOf, shapeOf } from "./query-shape.ts";
import { queryWords } from "./query-words.ts";

/** A query with every option settled. */
export interface QueryPlan {
  readonly query: string;
  readonly mode: SearchMode;
  readonly words: readonly QueryWord[];
  readonly boosts: Readonly<Record<KeywordField, number>>;
  readonly fusion: FusionParams;
  /** Whether `fusion.semanticWeight` holds as it is; else the shape's weight does, times what the model knows. */
  readonly isWeightGiven: boolean;
  /** As if there were no quotation marks. */
  readonly shape: QueryShape;
  readonly phrases: readonly QueryPhrase[];
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Numbers of the languages that may be found; undefined = all. */
  readonly languages: readonly number[] | undefined;
  /** By relevance if undefined. */
  readonly sort: SortOrder | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly sectionsPerPage: number;
  readonly explain: boolean;
  /** Absent where the site says nothing of any query. */
  readonly curated?: Curated | undefined;
}

/** What must stand on a page as it is, with the words in it. */
export interface QueryPhrase {
  readonly text: string;
  readonly words: readonly QueryWord[];
}

/** The rest of a longer query is left out: a pasted page must not stop the worker. UTF-16 units. */
const MAX_QUERY_LENGTH = 1000;

/**
 * Distinct words that are looked up, the first ones that say something: each may take a file or more, and a text that was
 * pasted is found by its beginning. What is quoted counts by itself.
 */
const MAX_WORDS = 32;

const MODES: readonly string[] = ["hybrid", "keyword", "semantic"] satisfies SearchMode[];

/**
 * Settle the options of a search against what the index says.
 * @throws SearchError `bad-option`.
 */
export function planQuery(
  query: string,
  options: SearchOptions,
  manifest: Pick<IndexManifest, "keyword" | "fusion" | "languages" | "sorts">,
): QueryPlan {
  const { mode = "hybrid", limit = 10, offset = 0, sectionsPerPage = 3, filters = {}, explain = false } = options;
  const { analyzers, boosts } = manifest.keyword;
  const { semantic, ...fields } = options.weights ?? {};
  check(MODES.includes(mode), "mode", [mode, MODES.join(", ")]);
  check(Number.isInteger(limit) && limit >= 0, "limit", [limit, "a whole number, 0 or more"]);
  check(Number.isInteger(offset) && offset >= 0, "offset", [offset, "a whole number, 0 or more"]);
  const text = query.slice(0, MAX_QUERY_LENGTH);
  const words = queryWords(text, analyzers, options.asYouType ?? false);
  const phrases = mode === "semantic" ? [] : queryPhrases(text, words.length, analyzers);
  return {
    query: query.trim().slice(0, MAX_QUERY_LENGTH),
    mode,
    words: words.slice(0, MAX_WORDS),
    phrases,
    shape: shapeOf(text, words.length),
    isWeightGiven: mode !== "hybrid" || semantic !== undefined,
    boosts: { ...boosts, ...fields },
    fusion: settleFusion(options, manifest.fusion),
    filters,
    sort: settleSort(options.sort, manifest),
    languages: languageNumbers(options.language, manifest.languages),
    limit,
    offset,
    sectionsPerPage,
    explain,
  };
}

function settleFusion({ mode = "hybrid", fusion, weights }: SearchOptions, defaults: FusionParams): FusionParams {
  const method = fusion ?? defaults.method;
  const semantic = weights?.semantic ?? defaults.semanticWeight;
  check(method === "convex" || method === "rrf", "fusion", [method, "convex, rrf"]);
  check(semantic >= 0 && semantic <= 1, "weights.semantic", [semantic, "0 to 1"]);
  return { ...defaults, method, semanticWeight: mode === "hybrid" ? semantic : mode === "semantic" ? 1 : 0 };
}

function settleSort(sort: SortOrder | undefined, { sorts = [] }: Pick<IndexManifest, "sorts">): SortOrder | undefined {
  if (!sort) return undefined;
  const { by, order = "ascending" } = sort;
  const names = sorts.map(({ name }) => name);
  check(names.includes(by), "sort.by", [by, names.join(", ") || "none, the index has no sort keys"]);
  check(order === "ascending" || order === "descending", "sort.order", [order, "ascending, descending"]);
  return { by, order };
}

function check(ok: boolean, option: string, [got, expected]: readonly [got: unknown, expected: string]): void {
  if (ok) return;
  throw new SearchError("bad-option", `The option "${option}" is ${JSON.stringify(got)}.`, {
    remedy: `Give it one of: ${expected}.`,
  });
}

/** What is quoted, if that is half of the query or more: in a sentence, quotation marks mean something else. */
function queryPhrases(query: string, words: number, analyzers: IndexManifest["keyword"]["analyzers"]): QueryPhrase[] {
  const phrases = phrasesOf(query).map((text) => ({ text, words: queryWords(text, analyzers, false) }));
  const quoted = phrases.reduce((sum, phrase) => sum + phrase.words.length, 0);
  return quoted * 2 >= words ? firstPhrases(phrases) : [];
}

/** As many as have {@link MAX_WORDS} words together, the last of them perhaps cut: its text counts whole. */
function firstPhrases(phrases: readonly QueryPhrase[]): QueryPhrase[] {
  let left = MAX_WORDS;
  return phrases.flatMap(({ text, words }) => {
    const own = words.slice(0, left);
    left -= own.length;
    return own.length > 0 ? [{ text, words: own }] : [];
  });
}

/** `de` finds `de` and `de-AT`, `de-AT` only itself. */
function languageNumbers(language: string | undefined, languages: readonly string[]): number[] | undefined {
  if (!language) return undefined;
  const wanted = language.toLowerCase();
  return languages.flatMap((tag, i) => {
    const own = tag.toLowerCase();
    return own === wanted || own.startsWith(`${wanted}-`) ? [i] : [];
  });
}

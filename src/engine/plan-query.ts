import { SearchError } from "../core/errors.ts";
import type { FusionParams } from "../core/fusion.ts";
import type { IndexManifest } from "../core/manifest.ts";
import type { KeywordField, SearchMode, SearchOptions } from "../core/search.ts";
import type { QueryWord } from "../keyword/keyword-index.ts";
import { isStopWord, splitWords } from "../text/words.ts";

/** A query with every option settled. */
export interface QueryPlan {
  readonly query: string;
  readonly mode: SearchMode;
  readonly words: readonly QueryWord[];
  readonly boosts: Readonly<Record<KeywordField, number>>;
  readonly fusion: FusionParams;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Numbers of the languages that may be found; undefined = all. */
  readonly languages: readonly number[] | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly sectionsPerPage: number;
  readonly explain: boolean;
}

/** The rest of a longer query is left out: a pasted page must not stop the worker. UTF-16 units. */
const MAX_QUERY_LENGTH = 1000;

const MODES: readonly string[] = ["hybrid", "keyword", "semantic"] satisfies SearchMode[];

/**
 * Settle the options of a search against what the index says.
 * @throws SearchError `bad-option`.
 */
export function planQuery(query: string, options: SearchOptions, manifest: IndexManifest): QueryPlan {
  const {
    mode = "hybrid",
    limit = 10,
    offset = 0,
    sectionsPerPage = 3,
    filters = {},
    explain = false,
    weights = {},
  } = options;
  const { method, semanticWeight, rrfK } = manifest.fusion;
  const { semantic = semanticWeight, ...fields } = weights;
  const fusion = {
    method: options.fusion ?? method,
    semanticWeight: mode === "hybrid" ? semantic : mode === "semantic" ? 1 : 0,
    rrfK,
  };
  check(MODES.includes(mode), "mode", [mode, MODES.join(", ")]);
  check(fusion.method === "convex" || fusion.method === "rrf", "fusion", [fusion.method, "convex, rrf"]);
  check(Number.isInteger(limit) && limit >= 0, "limit", [limit, "a whole number, 0 or more"]);
  check(Number.isInteger(offset) && offset >= 0, "offset", [offset, "a whole number, 0 or more"]);
  check(fusion.semanticWeight >= 0 && fusion.semanticWeight <= 1, "weights.semantic", [
    fusion.semanticWeight,
    "0 to 1",
  ]);
  return {
    query: query.trim().slice(0, MAX_QUERY_LENGTH),
    mode,
    words: queryWords(query.slice(0, MAX_QUERY_LENGTH), manifest.keyword.analyzers, options.asYouType ?? false),
    boosts: { ...manifest.keyword.boosts, ...fields },
    fusion,
    filters,
    languages: languageNumbers(options.language, manifest.languages),
    limit,
    offset,
    sectionsPerPage,
    explain,
  };
}

function check(ok: boolean, option: string, [got, expected]: readonly [got: unknown, expected: string]): void {
  if (ok) return;
  throw new SearchError("bad-option", `The option "${option}" is ${JSON.stringify(got)}.`, {
    remedy: `Give it one of: ${expected}.`,
  });
}

/** Each distinct word once, under every analyzer of the index; function words only if there is nothing else. */
function queryWords(query: string, analyzers: IndexManifest["keyword"]["analyzers"], asYouType: boolean): QueryWord[] {
  const [primary = "english", ...others] = analyzers;
  const alternatives = others.map((analyzer) => splitWords(query, analyzer));
  const words = new Map<string, QueryWord>();
  const all = splitWords(query, primary);
  all.forEach(({ range, terms }, i) => {
    const own = new Set([...terms, ...alternatives.flatMap((alternative) => alternative[i]?.terms ?? [])]);
    const prefix = asYouType && i === all.length - 1 && range[1] === query.length;
    words.set(terms[0] ?? "", { terms: [...own], prefix });
  });
  const content = [...words].filter(([term, word]) => word.prefix || !isStopWord(term));
  return (content.length > 0 ? content : [...words]).map(([, word]) => word);
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

import { foldQuery, webUrl } from "../core/curated-query.ts";
import type { StoredCuration, SynonymRule } from "../core/curation.ts";
import type { Analyzer } from "../core/manifest.ts";
import type { Redirect } from "../core/search.ts";
import { splitWords } from "../text/words.ts";
import type { Curated, CurationRules } from "./curated.ts";
import type { QueryPlan } from "./plan-query.ts";
import { QUOTED } from "./query-shape.ts";
import { queryWords } from "./query-words.ts";

/** Synonyms of one query: each is looked up, and leads what is embedded further away from it. */
const MAX_SYNONYMS = 16;

/** A text with synonyms. */
interface Widened {
  /** The first term of each of its words. */
  readonly terms: readonly string[];
  /** All of it, folded, where it has a sign that is no part of a term: `c++`. Else empty. */
  readonly signed: string;
  readonly to: readonly string[];
}

/** The curation of a site. Its code is loaded for an index that has one. */
export function openCuration(stored: StoredCuration, analyzers: readonly Analyzer[]): CurationRules {
  return new Rules(stored, analyzers);
}

class Rules implements CurationRules {
  readonly suggestions: readonly string[];
  readonly #analyzers: readonly Analyzer[];
  /** By analyzer. */
  readonly #synonyms: readonly Rulebook[];
  /** By folded query. */
  readonly #pins = new Map<string, readonly number[]>();
  readonly #redirects = new Map<string, Redirect>();

  constructor({ synonyms, pins, redirects, suggestions }: StoredCuration, analyzers: readonly Analyzer[]) {
    this.suggestions = suggestions;
    this.#analyzers = analyzers;
    this.#synonyms = analyzers.map((analyzer) => byFirstTerm(synonyms, analyzer));
    for (const { queries, pages } of pins) {
      for (const query of queries.map(foldQuery)) {
        this.#pins.set(query, [...new Set([...(this.#pins.get(query) ?? []), ...pages])]);
      }
    }
    for (const { queries, url, title } of redirects.toReversed()) {
      for (const query of queries) this.#redirects.set(foldQuery(query), { url, title });
    }
  }

  forQuery({ query, words }: QueryPlan, root: string): Omit<Curated, "warnings"> {
    const key = foldQuery(query);
    const synonyms = this.#synonymsOf(query);
    const redirect = this.#redirects.get(key);
    const url = redirect && webUrl(redirect.url, root);
    const has = (terms: readonly string[]) => words.some((own) => own.terms.some((term) => terms.includes(term)));
    return {
      synonyms: synonyms.map(({ terms, to }) => ({
        of: words.flatMap((word, i) => (word.terms.some((term) => terms.includes(term)) ? [i] : [])),
        // What the query says itself counts as that.
        words: queryWords(to, this.#analyzers, false).filter((word) => !has(word.terms)),
      })),
      text: [query, ...new Set(synonyms.map(({ to }) => to))].join(" "),
      pins: this.#pins.get(key) ?? [],
      redirect: redirect && url !== undefined ? { ...redirect, url } : undefined,
    };
  }

  /** Other words for what is not quoted, unless the query has them as well. */
  #synonymsOf(query: string): Synonym[] {
    const found = new Map<string, Synonym>();
    const pieces = query.replace(QUOTED, "\0").split("\0");
    this.#analyzers.forEach((analyzer, i) => {
      pieces.forEach((piece, n) => {
        for (const synonym of synonymsIn(piece, analyzer, this.#synonyms[i] as Rulebook)) {
          const key = `${n} ${synonym.at} ${synonym.to}`;
          if (!found.has(key) && !isIn(firstTerms(synonym.to, analyzer), firstTerms(piece, analyzer))) {
            found.set(key, synonym);
          }
        }
      });
    });
    return [...found.values()].slice(0, MAX_SYNONYMS);
  }
}

/** Other words for some of a query. */
interface Synonym {
  /** What it stands for, and from which word on. */
  readonly terms: readonly string[];
  readonly at: number;
  readonly to: string;
}

/** Texts with synonyms, by their first terms. */
type Rulebook = ReadonlyMap<string, readonly Widened[]>;

function synonymsIn(text: string, analyzer: Analyzer, rules: Rulebook): Synonym[] {
  const terms = firstTerms(text, analyzer);
  const folded = foldQuery(text);
  return terms.flatMap((first, at) => {
    const own = (rules.get(first) ?? []).filter((rule) => isAt(rule.terms, terms, at) && folded.includes(rule.signed));
    return own.flatMap((rule) => rule.to.map((to) => ({ terms: rule.terms, at, to })));
  });
}

function byFirstTerm(synonyms: readonly SynonymRule[], analyzer: Analyzer): Map<string, Widened[]> {
  const rules = new Map<string, Widened[]>();
  for (const { from, to } of synonyms) {
    for (const text of from) {
      const terms = firstTerms(text, analyzer);
      const [first] = terms;
      if (first === undefined) continue;
      const signed = /[+#]/.test(text) ? foldQuery(text) : "";
      rules.set(first, [...(rules.get(first) ?? []), { terms, signed, to: to.filter((other) => other !== text) }]);
    }
  }
  return rules;
}

function firstTerms(text: string, analyzer: Analyzer): string[] {
  return splitWords(text, analyzer).map(({ terms }) => terms[0] as string);
}

/** Whether some terms stand in others from a position on. */
function isAt(terms: readonly string[], others: readonly string[], at: number): boolean {
  return terms.every((term, i) => others[at + i] === term);
}

function isIn(terms: readonly string[], others: readonly string[]): boolean {
  return others.some((_, at) => isAt(terms, others, at));
}

import type { Phrase, TypedPhrase } from "../keyword/suggest-files.ts";
import { phraseKey, restsOf } from "../text/phrases.ts";
import { analyzerFor, primaryLanguage, splitWords } from "../text/words.ts";
import { functionWords } from "./function-words.ts";
import { cleanPhrase, type PagePhrases } from "./page-phrases.ts";

/** What of a page counts for suggestions. */
export interface PhrasePage {
  readonly path: string;
  readonly title: string;
  readonly trail: readonly string[];
  readonly language: string;
  readonly phrases: PagePhrases;
}

/** Most phrases of a site: as many for every page, on top of those that any may have. */
const BASE_PHRASES = 1000;
const PHRASES_PER_PAGE = 10;
const MAX_PHRASES = 20_000;
/**
 * A heading on more pages of a language than this, and than this share of them, is a part of every page: "See also",
 * "Examples". So is one on most pages, if there are a few.
 */
const FURNITURE_PAGES = 10;
const FURNITURE_SHARE = 0.05;
const MOST_SHARE = 0.5;
const A_FEW_PAGES = 4;
/** What speaks for a phrase by itself; ten times as many pages count as one. */
const TITLE_WEIGHT = 3.2;
const HEADING_WEIGHT = 3;
const TERM_WEIGHT = 0.3;
/** Of a heading, for each level. */
const LEVEL_COST = 0.4;
const DEPTH_COST = 0.1;
/** A term must be repeated on so many pages; on too many of its language it tells nothing. */
const TERM_PAGES = 3;
const TERM_SHARE = 0.5;
/** In a language whose function words are not known, they are told by this. */
const UNLISTED_TERM_SHARE = 0.2;
/** In smaller sites every word is on most pages. */
const MIN_TERM_LIMIT = 10;
/** A word that occurs so seldom outside of a longer term is left to it. */
const COVERED = 1.25;

/** A phrase with what speaks for it. */
interface Weighed extends Phrase {
  readonly weight: number;
  readonly language: string;
}

/** What several pages, perhaps of several languages, say. */
interface Named extends Weighed {
  /** Primary subtags. */
  readonly languages: ReadonlySet<string>;
}

/**
 * The phrases that complete queries, best first: titles, headings, and terms that several pages repeat. Phrases that
 * differ in case alone are one; a term that stands as a title or heading, in whatever form of its words, adds to what
 * speaks for that. On a site of several languages each says which ones it is of. At most 1,000 and 10 for each page, and
 * 20,000.
 */
export function sitePhrases(pages: readonly PhrasePage[]): TypedPhrase[] {
  const terms = siteTerms(pages);
  const named = new Map<string, Named>();
  const taken = new Set<string>();
  for (const phrase of [...titles(pages), ...headings(pages)]) {
    const key = termKey(phrase.text, phrase.language);
    taken.add(key);
    keepBest(named, { ...phrase, weight: phrase.weight + repeated(terms.get(key)) });
  }
  for (const [key, term] of terms) {
    if (!taken.has(key)) keepBest(named, { ...term, kind: "term", weight: TERM_WEIGHT + repeated(term) });
  }
  dropSingulars(named);
  const best = [...named.values()].sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1));
  const most = Math.min(MAX_PHRASES, BASE_PHRASES + PHRASES_PER_PAGE * pages.length);
  const isMixed = new Set(pages.map(({ language }) => primaryLanguage(language))).size > 1;
  return best.slice(0, most).map(({ text, kind, languages }) => ({
    text,
    kind,
    beginnings: [...new Set(restsOf(text))],
    ...(isMixed && { languages: [...languages].sort() }),
  }));
}

/** Of phrases with one key, the best, which is of the languages of all. */
function keepBest(phrases: Map<string, Named>, phrase: Weighed): void {
  const key = phraseKey(phrase.text);
  const known = phrases.get(key);
  const isBetter =
    !known || known.weight < phrase.weight || (known.weight === phrase.weight && phrase.text < known.text);
  const languages = new Set(known?.languages).add(primaryLanguage(phrase.language));
  phrases.set(key, { ...(isBetter ? phrase : known), languages });
}

/**
 * What completes "slot" completes "slots": of both, the longer one stays, with the weight of the better, if it is of as
 * many languages. HTTPS is no plural of HTTP.
 */
function dropSingulars(phrases: Map<string, Named>): void {
  for (const [key, { weight, languages }] of phrases) {
    const plural = phrases.get(`${key}s`);
    if (!plural || /\p{Lu}$/u.test(plural.text) || [...languages].some((each) => !plural.languages.has(each))) continue;
    phrases.set(`${key}s`, { ...plural, weight: Math.max(weight, plural.weight) });
    phrases.delete(key);
  }
}

/** The more pages stand below a title, the likelier it is meant: in their breadcrumbs, or in its folder. */
function titles(pages: readonly PhrasePage[]): Weighed[] {
  const below = new Map<string, number>();
  for (const { path, trail } of pages) {
    for (const key of new Set([...trail, ...foldersAbove(path)])) count(below, key);
  }
  return pages.flatMap(({ path, title, language }): Weighed[] => {
    const text = isPath(title, path) ? "" : cleanPhrase(title, language);
    // The home page is above all others, and its title says what the site is.
    const isHome = path === "" || path.toLowerCase() === `${language.toLowerCase()}/`;
    const pagesBelow = isHome ? 0 : Math.max(below.get(title) ?? 0, below.get(`/${path}`) ?? 0);
    const weight = TITLE_WEIGHT + Math.log10(1 + pagesBelow) - depthCost(path);
    return text === "" ? [] : [{ text, kind: "title", weight, language }];
  });
}

/** A page without a title is called as its file is. */
function isPath(title: string, path: string): boolean {
  return title === path && /[./]/.test(path);
}

/** `a/b/c` and `a/b/c/` are in `/a/` and `/a/b/`. */
function foldersAbove(path: string): string[] {
  const names = path.replace(/\/$/, "").split("/").slice(0, -1);
  return names.map((_, i) => `/${names.slice(0, i + 1).join("/")}/`);
}

function headings(pages: readonly PhrasePage[]): Weighed[] {
  return [...groupBy(pages, (page) => page.language).values()].flatMap(headingsOf);
}

/** Those of the pages of one language. */
function headingsOf(pages: readonly PhrasePage[]): Weighed[] {
  const pagesOf = new Map<string, Set<string>>();
  const best = new Map<string, Weighed>();
  for (const { path, language, phrases } of pages) {
    for (const [text, level] of phrases.headings) {
      const key = phraseKey(text);
      pagesOf.set(key, (pagesOf.get(key) ?? new Set()).add(path));
      const weight = HEADING_WEIGHT - LEVEL_COST * level - depthCost(path);
      const known = best.get(key);
      if (!known || known.weight < weight) best.set(key, { text, kind: "heading", weight, language });
    }
  }
  const most = mostPages(pages.length);
  return [...best].flatMap(([key, phrase]) => {
    const { size = 0 } = pagesOf.get(key) ?? {};
    return size <= most ? [{ ...phrase, weight: phrase.weight + Math.log10(size) }] : [];
  });
}

/** Of so many pages of a language, how many may have a heading that is not furniture. */
function mostPages(pages: number): number {
  const most = Math.max(FURNITURE_PAGES, FURNITURE_SHARE * pages);
  return pages >= A_FEW_PAGES ? Math.min(most, MOST_SHARE * pages) : most;
}

/** A page deep in the site is less likely to be meant. */
function depthCost(path: string): number {
  return DEPTH_COST * path.split("/").filter(Boolean).length;
}

/** A group of words that several pages repeat. */
interface Term {
  /** As most pages write it. */
  readonly text: string;
  readonly language: string;
  /** Pages that repeat it. */
  readonly pages: number;
  /** Occurrences on these. */
  readonly count: number;
}

/** What its repetition adds to the weight of a phrase. */
function repeated(term: Term | undefined): number {
  return term ? Math.log10(term.pages * term.count) / 2 : 0;
}

/** Terms by {@link termKey}. */
function siteTerms(pages: readonly PhrasePage[]): ReadonlyMap<string, Term> {
  const terms = new Map<string, Term>();
  for (const [language, own] of groupBy(pages, (page) => page.language)) {
    const share = functionWords(analyzerFor(language)).size > 0 ? TERM_SHARE : UNLISTED_TERM_SHARE;
    const most = Math.max(MIN_TERM_LIMIT, share * own.length);
    for (const [key, term] of termsOf(own, language)) {
      if (term.pages >= TERM_PAGES && term.pages <= most) terms.set(key, term);
    }
  }
  return withoutCovered(terms);
}

/** All terms of the pages of one language. */
function termsOf(pages: readonly PhrasePage[], language: string): Map<string, Term> {
  const forms = new Map<string, { pages: number; count: number }>();
  for (const { phrases } of pages) {
    for (const [text, occurrences] of phrases.terms) {
      const form = forms.get(text) ?? { pages: 0, count: 0 };
      form.pages++;
      form.count += occurrences;
      forms.set(text, form);
    }
  }
  const byPages = [...forms].sort(([a, x], [b, y]) => y.pages - x.pages || (a < b ? -1 : 1));
  const terms = new Map<string, Term>();
  for (const [text, { pages: repeating, count: occurrences }] of byPages) {
    const key = termKey(text, language);
    const known = terms.get(key) ?? { text, language, pages: 0, count: 0 };
    terms.set(key, { ...known, pages: known.pages + repeating, count: known.count + occurrences });
  }
  return terms;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const own = groups.get(keyOf(item));
    if (own) own.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Without the parts of longer terms that hardly stand alone: with "pull requests" there, "pull" is no use. */
function withoutCovered(terms: ReadonlyMap<string, Term>): ReadonlyMap<string, Term> {
  const left = new Map(terms);
  for (const [key, { count: occurrences }] of terms) {
    const [language, ...stems] = key.split(" ");
    for (const part of [stems.slice(1), stems.slice(0, -1), stems.slice(0, 1), stems.slice(-1)]) {
      const partKey = [language, ...part].join(" ");
      if (part.length < stems.length && (terms.get(partKey)?.count ?? 0) <= COVERED * occurrences) left.delete(partKey);
    }
  }
  return left;
}

/** Equal for terms that differ in the forms of their words alone, in one language. */
function termKey(text: string, language: string): string {
  return [language, ...splitWords(text, analyzerFor(language)).map(({ terms }) => terms[0])].join(" ");
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

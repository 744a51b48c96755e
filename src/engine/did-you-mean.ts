import type { Analyzer } from "../core/manifest.ts";
import type { Correction, PageHit } from "../core/search.ts";
import { editDistance } from "../keyword/edit-distance.ts";
import { FUZZY_MIN_LENGTH, type Match } from "../keyword/match-terms.ts";
import { mostEdits, spelledLike } from "../keyword/spelled-like.ts";
import type { Postings } from "../keyword/term-shard.ts";
import { analyzerFor, eachWord, foldWord, isStopWord, splitWords, type Word } from "../text/words.ts";
import type { Findings } from "./findings.ts";
import type { IndexFiles } from "./index-files.ts";
import type { QueryPlan } from "./plan-query.ts";

const MAX_CORRECTIONS = 2;
/** A query with more words that the site lacks is not misspelt: it is about something else. */
const MAX_MISSPELT = 3;
/** Terms whose forms are read: the form of one may be no correction. */
const MAX_TERMS = MAX_CORRECTIONS + 1;
/** Texts that are read for the forms of a term: each is a file of some 3 KB. */
const MAX_TEXTS = 2;
/** What it counts that a word does not stand for the term looked for: less than an edit. */
const OTHER_TERM = 0.5;
/** First letters of a word by which phrases are found that may have it spelled right. */
const FIRST_LETTERS = 3;
/** Pages whose headings may be queries. */
const MAX_PAGES = 4;
/** A longer heading is no query. UTF-16 units. */
const MAX_HEADING = 60;
/** Of a query of which the model knows less, what is near to it may be near by chance. */
const MIN_COVERAGE = 0.5;

/** What {@link didYouMean} looks at besides what was found. */
export interface MeantContext {
  /** Positions of the words that stand nowhere on the site. */
  readonly lacking: readonly number[];
  readonly files: IndexFiles;
  /** The hits to be shown. */
  readonly rendering: Promise<{ readonly hits: readonly PageHit[] }>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Other queries that may be meant. Where words of the query are not on the site, but something is that is spelled like
 * them: the query with the site's words. Where the query has no word of the site at all: headings of what is nearest in
 * meaning.
 *
 * @throws SearchError what the rendering throws.
 */
export async function didYouMean(plan: QueryPlan, found: Findings, context: MeantContext): Promise<Correction[]> {
  const isByMeaning = found.evidence.byWords.length === 0 && found.coverage >= MIN_COVERAGE;
  // It is needed after the hits: it may as well be on its way.
  if (isByMeaning) context.files.suggest().catch(() => {});
  // What is only offered is no reason for an error.
  const [spelled, { hits }] = await Promise.all([bySpelling(plan, context).catch(() => []), context.rendering]);
  if (spelled.length > 0) return spelled.map((query) => ({ query, by: "spelling" }));
  if (!isByMeaning) return [];
  return (await nearestHeadings(plan, hits, context)).map((query) => ({ query, by: "meaning" }));
}

/** What stands above the nearest passages: a page's title where a heading does not tell it from others. */
async function nearestHeadings(
  { query }: QueryPlan,
  hits: readonly PageHit[],
  context: MeantContext,
): Promise<string[]> {
  const all = hits.flatMap(({ sections }) => sections.map(({ heading }) => fold(heading)));
  const isTelling = async (heading: string) => {
    const key = fold(heading);
    return key !== "" && all.indexOf(key) === all.lastIndexOf(key) && !(await isFurniture(heading, context));
  };
  const near = await Promise.all(
    hits.slice(0, MAX_PAGES).map(async ({ title, sections: [first] }) => {
      return first && (await isTelling(first.heading)) ? first.heading : title;
    }),
  );
  const headings = new Map<string, string>([[fold(query), ""]]);
  for (const heading of near) {
    if (heading.length <= MAX_HEADING && !headings.has(fold(heading))) headings.set(fold(heading), heading);
  }
  return [...headings.values()].slice(1, 1 + MAX_CORRECTIONS);
}

/** Whether a heading is a part of many pages, "See also": those are no phrases of the site. */
async function isFurniture(heading: string, { files, signal }: MeantContext): Promise<boolean> {
  if (!files.manifest.suggest) return false;
  const phrases = await files.phrases(foldedWords(heading), { signal }).catch(() => undefined);
  return phrases?.every(({ text }) => fold(text) !== fold(heading)) ?? false;
}

/** The words of a text, without what stands between them. */
function fold(text: string): string {
  return foldedWords(text).join(" ");
}

function foldedWords(text: string): string[] {
  return splitWords(text, "plain").map(({ terms }) => terms[0] as string);
}

/** A word of the query that the site lacks, with the site's words that it may stand for, the likeliest first. */
interface Misspelt {
  readonly word: Word;
  readonly forms: readonly string[];
}

async function bySpelling({ query, mode, words, curated }: QueryPlan, context: MeantContext): Promise<string[]> {
  const { lacking, files } = context;
  const [own = [], ...others] = files.manifest.keyword.analyzers.map((analyzer) => splitWords(query, analyzer));
  const unknown = own.flatMap((word, i) => {
    const terms = [word, ...others.flatMap((alternative) => alternative[i] ?? [])].map((each) => each.terms[0] ?? "");
    const position = words.findIndex((each) => each.terms.includes(terms[0] ?? ""));
    const isWord = !isStopWord(terms[0] ?? "") && /^[\p{L}\p{M}'’]+$/u.test(query.slice(...word.range));
    const hasSynonym = curated?.synonyms.some(({ of }) => of.includes(position));
    return lacking.includes(position) && isWord && !hasSynonym ? [{ word, terms: [...new Set(terms)] }] : [];
  });
  if (unknown.length > MAX_MISSPELT) return [];
  const misspelt = await Promise.all(
    unknown.map(async ({ word, terms }): Promise<Misspelt> => {
      const typed = query.slice(...word.range);
      // A word that the model knows is spelled right: the site just has not got it.
      const isKnown = mode === "hybrid" && (await isInModel(typed, context).catch(() => false));
      return { word, forms: isKnown ? [] : await formsLike(typed, terms, context) };
    }),
  );
  const some = misspelt.filter(({ forms }) => forms.length > 0);
  if (some.length === 0) return [];
  return [...new Set(Array.from({ length: MAX_CORRECTIONS }, (_, i) => respell(query, some, i)))];
}

async function isInModel(word: string, { files, signal }: MeantContext): Promise<boolean> {
  const [space] = files.manifest.spaces;
  if (!space) return false;
  const embedder = await files.embedder(space);
  return (await embedder.embedQuery(word, { signal })).coverage > 0;
}

/** How the site spells what a word may be a misspelling of. */
async function formsLike(typed: string, terms: readonly string[], context: MeantContext): Promise<string[]> {
  const { files, signal } = context;
  const folded = foldWord(typed);
  const reader = (await files.keyword()).reader(signal);
  const near = (await spelledLike(folded, terms, reader)).slice(0, MAX_TERMS);
  const forms = (await Promise.all(near.map((match) => formOf(match, typed, context)))).filter((form) => form !== "");
  if (forms.length > 0) return [...new Set(forms)].slice(0, MAX_CORRECTIONS);
  // What a stemmer leaves of a misspelt word may be far from what it leaves of the right one.
  if (folded.length < FUZZY_MIN_LENGTH) return [];
  const form = nearestForm(typed, await phrasesLike(folded.slice(0, FIRST_LETTERS), context));
  return form === "" ? [] : [form];
}

/** A text that may have a word spelled right. */
interface Source {
  readonly text: string;
  readonly analyzer: Analyzer;
  /** Whether terms are stems: else another ending is mostly the same word. */
  readonly isStemmed: boolean;
}

/** The word nearest to what was typed of those where a term occurs, and of phrases with it; empty if none is near. */
async function formOf({ term, postings }: Match, typed: string, context: MeantContext): Promise<string> {
  const [texts, phrases] = await Promise.all([
    textsWith(postings, context),
    // A stem may end with another letter than its words: `librari`.
    phrasesLike(term.slice(0, -1), context),
  ]);
  return nearestForm(typed, [...texts, ...phrases], term);
}

/** Some of the texts that a term occurs in, with what stands around them. */
async function textsWith({ chunks, titlePages }: Postings, { files, signal }: MeantContext): Promise<Source[]> {
  const pages = await files.pages();
  const titled = titlePages.subarray(0, 1).map((page) => pages.chunkStart[page] as number);
  const parts = await Promise.all(
    [...chunks.subarray(0, MAX_TEXTS), ...titled].map((at) => files.text(at, { signal })),
  );
  return parts.flatMap(({ page, text: { title, sections } }) => {
    const analyzer = analyzerFor(files.manifest.languages[pages.language[page] as number] ?? "und");
    const texts = sections.flatMap(({ heading, chunks: own }) => [heading, ...own.map((each) => each.text)]);
    return [title, ...texts].map((text) => ({ text, analyzer, isStemmed: analyzer !== "plain" }));
  });
}

/** The site's phrases with a word that begins so, in any of its languages: they do not say in which. */
async function phrasesLike(beginning: string, { files, signal }: MeantContext): Promise<Source[]> {
  const { analyzers } = files.manifest.keyword;
  const isStemmed = !analyzers.includes("plain");
  const phrases = await files.phrases([beginning], { signal }).catch(() => []);
  return phrases.flatMap(({ text }) => analyzers.map((analyzer) => ({ text, analyzer, isStemmed })));
}

/** Of words as near to what was typed, one that stands for a term. */
function nearestForm(typed: string, sources: readonly Source[], term?: string): string {
  const folded = foldWord(typed);
  let best = "";
  let least = mostEdits(folded) + 1;
  for (const { text, analyzer, isStemmed } of sources) {
    eachWord(text, analyzer, (start, end, terms) => {
      const form = text.slice(start, end);
      const cost = editsBetween(folded, foldWord(form), isStemmed) + (terms[0] === term ? 0 : OTHER_TERM);
      if (cost < least) [best, least] = [form, cost];
    });
  }
  return typed === typed.toLowerCase() ? best.toLowerCase() : best;
}

/** Infinite for the same word, perhaps with another ending, and for another first letter, which is seldom mistyped. */
function editsBetween(a: string, b: string, isStemmed: boolean): number {
  if (a === b || a.codePointAt(0) !== b.codePointAt(0) || (!isStemmed && a.at(-1) !== b.at(-1)))
    return Number.POSITIVE_INFINITY;
  // Two letters that changed places are one edit, and if they are all that is wrong the likeliest.
  const swaps = Array.from({ length: a.length - 1 }, (_, i) => editDistance(swap(a, i), b, a.length));
  return Math.min(editDistance(a, b, a.length), ...swaps.map((edits) => edits && edits + 1));
}

/** A word with the letters at `i` and `i + 1` in each other's place. */
function swap(word: string, i: number): string {
  return word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2);
}

/** The query with the site's words, those that are the i-th likeliest where there are as many. */
function respell(query: string, misspelt: readonly Misspelt[], i: number): string {
  let end = query.length;
  let rest = "";
  for (const { word, forms } of misspelt.toReversed()) {
    const [start, stop] = word.range;
    rest = (forms[i] ?? forms[0]) + query.slice(stop, end) + rest;
    end = start;
  }
  return query.slice(0, end) + rest;
}

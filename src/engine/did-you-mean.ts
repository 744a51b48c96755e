import type { Analyzer } from "../core/manifest.ts";
import type { Correction, PageHit } from "../core/search.ts";
import { editDistance } from "../keyword/edit-distance.ts";
import type { Match } from "../keyword/match-terms.ts";
import { isSwapped, mostEdits, spelledLike } from "../keyword/spelled-like.ts";
import { analyzerFor, eachWord, isStopWord, splitWords, type Word } from "../text/words.ts";
import type { Findings } from "./findings.ts";
import type { IndexFiles } from "./index-files.ts";
import type { QueryPlan } from "./plan-query.ts";

const MAX_CORRECTIONS = 2;
/** A query with more words that the site lacks is not misspelt: it is about something else. */
const MAX_MISSPELT = 3;
/** Texts that are read for the forms of a term: each is a file of some 3 KB. */
const MAX_TEXTS = 2;
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
  // What is only offered is no reason for an error.
  const [spelled, { hits }] = await Promise.all([bySpelling(plan, context).catch(() => []), context.rendering]);
  if (spelled.length > 0) return spelled.map((query) => ({ query, by: "spelling" }));
  const isByMeaning = found.evidence.byWords.length === 0 && found.coverage >= MIN_COVERAGE;
  return isByMeaning ? nearestHeadings(plan, hits).map((query) => ({ query, by: "meaning" })) : [];
}

function nearestHeadings({ query }: QueryPlan, hits: readonly PageHit[]): string[] {
  const headings = new Map<string, string>([[fold(query), ""]]);
  for (const { title, sections } of hits) {
    const heading = sections[0]?.heading || title;
    if (heading.length <= MAX_HEADING && !headings.has(fold(heading))) headings.set(fold(heading), heading);
  }
  return [...headings.values()].slice(1, 1 + MAX_CORRECTIONS);
}

/** The words of a text, without what stands between them. */
function fold(text: string): string {
  return splitWords(text, "plain")
    .map(({ terms }) => terms[0])
    .join(" ");
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
  const reader = (await files.keyword()).reader(signal);
  const near = (await Promise.all(terms.map((term) => spelledLike(term, reader)))).flat();
  const forms = await Promise.all(near.map((match) => formOf(match, typed, context)));
  return [...new Set(forms.filter((form) => form !== ""))].slice(0, MAX_CORRECTIONS);
}

/** The word nearest to what was typed that stands for a term where it occurs; empty if none is near. */
async function formOf({ term, postings }: Match, typed: string, { files, signal }: MeantContext): Promise<string> {
  const pages = await files.pages();
  const titled = postings.titlePages.subarray(0, 1).map((page) => pages.chunkStart[page] as number);
  const chunks = [...postings.chunks.subarray(0, MAX_TEXTS), ...titled];
  const parts = await Promise.all(chunks.map((chunk) => files.text(chunk, { signal })));
  let best = "";
  let least = mostEdits(typed) + 1;
  for (const { page, text } of parts) {
    const analyzer = analyzerFor(files.manifest.languages[pages.language[page] as number] ?? "und");
    const texts = text.sections.flatMap(({ heading, chunks: own }) => [heading, ...own.map((each) => each.text)]);
    for (const each of [text.title, ...texts]) {
      eachWord(each, analyzer, (start, end, terms) => {
        if (terms[0] !== term) return;
        const form = each.slice(start, end);
        const edits = editsBetween(typed, form, analyzer);
        if (edits < least) [best, least] = [form, edits];
      });
    }
  }
  return typed === typed.toLowerCase() ? best.toLowerCase() : best;
}

/** Infinite for the same word, in another case or with another ending. */
function editsBetween(typed: string, form: string, analyzer: Analyzer): number {
  const [a, b] = [typed.toLowerCase(), form.toLowerCase()];
  // Without a stemmer, another ending is mostly the same word.
  if (a === b || (analyzer === "plain" && a.at(-1) !== b.at(-1))) return Number.POSITIVE_INFINITY;
  return isSwapped(a, b) ? 0 : editDistance(a, b, a.length);
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

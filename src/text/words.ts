import { stemmer } from "stemmer";
import { ANALYZERS as ALL_ANALYZERS, type Analyzer } from "../core/manifest.ts";
import type { TextRange } from "../core/search.ts";
import { segmentRun } from "../core/segment.ts";
import { lightStem } from "./light-stemmer.ts";

/** A word of a text with the terms that stand for it in the keyword index. */
export interface Word {
  readonly range: TextRange;
  /** The whole word first, then the parts of an identifier, then what begins here and is joined by signs. Never empty. */
  readonly terms: readonly string[];
}

/** Longer words are cut: nobody types them, and they would bloat the index. Characters. */
const MAX_TERM_LENGTH = 64;

/** A word: a run of letters and digits, `__init__` included. */
const RUN = /[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{M}]+)*/gu;
const APOSTROPHE = 39;
/** What joins words: `v-model`, `import.meta.env`, `node:fs`, `std::vector`, `e-mail`. */
const JOINTS: readonly string[] = ["-", ".", ":", "::"];
/** Shorter ones say less than their parts do: `a-b`. Characters. */
const MIN_JOINED_LENGTH = 3;
/** French and Italian words that lean on the next one: `l'API`, `qu'elle`, `dell'utente`. */
const ELISION = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|(?:d|n|s)ell|dall|all|sull|un)['’](?=\p{L}{2})/iu;
const ACCENTED_SCRIPTS = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}]*$/u;
const COMBINING = /\p{M}+/gu;
/** Where an identifier falls into parts: `getUserName`, `HTMLElement`, `snake_case`, `utf8`. */
const PART = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|\p{N}+|[^\p{Lu}\p{Ll}\p{N}_]+/gu;

/** Analyzers by primary language subtag. */
const ANALYZERS: Readonly<Record<string, Analyzer>> = {
  de: "german",
  en: "english",
  es: "spanish",
  fr: "french",
  it: "italian",
  pt: "portuguese",
  ru: "russian",
  und: "english",
};

/** The analyzer for a page's language. */
export function analyzerFor(language: string): Analyzer {
  return ANALYZERS[primaryLanguage(language) || "und"] ?? "plain";
}

/** The first subtag of a BCP 47 tag: `pt-BR` → `pt`. */
export function primaryLanguage(tag: string): string {
  return tag.toLowerCase().replace(/[-_].*/s, "");
}

/** Takes a word: where it stands, and its terms as in {@link Word}. */
export type VisitWord = (start: number, end: number, terms: readonly string[]) => void;

/**
 * The words of a text in order, with their terms. Words of spaced scripts are runs of letters and digits; Chinese,
 * Japanese, Thai and the like are cut by `Intl.Segmenter`. Words joined by signs are also one term without the signs, so
 * that `v-model` is found as a whole, and `e-mail` and `email` as each other.
 */
export function splitWords(text: string, analyzer: Analyzer): Word[] {
  const words: Word[] = [];
  eachWord(text, analyzer, (start, end, terms) => words.push({ range: [start, end], terms }));
  return words;
}

/** {@link splitWords} without an object for every word. Some 0.1 µs each for words met before. */
export function eachWord(text: string, analyzer: Analyzer, visit: VisitWord): void {
  const runs = runsOf(text);
  let isInChain = false;
  for (let i = 0; i < runs.length; i += 2) {
    const [start, end] = [runs[i] as number, runs[i + 1] as number];
    const beginsChain = !isInChain && isJoint(text, end, runs[i + 2]);
    let added = beginsChain ? joinedTerm(text.slice(start, chainEnd(text, runs, i)), analyzer) : "";
    for (const { offset, length, terms } of wordsOfRun(text.slice(start, end), analyzer)) {
      const from = start + offset;
      visit(from, from + length, added === "" ? terms : [...new Set([...terms, added])]);
      added = "";
    }
    isInChain = isJoint(text, end, runs[i + 2]);
  }
}

/** The terms of a text in order. */
export function termsOf(text: string, analyzer: Analyzer): string[] {
  return splitWords(text, analyzer).flatMap((word) => word.terms);
}

/** Where the runs of letters and digits of a text begin and end, by turns. */
export function runsOf(text: string): number[] {
  const runs: number[] = [];
  for (let at = 0; at < text.length; ) {
    const start = at;
    while (isAsciiWord(text.charCodeAt(at))) at++;
    if (isAsciiEnd(text.charCodeAt(at))) {
      if (at > start) runs.push(start, at);
      at++;
      continue;
    }
    // Any other sign may be a part of the run: the slower, complete rule.
    RUN.lastIndex = start;
    const run = RUN.exec(text);
    if (!run) break;
    at = run.index + run[0].length;
    runs.push(run.index, at);
  }
  return runs;
}

/**
 * Where words begin in a run: at its start, at the parts of an identifier, and where a script without spaces is cut.
 * Ascending, in UTF-16 code units.
 */
export function wordStarts(run: string): number[] {
  const segments = segmentRun(run);
  if (segments.length !== 1) return segments.map(({ index }) => index);
  const parts = [...run.replace(/['’].*/, "").matchAll(PART)];
  return [...new Set([0, ...parts.flatMap(({ 0: part, index }) => (part.length > 1 ? [index] : []))])];
}

/** A word without regard to case, accents, width, possessives; not stemmed. Empty when nothing of it is left. */
export function foldWord(word: string): string {
  return term(word, "plain");
}

/** Whether a code is one of a–z, A–Z, 0–9 and _. */
function isAsciiWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

/** Whether a code that is no {@link isAsciiWord} ends a run for certain; NaN, the end of a text, does. */
function isAsciiEnd(code: number): boolean {
  return !(code >= 128) && code !== APOSTROPHE;
}

/** Whether a sign that joins words, and nothing else, stands between two runs. */
function isJoint(text: string, from: number, to: number | undefined): boolean {
  return to !== undefined && to - from <= 2 && JOINTS.includes(text.slice(from, to));
}

/** Where the last of the runs ends that are joined with the one at a position. */
function chainEnd(text: string, runs: readonly number[], first: number): number {
  let i = first;
  while (isJoint(text, runs[i + 1] as number, runs[i + 2])) i += 2;
  return runs[i + 1] as number;
}

/** The one term of words joined by signs; empty when it is too short. */
function joinedTerm(chain: string, analyzer: Analyzer): string {
  const bare = chain.replace(/[-.:_]/g, "").slice(0, MAX_TERM_LENGTH);
  return bare.length >= MIN_JOINED_LENGTH ? term(bare, analyzer) : "";
}

/** A word and its place in a run. */
interface WordOfRun {
  readonly offset: number;
  readonly length: number;
  readonly terms: readonly string[];
}

/** The words of a run: one, or several in a script without spaces; none when nothing of it is left. */
function wordsOfRun(run: string, analyzer: Analyzer): readonly WordOfRun[] {
  return remembered(RUNS[analyzer], run, () => {
    const segments = segmentRun(run);
    const isWord = segments.length === 1;
    return segments.flatMap(({ segment, index: offset }) => {
      const terms = isWord
        ? analyze(segment, analyzer)
        : remembered(SEGMENTS[analyzer], segment, () => analyze(segment, analyzer));
      return terms.length > 0 ? [{ offset, length: segment.length, terms }] : [];
    });
  });
}

/** What was found out before, by analyzer: a site has few words, many times each. */
type Known<T> = Record<Analyzer, Map<string, T>>;
const newKnown = <T>() => Object.fromEntries(ALL_ANALYZERS.map((name) => [name, new Map()])) as Known<T>;
const RUNS: Known<readonly WordOfRun[]> = newKnown();
/** Terms of what runs without spaces are cut into. */
const SEGMENTS: Known<readonly string[]> = newKnown();
const MAX_KNOWN = 50_000;
/** Longer ones, such as a sentence without spaces, hardly come again. UTF-16 units. */
const MAX_KNOWN_LENGTH = 40;

function remembered<T>(known: Map<string, T>, word: string, find: () => T): T {
  const before = known.get(word);
  if (before !== undefined) return before;
  const found = find();
  if (word.length > MAX_KNOWN_LENGTH) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  // A copy: a slice would keep all of its text in memory.
  known.set(` ${word}`.slice(1), found);
  return found;
}

/** The word as a whole, then its parts if it is an identifier; none when nothing of it is left. */
function analyze(raw: string, analyzer: Analyzer): readonly string[] {
  const bare = analyzer === "english" ? raw : raw.replace(ELISION, "");
  const cut = bare.slice(0, MAX_TERM_LENGTH);
  const whole = term(cut, analyzer);
  if (!whole) return [];
  const terms = new Set([whole]);
  const parts = cut.replace(/['’].*/, "").match(PART) ?? [];
  if (parts.length > 1) {
    for (const part of parts) {
      const partTerm = part.length > 1 && term(part, analyzer);
      if (partTerm) terms.add(partTerm);
    }
  }
  return [...terms];
}

/** Fold one word: compatibility forms, case, accents, possessive; then stem it if the analyzer does. */
function term(word: string, analyzer: Analyzer): string {
  const lower = word.normalize("NFKC").toLowerCase().replaceAll("ß", "ss");
  // Accents are folded for alphabets only: in Devanagari or Thai a mark is a vowel.
  const folded = ACCENTED_SCRIPTS.test(lower) ? lower.normalize("NFD").replace(COMBINING, "") : lower;
  const bare = folded.replace(/['’]s?$|^_+|_+$/g, "").replace(/['’]/g, "");
  if (analyzer === "plain") return bare;
  if (analyzer !== "english") return lightStem(bare, analyzer);
  return /^[a-z]{3,}$/.test(bare) ? stemmer(bare) : bare;
}

/**
 * English words that say nothing about a text's subject. Left out of running text, kept in titles and headings;
 * left out of queries unless nothing else is there.
 */
const STOP_WORDS = new Set(
  (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its " +
    "me my no not of on or our she should so some such than that the their them then there these they this those to " +
    "too us was we were what when where which while who whom why will with would you your"
  )
    .split(" ")
    .flatMap((word) => [word, stemmer(word)]),
);

/** Whether a term is a function word of English. */
export function isStopWord(term: string): boolean {
  return STOP_WORDS.has(term);
}

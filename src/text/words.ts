import { stemmer } from "stemmer";
import type { Analyzer } from "../core/manifest.ts";
import type { TextRange } from "../core/search.ts";

/** A word of a text with the terms that stand for it in the keyword index. */
export interface Word {
  readonly range: TextRange;
  /** The whole word first, then the parts of an identifier. Never empty. */
  readonly terms: readonly string[];
}

/** Longer words are cut: nobody types them, and they would bloat the index. Characters. */
const MAX_TERM_LENGTH = 64;

/** A run of letters, digits and what joins identifiers: `v-model`, `__init__`, `node:fs`, `C++` are split later. */
const RUN = /[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{M}]+)*/gu;
/** Scripts that write without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ACCENTED_SCRIPTS = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}]*$/u;
const COMBINING = /\p{M}+/gu;
/** Where an identifier falls into parts: `getUserName`, `HTMLElement`, `snake_case`, `utf8`. */
const PART = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|\p{N}+|[^\p{Lu}\p{Ll}\p{N}_]+/gu;

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** The analyzer for a page's language. */
export function analyzerFor(language: string): Analyzer {
  return /^(en|und)\b/i.test(language) || language === "" ? "english" : "plain";
}

/**
 * The words of a text in order, with their terms. Words of spaced scripts are runs of letters and digits; Chinese,
 * Japanese, Thai and the like are cut by `Intl.Segmenter`.
 */
export function splitWords(text: string, analyzer: Analyzer): Word[] {
  return [...text.matchAll(RUN)].flatMap(({ 0: run, index }) =>
    segments(run).flatMap(({ segment, index: offset }) => wordAt(segment, index + offset, analyzer)),
  );
}

/** The terms of a text in order. */
export function termsOf(text: string, analyzer: Analyzer): string[] {
  return splitWords(text, analyzer).flatMap((word) => word.terms);
}

function segments(run: string): { readonly segment: string; readonly index: number }[] {
  if (!UNSPACED.test(run)) return [{ segment: run, index: 0 }];
  return Array.from(segmenter.segment(run)).filter(({ isWordLike }) => isWordLike !== false);
}

/** One word, or none when nothing of it is left. */
function wordAt(raw: string, at: number, analyzer: Analyzer): Word[] {
  const cut = raw.slice(0, MAX_TERM_LENGTH);
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
  return [{ range: [at, at + raw.length], terms: [...terms] }];
}

/** Fold one word: compatibility forms, case, accents, possessive; then stem plain ASCII words of English. */
function term(word: string, analyzer: Analyzer): string {
  const lower = word.normalize("NFKC").toLowerCase();
  // Accents are folded for alphabets only: in Devanagari or Thai a mark is a vowel.
  const folded = ACCENTED_SCRIPTS.test(lower) ? lower.normalize("NFD").replace(COMBINING, "") : lower;
  const bare = folded.replace(/['’]s?$|^_+|_+$/g, "").replace(/['’]/g, "");
  return analyzer === "english" && /^[a-z]{3,}$/.test(bare) ? stemmer(bare) : bare;
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

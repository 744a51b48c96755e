import { stemmer } from "stemmer";
import type { Analyzer } from "../core/manifest.ts";
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
  const [primary = ""] = language.toLowerCase().split(/[-_]/);
  return ANALYZERS[primary || "und"] ?? "plain";
}

/**
 * The words of a text in order, with their terms. Words of spaced scripts are runs of letters and digits; Chinese,
 * Japanese, Thai and the like are cut by `Intl.Segmenter`. Words joined by signs are also one term without the signs, so
 * that `v-model` is found as a whole, and `e-mail` and `email` as each other.
 */
export function splitWords(text: string, analyzer: Analyzer): Word[] {
  const runs = Array.from(text.matchAll(RUN), ({ 0: run, index }) => ({ run, index }));
  const isJoined = (i: number) => {
    const [before, after] = [runs[i - 1], runs[i]];
    return !!before && !!after && JOINTS.includes(text.slice(before.index + before.run.length, after.index));
  };
  return runs.flatMap(({ run, index }, i) => {
    const words = segmentRun(run).flatMap(({ segment, index: offset }) => wordAt(segment, index + offset, analyzer));
    if (isJoined(i) || !isJoined(i + 1)) return words;
    let end = i + 1;
    while (isJoined(end)) end++;
    return withTerm(
      words,
      joinedTerm(
        runs.slice(i, end).map((part) => part.run),
        analyzer,
      ),
    );
  });
}

/** The terms of a text in order. */
export function termsOf(text: string, analyzer: Analyzer): string[] {
  return splitWords(text, analyzer).flatMap((word) => word.terms);
}

/** The one term of words joined by signs; empty when it is too short. */
function joinedTerm(runs: readonly string[], analyzer: Analyzer): string {
  const bare = runs.join("").replaceAll("_", "").slice(0, MAX_TERM_LENGTH);
  return bare.length >= MIN_JOINED_LENGTH ? term(bare, analyzer) : "";
}

/** The first word with one more term. */
function withTerm([first, ...rest]: readonly Word[], added: string): Word[] {
  if (!first) return rest;
  return [added ? { ...first, terms: [...new Set([...first.terms, added])] } : first, ...rest];
}

/** One word, or none when nothing of it is left. */
function wordAt(raw: string, at: number, analyzer: Analyzer): Word[] {
  const terms = termsOfWord(raw, analyzer);
  return terms.length > 0 ? [{ range: [at, at + raw.length], terms }] : [];
}

/** Terms of words met before: a site has few words, many times each. */
const KNOWN = new Map<string, readonly string[]>();
const MAX_KNOWN = 50_000;

function termsOfWord(raw: string, analyzer: Analyzer): readonly string[] {
  const key = `${analyzer} ${raw}`;
  const known = KNOWN.get(key);
  if (known) return known;
  const terms = analyze(raw, analyzer);
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  KNOWN.set(key, terms);
  return terms;
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

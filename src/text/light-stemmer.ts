import type { Analyzer } from "../core/manifest.ts";

/** What a pattern at the end of a word becomes, for words of at least this many letters. */
type Rule = readonly [minLength: number, end: RegExp, replacement: string];

/** Languages other than English that are stemmed. */
export type LightStemmer = Exclude<Analyzer, "english" | "plain">;

/**
 * Plural, gender and case endings; derived words stay apart. Words come folded: lower case, without accents, ß as ss.
 * Steps in order; of each step the first rule whose end is there applies.
 *
 * After Savoy, "Light stemming approaches for the French, Portuguese, German and Hungarian languages" (SAC 2006), the
 * Spanish and Italian ones of his UniNE collection, and Dolamic & Savoy for Russian (2009). They deviate in that
 * endings are taken in steps, so that a word and its plural meet whatever their length.
 */
const STEPS: Readonly<Record<LightStemmer, readonly (readonly Rule[])[]>> = {
  french: [
    [
      [5, /aux$/, "al"],
      [4, /[sx]$/, ""],
    ],
    [[5, /r$/, ""]],
    [[5, /ee?$/, ""]],
    [[4, /(.)\1$/, "$1"]],
  ],
  german: [
    [
      [7, /nen$/, ""],
      [6, /(?:en|es|er)$/, ""],
      [5, /[nesr]$/, ""],
    ],
  ],
  italian: [
    [
      [6, /(?:ie|he|hi|ii|ia|io)$/, ""],
      [6, /[aeio]$/, ""],
    ],
  ],
  portuguese: [
    [
      [5, /([rslz])es$/, "$1"],
      [4, /ns$/, "m"],
      [5, /eis$/, "el"],
      [5, /ais$/, "al"],
      [5, /ois$/, "ol"],
      [5, /is$/, "il"],
      [4, /[ao]es$/, "ao"],
      [4, /s$/, ""],
    ],
    [[5, /[aeo]$/, ""]],
  ],
  russian: [
    [
      [7, /(?:иями|оями)$/, ""],
      [6, /(?:иям|иях|оях|ями|оям|ами|его|ему|ери|ими|ого|ому|ыми|оев)$/, ""],
      [5, /(?:ая|яя|ях|юю|ах|ею|их|ия|ию|ою|ую|ям|ых|ея|ам|ем|ей|ём|ев|ий|им|ое|ой|ом|ов|ые|ый|ым|ми)$/, ""],
      [4, /[аеиоуйыяь]$/, ""],
    ],
    [
      [4, /[ьи]$/, ""],
      [4, /нн$/, "н"],
    ],
  ],
  spanish: [
    [
      [5, /eses$/, "es"],
      [5, /ces$/, "z"],
      [5, /([^aeiou])es$/, "$1"],
      [4, /s$/, ""],
    ],
    [[5, /[aeo]$/, ""]],
  ],
};

/** The stem of a folded word; words with digits or of another script stay as they are. */
export function lightStem(word: string, language: LightStemmer): string {
  if (!/^(?:[a-z]+|[а-яё]+)$/.test(word)) return word;
  return STEPS[language].reduce((stem, rules) => {
    const rule = rules.find(([minLength, end]) => stem.length >= minLength && end.test(stem));
    return rule ? stem.replace(rule[1], rule[2]) : stem;
  }, word);
}

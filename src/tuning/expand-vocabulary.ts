import { MAX_WORD_LENGTH, splitWords, type Word } from "../embed/tokenizer.ts";
import { createWordEncoder, type TunableModel } from "./tunable-model.ts";

/** Thresholds of {@link expandVocabulary}. */
export interface ExpandOptions {
  /** Passages that a word must occur in. Default 4. */
  readonly minPassages?: number;
  /** Most new words, the most frequent first. Default 2,000. */
  readonly maxWords?: number;
}

/** A model's vocabulary made larger. */
export interface Expansion {
  readonly model: TunableModel;
  /** The new words, the most frequent first. */
  readonly added: readonly string[];
}

/** Bare numbers and dates, of which there is no end. */
const NUMBER = /^[\d.,_]+$/;

/**
 * Give a site's own words (names of products, identifiers) rows of their own where the vocabulary makes do with parts
 * or pieces. A new row is the sum of those that stood for the word before, so that every text keeps its vector (but
 * for rounding) until the new rows are trained.
 *
 * @param passages The site's texts; a word counts once in each.
 */
export function expandVocabulary(
  model: TunableModel,
  passages: readonly string[],
  { minPassages = 4, maxWords = 2000 }: ExpandOptions = {},
): Expansion {
  const { tokens, words, table, parameters } = model;
  const { dims } = parameters;
  const added = findNewWords(passages, new Set([...tokens.slice(0, words), ...parameters.ignored]))
    .filter(({ passages: count }) => count >= minPassages)
    .slice(0, maxWords);
  const names = added.map(({ word }) => word.whole);
  const encode = createWordEncoder(model);
  const rows = new Float32Array(table.length + added.length * dims);
  rows.set(table.subarray(0, words * dims));
  rows.set(table.subarray(words * dims), (words + added.length) * dims);
  added.forEach(({ word }, i) => {
    const row = rows.subarray((words + i) * dims, (words + i + 1) * dims);
    for (const token of encode(word)) addTo(row, table.subarray(token * dims, (token + 1) * dims));
  });
  return {
    added: names,
    model: {
      tokens: [...tokens.slice(0, words), ...names, ...tokens.slice(words)],
      words: words + names.length,
      table: rows,
      parameters: { ...parameters, alphabet: [...new Set(parameters.alphabet + names.join(""))].sort().join("") },
    },
  };
}

interface NewWord {
  /** In its most frequent spelling: `useState` comes apart, `usestate` does not. */
  readonly word: Word;
  /** Passages that have it, in any spelling. */
  readonly passages: number;
}

/** Words outside of the vocabulary, the most frequent first. */
function findNewWords(passages: readonly string[], known: ReadonlySet<string>): NewWord[] {
  const spellings = new Map<string, Map<string, { readonly word: Word; count: number }>>();
  for (const passage of passages) {
    const words = new Map(splitWords(passage).map((word) => [[word.whole, ...word.parts].join(" "), word]));
    for (const [spelling, word] of words) {
      const { whole } = word;
      if (known.has(whole) || whole.length > MAX_WORD_LENGTH || NUMBER.test(whole)) continue;
      const own = spellings.get(whole) ?? new Map<string, { word: Word; count: number }>();
      spellings.set(whole, own.set(spelling, { word, count: (own.get(spelling)?.count ?? 0) + 1 }));
    }
  }
  return Array.from(spellings.values(), (own) => {
    const ranked = [...own.values()].sort((a, b) => b.count - a.count || a.word.parts.length - b.word.parts.length);
    return {
      word: (ranked[0] as (typeof ranked)[0]).word,
      passages: ranked.reduce((sum, { count }) => sum + count, 0),
    };
  }).sort((a, b) => b.passages - a.passages || (a.word.whole < b.word.whole ? -1 : 1));
}

function addTo(sum: Float32Array, row: Float32Array): void {
  for (let d = 0; d < sum.length; d++) (sum[d] as number) += row[d] as number;
}

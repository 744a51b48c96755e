import { corrections } from "./edit-distance.ts";
import { FUZZY, FUZZY_MIN_LENGTH, lookUp, type Match } from "./match-terms.ts";
import type { SearchFiles } from "./search-files.ts";

/** Terms that are looked up. */
const MAX_LOOKUPS = 8;
/** What two letters that changed places count: less than one wrong letter. */
const SWAP = 0.5;

/**
 * Terms that one which is not in the index may be a misspelling of: those at the fewest edits, first what more chunks
 * have. As in a search they are within some edits, and besides begin with the same letter, which is seldom mistyped; two
 * letters that changed places are less than an edit (after Damerau 1964).
 *
 * If there is none, the longest ones that it begins with: a stemmer does not know a misspelt ending.
 */
export async function spelledLike(term: string, files: SearchFiles): Promise<Match[]> {
  if (term.length < FUZZY_MIN_LENGTH) return [];
  const words = [...new Set(await files.wordsNear(term))].filter((word) => word.codePointAt(0) === term.codePointAt(0));
  const near = new Map(corrections(term, words, mostEdits(term)).map(({ word, edits }) => [word, edits]));
  for (const word of words) if (isSwapped(word, term)) near.set(word, SWAP);
  const least = Math.min(...near.values());
  const nearest = near.size > 0 ? [...near.keys()].filter((word) => near.get(word) === least) : beginnings(term, words);
  const found = await Promise.all(nearest.slice(0, MAX_LOOKUPS).map((word) => lookUp(word, 1, files)));
  const count = ({ postings }: Match) => postings.chunks.length + postings.titlePages.length;
  return found.flat().sort((a, b) => count(b) - count(a));
}

/** Edits within which a word may be a misspelling. */
export function mostEdits(word: string): number {
  return Math.round(word.length * FUZZY);
}

/** Whether two neighbouring letters changed places, and nothing else. */
export function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a === b) return false;
  let at = 0;
  while (a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function beginnings(term: string, words: readonly string[]): string[] {
  const shorter = words.filter((word) => word.length * 2 >= term.length && term.startsWith(word));
  return shorter.sort((a, b) => b.length - a.length);
}

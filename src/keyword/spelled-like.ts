import { type Correction, corrections } from "./edit-distance.ts";
import { FUZZY, FUZZY_MIN_LENGTH, lookUp, type Match } from "./match-terms.ts";
import type { SearchFiles } from "./search-files.ts";

/** Terms that are looked up. */
const MAX_LOOKUPS = 4;
/** What two letters that changed places count: less than one wrong letter. */
const SWAP = 0.5;

/**
 * Terms that a word which is not in the index may be a misspelling of: those at the fewest edits, first what more chunks
 * have. As in a search they are within some edits, and besides begin with the same letter, which is seldom mistyped; two
 * letters that changed places are less than an edit (after Damerau 1964).
 *
 * If there is none, the longest ones that it begins with: a stemmer does not know a misspelt ending.
 *
 * @param word Folded. A short one is near to too many; a stemmer makes its terms shorter still.
 * @param terms What the analyzers of the index make of it.
 */
export async function spelledLike(word: string, terms: readonly string[], files: SearchFiles): Promise<Match[]> {
  if (word.length < FUZZY_MIN_LENGTH) return [];
  const all = await Promise.all(terms.map((term) => wordsLike(term, files)));
  const near = terms.flatMap((term, i) => nearTerms(term, all[i] as string[]));
  const least = Math.min(...near.map(({ edits }) => edits));
  const nearest = near.flatMap((each) => (each.edits === least ? [each.word] : []));
  const likely = near.length > 0 ? nearest : terms.flatMap((term, i) => beginnings(term, all[i] as string[]));
  const looked = [...new Set(likely)].slice(0, MAX_LOOKUPS).map((each) => lookUp(each, 1, files));
  const count = ({ postings }: Match) => postings.chunks.length + postings.titlePages.length;
  return (await Promise.all(looked)).flat().sort((a, b) => count(b) - count(a));
}

/** Words of the index that may be near to a term, with the same first letter. */
async function wordsLike(term: string, files: SearchFiles): Promise<string[]> {
  const words = await files.wordsNear(term);
  return words.filter((word) => word.codePointAt(0) === term.codePointAt(0));
}

function nearTerms(term: string, words: readonly string[]): Correction[] {
  const swapped = words.filter((word) => isSwapped(word, term)).map((word) => ({ word, edits: SWAP }));
  return [...swapped, ...corrections(term, words, mostEdits(term))];
}

/** Edits within which a word may be a misspelling. */
export function mostEdits(word: string): number {
  return Math.round(word.length * FUZZY);
}

/** Whether two neighbouring letters changed places, and nothing else. */
function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a === b) return false;
  let at = 0;
  while (a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function beginnings(term: string, words: readonly string[]): string[] {
  const shorter = words.filter((word) => word.length * 2 >= term.length && term.startsWith(word));
  return shorter.sort((a, b) => b.length - a.length);
}

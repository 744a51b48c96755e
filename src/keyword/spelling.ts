import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { type Ranges, separator } from "./ranges.ts";

/** Words of a range, and where it begins. */
export interface SpellingRange {
  readonly start: string;
  readonly bytes: Uint8Array;
}

/** A word of the index that is near to another. */
export interface Correction {
  readonly word: string;
  readonly edits: number;
}

const KIND = "spelling";
/** Some 4 KB compressed. */
const WORDS_PER_FILE = 1000;
/** Letters by which files are chosen, at either end of a word. */
const END_LETTERS = 3;

/**
 * Words by their beginnings and, if that takes several files, again by their ends: as reversed words.
 * @param words Ascending by code unit.
 * @param options `wordsPerFile` default 1,000.
 */
export function encodeSpelling(
  words: readonly string[],
  { wordsPerFile = WORDS_PER_FILE }: { readonly wordsPerFile?: number | undefined } = {},
): { readonly forward: SpellingRange[]; readonly backward: SpellingRange[] } {
  const forward = cut(words, wordsPerFile);
  if (forward.length < 2) return { forward, backward: [] };
  const reversed = words.map(reverse).sort((a, b) => (a < b ? -1 : 1));
  return { forward, backward: cut(reversed, wordsPerFile) };
}

/**
 * Words of one file as they were given, those by their ends reversed.
 * @throws SearchError as {@link Container}.
 */
export function decodeSpelling(bytes: Uint8Array, file: string): string[] {
  return new Container(bytes, { kind: KIND, file }).strings("words");
}

/** Letters in the opposite order. */
export function reverse(word: string): string {
  return [...word].reverse().join("");
}

/**
 * The files that hold every word at one edit from `word`: one edit leaves either the first or the last half as it is.
 * Words at more edits may stand there too.
 */
export function spellingFiles(
  word: string,
  { forward, backward }: { readonly forward: Ranges; readonly backward: Ranges },
): { readonly forward: number[]; readonly backward: number[] } {
  const letters = [...word];
  const half = letters.length >> 1;
  const beginning = letters.slice(0, Math.min(END_LETTERS, half)).join("");
  const end = letters.slice(-Math.min(END_LETTERS, letters.length - half)).join("");
  return { forward: forward.covering(beginning), backward: backward.covering(reverse(end)) };
}

/** Words within `maxEdits` of `word`, the nearest first, each once. */
export function corrections(word: string, words: Iterable<string>, maxEdits: number): Correction[] {
  const found = new Map<string, number>();
  for (const near of words) {
    const edits = editDistance(word, near, maxEdits);
    if (edits <= maxEdits) found.set(near, edits);
  }
  return Array.from(found, ([near, edits]) => ({ word: near, edits })).sort(
    (a, b) => a.edits - b.edits || (a.word < b.word ? -1 : 1),
  );
}

/**
 * Levenshtein distance in UTF-16 units; something above `max` when it is above `max`.
 * Only the diagonal band that `max` edits can reach is filled.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const [from, to] = [Math.max(1, i - max), Math.min(b.length, i + max)];
    const next: number[] = new Array(b.length + 1).fill(max + 1);
    next[0] = i;
    let best = i;
    for (let j = from; j <= to; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      const edits = Math.min((row[j - 1] as number) + same, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      next[j] = edits;
      if (edits < best) best = edits;
    }
    if (best > max) return max + 1;
    row = next;
  }
  return row[b.length] as number;
}

function cut(sorted: readonly string[], wordsPerFile: number): SpellingRange[] {
  return Array.from({ length: Math.ceil(sorted.length / wordsPerFile) }, (_, file) => {
    const first = file * wordsPerFile;
    const words = sorted.slice(first, first + wordsPerFile);
    return {
      start: first === 0 ? "" : separator(sorted[first - 1] as string, words[0] as string),
      bytes: encodeContainer(KIND, { words: packStrings(words) }),
    };
  });
}

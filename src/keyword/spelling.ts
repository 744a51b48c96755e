import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { type Ranges, separator } from "./ranges.ts";

/** Words of a range, and where it begins. */
export interface SpellingRange {
  readonly start: string;
  readonly bytes: Uint8Array;
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

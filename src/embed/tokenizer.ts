import { segmentRun } from "../core/segment.ts";

/** A word as the text has it. Looked up whole; where the vocabulary lacks it, its parts stand in. */
export interface Word {
  /** Lower case, accents folded: `usestate`, `node.js`, `cafe`. */
  readonly whole: string;
  /** What an identifier or a run of Chinese or Japanese characters is made of (`use`, `state`); empty for a plain word. */
  readonly parts: readonly string[];
}

/** Longest word that is looked up, and most of an unknown word that is cut into pieces, in UTF-16 code units. */
export const MAX_WORD_LENGTH = 64;
/** Longest piece, without its mark, in UTF-16 code units. */
export const MAX_PIECE_LENGTH = 12;
/** Before a piece that begins a word. */
export const START_MARK = "^";
/** Before a piece that continues a word. */
export const INNER_MARK = "~";

const ASCII = /^[\0-\x7f]*$/;
/** Letters, digits and marks, with single dots inside: `v1.2`, `console.log`, `__init__`. */
const RUN = /[\p{L}\p{N}\p{M}_]+(?:\.[\p{L}\p{N}\p{M}_]+)*/gu;
const PLAIN = /^[A-Za-z]?[a-z]+$/;
const OUTER_UNDERSCORES = /^_+|_+$/g;
const APOSTROPHE = /['’](?:s(?![\p{L}\p{N}]))?/gu;
const ACCENT = /([\p{Script=Latin}\p{Script=Greek}])\p{Mn}+/gu;
/** Where an identifier comes apart; the plural of an acronym (`URLs`) stays whole. */
const BOUNDARY = new RegExp(
  [
    "[_.]+",
    "(?<=\\p{Ll})(?=\\p{Lu})",
    "(?<=\\p{Lu})(?=\\p{Lu}(?!s(?!\\p{L}))\\p{Ll})",
    "(?<=\\p{L})(?=\\p{N})",
    "(?<=\\p{N})(?=\\p{L})",
  ].join("|"),
  "u",
);

/**
 * Cut a text into words: Unicode NFKC, accents of Latin and Greek letters folded, lower case; apostrophes and the
 * possessive `’s` dropped. Whatever is neither letter, digit, mark, `_` nor a dot inside a word separates.
 * Takes linear time, a few MB a second.
 *
 * | text | whole | parts |
 * |---|---|---|
 * | `Café’s` | `cafe` | |
 * | `useState` | `usestate` | `use`, `state` |
 * | `XMLHttpRequest` | `xmlhttprequest` | `xml`, `http`, `request` |
 * | `node.js` | `node.js` | `node`, `js` |
 * | `utf8` | `utf8` | `utf`, `8` |
 * | `全文検索` | `全文検索` | `全文`, `検索` |
 */
export function splitWords(text: string): Word[] {
  return splitRuns(text)
    .map(toWord)
    .filter((word) => word.whole !== "");
}

/** The first half of {@link splitWords}, for callers that keep the words of runs they met before. */
export function splitRuns(text: string): readonly string[] {
  return normalize(text).match(RUN) ?? [];
}

/** The second half of {@link splitWords}. A run of underscores alone gives an empty word. */
export function toWord(run: string): Word {
  if (PLAIN.test(run)) return { whole: run.toLowerCase(), parts: [] };
  const trimmed = run.replace(OUTER_UNDERSCORES, "");
  const parts = trimmed
    .split(BOUNDARY)
    .filter((part) => part !== "")
    .flatMap((part) => segmentRun(part).map(({ segment }) => segment));
  return { whole: trimmed.toLowerCase(), parts: parts.length > 1 ? parts.map((part) => part.toLowerCase()) : [] };
}

/**
 * Cut an unknown word into the longest pieces that the set has, from the left (Wu et al. 2016, WordPiece). The first
 * one carries {@link START_MARK}, the others {@link INNER_MARK}. A character that is no piece is passed over.
 *
 * @param word One word, or one part of one; only its first {@link MAX_WORD_LENGTH} code units count.
 * @param pieces Pieces with their marks.
 */
export function splitPieces(word: string, pieces: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const length = Math.min(word.length, MAX_WORD_LENGTH);
  let mark = START_MARK;
  for (let start = 0; start < length; mark = INNER_MARK) {
    const piece = longestPiece(word.slice(start, Math.min(start + MAX_PIECE_LENGTH, length)), mark, pieces);
    if (piece) found.push(mark + piece);
    start += piece ? piece.length : 1;
  }
  return found;
}

function longestPiece(text: string, mark: string, pieces: ReadonlySet<string>): string | undefined {
  for (let end = text.length; end > 0; end--) {
    const piece = text.slice(0, end);
    if (pieces.has(mark + piece)) return piece;
  }
  return undefined;
}

function normalize(text: string): string {
  const plain = text.replace(APOSTROPHE, "");
  if (ASCII.test(plain)) return plain;
  return plain.normalize("NFKD").replace(ACCENT, "$1").normalize("NFC");
}

import { INNER_MARK, MAX_PIECE_LENGTH, MAX_WORD_LENGTH, START_MARK, splitPieces } from "../embed/tokenizer.ts";
import { type Corpus, SENTENCE_END } from "./corpus.ts";

/** Tokens of a model to be trained. */
export interface Vocabulary {
  /** Words, the most frequent first, then pieces with their marks. */
  readonly tokens: readonly string[];
  /** How many of the tokens are words. */
  readonly words: number;
  /** Share of the running words that each token stands for, averaged over the sources. */
  readonly frequencies: Float64Array;
  /** Words without a token that change nothing. */
  readonly ignored: readonly string[];
  /** Every character of a word in the vocabulary, in code unit order. */
  readonly alphabet: string;
}

/** Sizes and thresholds of {@link buildVocabulary}. */
export interface VocabularyOptions {
  /** Most words. Default 48,000. */
  readonly words?: number;
  /** Most pieces. Default 7,000. */
  readonly pieces?: number;
  /** Occurrences that a word needs. Default 4. */
  readonly minCount?: number;
  /** Share of the running words from which on a word is ignored. Default 0.005: some twenty function words. */
  readonly ignoreAbove?: number;
}

/** Letters and digits that are always pieces, so that every word in Latin script comes apart into something. */
const BASIC_LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789ßæøðþłđħıœŋ"];
/** What a word of the vocabulary may consist of: Latin letters, digits, Greek letters; the joints of identifiers. */
const USABLE = /^[a-z0-9._ßæøðþłđħıœŋα-ω]+$/;
const LETTERS = /^[a-z]+$/;
/** Measurements, dates and codes, of which there is no end. */
const LONG_NUMBER = /^[\d.]{5,}$/;
const JOINT = /[._]/;
/** Candidates for pieces that are tried out for each one that is kept. */
const CANDIDATES_PER_PIECE = 4;
/** Longest rare word that pieces are taken from; longer ones are seldom words. */
const MAX_RARE_LENGTH = 20;

interface WordCount {
  readonly word: string;
  count: number;
  /** Share of the running words, averaged over the sources. */
  share: number;
  /** Number of sources that have it. */
  sources: number;
  /** The last source that was counted. */
  source: number;
  /** Whether it comes apart into parts. */
  readonly compound: boolean;
}

interface Piece {
  readonly piece: string;
  readonly score: number;
  readonly share: number;
}

/**
 * Choose the words and pieces of a model. Words are ranked by their share of the running words, averaged over the
 * sources with the square root of their sizes as weights, so that neither an encyclopaedia nor a reference manual
 * decides alone. An identifier (`node.js`, `javascript` from `JavaScript`) becomes a word only if two sources have it.
 *
 * Pieces are the beginnings and insides of rarer words with the largest product of their length and the number of words
 * that have them, tried out with the tokenizer and kept by how much they are used: a simple stand-in for WordPiece.
 */
export function buildVocabulary(corpus: Corpus, options: VocabularyOptions = {}): Vocabulary {
  const { words: wordLimit = 48_000, pieces: pieceLimit = 7_000, minCount = 4, ignoreAbove = 0.005 } = options;
  const counts = countWords(corpus).filter(
    ({ word }) => USABLE.test(word) && word.length <= MAX_WORD_LENGTH && !LONG_NUMBER.test(word),
  );
  const isIgnored = ({ word, share }: WordCount) => share > ignoreAbove && LETTERS.test(word);
  const words = counts
    .filter((entry) => entry.count >= minCount && (entry.sources > 1 || !entry.compound) && !isIgnored(entry))
    .slice(0, wordLimit);
  const known = new Set(words.map(({ word }) => word));
  const ignored = counts.filter(isIgnored).map(({ word }) => word);
  const rare = counts.filter(
    ({ word, compound }) => !compound && !known.has(word) && word.length <= MAX_RARE_LENGTH && !JOINT.test(word),
  );
  const pieces = choosePieces(rare, pieceLimit);
  return {
    tokens: [...known, ...pieces.map(({ piece }) => piece)],
    words: words.length,
    frequencies: Float64Array.from([...words, ...pieces], ({ share }) => share),
    ignored,
    alphabet: [...new Set([...known].join(""))].sort().join(""),
  };
}

/** Every word and part of a word, by descending share, then by code unit. */
function countWords({ words, forms, bounds, sources }: Corpus): WordCount[] {
  const counts = new Map<string, WordCount>();
  const entryOf = (word: string, compound: boolean): WordCount => {
    const known = counts.get(word);
    if (known) return known;
    const entry = { word, count: 0, share: 0, sources: 0, source: -1, compound };
    counts.set(word, entry);
    return entry;
  };
  const entries = words.map(({ whole, parts }) => [
    entryOf(whole, parts.length > 0),
    ...parts.map((part) => entryOf(part, false)),
  ]);
  const totals = sources.map(({ start, end }) => textEnd(bounds, end - 1) - (bounds[4 * start] ?? 0));
  const weightSum = totals.reduce((sum, total) => sum + Math.sqrt(total), 0);
  sources.forEach(({ start, end }, source) => {
    const perForm = new Uint32Array(words.length);
    for (let i = bounds[4 * start] ?? 0; i < textEnd(bounds, end - 1); i++) (perForm[forms[i] as number] as number)++;
    const weight = 1 / (Math.sqrt(totals[source] as number) * weightSum);
    perForm.forEach((count, form) => {
      if (count === 0 || form === SENTENCE_END) return;
      for (const entry of entries[form] as WordCount[]) {
        entry.count += count;
        entry.share += count * weight;
        if (entry.source !== source) entry.sources++;
        entry.source = source;
      }
    });
  });
  counts.delete("");
  return [...counts.values()].sort((a, b) => b.share - a.share || (a.word < b.word ? -1 : 1));
}

function textEnd(bounds: Uint32Array, record: number): number {
  return bounds[4 * record + 3] ?? 0;
}

function choosePieces(rare: readonly WordCount[], limit: number): Piece[] {
  const basic = BASIC_LETTERS.flatMap((letter) => [START_MARK + letter, INNER_MARK + letter]);
  const candidates = mostCommonSubstrings(rare, limit * CANDIDATES_PER_PIECE);
  const uses = countUses(rare, new Set([...basic, ...candidates]));
  const byUse = [...uses].sort((a, b) => b.score - a.score || (a.piece < b.piece ? -1 : 1));
  const basics = new Set(basic);
  const chosen = byUse.filter(({ piece }) => !basics.has(piece)).slice(0, Math.max(0, limit - basic.length));
  const shares = new Map(byUse.map(({ piece, share }) => [piece, share]));
  return [...basic.map((piece) => ({ piece, score: 0, share: shares.get(piece) ?? 0 })), ...chosen];
}

function mostCommonSubstrings(rare: readonly WordCount[], limit: number): string[] {
  const counts = new Map<string, number>();
  for (const { word } of rare) {
    for (let start = 0; start < word.length - 1; start++) {
      const mark = start === 0 ? START_MARK : INNER_MARK;
      const last = Math.min(word.length, start + MAX_PIECE_LENGTH);
      for (let end = start + 2; end <= last; end++) {
        const piece = mark + word.slice(start, end);
        counts.set(piece, (counts.get(piece) ?? 0) + 1);
      }
    }
  }
  const scored = [...counts]
    .filter(([, count]) => count > 2)
    .map(([piece, count]) => ({ piece, score: count * (piece.length - 1) }));
  return scored
    .sort((a, b) => b.score - a.score || (a.piece < b.piece ? -1 : 1))
    .slice(0, limit)
    .map(({ piece }) => piece);
}

function countUses(rare: readonly WordCount[], pieces: ReadonlySet<string>): Piece[] {
  const uses = new Map<string, { score: number; share: number }>();
  for (const { word, share } of rare) {
    for (const piece of splitPieces(word, pieces)) {
      const use = uses.get(piece) ?? { score: 0, share: 0 };
      uses.set(piece, { score: use.score + piece.length - 1, share: use.share + share });
    }
  }
  return [...uses].map(([piece, use]) => ({ piece, ...use }));
}

import { splitPieces, type Word } from "../embed/tokenizer.ts";
import { type Corpus, GrowingArray, SENTENCE_END, type Source } from "./corpus.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Stands between two sentences in {@link EncodedCorpus.tokens}. */
export const SENTENCE_TOKEN = 0xffff;

/** A corpus as tokens of a vocabulary of at most 65,535; laid out like {@link Corpus}. */
export interface EncodedCorpus {
  readonly tokens: Uint16Array;
  readonly bounds: Uint32Array;
  readonly pairs: Uint8Array;
  readonly documents: Uint32Array;
  readonly sources: readonly Source[];
}

/** Replace the words of a corpus by tokens, as `StaticEmbedder` does it. */
export function encodeCorpus(corpus: Corpus, vocabulary: Vocabulary): EncodedCorpus {
  const toTokens = createEncoder(vocabulary);
  const tokensOfForm = corpus.words.map(toTokens);
  tokensOfForm[SENTENCE_END] = [SENTENCE_TOKEN];
  const tokens = new GrowingArray();
  const bounds = new Uint32Array(corpus.bounds.length);
  let next = 0;
  corpus.bounds.forEach((end, i) => {
    for (; next < end; next++) for (const token of tokensOfForm[corpus.forms[next] as number] ?? []) tokens.push(token);
    bounds[i] = tokens.length;
  });
  const { pairs, documents, sources } = corpus;
  return { tokens: Uint16Array.from(tokens.finish()), bounds, pairs, documents, sources };
}

/** The numbers of the tokens that stand for a word. */
export function createEncoder({ tokens, words, ignored }: Vocabulary): (word: Word) => number[] {
  const wordNumbers = new Map(tokens.slice(0, words).map((token, i) => [token, i]));
  const pieceNumbers = new Map(tokens.slice(words).map((token, i) => [token, words + i]));
  const pieces = new Set(pieceNumbers.keys());
  const skipped = new Set(ignored);
  const unit = (text: string): number[] => {
    if (skipped.has(text)) return [];
    const number = wordNumbers.get(text);
    if (number !== undefined) return [number];
    return splitPieces(text, pieces).map((piece) => pieceNumbers.get(piece) as number);
  };
  return ({ whole, parts }) => (parts.length === 0 || wordNumbers.has(whole) ? unit(whole) : parts.flatMap(unit));
}

import type { Passage } from "../core/embedder.ts";
import { createRandom } from "../core/random.ts";
import { fnv1a } from "./hash.ts";
import { addRow } from "./quantize.ts";
import { isPiece, type StaticModel, withRows } from "./static-model.ts";
import { MAX_WORD_LENGTH, splitPieces, splitRuns, toWord, type Word } from "./tokenizer.ts";

/** Fewer passages say too little about which words go together. */
const MIN_PASSAGES = 20;
/** Passages that a word outside of the vocabulary must occur in to get a row of its own. */
const MIN_NEW_WORD_PASSAGES = 2;
/** Most new words, the most frequent first. */
const MAX_NEW_WORDS = 20_000;
/** Occurrences that a word of a title or heading stands for. */
const CONTEXT_COUNT = 3;
/** Exponent of a word's inverse document frequency in its weight. */
const IDF_POWER = 0.5;
const LEAST_IDF = 0.1;
/** Passages after which other tasks have their turn. */
const PAUSE_EVERY = 1000;
/** Bare numbers and dates, of which there is no end. */
const NUMBER = /^[\d._]+$/;

/** Options of {@link adaptModel}. */
export interface AdaptOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called now and then; each passage is visited twice. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Adapt a model to the texts that it is going to search, from these alone: every word of theirs moves towards the passages
 * that it occurs in, and counts the more the rarer it is there. The row of word `w` at unit length becomes
 *
 *     unit(row(w) + unit(Σ_p weight(w, p) × (vector(p) − mean vector)))
 *
 * over the passages `p`, with `vector(p) = unit(Σ_w weight(w, p) × row(w))` and TF-IDF weights at unit length. This is one
 * round of random indexing (Kanerva, Kristofersson & Holst 2000; Sahlgren 2005) that begins with trained rows instead of
 * random ones. The row's length is multiplied by √(idf ÷ largest idf). Words that the vocabulary lacks get rows of their
 * own, beginning with those that stood for them, or in a script without any with random numbers.
 *
 * Words that do not occur keep their rows to the bit. Deterministic; takes about a second for a million words.
 *
 * @returns The model itself when there are fewer than 20 passages.
 * @throws The signal's reason when it is aborted.
 */
export async function adaptModel(
  model: StaticModel,
  passages: readonly Passage[],
  options: AdaptOptions = {},
): Promise<StaticModel> {
  if (passages.length < MIN_PASSAGES) return model;
  const site = new SiteWords(model, passages);
  const { dims } = model.parameters;
  const moved = await moveTowardsPassages(site.startingRows(), site.weights, { dims, ...options });
  const changes = new Map<string, Float32Array>();
  site.tokens.forEach((token, i) => {
    const length = site.lengths[i] as number;
    changes.set(
      token,
      moved.subarray(i * dims, (i + 1) * dims).map((value) => value * length),
    );
  });
  return withRows(model, changes);
}

/** Which tokens occur in which passages: a sparse matrix by rows of passages. */
interface Weights {
  /** Passage `p` has the entries `starts[p] … starts[p + 1]`. */
  readonly starts: Uint32Array;
  readonly tokens: Uint32Array;
  /** TF-IDF, at unit length for each passage. */
  readonly values: Float32Array;
}

/** @returns Unit rows, row-major. */
async function moveTowardsPassages(
  rows: Float32Array,
  { starts, tokens, values }: Weights,
  { dims, signal, onProgress }: AdaptOptions & { readonly dims: number },
): Promise<Float32Array> {
  const count = starts.length - 1;
  const vectors = new Float32Array(count * dims);
  const mean = new Float32Array(dims);
  const drift = new Float32Array(rows.length);
  const eachToken = (p: number, visit: (token: number, weight: number) => void) => {
    for (let i = starts[p] as number; i < (starts[p + 1] as number); i++)
      visit(tokens[i] as number, values[i] as number);
  };
  const pause = async (done: number) => {
    if (done % PAUSE_EVERY) return;
    onProgress?.(done, 2 * count);
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
  };
  for (let p = 0; p < count; p++) {
    const vector = rowOf(vectors, p, dims);
    eachToken(p, (token, weight) => addScaled(vector, rowOf(rows, token, dims), weight));
    toUnit(vector);
    addScaled(mean, vector, 1 / count);
    await pause(p + 1);
  }
  for (let p = 0; p < count; p++) {
    const vector = rowOf(vectors, p, dims);
    addScaled(vector, mean, -1);
    eachToken(p, (token, weight) => addScaled(rowOf(drift, token, dims), vector, weight));
    await pause(count + p + 1);
  }
  for (let row = 0; row < rows.length / dims; row++) {
    const own = rowOf(drift, row, dims);
    toUnit(own);
    addScaled(own, rowOf(rows, row, dims), 1);
    toUnit(own);
  }
  return drift;
}

/** The words of some passages as tokens: those of the model, and new ones. */
class SiteWords {
  /** Distinct tokens that occur. */
  readonly tokens: string[] = [];
  /** Length that the row of each token gets. */
  readonly lengths: Float64Array;
  readonly weights: Weights;
  readonly #model: StaticModel;
  readonly #known: ReadonlyMap<string, number>;
  readonly #pieces: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #newWords: ReadonlyMap<string, Word>;
  /** Numbers into `tokens`. */
  readonly #numbers = new Map<string, number>();

  constructor(model: StaticModel, passages: readonly Passage[]) {
    this.#model = model;
    this.#known = new Map(model.tokens.map((token, i) => [token, i]));
    this.#pieces = new Set(model.tokens.filter(isPiece));
    this.#ignored = new Set(model.parameters.ignored);
    const words = new WordTable();
    const texts = passages.map(({ title, headings, text }) => ({
      context: words.numbersOf([title, ...headings].join("\n")),
      body: words.numbersOf(text),
    }));
    this.#newWords = this.#findNewWords(words.words, texts);
    const tokensOfWord = words.words.map((word) => this.#tokensOf(word).map((token) => this.#numberOf(token)));
    const counts = countTokens(texts, tokensOfWord);
    const frequencies = new Uint32Array(this.tokens.length);
    for (const token of counts.tokens) (frequencies[token] as number)++;
    const idfs = Float64Array.from(frequencies, (frequency) => Math.log((passages.length + 1) / (frequency + 1)));
    this.weights = toWeights(counts, idfs);
    const largest = Math.log((passages.length + 1) / 2);
    this.lengths = idfs.map((idf, i) => {
      const row = this.#known.get(this.tokens[i] as string);
      const length = row === undefined ? model.unknownWeight : Math.hypot(...this.#rowOf(row));
      return length * (Math.max(idf, LEAST_IDF) / largest) ** IDF_POWER;
    });
  }

  /** Unit rows, row-major. */
  startingRows(): Float32Array {
    const { dims } = this.#model.parameters;
    const rows = new Float32Array(this.tokens.length * dims);
    this.tokens.forEach((token, i) => {
      const row = rowOf(rows, i, dims);
      row.set(this.#startingRow(token));
      toUnit(row);
    });
    return rows;
  }

  #startingRow(token: string): Float64Array {
    const known = this.#known.get(token);
    if (known !== undefined) return this.#rowOf(known);
    const sum = new Float64Array(this.#model.parameters.dims);
    for (const part of this.#partsOf(this.#newWords.get(token) as Word)) {
      const row = this.#known.get(part);
      if (row !== undefined) addRow(sum, this.#model, { index: row, bits: this.#model.parameters.bits });
    }
    return sum.some((value) => value !== 0) ? sum : randomRow(token, sum.length);
  }

  #rowOf(index: number): Float64Array {
    const { dims, bits } = this.#model.parameters;
    const row = new Float64Array(dims);
    addRow(row, this.#model, { index, bits });
    return row;
  }

  /** What stands for a word, as `StaticEmbedder` looks it up once the new words have rows. */
  #tokensOf(word: Word): readonly string[] {
    const { whole, parts } = word;
    const isWhole = parts.length === 0 || this.#known.has(whole) || this.#newWords.has(whole);
    return (isWhole ? [whole] : parts).flatMap((text) => {
      if (this.#ignored.has(text)) return [];
      return this.#known.has(text) || this.#newWords.has(text) ? [text] : splitPieces(text, this.#pieces);
    });
  }

  /** What stood for a new word before. */
  #partsOf({ whole, parts }: Word): readonly string[] {
    return (parts.length > 0 ? parts : [whole]).flatMap((text) =>
      this.#known.has(text) ? [text] : this.#ignored.has(text) ? [] : splitPieces(text, this.#pieces),
    );
  }

  #numberOf(token: string): number {
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    this.#numbers.set(token, this.tokens.length);
    return this.tokens.push(token) - 1;
  }

  #findNewWords(words: readonly Word[], texts: readonly Text[]): Map<string, Word> {
    const candidates = new Map<string, { readonly word: Word; passages: number; last: number }>();
    const note = (word: Word, passage: number) => {
      const { whole } = word;
      if (this.#known.has(whole) || this.#ignored.has(whole) || whole.length > MAX_WORD_LENGTH || NUMBER.test(whole))
        return;
      const entry = candidates.get(whole) ?? { word, passages: 0, last: -1 };
      if (entry.last !== passage) entry.passages++;
      entry.last = passage;
      candidates.set(whole, entry);
    };
    texts.forEach(({ context, body }, passage) => {
      for (const number of [...context, ...body]) {
        const word = words[number] as Word;
        note(word, passage);
        for (const part of word.parts) note({ whole: part, parts: [] }, passage);
      }
    });
    const frequent = [...candidates.values()].filter(({ passages }) => passages >= MIN_NEW_WORD_PASSAGES);
    frequent.sort((a, b) => b.passages - a.passages || (a.word.whole < b.word.whole ? -1 : 1));
    return new Map(frequent.slice(0, MAX_NEW_WORDS).map(({ word }) => [word.whole, word]));
  }
}

/** A passage as numbers of words. */
interface Text {
  readonly context: readonly number[];
  readonly body: readonly number[];
}

/** Distinct words, each cut out of its run once. */
class WordTable {
  readonly words: Word[] = [];
  readonly #numbers = new Map<string, number>();

  numbersOf(text: string): number[] {
    return splitRuns(text).map((run) => {
      const known = this.#numbers.get(run);
      if (known !== undefined) return known;
      this.#numbers.set(run, this.words.length);
      return this.words.push(toWord(run)) - 1;
    });
  }
}

/** How often each token occurs in each passage. */
function countTokens(texts: readonly Text[], tokensOfWord: readonly (readonly number[])[]): Weights {
  const starts = new Uint32Array(texts.length + 1);
  const tokens: number[] = [];
  const values: number[] = [];
  texts.forEach(({ context, body }, i) => {
    const counts = new Map<number, number>();
    const add = (words: readonly number[], by: number) => {
      for (const word of words)
        for (const token of tokensOfWord[word] as readonly number[]) counts.set(token, (counts.get(token) ?? 0) + by);
    };
    add(context, CONTEXT_COUNT);
    add(body, 1);
    for (const [token, count] of counts) {
      tokens.push(token);
      values.push(count);
    }
    starts[i + 1] = tokens.length;
  });
  return { starts, tokens: Uint32Array.from(tokens), values: Float32Array.from(values) };
}

/** (1 + ln tf) × idf, at unit length. */
function toWeights({ starts, tokens, values }: Weights, idf: Float64Array): Weights {
  const weights = values.map((count, i) => (1 + Math.log(count)) * (idf[tokens[i] as number] as number));
  for (let p = 0; p + 1 < starts.length; p++) toUnit(weights.subarray(starts[p], starts[p + 1]));
  return { starts, tokens, values: weights };
}

/** Normally distributed numbers that depend on the token alone. */
function randomRow(token: string, dims: number): Float64Array {
  const random = createRandom(fnv1a(token));
  return Float64Array.from(
    { length: dims },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

function rowOf(rows: Float32Array, index: number, dims: number): Float32Array {
  return rows.subarray(index * dims, (index + 1) * dims);
}

function addScaled(sum: Float32Array, vector: Float32Array, weight: number): void {
  for (let d = 0; d < sum.length; d++) (sum[d] as number) += (vector[d] as number) * weight;
}

/** A zero vector stays as it is. */
function toUnit(vector: Float32Array): void {
  let squares = 0;
  for (let d = 0; d < vector.length; d++) squares += (vector[d] as number) ** 2;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let d = 0; d < vector.length; d++) (vector[d] as number) *= scale;
}

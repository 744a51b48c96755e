import type { Passage } from "../core/embedder.ts";
import { createRandom } from "../core/random.ts";
import { fnv1a } from "./hash.ts";
import { addRow } from "./quantize.ts";
import { SiteTexts, type TokenCounts } from "./site-texts.ts";
import { isPiece, type StaticModel, withRows } from "./static-model.ts";
import { MAX_WORD_LENGTH, splitPieces, type Word } from "./tokenizer.ts";

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
  /** Called now and then and at the end; each passage is visited three times. */
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
 * Words that do not occur keep their rows to the bit. Deterministic; takes about a second for a million words, and some
 * 2 KB of memory for every passage and word.
 *
 * @returns The model itself when there are fewer than 20 passages, or when its parameters say `adapted`.
 * @throws The signal's reason when it is aborted.
 */
export async function adaptModel(
  model: StaticModel,
  passages: readonly Passage[],
  options: AdaptOptions = {},
): Promise<StaticModel> {
  options.signal?.throwIfAborted();
  if (passages.length < MIN_PASSAGES || model.parameters.adapted) return model;
  const pace = new Pace(3 * passages.length, options);
  const site = new SiteWords(model, await readTexts(passages, pace));
  const { dims } = model.parameters;
  const moved = await moveTowardsPassages(site.startingRows(), site.weights, { dims, pace });
  const changes = new Map<string, Float32Array>();
  site.tokens.forEach((token, i) => {
    const row = rowOf(moved, i, dims);
    scaleBy(row, site.lengths[i] as number);
    changes.set(token, row);
  });
  return withRows(model, changes);
}

async function readTexts(passages: readonly Passage[], pace: Pace): Promise<SiteTexts> {
  const texts = new SiteTexts();
  for (const passage of passages) {
    texts.add(passage);
    await pace.step();
  }
  return texts;
}

/** Tells how far a long task is, gives other tasks their turn, and stops when it is told to. */
class Pace {
  readonly #steps: number;
  readonly #options: AdaptOptions;
  #done = 0;

  constructor(steps: number, options: AdaptOptions) {
    this.#steps = steps;
    this.#options = options;
  }

  async step(): Promise<void> {
    this.#done++;
    if (this.#done % PAUSE_EVERY && this.#done < this.#steps) return;
    this.#options.onProgress?.(this.#done, this.#steps);
    await new Promise((resolve) => setTimeout(resolve));
    this.#options.signal?.throwIfAborted();
  }
}

/** @returns Unit rows, row-major. */
async function moveTowardsPassages(
  rows: Float32Array,
  { starts, tokens, values }: TokenCounts,
  { dims, pace }: { readonly dims: number; readonly pace: Pace },
): Promise<Float32Array> {
  const count = starts.length - 1;
  const vectors = new Float32Array(count * dims);
  const mean = new Float32Array(dims);
  const drift = new Float32Array(rows.length);
  for (let p = 0; p < count; p++) {
    const vector = rowOf(vectors, p, dims);
    sumRows(vector, rows, { tokens, values, first: starts[p] as number, end: starts[p + 1] as number });
    toUnit(vector);
    addScaled(mean, vector, 1 / count);
    await pace.step();
  }
  for (let p = 0; p < count; p++) {
    const vector = rowOf(vectors, p, dims);
    addScaled(vector, mean, -1);
    for (let i = starts[p] as number; i < (starts[p + 1] as number); i++) {
      const at = (tokens[i] as number) * dims;
      const weight = values[i] as number;
      for (let d = 0; d < dims; d++) (drift[at + d] as number) += (vector[d] as number) * weight;
    }
    await pace.step();
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
  /** TF-IDF, at unit length for each passage. */
  readonly weights: TokenCounts;
  readonly #model: StaticModel;
  readonly #known: ReadonlyMap<string, number>;
  readonly #pieces: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #newWords: ReadonlyMap<string, Word>;
  /** Numbers into `tokens`. */
  readonly #numbers = new Map<string, number>();

  constructor(model: StaticModel, texts: SiteTexts) {
    this.#model = model;
    this.#known = new Map(model.tokens.map((token, i) => [token, i]));
    this.#pieces = new Set(model.tokens.filter(isPiece));
    this.#ignored = new Set(model.parameters.ignored);
    this.#newWords = this.#findNewWords(texts);
    const tokensOfWord = texts.words.map((word) => this.#tokensOf(word).map((token) => this.#numberOf(token)));
    const counts = texts.countTokens(tokensOfWord, { tokens: this.tokens.length, contextCount: CONTEXT_COUNT });
    const frequencies = new Uint32Array(this.tokens.length);
    for (const token of counts.tokens) (frequencies[token] as number)++;
    const idfs = Float64Array.from(frequencies, (frequency) => Math.log((texts.length + 1) / (frequency + 1)));
    weigh(counts, idfs);
    this.weights = counts;
    const largest = Math.log((texts.length + 1) / 2);
    this.lengths = idfs.map((idf, i) => {
      const row = this.#known.get(this.tokens[i] as string);
      const length = row === undefined ? model.unknownWeight : lengthOf(this.#rowOf(row));
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

  #findNewWords(texts: SiteTexts): Map<string, Word> {
    const candidates: Word[] = [];
    const numbers = new Map<string, number>();
    const numberOf = (word: Word): readonly number[] => {
      const { whole } = word;
      if (this.#known.has(whole) || this.#ignored.has(whole) || !mayGetRow(whole)) return NONE;
      const number = numbers.get(whole) ?? candidates.push(word) - 1;
      numbers.set(whole, number);
      return [number];
    };
    const candidatesOfWord = texts.words.map((word) => {
      const own = numberOf(word);
      return word.parts.length === 0 ? own : [...own, ...word.parts.flatMap((whole) => numberOf({ whole, parts: [] }))];
    });
    const passages = texts.countPassages(candidatesOfWord, candidates.length);
    const countOf = (word: Word) => passages[numbers.get(word.whole) as number] as number;
    const frequent = candidates.filter((word) => countOf(word) >= MIN_NEW_WORD_PASSAGES);
    frequent.sort((a, b) => countOf(b) - countOf(a) || (a.whole < b.whole ? -1 : 1));
    return new Map(frequent.slice(0, MAX_NEW_WORDS).map((word) => [word.whole, word]));
  }
}

const NONE: readonly number[] = [];

/** A run of underscores is an empty word. */
function mayGetRow(word: string): boolean {
  return word !== "" && word.length <= MAX_WORD_LENGTH && !NUMBER.test(word);
}

/** Turns counts into (1 + ln tf) × idf, at unit length for each passage. */
function weigh({ starts, tokens, values }: TokenCounts, idfs: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = (1 + Math.log(values[i] as number)) * (idfs[tokens[i] as number] as number);
  }
  for (let p = 0; p + 1 < starts.length; p++) toUnit(values.subarray(starts[p], starts[p + 1]));
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

/** Entries `first … end` of a sparse matrix. */
interface Entries extends Pick<TokenCounts, "tokens" | "values"> {
  readonly first: number;
  readonly end: number;
}

/**
 * The weighted sum of some rows. Four dimensions at a time, which stay in registers; rounded after each addition as in
 * a Float32Array.
 */
function sumRows(sum: Float32Array, rows: Float32Array, { tokens, values, first, end }: Entries): void {
  const dims = sum.length;
  for (let d = 0; d < dims; d += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (let i = first; i < end; i++) {
      const at = (tokens[i] as number) * dims + d;
      const weight = values[i] as number;
      a = Math.fround(a + (rows[at] as number) * weight);
      b = Math.fround(b + (rows[at + 1] as number) * weight);
      c = Math.fround(c + (rows[at + 2] as number) * weight);
      e = Math.fround(e + (rows[at + 3] as number) * weight);
    }
    sum[d] = a;
    sum[d + 1] = b;
    sum[d + 2] = c;
    sum[d + 3] = e;
  }
}

function addScaled(sum: Float32Array, vector: Float32Array, weight: number): void {
  for (let d = 0; d < sum.length; d++) (sum[d] as number) += (vector[d] as number) * weight;
}

function scaleBy(vector: Float32Array, factor: number): void {
  for (let d = 0; d < vector.length; d++) (vector[d] as number) *= factor;
}

function lengthOf(vector: Float32Array | Float64Array): number {
  let squares = 0;
  for (let d = 0; d < vector.length; d++) squares += (vector[d] as number) ** 2;
  return Math.sqrt(squares);
}

/** A zero vector stays as it is. */
function toUnit(vector: Float32Array): void {
  const length = lengthOf(vector);
  if (length > 0) scaleBy(vector, 1 / length);
}

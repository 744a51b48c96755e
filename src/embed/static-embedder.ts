import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../core/embedder.ts";
import { PassageRows } from "./passage-rows.ts";
import { MemoryRowStore, type ReadModelFile, type RowStore, ShardRowStore } from "./row-store.ts";
import type { Row } from "./row-table.ts";
import type { StaticModel, StaticModelManifest } from "./static-model.ts";
import { MAX_WORD_LENGTH, splitPieces, splitWords, type Word } from "./tokenizer.ts";

/** UTF-16 code units of a query that count; the rest is left out, so that a pasted page does not download a whole model. */
export const MAX_QUERY_LENGTH = 500;

/** Passages embedded in memory after which other tasks have their turn. */
const PAUSE_EVERY = 4000;

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/** A word, or a part of an unknown identifier, with the rows that stand for it. */
interface Unit {
  readonly rows: readonly Row[];
  /** False when the rows are those of pieces, or when there are none. */
  readonly known: boolean;
}

/** Turns words into units once all that they need is loaded. */
type Resolve = (words: readonly Word[]) => readonly Unit[];

/** A manifest without where its files stand: what a whole model knows too. */
type Settings = Omit<StaticModelManifest, "type" | "shards" | "path">;

/**
 * The embedded model: a text's vector is the sum of its tokens' rows at unit length. How much a token counts is the
 * length of its row, learnt in training (the frequency weights of Arora et al. 2017 come out by themselves). No runtime,
 * no WASM: about 50 µs a query.
 *
 * A word is looked up whole; one that the vocabulary lacks by its parts if it is an identifier (`useState`), and those
 * that are unknown too by their pieces.
 */
export class StaticEmbedder implements Embedder {
  readonly info: EmbedderInfo;
  readonly #settings: Settings;
  readonly #store: RowStore;
  readonly #ignored: ReadonlySet<string>;
  /** Words that have no character outside the alphabet. */
  readonly #spellable: RegExp;
  /** Undefined while the model is not in memory as a whole. */
  readonly #model: StaticModel | undefined;
  #rows: PassageRows | undefined;
  #sincePause = 0;

  private constructor(
    settings: Settings,
    store: RowStore,
    { model, dims = settings.dims }: { readonly model?: StaticModel; readonly dims?: number | undefined } = {},
  ) {
    const { id, fingerprint, languages } = settings;
    this.info = { id, dims, fingerprint, languages };
    this.#settings = settings;
    this.#store = store;
    this.#model = model;
    this.#ignored = new Set(settings.ignored);
    this.#spellable = new RegExp(`^[${settings.alphabet.replace(/[\\\]^-]/g, "\\$&")}]*$`, "u");
  }

  /**
   * With the whole model in memory, for building an index in Node.
   * @param options.dims Length of the vectors, a multiple of 4: the first dimensions, at unit length. Default: all.
   */
  static fromModel(model: StaticModel, { dims }: { readonly dims?: number } = {}): StaticEmbedder {
    const { parameters, fingerprint, unknownWeight } = model;
    return new StaticEmbedder({ ...parameters, fingerprint, unknownWeight }, new MemoryRowStore(model), {
      model,
      dims,
    });
  }

  /**
   * With the rows read as they are needed, for the browser: the shards of a query's words in one round of parallel reads.
   * Only a word without a row takes more: the list of pieces, once, and the shards of its pieces. Nothing is read yet.
   * What failed is read again with the next query. A file once begun is read to its end even if the query is aborted,
   * since the next keystroke wants the same one.
   *
   * @param options.maxShards Shards kept in memory, about 4 KB each. Default 128.
   */
  static open(
    manifest: StaticModelManifest,
    read: ReadModelFile,
    options: { readonly maxShards?: number } = {},
  ): StaticEmbedder {
    return new StaticEmbedder(manifest, new ShardRowStore(manifest, read, options));
  }

  /**
   * `coverage` counts a known word by the length of its row and an unknown one by the mean length; it is 0 for a query
   * without words.
   *
   * @throws SearchError `network` for a file that could not be read, `file-invalid` or `file-version` for a damaged one;
   *   the signal's reason when it is aborted.
   */
  async embedQuery(query: string, { signal }: Options = {}): Promise<QueryEmbedding> {
    const words = splitWords(query.slice(0, MAX_QUERY_LENGTH));
    const units = (await this.#resolver(words, signal))(words);
    const sum = new Float64Array(this.#settings.dims);
    addUnits(sum, units, 1);
    return {
      vector: toUnitLength(sum.subarray(0, this.info.dims)),
      coverage: coverage(units, this.#settings.unknownWeight),
    };
  }

  /**
   * The title's and the headings' words count `contextWeight` times. Throws as {@link embedQuery} does. With the whole
   * model in memory some 20 µs for a passage of 100 words; other tasks have their turn now and then.
   */
  async embedPassages(passages: readonly Passage[], { signal }: Options = {}): Promise<Float32Array> {
    const { dims } = this.info;
    if (this.#model) return this.#embedInMemory(passages, this.#model, signal);
    const vectors = new Float32Array(passages.length * dims);
    for (const [i, passage] of passages.entries()) {
      vectors.set(await this.#embedPassage(passage, signal), i * dims);
    }
    return vectors;
  }

  async #embedInMemory(
    passages: readonly Passage[],
    model: StaticModel,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    signal?.throwIfAborted();
    const { dims } = this.info;
    const { contextWeight } = model.parameters;
    this.#rows ??= new PassageRows(model, dims);
    const vectors = new Float32Array(passages.length * dims);
    for (const [i, { title, headings, text }] of passages.entries()) {
      if (title !== "" || headings.length > 0) this.#rows.add([title, ...headings].join("\n"), contextWeight);
      this.#rows.add(text, 1);
      this.#rows.finish(vectors, i * dims);
      // Sums are finished before the pause: another call may come in between.
      if (++this.#sincePause >= PAUSE_EVERY) {
        this.#sincePause = 0;
        await new Promise((resolve) => setTimeout(resolve));
        signal?.throwIfAborted();
      }
    }
    return vectors;
  }

  async #embedPassage({ title, headings, text }: Passage, signal: AbortSignal | undefined): Promise<Float32Array> {
    const context = splitWords([title, ...headings].join("\n"));
    const body = splitWords(text);
    const resolve = await this.#resolver([...context, ...body], signal);
    const sum = new Float64Array(this.info.dims);
    addUnits(sum, resolve(context), this.#settings.contextWeight);
    addUnits(sum, resolve(body), 1);
    return toUnitLength(sum);
  }

  /** Load what the words need: in one round if all have rows, else in up to three. */
  async #resolver(words: readonly Word[], signal: AbortSignal | undefined): Promise<Resolve> {
    signal?.throwIfAborted();
    const candidates = new Set(words.flatMap(({ whole, parts }) => [whole, ...parts]));
    const isHopeless = ({ whole, parts }: Word) =>
      parts.length === 0 && !this.#ignored.has(whole) && !this.#mayBeKnown(whole);
    const [find] = await Promise.all([
      this.#store.load([...candidates].filter((candidate) => this.#mayBeKnown(candidate))),
      // Sure to be needed: not another round.
      words.some(isHopeless) ? this.#store.pieces() : undefined,
    ]);
    signal?.throwIfAborted();
    const toTexts = (list: readonly Word[]): string[] =>
      list
        .flatMap(({ whole, parts }) => (parts.length === 0 || find(whole) ? [whole] : parts))
        .filter((text) => !this.#ignored.has(text));
    const unknown = new Set(toTexts(words).filter((text) => !find(text)));
    const pieces = unknown.size > 0 ? await this.#store.pieces() : NO_PIECES;
    signal?.throwIfAborted();
    const cut = new Map(Array.from(unknown, (text) => [text, splitPieces(text, pieces)]));
    const findPiece = await this.#store.load([...cut.values()].flat());
    signal?.throwIfAborted();
    const toUnit = (text: string): Unit => {
      const row = find(text);
      if (row) return { rows: [row], known: true };
      return { rows: (cut.get(text) ?? []).flatMap((piece) => findPiece(piece) ?? []), known: false };
    };
    return (list) => toTexts(list).map(toUnit);
  }

  #mayBeKnown(text: string): boolean {
    return text.length <= MAX_WORD_LENGTH && !this.#ignored.has(text) && this.#spellable.test(text);
  }
}

const NO_PIECES: ReadonlySet<string> = new Set();

function addUnits(sum: Float64Array, units: readonly Unit[], weight: number): void {
  for (const { rows } of units) {
    for (const { table, index } of rows) table.add(sum, index, weight);
  }
}

function coverage(units: readonly Unit[], unknownWeight: number): number {
  let known = 0;
  let unknown = 0;
  for (const unit of units) {
    if (!unit.known) unknown += unknownWeight;
    else for (const { table, index } of unit.rows) known += table.norm(index);
  }
  return known === 0 ? 0 : known / (known + unknown);
}

function toUnitLength(sum: Float64Array): Float32Array {
  let squares = 0;
  for (const value of sum) squares += value * value;
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  const vector = new Float32Array(sum.length);
  for (let d = 0; d < sum.length; d++) vector[d] = (sum[d] as number) * scale;
  return vector;
}

import { type QuantizedRows, type RowBits, rowBytes } from "./quantize.ts";
import { isPiece, type StaticModel } from "./static-model.ts";
import { splitPieces, splitRuns, toWord } from "./tokenizer.ts";

/** Runs whose rows are remembered; a site of 14,000 pages has some 200,000. */
const MAX_KNOWN_RUNS = 500_000;

/**
 * Sums the rows of texts with a whole model in memory: what `StaticEmbedder` does with any store, to the bit, several
 * times as fast. Every run of characters is looked up once, and rows are unpacked once.
 */
export class PassageRows {
  readonly #rowLength: number;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #pieces: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #integers: Int8Array;
  readonly #scales: Float32Array;
  /** Rows that stand for a run, in order. */
  readonly #rowsOfRun = new Map<string, readonly number[]>();
  readonly #sum: Float64Array;
  /** Rows of the sum: where their integers begin, and what these are multiplied by. */
  #starts = new Uint32Array(1024);
  #factors = new Float64Array(1024);
  #count = 0;

  /** @param dims How many dimensions of a sum are wanted: the first ones, a multiple of 4. Default: all. */
  constructor(model: StaticModel, dims: number = model.parameters.dims) {
    const { tokens, parameters, scales } = model;
    this.#rowLength = parameters.dims;
    this.#indices = new Map(tokens.map((token, i) => [token, i]));
    this.#pieces = new Set(tokens.filter(isPiece));
    this.#ignored = new Set(parameters.ignored);
    this.#integers = unpackRows(model, parameters);
    this.#scales = scales;
    this.#sum = new Float64Array(dims);
  }

  /** Add `weight` times the rows of a text's words to the sum. */
  add(text: string, weight: number): void {
    for (const run of splitRuns(text)) {
      for (const row of this.#rowsOfRun.get(run) ?? this.#learn(run)) {
        if (this.#count === this.#starts.length) this.#grow();
        this.#starts[this.#count] = row * this.#rowLength;
        this.#factors[this.#count++] = (this.#scales[row] as number) * weight;
      }
    }
  }

  /** Write the sum at unit length (zeros stay zeros), and begin anew. */
  finish(out: Float32Array, at: number): void {
    const sum = this.#sum;
    sumRows(sum, this.#integers, { starts: this.#starts, factors: this.#factors, count: this.#count });
    let squares = 0;
    for (let d = 0; d < sum.length; d++) squares += (sum[d] as number) * (sum[d] as number);
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (let d = 0; d < sum.length; d++) out[at + d] = (sum[d] as number) * scale;
    this.#count = 0;
  }

  #grow(): void {
    const [starts, factors] = [this.#starts, this.#factors];
    this.#starts = new Uint32Array(2 * starts.length);
    this.#starts.set(starts);
    this.#factors = new Float64Array(2 * factors.length);
    this.#factors.set(factors);
  }

  #learn(run: string): readonly number[] {
    if (this.#rowsOfRun.size >= MAX_KNOWN_RUNS) this.#rowsOfRun.clear();
    const rows = this.#rowsOf(run);
    this.#rowsOfRun.set(run, rows);
    return rows;
  }

  #rowsOf(run: string): readonly number[] {
    const { whole, parts } = toWord(run);
    if (whole === "") return [];
    const texts = parts.length === 0 || this.#indices.has(whole) ? [whole] : parts;
    return texts.flatMap((text) => {
      if (this.#ignored.has(text)) return [];
      const row = this.#indices.get(text);
      if (row !== undefined) return [row];
      return splitPieces(text, this.#pieces).map((piece) => this.#indices.get(piece) as number);
    });
  }
}

interface RowList {
  readonly starts: Uint32Array;
  readonly factors: Float64Array;
  readonly count: number;
}

/** Four dimensions at a time, so that their sums stay in registers; rows in the order given, hence the same to the bit. */
function sumRows(sum: Float64Array, integers: Int8Array, { starts, factors, count }: RowList): void {
  for (let d = 0; d < sum.length; d += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (let i = 0; i < count; i++) {
      const at = (starts[i] as number) + d;
      const factor = factors[i] as number;
      a += (integers[at] as number) * factor;
      b += (integers[at + 1] as number) * factor;
      c += (integers[at + 2] as number) * factor;
      e += (integers[at + 3] as number) * factor;
    }
    sum[d] = a;
    sum[d + 1] = b;
    sum[d + 2] = c;
    sum[d + 3] = e;
  }
}

/** One integer a byte. */
function unpackRows(
  { rows }: QuantizedRows,
  { dims, bits }: { readonly dims: number; readonly bits: RowBits },
): Int8Array {
  if (bits === 8) return rows;
  const perByte = 8 / bits;
  const integers = new Int8Array((rows.length / rowBytes(dims, bits)) * dims);
  for (let i = 0; i < integers.length; i++) {
    const shift = bits * (i % perByte);
    const code = ((rows[Math.floor(i / perByte)] as number) << (32 - bits - shift)) >> (32 - bits);
    integers[i] = bits === 2 ? 2 * code + 1 : code;
  }
  return integers;
}

import { Container, encodeContainer } from "../core/container.ts";
import { topK } from "../core/top-k.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";
import { dotRows } from "./dot-rows.ts";
import { packCodes, packedBytes, TERNARY, unpackCodes } from "./pack-codes.ts";
import { invalid, roundCentre, unitFactors } from "./vector-block.ts";

/** A file with the vectors of one cell. */
export interface CellRef {
  /** Path relative to `index.json`. */
  readonly file: string;
  /** Number of its vectors. */
  readonly size: number;
}

/** What is looked for in cells: besides what was found by words, the same of some pages only, or by meaning alone. */
export type Reach = "hybrid" | "filtered" | "semantic";

/** How many vectors a search reads, and in how many cells. Measured on three sites, see {@link probesFor}. */
const REACHES: Readonly<Record<Reach, { readonly vectors: number; readonly least: number; readonly most: number }>> = {
  hybrid: { vectors: 500, least: 6, most: 8 },
  filtered: { vectors: 1000, least: 12, most: 16 },
  semantic: { vectors: 4000, least: 24, most: 64 },
};

const KIND = "cells";
/** Bytes of the content hash in the name of a cell. */
const HASH_BYTES = 8;

/*
 * Centroids at unit length are coded in three values: 55 bytes per cell of 256 dims, name included. Of 836 cells that
 * takes 38 KB besides the names, and 12 cells found hold 0.89 of the nearest ten; with a dead zone of 1.0 34 KB and 0.88,
 * of 1.2 30 KB and 0.87. Centroids as they are hold 0.92; brought to unit length they find 0.03 more than the means
 * of the cells, exact or coded.
 */
/** A difference from the mean that is smaller than this × the standard deviation of all counts as none. */
const DEAD_ZONE = 0.8;
/** What the others are taken to be, in standard deviations: their mean, if they are normally distributed. */
const LEVEL = 1.38;
const MEAN_STEP = 2 ** -12;

/** What a directory is made from. */
export interface CellDirectoryParts {
  readonly dims: number;
  /** Mean of all vectors. */
  readonly mean: Float32Array;
  /** Means of the cells' vectors, row-major. */
  readonly means: Float32Array;
  /** Number of vectors of each cell. */
  readonly sizes: Uint32Array;
  /** `vectors/` and 16 hex digits and `.bin`. */
  readonly files: readonly string[];
}

/** Write the directory of all cells; see SPEC.md. */
export function encodeCellDirectory({ dims, mean, means, sizes, files }: CellDirectoryParts): Uint8Array {
  const middle = roundCentre(mean, MEAN_STEP);
  const differences = unitRows(means, dims).map((value, at) => value - (middle.values[at % dims] as number));
  const deviation = Math.sqrt(differences.reduce((sum, value) => sum + value * value, 0) / differences.length || 0);
  const least = DEAD_ZONE * deviation;
  const codes = Int8Array.from(differences, (value) => (Math.abs(value) > least ? Math.sign(value) : 0));
  const counts = new VarintWriter();
  for (const size of sizes) counts.write(size);
  const digits = files.map((file) => file.replace(/^vectors\/|\.bin$/g, "")).join("");
  return encodeContainer(KIND, {
    shape: Uint32Array.of(dims, files.length),
    steps: Float32Array.of(LEVEL * deviation, middle.step),
    mean: middle.codes,
    centres: packCodes(codes, TERNARY),
    sizes: counts.finish(),
    names: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  });
}

/** Which files hold the vectors near a query: an inverted file (Jégou et al., PAMI 2011) over cells of near vectors. */
export class CellDirectory {
  readonly dims: number;
  /** Number of cells. */
  readonly count: number;
  /** Number of vectors in all cells. */
  readonly vectorCount: number;
  /** Mean of all vectors: its dot product with a query is the mean cosine. */
  readonly mean: Float32Array;
  readonly #codes: Int8Array;
  readonly #step: number;
  /** One over the length of each decoded centroid. */
  readonly #factors: Float32Array;
  readonly #sizes: Uint32Array;
  readonly #names: Uint8Array;

  /** @throws SearchError as {@link Container}; `file-invalid` when its parts contradict each other. */
  constructor(bytes: Uint8Array, file: string) {
    const container = new Container(bytes, { kind: KIND, file });
    const [dims = 0, count = 0] = container.get("shape", Uint32Array);
    const [step = Number.NaN, meanStep = Number.NaN] = container.get("steps", Float32Array);
    const centres = container.get("centres", Uint8Array);
    const sizes = new VarintReader(container.get("sizes", Uint8Array));
    this.mean = Float32Array.from(container.get("mean", Int8Array), (code) => code * meanStep);
    this.#names = container.get("names", Uint8Array);
    if (dims === 0 || this.mean.length !== dims || centres.length !== packedBytes(count * dims, TERNARY)) {
      throw invalid(file, `it holds ${centres.length} bytes of centroids, expected ${count} of ${dims} numbers`);
    }
    if (this.#names.length !== count * HASH_BYTES) {
      throw invalid(file, `it names ${this.#names.length / HASH_BYTES} cells, expected ${count}`);
    }
    if (!Number.isFinite(step + meanStep)) throw invalid(file, `it has the steps ${step} and ${meanStep}`);
    this.dims = dims;
    this.count = count;
    this.#codes = unpackCodes(centres, count * dims, TERNARY);
    this.#step = step;
    this.#factors = unitFactors(this.#codes, { step, centre: this.mean });
    this.#sizes = Uint32Array.from({ length: count }, () => sizes.read());
    this.vectorCount = this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Names of the files of all cells. */
  files(): string[] {
    return Array.from({ length: this.count }, (_, cell) => this.#file(cell));
  }

  /** The cells in whose direction the query points most, best first. 1,200 cells take 0.4 ms. */
  nearest(query: Float32Array, probes: number): CellRef[] {
    const [base = 0] = dotRows(query, this.mean);
    const cosines = dotRows(query, this.#codes).map(
      (sum, cell) => (base + this.#step * sum) * (this.#factors[cell] as number),
    );
    return topK(cosines, probes).map(({ id }) => ({ file: this.#file(id), size: this.#sizes[id] as number }));
  }

  #file(cell: number): string {
    const hash = this.#names.subarray(cell * HASH_BYTES, (cell + 1) * HASH_BYTES);
    return `vectors/${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}.bin`;
  }
}

/**
 * In how many cells to look: a hybrid search reads little, because it scores what was found by words from elsewhere.
 *
 * Measured as the share of the ten found that are as near as the ten nearest (within 0.001), queries in sentences and in
 * words mixed, with the bytes of the cells that are read: for 79,654 vectors of 256 dims in 940 cells 0.78 in 6 (67 KB),
 * 0.83 in 8 (88 KB), 0.88 in 16 (173 KB), 0.92 in 32 (341 KB); for 4,829 in 161 cells 0.93 in 6 (14 KB), 0.95 in 12
 * (27 KB), 0.97 in 32 (68 KB); for 1,208 in 37 cells 0.92 in 6 (26 KB), 0.96 in 12 (52 KB), 0.97 in all. Of sentences
 * alone 24 of the 940 cells hold 0.95.
 */
export function probesFor({ count, vectorCount }: Pick<CellDirectory, "count" | "vectorCount">, reach: Reach): number {
  const { vectors, least, most } = REACHES[reach];
  const wanted = Math.round((vectors * count) / Math.max(1, vectorCount));
  return Math.min(count, Math.max(least, Math.min(most, wanted)));
}

/** Rows at unit length; zeros stay zeros. */
function unitRows(rows: Float32Array, dims: number): Float32Array {
  const units = rows.slice();
  for (let at = 0; at < rows.length; at += dims) {
    const own = units.subarray(at, at + dims);
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let i = 0; i < dims; i++) own[i] = (own[i] as number) / length;
  }
  return units;
}

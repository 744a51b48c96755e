import type { Container, Sections } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";
import { dotRows } from "./dot-rows.ts";
import { FINE, packCodes, packedBytes, unpackCodes } from "./pack-codes.ts";

/** Runs of consecutive chunks, one per vector: `[firsts[i], firsts[i] + counts[i])`. */
export interface VectorRuns {
  /** First chunk of each run. */
  readonly firsts: Uint32Array;
  /** Number of its chunks, at least 1. */
  readonly counts: Uint32Array;
}

/** Vectors at hand, each for a run of chunks. */
export interface RunVectors extends VectorRuns {
  /** Dot product of the query with every vector, in order. */
  scores(query: Float32Array): Float32Array;
  /** One vector as floats, a copy. */
  row(index: number): Float32Array;
}

/** Where codes are measured from: value = centre + step × code. */
export interface Centre {
  /** Exactly what a reader adds. */
  readonly values: Float32Array;
  readonly codes: Int8Array;
  readonly step: number;
}

/** Options of {@link encodeVectorBlock}. */
export interface VectorBlockOptions extends VectorRuns {
  readonly dims: number;
  /** What one unit of a code is worth. Undefined stores the numbers as they are, in Float32. */
  readonly step?: number | undefined;
  /** Only with `step`. Default: the codes are measured from zero. */
  readonly centre?: Centre | undefined;
}

/** Vectors as stored: numbers as they are, or codes and what makes a row of them as long as it was. */
type Rows =
  | { readonly precision: "float32"; readonly data: Float32Array }
  | {
      readonly precision: "int8";
      readonly data: Int8Array;
      readonly step: number;
      readonly centre: Float32Array;
      readonly factors: Float32Array;
    };

/** Largest code of a centre; symmetric. */
const MAX_CODE = 127;
/** Of vectors, so that damaged bytes do not ask for all memory. */
const MAX_DIMS = 65535;
/** A decoded vector below this length stands for zeros; every other has length 1. */
const SHORTEST = 0.5;

/** Vectors, and the runs of consecutive chunks that they stand for, ascending. Decoded by {@link decodeVectorBlock}. */
export class VectorBlock implements RunVectors {
  readonly dims: number;
  readonly firsts: Uint32Array;
  readonly counts: Uint32Array;
  readonly #rows: Rows;

  /** @internal */
  constructor(rows: Rows, { dims, firsts, counts }: VectorRuns & { readonly dims: number }) {
    this.dims = dims;
    this.firsts = firsts;
    this.counts = counts;
    this.#rows = rows;
  }

  /** Number of vectors. */
  get length(): number {
    return this.firsts.length;
  }

  /** Dot product of the query with every vector, in order: the cosine for unit vectors, up to the error of the codes. */
  scores(query: Float32Array): Float32Array {
    const rows = this.#rows;
    const scores = dotRows(query, rows.data);
    if (rows.precision === "float32") return scores;
    const [base = 0] = dotRows(query, rows.centre);
    for (let i = 0; i < scores.length; i++) {
      scores[i] = (base + rows.step * (scores[i] as number)) * (rows.factors[i] as number);
    }
    return scores;
  }

  /** One vector as floats, a copy. */
  row(index: number): Float32Array {
    const rows = this.#rows;
    const own = rows.data.subarray(index * this.dims, (index + 1) * this.dims);
    if (rows.precision === "float32") return Float32Array.from(own);
    const factor = rows.factors[index] as number;
    return Float32Array.from(own, (code, i) => ((rows.centre[i] as number) + rows.step * code) * factor);
  }
}

/**
 * Sections of a container that hold vectors and their runs; all their names begin with `v`. See SPEC.md.
 *
 * @param vectors Row-major, unit length or zero; rows in the order of their runs.
 * @throws RangeError for runs that are empty or not ascending.
 */
export function encodeVectorBlock(vectors: Float32Array, options: VectorBlockOptions): Sections {
  const { dims, step, centre, firsts } = options;
  const shared = { vshape: Uint32Array.of(firsts.length, dims), vruns: encodeRuns(options) };
  if (step === undefined) return { ...shared, vdata: vectors };
  return {
    ...shared,
    vsteps: Float32Array.of(step, ...(centre ? [centre.step] : [])),
    ...(centre && { vcentre: centre.codes }),
    vcodes: packCodes(encodeRows(vectors, { dims, step: Math.fround(step), centre: centre?.values }), FINE),
  };
}

/**
 * The inverse of {@link encodeVectorBlock}. Rows of codes are given their length back, 1: on three sites that finds two
 * more in a hundred of the ten nearest than the codes as they are.
 *
 * @param options `file` names the container in errors; `origin` is the chunk that the runs are numbered from. Default 0.
 * @throws SearchError `file-invalid` when the sections contradict each other, or as {@link Container}.
 */
export function decodeVectorBlock(
  container: Container,
  { file, origin = 0 }: { readonly file: string; readonly origin?: number },
): VectorBlock {
  const [count = 0, dims = 0] = container.get("vshape", Uint32Array);
  if (dims === 0 || dims > MAX_DIMS) throw invalid(file, `it holds ${count} vectors of ${dims} numbers`);
  const runs = container.get("vruns", Uint8Array);
  if (runs.length < 2 * count) throw invalid(file, `${runs.length} bytes cannot hold ${count} runs`);
  const rows = container.has("vdata")
    ? decodeNumbers(container, { file, numbers: count * dims })
    : decodeCodes(container, { file, count, dims });
  return new VectorBlock(rows, { dims, ...decodeRuns(runs, count, origin) });
}

/** What a centre becomes when it is stored: int8 codes of the step given, or of a larger one that they need. */
export function roundCentre(centre: Float32Array, finestStep: number): Centre {
  const largest = centre.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = Math.fround(Math.max(finestStep, largest / MAX_CODE));
  const codes = Int8Array.from(centre, (value) => toCode(value / step));
  return { values: Float32Array.from(codes, (code) => code * step), codes, step };
}

/** Rounded to nearest, within ±127; never −0. */
export function toCode(value: number): number {
  return Math.max(-MAX_CODE, Math.min(MAX_CODE, Math.round(value))) + 0;
}

function encodeRows(
  vectors: Float32Array,
  { dims, step, centre }: { readonly dims: number; readonly step: number; readonly centre?: Float32Array | undefined },
): Int8Array {
  const codes = new Int8Array(vectors.length);
  const origin = centre ?? new Float32Array(dims);
  for (let start = 0; start < vectors.length; start += dims) {
    for (let d = 0; d < dims; d++) {
      codes[start + d] = toCode(((vectors[start + d] as number) - (origin[d] as number)) / step);
    }
  }
  return codes;
}

function decodeNumbers(
  container: Container,
  { file, numbers }: { readonly file: string; readonly numbers: number },
): Rows {
  const data = container.get("vdata", Float32Array);
  if (data.length !== numbers) throw invalid(file, `it holds ${data.length} numbers, expected ${numbers}`);
  return { precision: "float32", data };
}

interface CodesShape {
  readonly file: string;
  readonly count: number;
  readonly dims: number;
}

function decodeCodes(container: Container, { file, count, dims }: CodesShape): Rows {
  const [step = Number.NaN, centreStep = 0] = container.get("vsteps", Float32Array);
  const packed = container.get("vcodes", Uint8Array);
  const centre = container.has("vcentre")
    ? Float32Array.from(container.get("vcentre", Int8Array), (code) => code * centreStep)
    : new Float32Array(dims);
  if (packed.length !== packedBytes(count * dims, FINE) || centre.length !== dims) {
    throw invalid(
      file,
      `it holds ${packed.length} bytes and a centre of ${centre.length}, not ${count} × ${dims} codes`,
    );
  }
  if (!Number.isFinite(step) || !Number.isFinite(centreStep)) {
    throw invalid(file, `its codes have the steps ${step} and ${centreStep}`);
  }
  const data = unpackCodes(packed, count * dims, FINE);
  return { precision: "int8", data, step, centre, factors: unitFactors(data, { step, centre }) };
}

/** What makes each row of codes, centre + step × code, one of unit length; 1 for a row that is nearly zero. */
export function unitFactors(
  codes: Int8Array,
  { step, centre }: { readonly step: number; readonly centre: Float32Array },
): Float32Array {
  const dims = centre.length;
  const factors = new Float32Array(codes.length / dims);
  for (let row = 0, at = 0; row < factors.length; row++) {
    let square = 0;
    for (let i = 0; i < dims; i++) square += ((centre[i] as number) + step * (codes[at++] as number)) ** 2;
    factors[row] = square < SHORTEST ** 2 ? 1 : 1 / Math.sqrt(square);
  }
  return factors;
}

/** Gaps between the first chunks, then the numbers of chunks, as varints. */
export function encodeRuns({ firsts, counts }: VectorRuns): Uint8Array {
  const writer = new VarintWriter();
  for (let i = 0; i < firsts.length; i++) {
    const gap = (firsts[i] as number) - (firsts[i - 1] ?? -1);
    if (gap < 1) throw new RangeError(`The run at chunk ${firsts[i]} does not ascend`);
    writer.write(gap);
  }
  for (const count of counts) {
    if (count < 1) throw new RangeError("A run without chunks");
    writer.write(count);
  }
  return writer.finish();
}

/** The inverse of {@link encodeRuns}. */
export function decodeRuns(bytes: Uint8Array, count: number, origin: number): VectorRuns {
  const reader = new VarintReader(bytes);
  const firsts = new Uint32Array(count);
  let previous = origin - 1;
  for (let i = 0; i < count; i++) {
    previous += reader.read();
    firsts[i] = previous;
  }
  return { firsts, counts: Uint32Array.from(firsts, () => reader.read()) };
}

/** Bytes that are a container, but not of vectors that fit together. */
export function invalid(file: string, detail: string): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable index file: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

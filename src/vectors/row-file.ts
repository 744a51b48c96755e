import { Container, encodeContainer } from "../core/container.ts";
import { type SearchRows, toCodeRows, unitScales } from "./hnsw-rows.ts";
import { decodeRuns, encodeRuns, invalid, type VectorRuns } from "./vector-block.ts";

const KIND = "rows";

/** All vectors of a space, as they are searched, and the runs of chunks that they stand for. */
export interface RowFile extends VectorRuns {
  readonly rows: SearchRows;
}

/** Options of {@link encodeRowFile}. */
export interface RowFileOptions extends VectorRuns {
  readonly dims: number;
  /** Codes of 8 bits, each row with a scale of its own, or the numbers as they are. */
  readonly precision: "int8" | "float32";
}

/**
 * A file of all vectors of a space; see SPEC.md.
 *
 * @param vectors Row-major, unit length or zero, in the order of their runs: ascending.
 */
export function encodeRowFile(vectors: Float32Array, { dims, precision, ...runs }: RowFileOptions): Uint8Array {
  return encodeContainer(KIND, {
    shape: Uint32Array.of(runs.firsts.length, dims),
    runs: encodeRuns(runs),
    ...(precision === "int8" ? { codes: toCodeRows(vectors, dims).data } : { data: vectors }),
  });
}

/**
 * The inverse of {@link encodeRowFile}.
 * @throws SearchError `file-invalid` when the sections contradict each other, or as {@link Container}.
 */
export function decodeRowFile(bytes: Uint8Array, file: string): RowFile {
  const container = new Container(bytes, { kind: KIND, file });
  const [count = 0, dims = 0] = container.get("shape", Uint32Array);
  const isCoded = container.has("codes");
  const data = isCoded ? container.get("codes", Int8Array) : container.get("data", Float32Array);
  const runs = container.get("runs", Uint8Array);
  if (data.length !== count * dims || runs.length < 2 * count) {
    throw invalid(file, `it holds ${data.length} numbers and ${runs.length} bytes of runs for ${count} × ${dims}`);
  }
  const scales = data instanceof Int8Array ? { scales: unitScales(data, dims) } : {};
  return { rows: { dims, data, ...scales }, ...decodeRuns(runs, count, 0) };
}

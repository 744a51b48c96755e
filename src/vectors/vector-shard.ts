import { Container, encodeContainer } from "../core/container.ts";

/** Vectors as stored: row-major Float32, or int8 with one scale per row (value = code × scale). */
export type PackedVectors =
  | { readonly precision: "float32"; readonly dims: number; readonly data: Float32Array }
  | { readonly precision: "int8"; readonly dims: number; readonly data: Int8Array; readonly scales: Float32Array };

const KIND = "vectors";

/** Pack unit vectors (row-major, `dims` wide). int8 scales each row to its largest component. */
export function packVectors(vectors: Float32Array, dims: number, precision: "float32" | "int8"): PackedVectors {
  if (precision === "float32") return { precision, dims, data: vectors };
  const count = vectors.length / dims;
  const data = new Int8Array(vectors.length);
  const scales = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    scales[row] = quantizeRow(vectors.subarray(row * dims, (row + 1) * dims), data.subarray(row * dims));
  }
  return { precision, dims, data, scales };
}

/** Write `codes` with the row divided by the scale that is returned; symmetric, ±127, rounded to nearest. */
export function quantizeRow(row: Float32Array, codes: Int8Array): number {
  let largest = 0;
  for (const value of row) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 0;
  const scale = Math.fround(largest / 127);
  for (let i = 0; i < row.length; i++) codes[i] = Math.max(-127, Math.min(127, Math.round((row[i] as number) / scale)));
  return scale;
}

/** One row as floats. */
export function unpackRow(vectors: PackedVectors, row: number): Float32Array {
  const { dims, data } = vectors;
  const scale = vectors.precision === "int8" ? (vectors.scales[row] as number) : 1;
  return Float32Array.from(data.subarray(row * dims, (row + 1) * dims), (value) => value * scale);
}

/** Write vectors of consecutive chunks; see SPEC.md. */
export function encodeVectorShard(vectors: PackedVectors): Uint8Array {
  return encodeContainer(KIND, {
    shape: Uint32Array.of(vectors.data.length / vectors.dims, vectors.dims),
    data: vectors.data,
    ...(vectors.precision === "int8" && { scales: vectors.scales }),
  });
}

/**
 * Views over a shard.
 * @throws SearchError as {@link Container}.
 */
export function decodeVectorShard(bytes: Uint8Array, file: string): PackedVectors {
  const container = new Container(bytes, { kind: KIND, file });
  const dims = container.get("shape", Uint32Array)[1] ?? 0;
  return container.has("scales")
    ? {
        precision: "int8",
        dims,
        data: container.get("data", Int8Array),
        scales: container.get("scales", Float32Array),
      }
    : { precision: "float32", dims, data: container.get("data", Float32Array) };
}

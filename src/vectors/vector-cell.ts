import { Container, encodeContainer } from "../core/container.ts";
import { decodeVectorBlock, encodeVectorBlock, type VectorBlock, type VectorBlockOptions } from "./vector-block.ts";

const KIND = "vectors";

/** A file that holds nothing but vectors and their runs; see SPEC.md. */
export function encodeCell(vectors: Float32Array, options: VectorBlockOptions): Uint8Array {
  return encodeContainer(KIND, encodeVectorBlock(vectors, options));
}

/**
 * The inverse of {@link encodeCell}.
 * @throws SearchError as {@link decodeVectorBlock}.
 */
export function decodeCell(bytes: Uint8Array, file: string): VectorBlock {
  return decodeVectorBlock(new Container(bytes, { kind: KIND, file }), { file });
}

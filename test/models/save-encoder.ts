import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeEncoder, type TinyEncoder, type TinyEncoderOptions } from "./tiny-encoder.ts";
import { makeWordPiece } from "./tokenizers.ts";

/** A small encoder for a text's words that says how it pools, as sentence-transformers' repositories do. */
export function makeSentenceEncoder(text: string, options?: TinyEncoderOptions): TinyEncoder {
  const encoder = makeEncoder(makeWordPiece(text), options);
  const pooling = { word_embedding_dimension: encoder.weights.shape.hidden, pooling_mode_mean_tokens: true };
  const files = new Map(encoder.files).set("1_Pooling/config.json", new TextEncoder().encode(JSON.stringify(pooling)));
  return { ...encoder, files };
}

/** Write the files of a model into a folder, as a repository has them. */
export async function saveModel(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

import { gzip } from "../../src/core/gzip.ts";
import type { ModelFilePart, ModelFileRef } from "../../src/core/model-files.ts";
import { createRandom } from "../../src/core/random.ts";

/** A made-up model in the folder of an index. */
export interface CutModel {
  readonly refs: readonly ModelFileRef[];
  /** What is stored, by its path; tests may damage it. */
  readonly stored: Map<string, Uint8Array>;
}

/** Cut files into parts of some length, every other one stored as gzip. */
export async function cutModel(files: Readonly<Record<string, Uint8Array>>, partBytes: number): Promise<CutModel> {
  const stored = new Map<string, Uint8Array>();
  const refs: ModelFileRef[] = [];
  for (const [name, content] of Object.entries(files)) {
    const parts: ModelFilePart[] = [];
    for (let start = 0; start < content.length; start += partBytes) {
      const bytes = content.slice(start, start + partBytes);
      const sha256 = await hashOf(bytes);
      const packed = parts.length % 2 === 1 ? await gzip(bytes) : undefined;
      const file = `models/${sha256.slice(0, 16)}${packed ? "-gz" : ""}.bin`;
      stored.set(file, packed ?? bytes);
      parts.push({ file, bytes: bytes.length, sha256, ...(packed && { gzipBytes: packed.length }) });
    }
    refs.push({ name, bytes: content.length, sha256: await hashOf(content), parts });
  }
  return { refs, stored };
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes that depend on a seed. */
export function madeUpBytes(length: number, seed = 1): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length }, () => random() * 256);
}

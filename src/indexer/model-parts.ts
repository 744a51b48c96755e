import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { SearchError } from "../core/errors.ts";
import type { ModelFilePart, ModelFileRef } from "../core/model-files.ts";

/** Hosts take files of 25 MiB at least. Smaller parts lose less when a download is broken off, and load side by side. */
const PART_BYTES = 8 * 1024 * 1024;
/** By how much of a part one can tell whether it shrinks. */
const SAMPLE_BYTES = 256 * 1024;
/** Stored as gzip if it comes out smaller than this share. */
const GZIP_BELOW = 2 / 3;
/** Hex digits of the hash in a name, as in those of all files of an index. */
const NAME_DIGITS = 16;

const compress = promisify(gzip);

/** Options of {@link writeModelParts}. */
export interface ModelPartsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the model's files that are done. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/**
 * Write files of a model, and those of its runtime, into an index folder: as `models/<hash>.bin`, cut into parts of 8 MiB
 * that are named by their content. A part that is there already, and whole, stays. One part is in memory at a time.
 *
 * Weights are stored as they are: int8 shrinks by 15 %, float32 by 7 %, which is not worth unpacking them in the browser
 * each time. Parts that shrink by more than a third, such as those of WebAssembly (74 %) and of `tokenizer.json`, are
 * stored as gzip, `models/<hash>-gz.bin`, since hosts compress no file of this kind.
 *
 * @param files Paths by name, in the order of the result.
 * @throws SearchError `not-found` for a file that cannot be read, `aborted`.
 */
export async function writeModelParts(
  out: string,
  files: ReadonlyMap<string, { readonly path: string }>,
  { signal, onProgress }: ModelPartsOptions = {},
): Promise<readonly ModelFileRef[]> {
  const sizes = await Promise.all(Array.from(files.values(), ({ path }) => sizeOf(path)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const refs: ModelFileRef[] = [];
  let done = 0;
  for (const [name, { path }] of files) {
    const parts: ModelFilePart[] = [];
    const hash = createHash("sha256");
    for await (const bytes of readParts(path)) {
      if (signal?.aborted) throw SearchError.from(signal.reason);
      hash.update(bytes);
      parts.push(await writePart(out, bytes));
      done += bytes.length;
      onProgress?.(done, total);
    }
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    refs.push({ name, bytes, sha256: hash.digest("hex"), parts });
  }
  return refs;
}

/** A file in memory, cut into parts that are stored as they are: what to say of it, and the parts by their names. */
export function cutModelFile(
  name: string,
  content: Uint8Array,
  partBytes: number,
): { readonly ref: ModelFileRef; readonly files: ReadonlyMap<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const parts: ModelFilePart[] = [];
  for (let at = 0; at < content.length; at += partBytes) {
    const bytes = content.subarray(at, at + partBytes);
    const sha256 = hexHash(bytes);
    const file = partName(sha256);
    parts.push({ file, bytes: bytes.length, sha256 });
    files.set(file, bytes);
  }
  return { ref: { name, bytes: content.length, sha256: hexHash(content), parts }, files };
}

function hexHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function partName(sha256: string): string {
  return `models/${sha256.slice(0, NAME_DIGITS)}.bin`;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new SearchError("not-found", `${path}, a file of a model, cannot be read.`, {
      remedy: "Check the path.",
      file: path,
      cause,
    });
  }
}

/** The bytes of a file, part by part, all in the same memory. */
async function* readParts(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path);
  try {
    const buffer = new Uint8Array(PART_BYTES);
    for (let length = buffer.length; length === buffer.length; ) {
      length = await fill(buffer, handle);
      if (length > 0) yield buffer.subarray(0, length);
    }
  } finally {
    await handle.close();
  }
}

/** How many bytes there were; fewer than the buffer holds at the end of the file. */
async function fill(buffer: Uint8Array, handle: FileHandle): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

async function writePart(out: string, bytes: Uint8Array): Promise<ModelFilePart> {
  const sha256 = hexHash(bytes);
  const name = partName(sha256);
  const part = { bytes: bytes.length, sha256 };
  if (await shrinks(bytes)) {
    const file = name.replace(".bin", "-gz.bin");
    const there = await sizeOfGzip(join(out, file), bytes.length);
    return { file, ...part, gzipBytes: there ?? (await writeWhole(join(out, file), await compress(bytes))) };
  }
  const there = await stat(join(out, name)).catch(() => undefined);
  if (there?.size !== bytes.length) await writeWhole(join(out, name), bytes);
  return { file: name, ...part };
}

/** Bytes of a gzip file; undefined if it is not there, or cut off: it ends in the length of what is in it (RFC 1952). */
async function sizeOfGzip(file: string, contentBytes: number): Promise<number | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return bytesRead === 4 && buffer.readUInt32LE() === contentBytes ? size : undefined;
  } finally {
    await handle.close();
  }
}

async function shrinks(bytes: Uint8Array): Promise<boolean> {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  return (await compress(sample)).length < GZIP_BELOW * sample.length;
}

/** Write a file so that nobody meets half of it. Its size. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  return bytes.length;
}

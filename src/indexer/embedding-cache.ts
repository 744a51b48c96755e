import { readSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../core/embedder.ts";
import { keyOf } from "./prepare-page.ts";

const MAGIC = "SSEVECS1";
/** At the end of the file: magic, 32 digits of the model's fingerprint, dimensions and number of vectors as u32. */
const FOOTER_BYTES = 8 + 32 + 4 + 4;
/** A passage's key: 128 bits of SHA-256. */
const KEY_BYTES = 16;

type Options = { readonly signal?: AbortSignal | undefined };

/** The file of the last build: where each passage's vector stands in it. */
interface Known {
  readonly handle: FileHandle;
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * An embedder that remembers passages from one build to the next in one file, so that only changed chunks are embedded.
 * The file belongs to one model: vectors of another fingerprint are forgotten. A file that cannot be read is the same
 * as none, and one that cannot be written is left: the cache only saves time.
 *
 * Vectors are read and written as they are needed, and none is kept in memory. The file: all vectors as Float32, all keys,
 * a footer.
 */
export class CachedEmbedder implements Embedder {
  readonly info: EmbedderInfo;
  /** Passages embedded anew, and taken from the file. */
  embedded = 0;
  reused = 0;
  readonly #inner: Embedder;
  readonly #known: Known | undefined;
  #next: NextFile | undefined;

  private constructor(inner: Embedder, { known, next }: { known: Known | undefined; next: NextFile | undefined }) {
    this.info = inner.info;
    this.#inner = inner;
    this.#known = known;
    this.#next = next;
  }

  /**
   * @param file Undefined to keep nothing.
   * @param options.force Whether to pass over what is there.
   */
  static async open(
    inner: Embedder,
    file: string | undefined,
    { force = false }: { readonly force?: boolean | undefined } = {},
  ): Promise<CachedEmbedder> {
    if (file === undefined) return new CachedEmbedder(inner, { known: undefined, next: undefined });
    const known = force ? undefined : await openKnown(file, inner.info);
    const next = await NextFile.open(file).catch(() => undefined);
    return new CachedEmbedder(inner, { known, next });
  }

  embedQuery(query: string, options?: Options): Promise<QueryEmbedding> {
    return this.#inner.embedQuery(query, options);
  }

  async embedPassages(passages: readonly Passage[], options?: Options): Promise<Float32Array> {
    const { dims } = this.info;
    const keys = passages.map(passageKey);
    const vectors = new Float32Array(passages.length * dims);
    const missing = this.#readAll(keys, vectors);
    const fresh = await this.#inner.embedPassages(
      missing.map((i) => passages[i] as Passage),
      options,
    );
    missing.forEach((i, row) => {
      vectors.set(fresh.subarray(row * dims, (row + 1) * dims), i * dims);
    });
    this.embedded += missing.length;
    this.reused += passages.length - missing.length;
    await this.#next?.add(keys, vectors).catch(() => this.close());
    return vectors;
  }

  /** Leave what this build used to the next, in place of the last one's file. */
  async save(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    await next?.finish(this.info);
    await this.close();
  }

  /** The same with what the last build left and this one has not come to, for a build that was stopped. */
  async saveAll(): Promise<void> {
    const next = this.#next;
    const known = this.#known;
    if (!next) return;
    const own = new Set(next.keys);
    const vector = new Float32Array(this.info.dims);
    for (const [key, row] of known?.rows ?? []) {
      if (!own.has(key) && this.#read(row, vector)) await next.add([key], vector);
    }
    await this.save();
  }

  /** Close all files, and leave the last build's as it was. */
  async close(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    await next?.discard();
    await this.#known?.handle.close().catch(() => undefined);
  }

  /** Fill in the vectors that are known, and tell which are not. */
  #readAll(keys: readonly string[], vectors: Float32Array): number[] {
    const { dims } = this.info;
    const rows = keys.map((key) => this.#known?.rows.get(key) ?? -1);
    const missing: number[] = [];
    for (let first = 0, end = 0; first < rows.length; first = end) {
      const row = rows[first] as number;
      // Mostly they stand in the file as they are asked for: one read for many.
      for (end = first + 1; row >= 0 && rows[end] === row + end - first; ) end++;
      if (row < 0 || !this.#read(row, vectors.subarray(first * dims, end * dims))) {
        for (let i = first; i < end; i++) missing.push(i);
      }
    }
    return missing;
  }

  /** Rows from one on. Synchronous: a promise for each would take ten times as long. */
  #read(row: number, into: Float32Array): boolean {
    if (!this.#known) return false;
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    const rowBytes = this.info.dims * Float32Array.BYTES_PER_ELEMENT;
    return readSync(this.#known.handle.fd, bytes, 0, bytes.length, row * rowBytes) === bytes.length;
  }
}

/** 32 hex digits over a passage. */
export function passageKey(passage: Passage): string {
  if (passage.key !== undefined) return passage.key;
  const { title, headings, text } = passage;
  return keyOf([title, headings, text]);
}

/** The file that the next build will read, while it is written. */
class NextFile {
  readonly #file: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #keys: string[] = [];

  private constructor(file: string, temporary: string, handle: FileHandle) {
    this.#file = file;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async open(file: string): Promise<NextFile> {
    await mkdir(dirname(file), { recursive: true });
    await removeLeftovers(file);
    const temporary = `${file}.${process.pid}-${++opened}.tmp`;
    return new NextFile(file, temporary, await open(temporary, "w"));
  }

  /** Those of the vectors so far, in their order. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  async add(keys: readonly string[], vectors: Float32Array): Promise<void> {
    await this.#handle.write(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
    for (const key of keys) this.#keys.push(key);
  }

  async finish(info: EmbedderInfo): Promise<void> {
    await this.#handle.write(Buffer.from(this.#keys.join(""), "hex"));
    await this.#handle.write(encodeFooter(info, this.#keys.length));
    await this.#handle.close();
    await rename(this.#temporary, this.#file);
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

/** Files that this process has opened to write. */
let opened = 0;

/** What another process left that was killed. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file);
  const start = `${basename(file)}.`;
  for (const name of await readdir(folder)) {
    const isLeftover = name.startsWith(start) && name.endsWith(".tmp") && !name.startsWith(`${start}${process.pid}-`);
    if (isLeftover) await rm(join(folder, name), { force: true });
  }
}

function encodeFooter({ fingerprint, dims }: EmbedderInfo, count: number): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.write(MAGIC + fingerprint, "latin1");
  footer.writeUInt32LE(dims, FOOTER_BYTES - 8);
  footer.writeUInt32LE(count, FOOTER_BYTES - 4);
  return footer;
}

async function openKnown(file: string, info: EmbedderInfo): Promise<Known | undefined> {
  const handle = await open(file, "r").catch(() => undefined);
  const rows = handle && (await readKeys(handle, info).catch(() => undefined));
  if (handle && rows) return { handle, rows };
  await handle?.close();
  return undefined;
}

async function readKeys(handle: FileHandle, info: EmbedderInfo): Promise<ReadonlyMap<string, number> | undefined> {
  const { size } = await handle.stat();
  if (size < FOOTER_BYTES) return undefined;
  const footer = await readAt(handle, size - FOOTER_BYTES, FOOTER_BYTES);
  const count = footer.readUInt32LE(FOOTER_BYTES - 4);
  const vectorBytes = info.dims * Float32Array.BYTES_PER_ELEMENT;
  if (!footer.equals(encodeFooter(info, count))) return undefined;
  if (size !== count * (vectorBytes + KEY_BYTES) + FOOTER_BYTES) return undefined;
  const keys = (await readAt(handle, count * vectorBytes, count * KEY_BYTES)).toString("hex");
  const digits = 2 * KEY_BYTES;
  return new Map(Array.from({ length: count }, (_, row) => [keys.slice(row * digits, (row + 1) * digits), row]));
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../core/embedder.ts";

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
    const missing: number[] = [];
    keys.forEach((key, i) => {
      if (!this.#read(key, vectors.subarray(i * dims, (i + 1) * dims))) missing.push(i);
    });
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

  /** Close all files, and leave the last build's as it was. */
  async close(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    await next?.discard();
    await this.#known?.handle.close().catch(() => undefined);
  }

  #read(key: string, into: Float32Array): boolean {
    const row = this.#known?.rows.get(key);
    if (row === undefined || !this.#known) return false;
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    // Some 3 µs; a promise for each takes ten times as long.
    return readSync(this.#known.handle.fd, bytes, 0, bytes.length, row * bytes.length) === bytes.length;
  }
}

/** 32 hex digits over a passage. */
export function passageKey({ title, headings, text }: Passage): string {
  const content = JSON.stringify([title, headings, text]);
  return createHash("sha256")
    .update(content)
    .digest("hex")
    .slice(0, KEY_BYTES * 2);
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

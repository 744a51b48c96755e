import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { packReadings, unpackReadings } from "./pack-readings.ts";
import type { FileReading, ReadTask } from "./page-reader.ts";

/** At the head of the file; another format has another one. */
const MAGIC = Buffer.from("SSEPAGE2", "latin1");
/** At the head of each batch: `SSEB`. */
const BATCH_MAGIC = 0x42455353;
const BATCH_HEADER_BYTES = 16;
/** A file's key: 128 bits of SHA-256. */
const KEY_BYTES = 16;
/** Unpacked batches kept in memory; files are asked for in the order in which they were written. */
const MAX_OPEN = 4;

/** Some readings in the file, compressed together. */
interface StoredBatch {
  /** Where the batch begins in the file. */
  readonly offset: number;
  readonly packedBytes: number;
  /** CRC-32 of what is packed: parts of it are unpacked when nothing can be read again. */
  readonly checksum: number;
  readonly keys: readonly string[];
}

/**
 * What was read from a site's files, from one build to the next, by the hash of their bytes and of all that decides how
 * they are read. One file, written as the build goes, so that a build that was stopped goes on where it was:
 *
 *     "SSEPAGE2", then batches of: u32 "SSEB", u32 count, u32 bytes, u32 CRC-32 of these, count × 16 bytes of key,
 *     what `packReadings` gave
 *
 * A file that cannot be read is the same as none, and one that cannot be written is left: the cache only saves time.
 */
export class PageCache {
  readonly #file: string | undefined;
  /** What the code that reads files is; another one makes other keys. */
  readonly #revision: string;
  readonly #places = new Map<string, { readonly batch: StoredBatch; readonly index: number }>();
  readonly #batches = new Set<StoredBatch>();
  readonly #used = new Set<string>();
  readonly #open = new Map<StoredBatch, readonly FileReading[] | undefined>();
  #handle: FileHandle | undefined;
  #end = 0;

  private constructor(file: string | undefined, revision: string) {
    this.#file = file;
    this.#revision = revision;
  }

  /**
   * @param file Undefined to keep nothing.
   * @param options.force Whether to forget what is there.
   */
  static async open(
    file: string | undefined,
    { revision, force = false }: { readonly revision: string; readonly force?: boolean | undefined },
  ): Promise<PageCache> {
    const cache = new PageCache(file, revision);
    await cache.#begin(force).catch(() => cache.#abandon());
    return cache;
  }

  /** The key of a file of these bytes. */
  keyOf(file: string, { folder: _, ...task }: ReadTask, hash: string): string {
    const content = JSON.stringify([this.#revision, file, hash, task]);
    return createHash("sha256")
      .update(content)
      .digest("hex")
      .slice(0, 2 * KEY_BYTES);
  }

  has(key: string | undefined): boolean {
    return key !== undefined && this.#places.has(key);
  }

  /** Undefined when it is not there after all. */
  async get(key: string | undefined): Promise<FileReading | undefined> {
    const place = key === undefined ? undefined : this.#places.get(key);
    if (key === undefined || !place) return undefined;
    this.#used.add(key);
    return (await this.#readings(place.batch))?.[place.index];
  }

  /** Write some readings. @param packed What `packReadings` gave for them; those without a key are not found again. */
  async add(keys: readonly (string | undefined)[], packed: Uint8Array): Promise<void> {
    if (!this.#handle) return;
    const bytes = encodeBatch(keys, packed);
    try {
      await this.#handle.write(bytes, 0, bytes.length, this.#end);
    } catch {
      await this.#abandon();
      return;
    }
    const known = keys.map((key) => key ?? "");
    const batch = { offset: this.#end, packedBytes: packed.length, checksum: crc32(packed), keys: known };
    this.#enter(batch);
    for (const key of known) this.#used.add(key);
    this.#end += bytes.length;
  }

  /** Forget what this build did not ask for, and close the file. */
  async save(): Promise<void> {
    const isUsed = (batch: StoredBatch) => batch.keys.every((key) => this.#isCurrent(key, batch));
    try {
      if (this.#handle && ![...this.#batches].every(isUsed)) await this.#rewrite(this.#handle, isUsed);
    } catch {
      // The longer file is as good.
    } finally {
      await this.close();
    }
  }

  /** Close the file as it is. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async #begin(force: boolean): Promise<void> {
    if (this.#file === undefined) return;
    await mkdir(dirname(this.#file), { recursive: true });
    // "a" makes the file where there is none; "r+" writes at a place.
    await (await open(this.#file, force ? "w" : "a")).close();
    const handle = await open(this.#file, "r+");
    this.#handle = handle;
    await this.#readDirectory(handle);
    await handle.truncate(this.#end);
    if (this.#end > 0) return;
    await handle.write(MAGIC, 0, MAGIC.length, 0);
    this.#end = MAGIC.length;
  }

  /** Up to the end, or to where a build was stopped amid a batch. */
  async #readDirectory(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    if (!(await readAt(handle, 0, MAGIC.length)).equals(MAGIC)) return;
    this.#end = MAGIC.length;
    while (this.#end + BATCH_HEADER_BYTES <= size) {
      const header = await readAt(handle, this.#end, BATCH_HEADER_BYTES);
      const [magic = 0, count = 0, packedBytes = 0, checksum = 0] = [0, 4, 8, 12].map((at) => header.readUInt32LE(at));
      const next = this.#end + BATCH_HEADER_BYTES + count * KEY_BYTES + packedBytes;
      if (magic !== BATCH_MAGIC || next > size) return;
      const keys = await readAt(handle, this.#end + BATCH_HEADER_BYTES, count * KEY_BYTES);
      this.#enter({ offset: this.#end, packedBytes, checksum, keys: decodeKeys(keys) });
      this.#end = next;
    }
  }

  #enter(batch: StoredBatch): void {
    this.#batches.add(batch);
    batch.keys.forEach((key, index) => {
      this.#places.set(key, { batch, index });
    });
  }

  /** Whether a key is wanted from this batch and no later one. */
  #isCurrent(key: string, batch: StoredBatch): boolean {
    return key !== "" && this.#used.has(key) && this.#places.get(key)?.batch === batch;
  }

  async #readings(batch: StoredBatch): Promise<readonly FileReading[] | undefined> {
    if (this.#open.has(batch)) return this.#open.get(batch);
    const readings = await this.#unpack(batch).catch(() => undefined);
    const [oldest] = this.#open.keys();
    if (oldest && this.#open.size >= MAX_OPEN) this.#open.delete(oldest);
    this.#open.set(batch, readings);
    if (!readings) this.#forget(batch);
    return readings;
  }

  async #unpack(batch: StoredBatch): Promise<readonly FileReading[] | undefined> {
    if (!this.#handle) return undefined;
    const at = batch.offset + BATCH_HEADER_BYTES + batch.keys.length * KEY_BYTES;
    const packed = await readAt(this.#handle, at, batch.packedBytes);
    return crc32(packed) === batch.checksum ? unpackReadings(packed) : undefined;
  }

  /** A damaged batch: its files count as not asked for, so that it goes with the next rewriting. */
  #forget(batch: StoredBatch): void {
    for (const key of batch.keys) {
      this.#used.delete(key);
      if (this.#places.get(key)?.batch === batch) this.#places.delete(key);
    }
  }

  async #rewrite(handle: FileHandle, isUsed: (batch: StoredBatch) => boolean): Promise<void> {
    const file = this.#file as string;
    const temporary = `${file}.${process.pid}.tmp`;
    const target = await open(temporary, "w");
    try {
      await target.write(MAGIC);
      for (const batch of this.#batches) {
        const bytes = isUsed(batch)
          ? await readAt(handle, batch.offset, BATCH_HEADER_BYTES + batch.keys.length * KEY_BYTES + batch.packedBytes)
          : await this.#repack(batch);
        if (bytes) await target.write(bytes);
      }
      await target.close();
      await rename(temporary, file);
    } catch (error) {
      await target.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** What is still wanted of a batch. */
  async #repack(batch: StoredBatch): Promise<Uint8Array | undefined> {
    const wanted = batch.keys.map((_, i) => i).filter((i) => this.#isCurrent(batch.keys[i] as string, batch));
    const readings = wanted.length > 0 ? await this.#readings(batch) : undefined;
    if (!readings) return undefined;
    return encodeBatch(
      wanted.map((i) => batch.keys[i]),
      packReadings(wanted.map((i) => readings[i] as FileReading)),
    );
  }

  async #abandon(): Promise<void> {
    this.#places.clear();
    this.#batches.clear();
    await this.close();
  }
}

function encodeBatch(keys: readonly (string | undefined)[], packed: Uint8Array): Buffer {
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  header.writeUInt32LE(BATCH_MAGIC, 0);
  header.writeUInt32LE(keys.length, 4);
  header.writeUInt32LE(packed.length, 8);
  header.writeUInt32LE(crc32(packed), 12);
  return Buffer.concat([
    header,
    ...keys.map((key) => (key ? Buffer.from(key, "hex") : Buffer.alloc(KEY_BYTES))),
    packed,
  ]);
}

function decodeKeys(bytes: Buffer): string[] {
  const hex = bytes.toString("hex");
  const length = 2 * KEY_BYTES;
  return Array.from({ length: bytes.length / KEY_BYTES }, (_, i) => hex.slice(i * length, (i + 1) * length));
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

import { SearchError } from "../core/errors.ts";
import { gunzip } from "../core/gzip.ts";
import { type ModelFilePart, type ModelFileRef, storedBytes } from "../core/model-files.ts";
import { runParallel, type Task } from "../core/parallel.ts";
import { throwIfAborted } from "./abortable.ts";
import type { ReadFile } from "./reader.ts";

/** Name of the cache; its keys are the URLs of parts, so that indexes on one origin do not meet. */
const CACHE_NAME = "semantic-search-models";
/** Before the names of what is remembered, in the same cache. */
const NOTES = "notes/";
/** Parts that are on their way at once. */
const PARALLEL = 3;

/** How far a model is loaded, over all its files. */
export interface ModelProgress {
  /** Bytes that are there, be it from the network or from the cache. Never falls. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link ModelStore}. */
export interface ModelStoreOptions {
  /** Absolute URL of `index.json`. Without one nothing is kept. */
  readonly indexUrl?: string | undefined;
  /** Where parts are kept. Default: the platform's Cache Storage, which Node and pages without HTTPS do not have. */
  readonly caches?: CacheStorage | undefined;
}

/**
 * Reads models from the folder of an index, and keeps their parts in the browser's Cache Storage.
 *
 * Every part is checked by its SHA-256, whether it comes from the network or from the cache, and asked for again once if
 * it is not right. A part that is kept is not asked for any more, so that a load that was stopped goes on where it was,
 * and another model that shares files with this one loads the others only. Without room, or where the browser has no
 * storage for this page, everything works and nothing is kept.
 *
 * A page that is neither from HTTPS nor from localhost has no Cache Storage and no SHA-256: parts come from the browser's
 * HTTP cache, and only their size is checked.
 */
export class ModelStore {
  readonly #read: ReadFile;
  readonly #indexUrl: string | undefined;
  readonly #caches: CacheStorage | undefined;

  constructor(read: ReadFile, { indexUrl, caches = globalThis.caches }: ModelStoreOptions = {}) {
    this.#read = read;
    this.#indexUrl = indexUrl;
    this.#caches = caches;
  }

  /**
   * The content of a model's files, by name.
   * @throws SearchError `network`, `file-missing`; `file-invalid` for a part whose content is not what the index says;
   *   `index-invalid` for parts that do not make up their file; `aborted`.
   */
  async load(
    files: readonly ModelFileRef[],
    {
      onProgress,
      signal,
    }: {
      readonly onProgress?: ((progress: ModelProgress) => void) | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    throwIfAborted(signal);
    const cache = await this.#openCache();
    const contents = new Map(files.map((file) => [file.name, new FileContent(file)]));
    const tally = new Tally(files, onProgress);
    const tasks = files.flatMap((file) =>
      file.parts.map(
        (part, index): Task =>
          async (stop) => {
            const bytes = await this.#part(part, { cache, tally, signal: stop });
            contents.get(file.name)?.set(index, bytes);
            tally.set(part, storedBytes(part));
          },
      ),
    );
    await runParallel(tasks, { parallel: PARALLEL, signal });
    return new Map(Array.from(contents, ([name, content]) => [name, content.bytes]));
  }

  /** Whether all of some files is kept, so that loading them takes no network. */
  async isCached(files: readonly ModelFileRef[]): Promise<boolean> {
    const cache = await this.#openCache();
    if (!cache) return false;
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    return files.every(({ parts }) => parts.every(({ file }) => kept.has(this.#url(file))));
  }

  /**
   * Forget the parts that this index has kept for other models than its current ones. For when these are loaded: what
   * they share with older ones is of use until then.
   *
   * @param current All files of all models of the index.
   */
  async removeOld(current: readonly ModelFileRef[]): Promise<void> {
    const cache = await this.#openCache();
    if (!cache) return;
    const needed = new Set(current.flatMap(({ parts }) => parts.map(({ file }) => this.#url(file))));
    const own = this.#url("models/");
    for (const { url } of await cache.keys()) {
      if (url.startsWith(own) && !needed.has(url)) await cache.delete(url);
    }
  }

  /** Keep something small, as JSON, beside the models; without storage it is forgotten. */
  async remember(name: string, value: unknown): Promise<void> {
    const cache = await this.#openCache();
    await cache?.put(this.#url(NOTES + name), Response.json(value)).catch(() => undefined);
  }

  /** What was kept under a name, or undefined. */
  async recall(name: string): Promise<unknown> {
    const cache = await this.#openCache();
    const kept = await cache?.match(this.#url(NOTES + name)).catch(() => undefined);
    return kept?.json().catch(() => undefined);
  }

  /** The absolute form of an address in the index. */
  resolve(url: string): string {
    return this.#indexUrl === undefined ? url : this.#url(url);
  }

  async #part(part: ModelFilePart, context: PartContext): Promise<Uint8Array> {
    const { cache, tally, signal } = context;
    const kept = cache && (await this.#kept(part, cache));
    if (kept) return kept;
    const onBytes = (loaded: number) => tally.set(part, loaded);
    for (const reload of [false, true]) {
      throwIfAborted(signal);
      const stored = await this.#read(part.file, { signal, onBytes, reload });
      const bytes = await this.#unpack(stored, part);
      if (!bytes) continue;
      // Without room it is not kept.
      await cache?.put(this.#url(part.file), toResponse(stored)).catch(() => undefined);
      return bytes;
    }
    throw new SearchError("file-invalid", `${part.file}, a part of a model, is not what the index says.`, {
      remedy: "Reload the page; if it happens again, build the index again and deploy the whole folder.",
      file: part.file,
    });
  }

  /** A part from the cache; one that is damaged is forgotten. */
  async #kept(part: ModelFilePart, cache: Cache): Promise<Uint8Array | undefined> {
    const url = this.#url(part.file);
    try {
      const response = await cache.match(url);
      if (!response) return undefined;
      const bytes = await this.#unpack(new Uint8Array(await response.arrayBuffer()), part);
      if (!bytes) await cache.delete(url);
      return bytes;
    } catch {
      return undefined;
    }
  }

  /** The content of a part as it is stored; undefined if it is not the right one. */
  async #unpack(
    stored: Uint8Array,
    { file, bytes, sha256, gzipBytes }: ModelFilePart,
  ): Promise<Uint8Array | undefined> {
    const content = gzipBytes === undefined ? stored : await gunzip(stored, file).catch(() => undefined);
    if (content?.length !== bytes) return undefined;
    const hash = await globalThis.crypto?.subtle?.digest("SHA-256", content as Uint8Array<ArrayBuffer>);
    return hash === undefined || toHex(hash) === sha256 ? content : undefined;
  }

  async #openCache(): Promise<Cache | undefined> {
    if (this.#indexUrl === undefined) return undefined;
    // Some browsers refuse in private windows and in frames of other sites.
    return this.#caches?.open(CACHE_NAME).catch(() => undefined);
  }

  #url(file: string): string {
    return new URL(file, this.#indexUrl).href;
  }
}

interface PartContext {
  readonly cache: Cache | undefined;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** A file that is put together; one of a single part is that part. */
class FileContent {
  readonly #parts: ModelFileRef["parts"];
  #bytes: Uint8Array;

  constructor({ name, parts, bytes }: ModelFileRef) {
    if (parts.reduce((sum, part) => sum + part.bytes, 0) !== bytes) {
      throw new SearchError("index-invalid", `The parts of ${name} do not make up its ${bytes} bytes.`, {
        remedy: "Build the index again and deploy the whole folder.",
        file: name,
      });
    }
    this.#parts = parts;
    this.#bytes = new Uint8Array(parts.length === 1 ? 0 : bytes);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  set(index: number, content: Uint8Array): void {
    if (this.#parts.length === 1) this.#bytes = content;
    else
      this.#bytes.set(
        content,
        this.#parts.slice(0, index).reduce((sum, { bytes }) => sum + bytes, 0),
      );
  }
}

/** Adds up what has arrived of each part. */
class Tally {
  readonly #onProgress: ((progress: ModelProgress) => void) | undefined;
  readonly #totalBytes: number;
  readonly #loaded = new Map<ModelFilePart, number>();
  #highest = -1;

  constructor(files: readonly ModelFileRef[], onProgress: ((progress: ModelProgress) => void) | undefined) {
    this.#onProgress = onProgress;
    this.#totalBytes = files.flatMap(({ parts }) => parts).reduce((sum, part) => sum + storedBytes(part), 0);
  }

  set(part: ModelFilePart, loaded: number): void {
    this.#loaded.set(part, Math.min(loaded, storedBytes(part)));
    let sum = 0;
    for (const bytes of this.#loaded.values()) sum += bytes;
    if (sum <= this.#highest) return;
    this.#highest = sum;
    this.#onProgress?.({ loadedBytes: sum, totalBytes: this.#totalBytes });
  }
}

function toResponse(bytes: Uint8Array): Response {
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "Content-Type": "application/octet-stream" } });
}

function toHex(hash: ArrayBuffer): string {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

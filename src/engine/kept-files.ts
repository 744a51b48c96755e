import { isContainer } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { gunzip } from "../core/gzip.ts";
import { runParallel } from "../core/parallel.ts";
import { withRetries } from "../core/retry.ts";
import type { KeepOptions } from "../core/search.ts";
import { throwIfAborted } from "./abortable.ts";
import { settle } from "./findings.ts";
import type { ReadFile } from "./reader.ts";

/** With the URL of `index.json` the name of an index's cache, so that indexes on one origin do not meet. */
const CACHE_NAME = "semantic-search-index";
/** Files on their way at once: fewer than a browser's six connections to a host, since searches go on meanwhile. */
const PARALLEL = 4;
/** Attempts after the first, for each file. */
const RETRIES = 2;
/** How long the network may take for `index.json` when there is one on this device. */
const PATIENCE_MS = 3000;

/** Options of {@link KeptFiles}. */
export interface KeptFilesOptions {
  /** Absolute URL of `index.json`. */
  readonly indexUrl: string;
  /** Name of the manifest for the reader. */
  readonly manifestFile: string;
  /** Where files are kept. Default: the platform's Cache Storage, which Node and pages without HTTPS do not have. */
  readonly caches?: CacheStorage | undefined;
  /** Wait before a file is asked for again, doubled the second time. Default 1000. */
  readonly retryMs?: number | undefined;
}

/**
 * The files of an index, from the browser's Cache Storage if they are there, else from the network.
 *
 * `index.json` comes from the network while there is one, so that a new build is noticed. Its copy is written when all
 * files that it names are there, and they are removed when the next one's are: what is kept is a whole index or, until
 * the first is whole, a part of one.
 */
export class KeptFiles {
  readonly #read: ReadFile;
  readonly #indexUrl: string;
  readonly #manifestFile: string;
  readonly #caches: CacheStorage | undefined;
  readonly #retryMs: number;
  #cache: Promise<Cache | undefined> | undefined;
  #manifest: Uint8Array = new Uint8Array();
  #isWhole = false;

  constructor(
    read: ReadFile,
    { indexUrl, manifestFile, caches = globalThis.caches, retryMs = 1000 }: KeptFilesOptions,
  ) {
    this.#read = read;
    this.#indexUrl = indexUrl;
    this.#manifestFile = manifestFile;
    this.#caches = caches;
    this.#retryMs = retryMs;
  }

  /** Whether every file of the index that was opened is kept. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Reads a file, from what is kept first. */
  readonly read: ReadFile = async (name, options = {}) => {
    if (name === this.#manifestFile) return this.#readManifest(options);
    const kept = options.reload ? undefined : await this.#kept(name);
    throwIfAborted(options.signal);
    return kept ?? this.#read(name, options);
  };

  /**
   * Fetch what is not kept yet, and forget what earlier builds left. Of two pages that want the same at the same time, one
   * waits for the other.
   *
   * @param files All files of the index that was opened, besides `index.json`.
   * @throws SearchError `storage`; `network`, `file-missing` or `file-invalid` of a file that cannot be had; `aborted`.
   */
  async keep(files: readonly string[], options: KeepOptions = {}): Promise<void> {
    throwIfAborted(options.signal);
    const cache = await this.#open();
    const work = () => this.#keep(files, cache, options);
    const { signal } = options;
    try {
      const { locks } = globalThis.navigator ?? {};
      await (locks ? locks.request(this.#cacheName, { ...(signal && { signal }) }, work) : work());
    } catch (error) {
      throw SearchError.from(error);
    }
  }

  async #keep(files: readonly string[], cache: Cache, { onProgress, signal }: KeepOptions): Promise<void> {
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    const missing = files.filter((file) => !kept.has(this.#url(file)));
    const totalFiles = files.length + 1;
    let loadedBytes = 0;
    let waiting = missing.length + 1;
    const put = async (file: string, bytes: Uint8Array, stop?: AbortSignal) => {
      await cache.put(this.#url(file), new Response(bytes as Uint8Array<ArrayBuffer>)).catch(throwStorageError);
      if (stop?.aborted) return;
      loadedBytes += bytes.length;
      onProgress?.({ file, loadedBytes, files: totalFiles - --waiting, totalFiles });
    };
    const tasks = missing.map((file) => async (stop: AbortSignal) => put(file, await this.#fetch(file, stop), stop));
    await runParallel(tasks, { parallel: PARALLEL, signal });
    await put(this.#manifestFile, this.#manifest);
    this.#isWhole = true;
    const needed = new Set([...files, this.#manifestFile].map((file) => this.#url(file)));
    await Promise.all([...kept].filter((url) => !needed.has(url)).map((url) => cache.delete(url)));
  }

  /** A file that is what it should be: an error page would be kept for good. */
  #fetch(file: string, signal: AbortSignal): Promise<Uint8Array> {
    let reload = false;
    const attempt = () => {
      const attempted = settle(this.#intact(file, { signal, reload, background: true }));
      reload = true;
      return attempted;
    };
    return withRetries(attempt, { retries: RETRIES, baseMs: this.#retryMs, signal });
  }

  async #intact(file: string, options: Parameters<ReadFile>[1]): Promise<Uint8Array> {
    const bytes = await this.#read(file, options);
    if (isContainer(await gunzip(bytes, file))) return bytes;
    throw new SearchError("file-invalid", `The server sent something else in place of ${file}.`, {
      remedy: "Deploy the whole index folder.",
      file,
    });
  }

  async #readManifest(options: Parameters<ReadFile>[1]): Promise<Uint8Array> {
    const fresh = settle(this.#read(this.#manifestFile, options));
    const kept = await this.#kept(this.#manifestFile);
    const late =
      kept &&
      new Promise<{ readonly value: Uint8Array }>((resolve) => {
        setTimeout(() => resolve({ value: kept }), PATIENCE_MS);
      });
    const outcome = await Promise.race(late ? [fresh, late] : [fresh]);
    if ("value" in outcome) this.#manifest = outcome.value;
    else if (kept && outcome.error.code === "network") this.#manifest = kept;
    else throw outcome.error;
    this.#isWhole = kept !== undefined && isSame(kept, this.#manifest);
    return this.#manifest;
  }

  /** Storage may fail at any time: then there is the network. */
  async #kept(name: string): Promise<Uint8Array | undefined> {
    try {
      this.#cache ??= this.#openKnown();
      const response = await (await this.#cache)?.match(this.#url(name));
      return response && new Uint8Array(await response.arrayBuffer());
    } catch {
      return undefined;
    }
  }

  /** The cache if there is one: who keeps nothing shall not leave an empty one behind. */
  async #openKnown(): Promise<Cache | undefined> {
    return (await this.#caches?.has(this.#cacheName)) ? this.#caches?.open(this.#cacheName) : undefined;
  }

  async #open(): Promise<Cache> {
    // Some browsers refuse in private windows and in frames of other sites.
    const cache = await this.#caches?.open(this.#cacheName).catch(throwStorageError);
    if (!cache) {
      throw new SearchError("storage", "The browser keeps no files for this page.", {
        remedy: "Serve the page by HTTPS. Searching works without.",
      });
    }
    this.#cache = Promise.resolve(cache);
    return cache;
  }

  get #cacheName(): string {
    return `${CACHE_NAME} ${this.#indexUrl}`;
  }

  #url(file: string): string {
    return new URL(file, this.#indexUrl).href;
  }
}

function throwStorageError(cause: unknown): never {
  const isFull = cause instanceof Error && cause.name === "QuotaExceededError";
  throw new SearchError("storage", isFull ? "There is no room for the index." : "The browser refuses to keep files.", {
    remedy: isFull
      ? "Free some space on the device. Searching works without."
      : "Leave the private window, or allow the site to store data. Searching works without.",
    cause,
  });
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

import { type FileRef, type IndexManifest, MANIFEST_FILE } from "../core/manifest.ts";
import { textShardFile } from "../core/pages-table.ts";
import { gzipContainer } from "./gzip-container.ts";
import { GzipThread } from "./gzip-thread.ts";
import { contentHash } from "./hash.ts";
import type { PagePlace } from "./page-order.ts";
import type { Centres } from "./related-pages.ts";
import { textGroupHash } from "./text-shards.ts";

/** What an earlier build by the same code left in the folder that the index goes to. */
export interface LastBuild {
  /** Bytes of the files that are there and whole, by name. */
  readonly sizes: ReadonlyMap<string, number>;
  /** {@link BuiltIndex.textGroups} of that build. */
  readonly textGroups: ReadonlyMap<string, string>;
  /** {@link BuiltIndex.places} of that build. */
  readonly places: readonly PagePlace[];
  /** {@link BuiltIndex.related} of that build. */
  readonly related?: RelatedBasis | undefined;
}

/** By what related pages were found. */
export interface RelatedBasis {
  /** Of the space that the vectors are of. */
  readonly fingerprint: string;
  readonly centres: Centres;
}

/** An index in memory. */
export interface BuiltIndex {
  readonly manifest: IndexManifest;
  /** By name relative to the index folder, `index.json` last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Bytes of the files that the last build left and this one needs as well. */
  readonly kept: ReadonlyMap<string, number>;
  /** Hash of each group of text files, by a key over what it was made of. */
  readonly textGroups: ReadonlyMap<string, string>;
  /** All pages, in the order of their numbers. */
  readonly places: readonly PagePlace[];
  readonly related?: RelatedBasis | undefined;
}

/** Most files of an index, unless a site's author says otherwise. */
export const DEFAULT_MAX_FILES = 10_000;

const NOTHING: LastBuild = { sizes: new Map(), textGroups: new Map(), places: [] };

/**
 * The files of an index under their content-hashed names. A name hashes what is inside, so that it does not depend on
 * the compressor, and a file that is there already is not compressed again.
 */
export class FileSet {
  readonly #last: LastBuild;
  readonly #gzip = new GzipThread();
  readonly #files = new Map<string, Uint8Array | Promise<Uint8Array>>();
  readonly #kept = new Map<string, number>();
  readonly #textGroups = new Map<string, string>();

  constructor(last: LastBuild = NOTHING) {
    this.#last = last;
  }

  get size(): number {
    return this.#files.size + this.#kept.size;
  }

  /** Name a file and have it compressed. @param content Handed over: it may not be used any more. */
  add(kind: string, content: Uint8Array): string {
    const file = `${kind}/${contentHash(content)}.bin`;
    this.#addAs(file, content);
    return file;
  }

  /** A file that `index.json` names. */
  addRoot(kind: string, content: Uint8Array): FileRef {
    const file = `${kind}/${contentHash(content)}.bin`;
    const kept = this.#keep(file);
    if (kept !== undefined) return { file, bytes: kept };
    const bytes = gzipContainer(content);
    this.#files.set(file, bytes);
    return { file, bytes: bytes.length };
  }

  /**
   * Add a group of text files, and name it.
   *
   * @param key Over all that decides what is in them; what the last build made under the same key is taken as it is.
   */
  async addTexts(key: string, count: number, make: () => Promise<readonly Uint8Array[]>): Promise<string> {
    const hash = this.#keepTexts(key, count) ?? this.addGroup(await make(), textShardFile);
    this.#textGroups.set(key, hash);
    return hash;
  }

  /** Name some files by one hash over all of them, and have them compressed. @returns The hash. */
  addGroup(contents: readonly Uint8Array[], nameOf: (hash: string, n: number) => string): string {
    const hash = textGroupHash(contents);
    for (const [n, content] of contents.entries()) this.#addAs(nameOf(hash, n), content);
    return hash;
  }

  /** Add files that are ready to be written. */
  addAll(files: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, bytes] of files) {
      if (this.#keep(name) === undefined) this.#files.set(name, bytes);
    }
  }

  /** @throws SearchError `worker-crashed`. */
  async finish(fields: Omit<IndexManifest, "build">): Promise<Omit<BuiltIndex, "places" | "related">> {
    const build = contentHash(new TextEncoder().encode(JSON.stringify(fields)));
    const manifest: IndexManifest = { ...fields, build };
    const files = new Map<string, Uint8Array>();
    for (const [name, bytes] of this.#files) files.set(name, await bytes);
    files.set(MANIFEST_FILE, new TextEncoder().encode(`${JSON.stringify(manifest)}\n`));
    return { manifest, files, kept: this.#kept, textGroups: this.#textGroups };
  }

  /** Stop what is still being compressed. */
  close(): Promise<void> {
    return this.#gzip.close();
  }

  #addAs(file: string, content: Uint8Array): void {
    if (this.#keep(file) === undefined) this.#files.set(file, this.#gzip.gzip(content));
  }

  /** Undefined unless all files of the group are there. */
  #keepTexts(key: string, count: number): string | undefined {
    const hash = this.#last.textGroups.get(key);
    if (hash === undefined) return undefined;
    const files = Array.from({ length: count }, (_, n) => textShardFile(hash, n));
    if (!files.every((file) => this.#last.sizes.has(file))) return undefined;
    for (const file of files) this.#keep(file);
    return hash;
  }

  /** Bytes of a file of the last build, which stays; undefined if there is none. */
  #keep(file: string): number | undefined {
    const bytes = this.#last.sizes.get(file);
    if (bytes !== undefined) this.#kept.set(file, bytes);
    return bytes;
  }
}

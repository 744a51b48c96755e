import type { Embedder } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { gunzip } from "../core/gzip.ts";
import type { FileRef, IndexManifest, SpaceManifest } from "../core/manifest.ts";
import { PagesTable, type TextShardRef } from "../core/pages-table.ts";
import { StaticEmbedder } from "../embed/static-embedder.ts";
import type { StaticModelManifest } from "../embed/static-model.ts";
import { KeywordIndex } from "../keyword/keyword-index.ts";
import { decodePaths, decodeTextShard, type PageText } from "../text/text-shard.ts";
import { createExactIndex, type ExactIndex } from "../vectors/exact-index.ts";
import { decodeVectorShard, type PackedVectors } from "../vectors/vector-shard.ts";
import type { ReadFile } from "./reader.ts";

/** A vector space, loaded. */
export interface Space {
  readonly manifest: SpaceManifest;
  readonly vectors: PackedVectors;
  readonly index: ExactIndex;
}

/** The decoded files of one index; each is read once, when first asked for, and again after a failure. */
export class IndexFiles {
  readonly manifest: IndexManifest;
  readonly #read: ReadFile;
  readonly #loaded = new Map<string, Promise<unknown>>();

  constructor(manifest: IndexManifest, read: ReadFile) {
    this.manifest = manifest;
    this.#read = read;
  }

  /** What ranking must know of every page. */
  pages(): Promise<PagesTable> {
    return this.#once("pages", async () => {
      const { pages, counts } = this.manifest;
      const table = new PagesTable(await this.#unpack(pages), pages.file);
      checkCount(pages.file, "pages", [table.pageCount, counts.pages]);
      checkCount(pages.file, "chunks", [table.chunkCount, counts.chunks]);
      return table;
    });
  }

  /** The keyword index over all chunks. */
  keyword(): Promise<KeywordIndex> {
    return this.#once("keyword", async () => {
      const { shards, averageLengths } = this.manifest.keyword;
      const [{ pageCount, pageOfChunk }, ...read] = await Promise.all([
        this.pages(),
        ...shards.map(async (ref) => ({ bytes: await this.#unpack(ref), file: ref.file })),
      ]);
      return KeywordIndex.load(read, { pageCount, pageOfChunk, averageLengths });
    });
  }

  /** Vectors of a space. */
  space(manifest: SpaceManifest): Promise<Space> {
    return this.#once(`space ${manifest.id}`, async () => {
      const [ref] = manifest.shards;
      if (!ref) throw new SearchError("index-invalid", `The space "${manifest.id}" has no vectors.`);
      const vectors = decodeVectorShard(await this.#unpack(ref), ref.file);
      checkCount(ref.file, "dimensions", [vectors.dims, manifest.dims]);
      checkCount(ref.file, "vectors", [vectors.data.length / vectors.dims, this.manifest.counts.chunks]);
      return { manifest, vectors, index: createExactIndex(vectors) };
    });
  }

  /**
   * The embedder of a space.
   * @throws SearchError `model-mismatch` when its vectors are not those that the index was built with.
   */
  embedder(space: SpaceManifest): Promise<Embedder> {
    return this.#once(`embedder ${space.id}`, async () => {
      const embedder = openEmbedder(space, this.#read);
      if (embedder.info.fingerprint === space.fingerprint) return embedder;
      throw new SearchError(
        "model-mismatch",
        `The index was built with model ${space.fingerprint}, its folder holds ${embedder.info.fingerprint}.`,
        { remedy: "Build the index again and deploy the whole folder." },
      );
    });
  }

  /** Texts of one page. */
  async pageText(page: number): Promise<PageText> {
    const ref = (await this.pages()).textShardOf(page);
    const text = ref && (await this.#textShard(ref))[page - ref.first];
    if (text) return text;
    throw new SearchError("index-invalid", `The index holds no text for page ${page}.`);
  }

  /** Number of the page at a path, or undefined. */
  async pageAt(path: string): Promise<number | undefined> {
    const { paths } = this.manifest;
    const known = await this.#once("paths", async () => decodePaths(await this.#unpack(paths), paths.file));
    const page = known.indexOf(path);
    return page < 0 ? undefined : page;
  }

  #textShard(ref: TextShardRef): Promise<PageText[]> {
    return this.#once(ref.file, async () => decodeTextShard(await this.#unpack(ref), ref.file));
  }

  async #unpack({ file }: Pick<FileRef, "file">): Promise<Uint8Array> {
    return gunzip(await this.#read(file), file);
  }

  #once<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#loaded.get(key) as Promise<T> | undefined;
    if (known) return known;
    const promise = load();
    this.#loaded.set(key, promise);
    promise.catch(() => this.#loaded.delete(key));
    return promise;
  }
}

function checkCount(file: string, what: string, [got, expected]: readonly [got: number, expected: number]): void {
  if (got === expected) return;
  throw new SearchError("file-invalid", `${file} holds ${got} ${what}, index.json says ${expected}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

function openEmbedder({ id, model }: SpaceManifest, read: ReadFile): Embedder {
  if (model.type === "static") return StaticEmbedder.open(model as unknown as StaticModelManifest, read);
  throw new SearchError("file-version", `The space "${id}" needs a model of type "${model.type}".`, {
    remedy: "Load the element with the version of semantic-search-element that built the index.",
  });
}

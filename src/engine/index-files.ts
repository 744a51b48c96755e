import { decodeCuration } from "../core/curation.ts";
import type { Embedder } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { gunzip } from "../core/gzip.ts";
import type { IndexManifest, SpaceManifest } from "../core/manifest.ts";
import { PagesTable } from "../core/pages-table.ts";
import { decodeSort } from "../core/sort-file.ts";
import { StaticEmbedder } from "../embed/static-embedder.ts";
import { modelFiles, type StaticModelManifest } from "../embed/static-model.ts";
import { KeywordIndex } from "../keyword/keyword-index.ts";
import { decodePhrases, type Phrase, SuggestDirectory } from "../keyword/suggest-files.ts";
import { RelatedFiles } from "../related/related-file.ts";
import { decodePaths, decodeTextShard, type PageText } from "../text/text-shard.ts";
import { CellDirectory } from "../vectors/cell-directory.ts";
import { decodeVectorBlock, type VectorBlock } from "../vectors/vector-block.ts";
import { decodeCell } from "../vectors/vector-cell.ts";
import { abortable } from "./abortable.ts";
import type { CurationRules } from "./curated.ts";
import { FileCache } from "./file-cache.ts";
import { PageAddresses } from "./page-address.ts";
import type { ReadFile } from "./reader.ts";

/**
 * Decoded files kept besides those that every search needs. Bytes before decoding: they take up to four times as much, with
 * 14,000 pages and the model's rows 116 MB from the 200th query on.
 */
const MAX_CACHE_BYTES = 24 * 1024 * 1024;

/** Of the model, mostly in 1,024 files: 16 KB each in memory. Fifty queries need some 160, which are few beside the rest. */
const MAX_MODEL_SHARDS = 512;

/** Texts of consecutive chunks of one page. */
export interface TextPart {
  readonly page: number;
  readonly text: PageText;
  /** Number of its first chunk. */
  readonly first: number;
  /** Those of all chunks in the same file; undefined in an index without vectors. */
  readonly vectors: VectorBlock | undefined;
}

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The decoded files of one index. What every search needs is read once, when first asked for, and again after a failure;
 * everything else when a search needs it, and kept while there is room.
 */
export class IndexFiles {
  readonly manifest: IndexManifest;
  /** Whether all of them are on this device, so that reading many is no matter. */
  readonly isKept: () => boolean;
  readonly #read: ReadFile;
  readonly #resident = new Map<string, Promise<unknown>>();
  readonly #cache = new FileCache(MAX_CACHE_BYTES);

  constructor(manifest: IndexManifest, read: ReadFile, isKept = () => false) {
    this.manifest = manifest;
    this.isKept = isKept;
    this.#read = read;
  }

  /** What ranking must know of every page. */
  pages(): Promise<PagesTable> {
    return this.#once("pages", async () => {
      const { pages, counts } = this.manifest;
      const table = new PagesTable(await this.#unpack(pages.file), pages.file);
      checkCount(pages.file, "pages", [table.pageCount, counts.pages]);
      checkCount(pages.file, "chunks", [table.chunkCount, counts.chunks]);
      return table;
    });
  }

  /** What the site says of queries; undefined in an index without it. */
  curation(): Promise<CurationRules | undefined> {
    return this.#once("curation", async () => {
      const { curation, counts, keyword } = this.manifest;
      if (!curation) return undefined;
      const { file } = curation;
      const [bytes, { openCuration }] = await Promise.all([this.#unpack(file), import("./curation-rules.ts")]);
      return openCuration(decodeCuration(bytes, file, counts.pages), keyword.analyzers);
    });
  }

  /** The keyword index over all chunks, which reads the postings of a query's words. */
  keyword(): Promise<KeywordIndex> {
    return this.#once("keyword", async () => {
      const { terms, averageLengths } = this.manifest.keyword;
      const [{ chunkStart }, bytes] = await Promise.all([this.pages(), this.#unpack(terms.file)]);
      return new KeywordIndex(bytes, terms.file, {
        chunkStart,
        averageLengths,
        load: (file, decode, signal) => this.#cached(file, decode, signal),
      });
    });
  }

  /** Which cells the vectors of a space are in. */
  cells({ id, cells, vectors, dims }: SpaceManifest): Promise<CellDirectory> {
    return this.#once(`cells ${id}`, async () => {
      const directory = new CellDirectory(await this.#unpack(cells.file), cells.file);
      checkCount(cells.file, "dimensions", [directory.dims, dims]);
      checkCount(cells.file, "vectors", [directory.vectorCount, vectors]);
      return directory;
    });
  }

  /** The vectors of one cell. */
  cell(file: string, dims: number, { signal }: Options): Promise<VectorBlock> {
    const decode = (bytes: Uint8Array) => {
      const block = decodeCell(bytes, file);
      checkCount(file, "dimensions", [block.dims, dims]);
      checkChunks(file, block, this.manifest.counts.chunks);
      return block;
    };
    return this.#cached(file, decode, signal);
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

  /** A chunk's text, with its neighbours on the page that are in the same file. */
  async text(chunk: number, options: Options): Promise<TextPart> {
    const page = (await this.pages()).pageOfChunk[chunk];
    const part = (await this.texts(chunk, options)).find((each) => each.page === page);
    if (part) return part;
    throw new SearchError("index-invalid", `The index holds no text for chunk ${chunk}.`);
  }

  /** All that the file with a chunk's text holds, page by page. */
  async texts(chunk: number, { signal }: Options): Promise<readonly TextPart[]> {
    const pages = await this.pages();
    const shard = pages.textShardOf(chunk);
    if (!shard) return [];
    const { texts, vectors } = await this.#cached(
      shard.file,
      (bytes, file) => decodeTexts(bytes, file, shard.first),
      signal,
    );
    if (vectors) checkChunks(shard.file, vectors, pages.chunkCount);
    let first = shard.first;
    return texts.map((text) => {
      const part = { page: pages.pageOfChunk[first] as number, text, first, vectors };
      first += text.sections.reduce((count, { chunks }) => count + chunks.length, 0);
      return part;
    });
  }

  /** To find pages by their paths. */
  addresses(): Promise<PageAddresses> {
    const { file } = this.manifest.paths;
    return this.#once("paths", async () => new PageAddresses(decodePaths(await this.#unpack(file), file)));
  }

  /** The order of all pages by a key that the manifest names. */
  sortRanks(key: string, { signal }: Options): Promise<Uint32Array> {
    const { sorts = [], counts } = this.manifest;
    const { file = "" } = sorts.find(({ name }) => name === key) ?? {};
    return this.#cached(file, (bytes) => decodeSort(bytes, file, counts.pages), signal);
  }

  /** Which files hold the phrases that complete queries; undefined in an index without. */
  async suggest(): Promise<SuggestDirectory | undefined> {
    const { file } = this.manifest.suggest ?? {};
    if (file === undefined) return undefined;
    return this.#once("suggest", async () => new SuggestDirectory(await this.#unpack(file), file));
  }

  /**
   * The phrases that may complete some folded words, in each file best first.
   * @param options `language`: only those of one, by its primary subtag.
   */
  async phrases(
    words: readonly string[],
    { language, signal }: Options & { readonly language?: string | undefined },
  ): Promise<readonly Phrase[]> {
    const files = (await abortable(this.suggest(), signal))?.find(words, language) ?? [];
    return (await Promise.all(files.map((file) => this.#cached(file, decodePhrases, signal)))).flat();
  }

  /** Names of all files but `index.json` and those of sentence encoders. */
  async names(): Promise<string[]> {
    const { pages, paths, curation, keyword, spaces, related, sorts = [], suggest } = this.manifest;
    const [table, terms, phrases, directories, relatedFiles] = await Promise.all([
      this.pages(),
      this.keyword(),
      this.suggest(),
      Promise.all(spaces.map((space) => this.cells(space))),
      related && this.#unpack(related.file).then((bytes) => new RelatedFiles(bytes, related).all()),
    ]);
    const directoriesOfSpaces = spaces.map(({ cells }) => cells);
    const roots = [pages, paths, keyword.terms, curation, related, suggest, ...sorts, ...directoriesOfSpaces];
    const names = [
      ...roots.flatMap((root) => root?.file ?? []),
      ...terms.files(),
      ...(phrases?.files() ?? []),
      ...spaces.flatMap(({ model }) => (isStatic(model) ? modelFiles(model) : [])),
      ...directories.flatMap((directory) => directory.files()),
      ...table.textFiles(),
      ...(relatedFiles ?? []),
    ];
    return [...new Set(names)];
  }

  #cached<T>(file: string, decode: (bytes: Uint8Array, file: string) => T, signal?: AbortSignal): Promise<T> {
    const load = async (wanted: AbortSignal) => {
      const bytes = await this.#unpack(file, wanted);
      return { content: decode(bytes, file), bytes: bytes.length };
    };
    return this.#cache.get(file, load, signal);
  }

  async #unpack(file: string, signal?: AbortSignal): Promise<Uint8Array> {
    return gunzip(await this.#read(file, { signal }), file);
  }

  #once<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#resident.get(key) as Promise<T> | undefined;
    if (known) return known;
    const promise = load();
    this.#resident.set(key, promise);
    promise.catch(() => this.#resident.delete(key));
    return promise;
  }
}

function decodeTexts(bytes: Uint8Array, file: string, first: number) {
  const { pages, container } = decodeTextShard(bytes, file);
  return {
    texts: pages,
    vectors: container.has("vshape") ? decodeVectorBlock(container, { file, origin: first }) : undefined,
  };
}

function checkCount(file: string, what: string, [got, expected]: readonly [got: number, expected: number]): void {
  if (got === expected) return;
  throw new SearchError("file-invalid", `${file} holds ${got} ${what}, index.json says ${expected}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

function checkChunks(file: string, { firsts, counts }: VectorBlock, chunkCount: number): void {
  const end = (firsts.at(-1) ?? 0) + (counts.at(-1) ?? 0);
  if (end > chunkCount) checkCount(file, "chunks", [end, chunkCount]);
}

function openEmbedder({ id, model }: SpaceManifest, read: ReadFile): Embedder {
  if (isStatic(model)) return StaticEmbedder.open(model, read, { maxShards: MAX_MODEL_SHARDS });
  throw new SearchError("file-version", `The space "${id}" needs a model of type "${model.type}".`, {
    remedy: "Load the element with the version of semantic-search-element that built the index.",
  });
}

function isStatic(model: { readonly type: string }): model is StaticModelManifest {
  return model.type === "static";
}

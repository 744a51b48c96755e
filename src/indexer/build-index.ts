import type { Sections } from "../core/container.ts";
import type { PageDocument } from "../core/document.ts";
import type { Embedder, Passage } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { DEFAULT_FUSION, type FusionParams } from "../core/fusion.ts";
import {
  type FileRef,
  type IndexManifest,
  type KeywordManifest,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type SpaceManifest,
  type VectorPrecision,
} from "../core/manifest.ts";
import { encodePagesTable, type TextGroup, textShardFile } from "../core/pages-table.ts";
import type { KeywordField } from "../core/search.ts";
import { KeywordBuilder } from "../keyword/keyword-builder.ts";
import { encodePaths, encodeTextShard, type PageText } from "../text/text-shard.ts";
import { analyzerFor, isStopWord, termsOf } from "../text/words.ts";
import { type Centroids, clusterVectors } from "../vectors/cluster-vectors.ts";
import { encodeCells } from "../vectors/encode-cells.ts";
import { sketch, sketchBytesFor } from "../vectors/sketch.ts";
import { encodeVectorBlock } from "../vectors/vector-block.ts";
import { emptyBoilerplate } from "./boilerplate.ts";
import { cutPage, type PageChunks } from "./cut-page.ts";
import { gzipContainer } from "./gzip-container.ts";
import { contentHash } from "./hash.ts";
import { planTextShards, type TextShardRange, textGroupHash, textShardParts } from "./text-shards.ts";
import { Turns } from "./turns.ts";
import { type VectorRuns, vectorRuns } from "./vector-runs.ts";

/** An embedder and what the query side needs of its model. */
export interface BuildSpace {
  readonly embedder: Embedder;
  /** Embeds single sentences, to find the closest one for an excerpt. Default: `embedder`. */
  readonly sentences?: Embedder;
  readonly model: SpaceManifest["model"];
  /** Files that go into the index folder as they are. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Cells of the last build, if its vectors were of the same space: kept, so that a changed page changes few files. */
  readonly previousCells?: Centroids | undefined;
  /** Told the cells, for the next build. */
  readonly onCells?: ((cells: Centroids) => void) | undefined;
}

/** Makes a space for the passages that it is going to hold, such as `adaptedSpace`. */
export type MakeSpace = (passages: readonly Passage[]) => Promise<BuildSpace>;

/** Options of {@link buildIndex}. */
export interface BuildIndexOptions {
  /** Undefined for an index by words alone. */
  readonly space?: BuildSpace | MakeSpace | undefined;
  readonly siteRoot?: string | undefined;
  /** How the vectors in cells are stored. Default `int8`. */
  readonly precision?: VectorPrecision | undefined;
  /** Most files of the index; texts share files until it is kept. Default 10,000. */
  readonly maxFiles?: number | undefined;
  readonly chunkTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
  readonly boosts?: Readonly<Record<KeywordField, number>> | undefined;
  readonly fusion?: FusionParams | undefined;
  readonly generator?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs of chunks embedded so far, and in all. */
  readonly onEmbed?: ((done: number, total: number) => void) | undefined;
  /** How far the clustering is, in no particular unit. */
  readonly onCluster?: ((done: number, total: number) => void) | undefined;
}

/** An index in memory. */
export interface BuiltIndex {
  readonly manifest: IndexManifest;
  /** By name relative to the index folder, `index.json` last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Chosen on the `dev` sets of the quality benchmark. */
const DEFAULT_BOOSTS: Readonly<Record<KeywordField, number>> = { title: 1.5, headings: 1, text: 1 };

const EMBED_BATCH = 256;
/** Step of the codes of vectors beside texts, times √dims: 0.035 at 256 dims. They score what was found by words. */
const TEXT_VECTOR_STEP = 0.56;
/** Files of the index besides texts, cells, terms and the model: `index.json`, the directories, the code. */
const OTHER_FILES = 20;
const DEFAULT_MAX_FILES = 10_000;

/**
 * Documents in, index files out; nothing is read or written. The same pages give the same bytes.
 *
 * @param documents Any order; sorted by path.
 * @throws SearchError what the embedder throws; `aborted`.
 */
export async function buildIndex(
  documents: readonly PageDocument[],
  options: BuildIndexOptions = {},
): Promise<BuiltIndex> {
  const {
    siteRoot = "../",
    boosts = DEFAULT_BOOSTS,
    fusion = DEFAULT_FUSION,
    generator = "semantic-search-element",
  } = options;
  const sorted = documents.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const pages = emptyBoilerplate(await cutPages(sorted, options));
  const languages = [...new Set(sorted.map(({ language }) => language))].sort();
  const runs = vectorRuns(pages);
  const files = new FileSet();

  const keyword = await addTerms(files, pages, options);
  const space = typeof options.space === "function" ? await options.space(runs.passages) : options.space;
  const vectors = space && (await embedAll(runs.passages, space.embedder, options));
  const spaces = space && vectors ? [await addSpace(files, space, { ...options, runs, vectors })] : [];
  const texts = space
    ? await addSketches(pages, space.sentences ?? space.embedder, options)
    : pages.map(({ text }) => text);
  const dims = space?.embedder.info.dims ?? 0;
  const maxShards = textShardsWithin(options.maxFiles ?? DEFAULT_MAX_FILES, files.size + OTHER_FILES);
  const textGroups = addTexts(files, texts, { runs, dims, vectors, maxShards });
  const rows = pages.map((page) => pageRow(page, languages));

  const manifest: Omit<IndexManifest, "build"> = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    generator,
    siteRoot,
    languages,
    counts: {
      pages: pages.length,
      sections: sum(texts, (text) => text.sections.length),
      chunks: sum(pages, ({ passages }) => passages.length),
    },
    filters: [...new Set(sorted.flatMap(({ filters }) => Object.keys(filters)))].sort(),
    pages: files.add("pages", encodePagesTable(rows, textGroups)),
    paths: files.add("paths", encodePaths(sorted.map(({ path }) => path))),
    keyword: { ...keyword, boosts, analyzers: [...new Set(languages.map(analyzerFor))].sort() },
    spaces,
    fusion,
  };
  return files.finish(manifest);
}

/** The files of an index under their content-hashed names. */
class FileSet {
  readonly #files = new Map<string, Uint8Array>();

  get size(): number {
    return this.#files.size;
  }

  /** Compress and name a file; the name hashes what is inside, so that it does not depend on the compressor. */
  add(kind: string, content: Uint8Array): FileRef {
    return this.addAs(`${kind}/${contentHash(content)}.bin`, content);
  }

  /** Compress a file under a name of its own. */
  addAs(file: string, content: Uint8Array): FileRef {
    const bytes = gzipContainer(content);
    this.#files.set(file, bytes);
    return { file, bytes: bytes.length };
  }

  addAll(files: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, bytes] of files) this.#files.set(name, bytes);
  }

  finish(fields: Omit<IndexManifest, "build">): BuiltIndex {
    const build = contentHash(new TextEncoder().encode(JSON.stringify(fields)));
    const manifest: IndexManifest = { ...fields, build };
    this.#files.set(MANIFEST_FILE, new TextEncoder().encode(`${JSON.stringify(manifest)}\n`));
    return { manifest, files: this.#files };
  }
}

function pageRow({ document, weights }: PageChunks, languages: readonly string[]) {
  const language = languages.indexOf(document.language);
  return { language, filters: document.filters, chunkWeights: weights };
}

async function cutPages(documents: readonly PageDocument[], options: BuildIndexOptions): Promise<PageChunks[]> {
  const pages: PageChunks[] = [];
  const turns = new Turns(options.signal);
  for (const document of documents) {
    pages.push(cutPage(document, options));
    await turns.take();
  }
  return pages;
}

/** How many files are left for texts. */
function textShardsWithin(maxFiles: number, others: number): number {
  if (maxFiles > others) return maxFiles - others;
  throw new SearchError(
    "bad-option",
    `The index needs ${others} files besides its texts, and ${maxFiles} are allowed.`,
    {
      remedy: `Set "maxFiles" to ${others + 100} or more, or index less of the site.`,
    },
  );
}

interface TextOptions {
  readonly runs: VectorRuns;
  /** 0 without vectors. */
  readonly dims: number;
  readonly vectors: Float32Array | undefined;
  readonly maxShards: number;
}

function addTexts(
  files: FileSet,
  texts: readonly PageText[],
  { runs, dims, vectors, maxShards }: TextOptions,
): TextGroup[] {
  const sketchBytes = vectors ? sketchBytesFor(dims) : 0;
  const groups: TextGroup[] = [];
  for (const shards of planTextShards(texts, runs, { maxShards })) {
    const contents = shards.map((shard) => {
      const sections = vectors && vectorsBeside(shard, { runs, dims, vectors });
      return encodeTextShard(textShardParts(texts, shard), { sketchBytes, sections });
    });
    const hash = textGroupHash(contents);
    for (const [n, content] of contents.entries()) files.addAs(textShardFile(hash, n), content);
    groups.push({ hash, shards });
  }
  return groups;
}

function vectorsBeside(
  { first, firstRun, endRun }: TextShardRange,
  { runs, dims, vectors }: { readonly runs: VectorRuns; readonly dims: number; readonly vectors: Float32Array },
): Sections {
  return encodeVectorBlock(vectors.subarray(firstRun * dims, endRun * dims), {
    dims,
    // Numbered within the file, which stays as it is when there are more chunks before it.
    firsts: runs.firsts.subarray(firstRun, endRun).map((chunk) => chunk - first),
    counts: runs.counts.subarray(firstRun, endRun),
    step: TEXT_VECTOR_STEP / Math.sqrt(dims),
  });
}

/** Title and headings keep their function words, so that a query of nothing else finds something. */
async function addTerms(
  files: FileSet,
  pages: readonly PageChunks[],
  { signal }: BuildIndexOptions,
): Promise<Pick<KeywordManifest, "terms" | "averageLengths">> {
  const builder = new KeywordBuilder();
  const turns = new Turns(signal);
  for (const { document, passages } of pages) {
    await turns.take();
    const analyzer = analyzerFor(document.language);
    const chunks = passages.map(({ headings, text }) => ({
      headings: termsOf(headings.join("\n"), analyzer),
      text: termsOf(text, analyzer).filter((term) => !isStopWord(term)),
    }));
    builder.addPage(termsOf(document.title, analyzer), chunks);
  }
  const { files: contents, averageLengths, directory } = builder.finish();
  const names = contents.map((content) => files.add("terms", content).file);
  return { terms: files.add("terms", directory(names)), averageLengths };
}

async function embedAll(
  passages: readonly Passage[],
  embedder: Embedder,
  { onEmbed, signal }: Pick<BuildIndexOptions, "onEmbed" | "signal">,
): Promise<Float32Array> {
  const { dims } = embedder.info;
  const vectors = new Float32Array(passages.length * dims);
  for (let at = 0; at < passages.length; at += EMBED_BATCH) {
    signal?.throwIfAborted();
    vectors.set(await embedder.embedPassages(passages.slice(at, at + EMBED_BATCH), { signal }), at * dims);
    onEmbed?.(Math.min(at + EMBED_BATCH, passages.length), passages.length);
  }
  return vectors;
}

/** Texts with a sketch of each sentence of every chunk that has several. */
async function addSketches(
  pages: readonly PageChunks[],
  embedder: Embedder,
  { signal }: BuildIndexOptions,
): Promise<PageText[]> {
  const { dims } = embedder.info;
  const bytes = sketchBytesFor(dims);
  const texts: PageText[] = [];
  for (const { text: page } of pages) {
    const chunks = page.sections.flatMap((section) => section.chunks);
    const sentences = chunks.flatMap(({ text, sentenceEnds }) =>
      sentenceEnds.map((end, i) => ({ title: "", headings: [], text: text.slice(sentenceEnds[i - 1] ?? 0, end) })),
    );
    const vectors = await embedAll(sentences, embedder, { signal });
    let row = 0;
    const sections = page.sections.map((section) => ({
      ...section,
      chunks: section.chunks.map((chunk) => {
        const sketches = new Uint8Array(chunk.sentenceEnds.length * bytes);
        chunk.sentenceEnds.forEach((_, i) => {
          sketches.set(sketch(vectors.subarray(row * dims, (row + 1) * dims)), i * bytes);
          row++;
        });
        return { ...chunk, sketches };
      }),
    }));
    texts.push({ ...page, sections });
  }
  return texts;
}

interface SpaceOptions extends Pick<BuildIndexOptions, "precision" | "onCluster" | "signal"> {
  readonly runs: VectorRuns;
  readonly vectors: Float32Array;
}

async function addSpace(
  files: FileSet,
  { embedder, model, files: modelFiles, previousCells: previous, onCells }: BuildSpace,
  { runs, vectors, precision = "int8", onCluster: onProgress, signal }: SpaceOptions,
): Promise<SpaceManifest> {
  const { id, fingerprint, dims } = embedder.info;
  files.addAll(modelFiles);
  const clusters = await clusterVectors(vectors, dims, { previous, onProgress, signal });
  onCells?.(clusters);
  const { firsts, counts } = runs;
  const { cells, directory } = encodeCells(vectors, clusters, { firsts, counts, precision });
  const names = cells.map((cell) => files.add("vectors", cell).file);
  const count = firsts.length;
  return { id, fingerprint, dims, precision, model, vectors: count, cells: files.add("cells", directory(names)) };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

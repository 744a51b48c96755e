import type { Sections } from "../core/container.ts";
import { encodeCuration } from "../core/curation.ts";
import type { PageDocument } from "../core/document.ts";
import type { Embedder, Passage } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { DEFAULT_FUSION, type FusionParams } from "../core/fusion.ts";
import {
  type EncoderManifest,
  type IndexManifest,
  type KeywordManifest,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type SpaceManifest,
  type VectorPrecision,
} from "../core/manifest.ts";
import { encodePagesTable, type PageRow, type TextGroup } from "../core/pages-table.ts";
import type { KeywordField } from "../core/search.ts";
import { encodeSort } from "../core/sort-file.ts";
import { KeywordBuilder } from "../keyword/keyword-builder.ts";
import { TermCounter } from "../keyword/page-terms.ts";
import { encodeSuggest } from "../keyword/suggest-files.ts";
import { encodePaths, encodeTextShard, type PageText } from "../text/text-shard.ts";
import { analyzerFor } from "../text/words.ts";
import { type Centroids, type Clusters, clusterVectors } from "../vectors/cluster-vectors.ts";
import { encodeCells } from "../vectors/encode-cells.ts";
import { sketch, sketchBytesFor } from "../vectors/sketch.ts";
import { encodeVectorBlock } from "../vectors/vector-block.ts";
import { emptyBoilerplate } from "./boilerplate.ts";
import { type Curation, checkCuration, storedCuration } from "./curation.ts";
import { type BuildEncoder, encodeSpace } from "./encode-space.ts";
import { type BuiltIndex, DEFAULT_MAX_FILES, FileSet, type LastBuild } from "./file-set.ts";
import { orderPages } from "./page-order.ts";
import { isPrepared, keyOf, preparePage } from "./prepare-page.ts";
import { addRelated } from "./related-shards.ts";
import { SitePage } from "./site-page.ts";
import { sitePhrases } from "./site-phrases.ts";
import { withSections } from "./site-sections.ts";
import { sortRanks } from "./sort-ranks.ts";
import { planTextShards, type TextShardRange, textShardParts } from "./text-shards.ts";
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
  readonly previousCells?: PreviousCells | undefined;
  /** Told the cells, for the next build. */
  readonly onCells?: ((cells: Clusters) => void) | undefined;
}

/** What a build leaves of its cells. */
export interface PreviousCells extends Centroids {
  /** Cell of each passage, −1 for one that it did not have. Default: to be found anew. */
  readonly cellsOf?: ((passages: readonly Passage[]) => Int32Array) | undefined;
}

/** Makes a space for the passages that it is going to hold, such as `adaptedSpace`. */
export type MakeSpace = (passages: readonly Passage[]) => Promise<BuildSpace>;

/** Options of {@link buildIndex}. */
export interface BuildIndexOptions {
  /** Undefined for an index by words alone. */
  readonly space?: BuildSpace | MakeSpace | undefined;
  /** Sentence encoders, each with a space of its own beside `space`. */
  readonly encoders?: readonly BuildEncoder[] | undefined;
  /** URL of the site's root, absolute or relative to `index.json`, with or without the slash at its end. Default `../`. */
  readonly siteRoot?: string | undefined;
  /** How the vectors in cells are stored. Default `int8`. */
  readonly precision?: VectorPrecision | undefined;
  /** Most files of the index; texts share files until it is kept. Default 10,000. */
  readonly maxFiles?: number | undefined;
  readonly chunkTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
  /** Whether pages get a filter `section` where the site has none of its own and they divide by themselves. Default true. */
  readonly sections?: boolean | undefined;
  readonly boosts?: Readonly<Record<KeywordField, number>> | undefined;
  readonly fusion?: FusionParams | undefined;
  /** Whether the index says which pages are near to each page. Needs a space. Default true. */
  readonly related?: boolean | undefined;
  /** Synonyms, pinned pages, redirects and suggestions. Pins of pages that are not there are left out. */
  readonly curation?: Curation | undefined;
  readonly generator?: string | undefined;
  /** Files of it are taken as they are, and are not among those that come out. */
  readonly last?: LastBuild | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs of chunks embedded so far, and in all. */
  readonly onEmbed?: ((done: number, total: number) => void) | undefined;
  /** How far the clustering is, in no particular unit. */
  readonly onCluster?: ((done: number, total: number) => void) | undefined;
  /** Runs embedded by an encoder so far, and in all. */
  readonly onEncode?: ((done: number, total: number) => void) | undefined;
  /** Vectors linked so far, and in all. */
  readonly onLink?: ((done: number, total: number) => void) | undefined;
  /** Pages whose nearest ones are known so far, and in all. */
  readonly onRelate?: ((done: number, total: number) => void) | undefined;
}

/** Chosen on the `dev` sets of the quality benchmark. */
const DEFAULT_BOOSTS: Readonly<Record<KeywordField, number>> = { title: 1.5, headings: 1, text: 1 };

const EMBED_BATCH = 256;
/** Sentence encoders take a second for so many. */
const ENCODE_BATCH = 64;
/** Step of the codes of vectors beside texts, times √dims: 0.035 at 256 dims. They score what was found by words. */
const TEXT_VECTOR_STEP = 0.56;
/** Files of the index besides texts, cells, terms and the model: `index.json`, the directories, the code. */
const OTHER_FILES = 20;

/**
 * Documents in, index files out; nothing is read or written. The same pages give the same bytes, as long as there is no
 * last build: of one, the numbers of pages are kept where they can be, and the cells.
 *
 * @param documents In any order.
 * @throws SearchError what the embedder throws; `config-invalid` for a wrong curation; `aborted`.
 */
export async function buildIndex(
  documents: readonly PageDocument[],
  options: BuildIndexOptions = {},
): Promise<BuiltIndex> {
  const pages = emptyBoilerplate(await preparePages(documents, options));
  const files = new FileSet(options.last);
  try {
    return await makeFiles(files, pages, options);
  } finally {
    await files.close();
  }
}

async function makeFiles(files: FileSet, pages: readonly SitePage[], options: BuildIndexOptions): Promise<BuiltIndex> {
  const {
    siteRoot = "../",
    boosts = DEFAULT_BOOSTS,
    fusion = DEFAULT_FUSION,
    generator = "semantic-search-element",
  } = options;
  const languages = [...new Set(pages.map(({ document }) => document.language))].sort();
  const runs = vectorRuns(pages);
  const keyword = await addTerms(files, pages, options);
  const suggest = addSuggest(files, pages);
  const sorts = addSorts(files, pages);
  const space = typeof options.space === "function" ? await options.space(runs.passages) : options.space;
  const vectors = space && (await embedAll(runs.passages, space.embedder, options));
  const spaces = space && vectors ? [await addSpace(files, space, { ...options, runs, vectors })] : [];
  const encoders = await addEncoders(files, options.encoders ?? [], { ...options, runs });
  const fingerprint = space?.embedder.info.fingerprint ?? "";
  const near = vectors && (await addRelated(files, pages, { ...options, runs, vectors, fingerprint }));
  const textGroups = await addTexts(files, pages, { ...options, runs, space, vectors });
  const pagePaths = pages.map(({ document }) => document.path);
  const curation = options.curation && storedCuration(checkCuration(options.curation), pagePaths);
  const filters = pageFilters(pages, options);
  const rows = pages.map((page, i) => ({ ...pageRow(page, languages), filters: filters[i] as PageRow["filters"] }));

  const manifest: Omit<IndexManifest, "build"> = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    generator,
    // Paths of pages are resolved against it: without the slash its last folder would be lost.
    siteRoot: (siteRoot || ".").replace(/\/?$/, "/"),
    languages,
    counts: {
      pages: pages.length,
      sections: sum(pages, ({ outline }) => outline.sections.length),
      chunks: sum(pages, ({ chunkCount }) => chunkCount),
    },
    filters: [...new Set(filters.flatMap((own) => Object.keys(own)))].sort(),
    ...sorts,
    ...suggest,
    pages: files.addRoot("pages", encodePagesTable(rows, textGroups)),
    paths: files.addRoot("paths", encodePaths(pagePaths)),
    ...(curation && { curation: files.addRoot("curation", encodeCuration(curation)) }),
    keyword: { ...keyword, boosts, analyzers: [...new Set(languages.map(analyzerFor))].sort() },
    spaces,
    ...(encoders.length > 0 && { encoders }),
    ...(near?.manifest && { related: near.manifest }),
    fusion,
  };
  const places = pages.map(({ document, chunkCount }) => ({ path: document.path, chunks: chunkCount }));
  return { ...(await files.finish(manifest)), places, related: near?.related };
}

function pageRow({ document, outline }: SitePage, languages: readonly string[]) {
  const language = languages.indexOf(document.language);
  return { language, chunkWeights: outline.weights };
}

function pageFilters(pages: readonly SitePage[], { sections = true }: BuildIndexOptions): PageRow["filters"][] {
  const documents = pages.map(({ document }) => document);
  return sections ? withSections(documents) : documents.map(({ filters }) => filters);
}

/** In the order of their numbers. */
async function preparePages(documents: readonly PageDocument[], options: BuildIndexOptions): Promise<SitePage[]> {
  const counter = new TermCounter();
  const pages: SitePage[] = [];
  const turns = new Turns(options.signal);
  for (const document of documents) {
    pages.push(new SitePage(isPrepared(document) ? document : preparePage(document, options, counter)));
    await turns.take();
  }
  return orderPages(pages, options.last?.places);
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

/** Parts of models, which are in the index folder already. */
function countParts(encoders: readonly BuildEncoder[] = []): number {
  const files = encoders.flatMap(({ files, gpuFiles = [] }) => [...files, ...gpuFiles]);
  return new Set(files.flatMap(({ parts }) => parts.map(({ file }) => file))).size;
}

interface TextOptions extends Pick<BuildIndexOptions, "encoders" | "maxFiles" | "signal"> {
  readonly runs: VectorRuns;
  readonly space: BuildSpace | undefined;
  /** Of the runs; undefined without a space. */
  readonly vectors: Float32Array | undefined;
}

async function addTexts(files: FileSet, pages: readonly SitePage[], options: TextOptions): Promise<TextGroup[]> {
  const { runs, space, encoders, maxFiles = DEFAULT_MAX_FILES } = options;
  const maxShards = textShardsWithin(maxFiles, files.size + countParts(encoders) + OTHER_FILES);
  const lengths = pages.map(({ document, lengths }) => ({ path: document.path, lengths }));
  const groups: TextGroup[] = [];
  for (const shards of planTextShards(lengths, runs, { maxShards })) {
    const key = textGroupKey(pages, shards, space);
    const hash = await files.addTexts(key, shards.length, () => encodeTexts(pages, shards, options));
    groups.push({ hash, shards });
  }
  return groups;
}

/** Over all that decides what stands in the files of a group. */
function textGroupKey(
  pages: readonly SitePage[],
  shards: readonly TextShardRange[],
  space: BuildSpace | undefined,
): string {
  const [{ first, firstPage }] = shards as [TextShardRange];
  const ranges = shards.map((shard) => [shard.firstPage - firstPage, shard.endPage - firstPage, shard.end - first]);
  const keys = pages.slice(firstPage, shards.at(-1)?.endPage).map(({ key }) => key);
  return keyOf([space?.embedder.info.fingerprint, space?.sentences?.info.fingerprint, keys, ranges]);
}

/** The files of a group. */
async function encodeTexts(
  pages: readonly SitePage[],
  shards: readonly TextShardRange[],
  { runs, space, vectors, signal }: TextOptions,
): Promise<Uint8Array[]> {
  const dims = space?.embedder.info.dims ?? 0;
  const sketchBytes = vectors ? sketchBytesFor(dims) : 0;
  const contents: Uint8Array[] = [];
  let texts: readonly PageText[] = [];
  let known = "";
  for (const shard of shards) {
    const range = `${shard.firstPage} ${shard.endPage}`;
    // The parts of a long page follow each other.
    if (range !== known) {
      known = range;
      const plain = pages.slice(shard.firstPage, shard.endPage).map((page) => page.text());
      texts = space ? await addSketches(plain, space.sentences ?? space.embedder, signal) : plain;
    }
    const sections = vectors && vectorsBeside(shard, { runs, dims, vectors });
    contents.push(encodeTextShard(textShardParts(texts, shard), { sketchBytes, sections }));
  }
  return contents;
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

async function addTerms(
  files: FileSet,
  pages: readonly SitePage[],
  { signal }: BuildIndexOptions,
): Promise<Pick<KeywordManifest, "terms" | "averageLengths">> {
  const builder = new KeywordBuilder();
  const turns = new Turns(signal);
  for (const { terms, emptied } of pages) {
    await turns.take();
    builder.addPage(terms, emptied);
  }
  const { files: contents, averageLengths, directory } = builder.finish();
  const names = contents.map((content) => files.add("terms", content));
  return { terms: files.addRoot("terms", directory(names)), averageLengths };
}

/** Of a page: title, headings, repeated terms. */
function addSuggest(files: FileSet, pages: readonly SitePage[]): Pick<IndexManifest, "suggest"> {
  const phrases = sitePhrases(pages.map(({ document, outline }) => ({ ...document, phrases: outline.phrases })));
  if (phrases.length === 0) return {};
  const { files: contents, directory } = encodeSuggest(phrases);
  const names = contents.map((content) => files.add("suggest", content));
  return { suggest: files.addRoot("suggest", directory(names)) };
}

/** A key by which all pages are equal is of no use. */
function addSorts(files: FileSet, pages: readonly SitePage[]): Pick<IndexManifest, "sorts"> {
  const documents = pages.map(({ document }) => document);
  const names = [...new Set(documents.flatMap(({ sort }) => Object.keys(sort)))].sort();
  const language = mostCommon(documents.map((document) => document.language));
  const sorts = names.flatMap((name) => {
    const values = documents.map(({ sort }) => (Object.hasOwn(sort, name) ? sort[name] : undefined));
    const ranks = sortRanks(values, language);
    return ranks.some((rank) => rank > 1) ? [{ name, ...files.addRoot("sorts", encodeSort(ranks)) }] : [];
  });
  return sorts.length > 0 ? { sorts } : {};
}

/** Of equally common ones the first. */
function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[value] = [""]] = [...counts].sort(([, a], [, b]) => b - a);
  return value;
}

interface EncoderOptions extends Pick<BuildIndexOptions, "precision" | "onEncode" | "onLink" | "signal"> {
  readonly runs: VectorRuns;
}

async function addEncoders(
  files: FileSet,
  encoders: readonly BuildEncoder[],
  { runs, precision = "int8", onEncode, onLink, signal }: EncoderOptions,
): Promise<EncoderManifest[]> {
  const manifests: EncoderManifest[] = [];
  for (const encoder of encoders) {
    const vectors = await embedAll(runs.passages, encoder.embedder, { onEmbed: onEncode, batch: ENCODE_BATCH, signal });
    const space = await encodeSpace(encoder, { runs, vectors, precision, onLink, signal });
    files.addAll(space.files);
    manifests.push(space.manifest);
  }
  return manifests;
}

async function embedAll(
  passages: readonly Passage[],
  embedder: Embedder,
  { batch = EMBED_BATCH, onEmbed, signal }: Pick<BuildIndexOptions, "onEmbed" | "signal"> & { readonly batch?: number },
): Promise<Float32Array> {
  const { dims } = embedder.info;
  const vectors = new Float32Array(passages.length * dims);
  for (let at = 0; at < passages.length; at += batch) {
    signal?.throwIfAborted();
    vectors.set(await embedder.embedPassages(passages.slice(at, at + batch), { signal }), at * dims);
    onEmbed?.(Math.min(at + batch, passages.length), passages.length);
  }
  return vectors;
}

/** Texts with a sketch of each sentence of every chunk that has several. */
async function addSketches(
  pages: readonly PageText[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<PageText[]> {
  const { dims } = embedder.info;
  const bytes = sketchBytesFor(dims);
  const texts: PageText[] = [];
  for (const page of pages) {
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
  const known = previous?.cellsOf?.(runs.passages);
  const clusters = await clusterVectors(vectors, dims, { previous, known, onProgress, signal });
  onCells?.(clusters);
  const { firsts, counts } = runs;
  const { cells, directory } = encodeCells(vectors, clusters, { firsts, counts, precision });
  const names = cells.map((cell) => files.add("vectors", cell));
  const count = firsts.length;
  return { id, fingerprint, dims, precision, model, vectors: count, cells: files.addRoot("cells", directory(names)) };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

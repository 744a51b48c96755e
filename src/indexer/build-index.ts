import type { PageDocument } from "../core/document.ts";
import type { Embedder, Passage } from "../core/embedder.ts";
import { DEFAULT_FUSION, type FusionParams } from "../core/fusion.ts";
import { gzip } from "../core/gzip.ts";
import {
  type FileRef,
  type IndexManifest,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type SpaceManifest,
} from "../core/manifest.ts";
import { encodePagesTable, type TextShardRef } from "../core/pages-table.ts";
import type { KeywordField } from "../core/search.ts";
import { KeywordBuilder } from "../keyword/keyword-builder.ts";
import { encodePaths, encodeTextShard, type PageText } from "../text/text-shard.ts";
import { analyzerFor, isStopWord, termsOf } from "../text/words.ts";
import { sketch, sketchBytesFor } from "../vectors/sketch.ts";
import { encodeVectorShard, packVectors } from "../vectors/vector-shard.ts";
import { cutPage, type PageChunks } from "./cut-page.ts";
import { contentHash } from "./hash.ts";
import type { Precision } from "./types.ts";

/** An embedder and what the query side needs of its model. */
export interface BuildSpace {
  readonly embedder: Embedder;
  /** Embeds single sentences, to find the closest one for an excerpt. Default: `embedder`. */
  readonly sentences?: Embedder;
  readonly model: SpaceManifest["model"];
  /** Files that go into the index folder as they are. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Makes a space for the passages that it is going to hold, such as `adaptedSpace`. */
export type MakeSpace = (passages: readonly Passage[]) => Promise<BuildSpace>;

/** Options of {@link buildIndex}. */
export interface BuildIndexOptions {
  /** Undefined for an index by words alone. */
  readonly space?: BuildSpace | MakeSpace | undefined;
  readonly siteRoot?: string | undefined;
  readonly precision?: Precision | undefined;
  readonly chunkTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
  readonly boosts?: Readonly<Record<KeywordField, number>> | undefined;
  readonly fusion?: FusionParams | undefined;
  readonly generator?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Chunks embedded so far, and in all. */
  readonly onEmbed?: ((done: number, total: number) => void) | undefined;
}

/** An index in memory. */
export interface BuiltIndex {
  readonly manifest: IndexManifest;
  /** By name relative to the index folder, `index.json` last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Chosen on the `dev` sets of the quality benchmark. */
const DEFAULT_BOOSTS: Readonly<Record<KeywordField, number>> = { title: 1.5, headings: 1, text: 1 };

/** Vectors above this size are packed as int8 by `precision: "auto"`. */
const AUTO_FLOAT32_BYTES = 1024 * 1024;
const EMBED_BATCH = 256;
/** A text shard is closed at this length: some 3 KB compressed, mostly one page. A list of hits needs about ten. UTF-16 units. */
const TEXT_SHARD_LENGTH = 6000;

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
  const pages = sorted.map((document) => cutPage(document, options));
  const languages = [...new Set(sorted.map(({ language }) => language))].sort();
  const passages = pages.flatMap((page) => page.passages);
  const files = new FileSet();

  const space = typeof options.space === "function" ? await options.space(passages) : options.space;
  const vectors = space && (await embedAll(passages, space.embedder, options));
  const texts = space
    ? await addSketches(pages, space.sentences ?? space.embedder, options)
    : pages.map(({ text }) => text);
  const sketchBytes = space ? sketchBytesFor(space.embedder.info.dims) : 0;
  const textShards = await addTexts(files, texts, sketchBytes);
  const rows = pages.map((page) => pageRow(page, languages));
  const keyword = indexTerms(pages);
  const { firstTerm, bytes: terms } = keyword.encode();

  const manifest: Omit<IndexManifest, "build"> = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    generator,
    siteRoot,
    languages,
    counts: {
      pages: pages.length,
      sections: sum(texts, (text) => text.sections.length),
      chunks: passages.length,
    },
    filters: [...new Set(sorted.flatMap(({ filters }) => Object.keys(filters)))].sort(),
    pages: await files.add("pages", encodePagesTable(rows, textShards)),
    paths: await files.add("paths", encodePaths(sorted.map(({ path }) => path))),
    keyword: {
      shards: [{ ...(await files.add("terms", terms)), firstTerm }],
      averageLengths: keyword.averageLengths(),
      boosts,
      analyzers: [...new Set(languages.map(analyzerFor))].sort(),
    },
    spaces: space && vectors ? [await addSpace(files, space, { vectors, precision: options.precision })] : [],
    fusion,
  };
  return files.finish(manifest);
}

/** The files of an index under their content-hashed names. */
class FileSet {
  readonly #files = new Map<string, Uint8Array>();

  /** Compress and name a file; the name hashes what is inside, so that it does not depend on the compressor. */
  async add(kind: string, content: Uint8Array): Promise<FileRef> {
    const file = `${kind}/${contentHash(content)}.bin`;
    const bytes = await gzip(content);
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

/** Consecutive pages share a file until it is large enough. */
async function addTexts(files: FileSet, pages: readonly PageText[], sketchBytes: number): Promise<TextShardRef[]> {
  const shards: TextShardRef[] = [];
  let first = 0;
  let length = 0;
  for (const [i, page] of pages.entries()) {
    length += sum(page.sections, ({ chunks }) => sum(chunks, ({ text }) => text.length));
    const end = i + 1;
    if (length < TEXT_SHARD_LENGTH && end < pages.length) continue;
    const { file } = await files.add("text", encodeTextShard(pages.slice(first, end), sketchBytes));
    shards.push({ file, first, end });
    first = end;
    length = 0;
  }
  return shards;
}

/** Title and headings keep their function words, so that a query of nothing else finds something. */
function indexTerms(pages: readonly PageChunks[]): KeywordBuilder {
  const builder = new KeywordBuilder();
  for (const { document, passages } of pages) {
    const analyzer = analyzerFor(document.language);
    const title = termsOf(document.title, analyzer);
    for (const { headings, text } of passages) {
      builder.add({
        title,
        headings: termsOf(headings.join("\n"), analyzer),
        text: termsOf(text, analyzer).filter((term) => !isStopWord(term)),
      });
    }
  }
  return builder;
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

async function addSpace(
  files: FileSet,
  { embedder, model, files: modelFiles }: BuildSpace,
  { vectors, precision = "auto" }: { readonly vectors: Float32Array; readonly precision: Precision | undefined },
): Promise<SpaceManifest> {
  const { id, fingerprint, dims } = embedder.info;
  const automatic = vectors.byteLength > AUTO_FLOAT32_BYTES ? "int8" : "float32";
  const chosen = precision === "auto" ? automatic : precision;
  files.addAll(modelFiles);
  const shard = await files.add("vectors", encodeVectorShard(packVectors(vectors, dims, chosen)));
  return {
    id,
    fingerprint,
    dims,
    precision: chosen,
    model,
    shards: [{ ...shard, first: 0, end: vectors.length / dims }],
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

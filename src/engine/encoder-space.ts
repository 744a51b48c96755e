import type { Embedder, Passage } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import type { EncoderManifest } from "../core/manifest.ts";
import { LINKS_NAME, VECTORS_NAME } from "../core/model-files.ts";
import type { PagesTable } from "../core/pages-table.ts";
import type { LoadedSpace, LoadSpaceOptions } from "../core/search.ts";
import { decodeHnsw, Hnsw, scan } from "../vectors/hnsw.ts";
import { rowScorer } from "../vectors/hnsw-rows.ts";
import { decodeRowFile, type RowFile } from "../vectors/row-file.ts";
import type { RunVectors } from "../vectors/vector-block.ts";
import { firstFrom } from "./candidates.ts";
import type { Meaning } from "./meaning-search.ts";
import type { ModelStore } from "./model-store.ts";
import type { QueryPlan } from "./plan-query.ts";
import type { RankedPage } from "./rank.ts";
import { type RerankContext, rerank } from "./rerank.ts";

/** Vectors nearest to the query that are looked at, besides those of what is best by words. */
const NEIGHBOURS = 200;

/** A model that is ready to embed queries. */
export interface Encoder extends Embedder {
  /** What runs it now, and why it is not what was hoped for. */
  readonly state: LoadedSpace;
  /** The best so many results are read again by a second model, if there is one. */
  readonly reranker?: Reranker | undefined;
  close(): Promise<void>;
}

/** A model that reads a query and a text together. */
export interface Reranker {
  /** How many results it reads. */
  readonly top: number;
  /** A score per passage, more for what fits better. */
  score(query: string, passages: readonly Passage[], options: Options): Promise<Float32Array>;
}

/** What a model is started from. */
export interface EncoderFiles {
  /** Content of {@link EncoderManifest.files}, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** For what is read only where it is needed, and what is remembered. */
  readonly store: ModelStore;
  readonly signal?: AbortSignal | undefined;
}

/** Starts the model of an encoder's space from its files. */
export type OpenEncoder = (manifest: EncoderManifest, files: EncoderFiles) => Promise<Encoder>;

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/** What {@link EncoderSpace.load} needs. */
export interface EncoderSpaceContext extends LoadSpaceOptions {
  readonly store: ModelStore;
  readonly openEncoder: OpenEncoder;
  readonly pages: PagesTable;
}

/** A space of vectors in memory, with the model that made them. */
export class EncoderSpace {
  readonly manifest: EncoderManifest;
  readonly #encoder: Encoder;
  readonly #vectors: RowFile;
  readonly #links: Hnsw | undefined;
  readonly #mean: Float32Array;

  private constructor(manifest: EncoderManifest, encoder: Encoder, vectors: RowFile, links: Hnsw | undefined) {
    this.manifest = manifest;
    this.#encoder = encoder;
    this.#vectors = vectors;
    this.#links = links;
    this.#mean = meanOf(vectors);
  }

  /**
   * Fetch all files of a space and start its model.
   *
   * @throws SearchError what the store or the model throws; `model-mismatch` when the model is not the one that the index
   *   was built with; `file-invalid`; `denied` where there is no WebAssembly to run it.
   */
  static async load(manifest: EncoderManifest, context: EncoderSpaceContext): Promise<EncoderSpace> {
    const { store, openEncoder, pages, onProgress, signal } = context;
    if (manifest.model.type === "onnx") checkWebAssembly();
    const files = new Map(await store.load(manifest.files, { onProgress, signal }));
    const vectors = decodeRowFile(take(files, VECTORS_NAME), VECTORS_NAME);
    checkVectors(vectors, manifest, pages.chunkCount);
    const hnsw = files.has(LINKS_NAME) ? openLinks(take(files, LINKS_NAME), vectors) : undefined;
    const encoder = await openEncoder(manifest, { files, store, signal });
    const { fingerprint } = encoder.info;
    if (fingerprint === manifest.fingerprint) return new EncoderSpace(manifest, encoder, vectors, hnsw);
    await encoder.close();
    throw new SearchError(
      "model-mismatch",
      `The index was built with ${manifest.id} ${manifest.fingerprint}, its folder holds ${fingerprint}.`,
      { remedy: "Build the index again and deploy the whole folder." },
    );
  }

  /** How many of the best results {@link rerank} puts in an order; 0 when there is no second model. */
  get rerankTop(): number {
    return this.#encoder.reranker?.top ?? 0;
  }

  get state(): LoadedSpace {
    return this.#encoder.state;
  }

  /**
   * The vectors nearest to a query, of pages that pass.
   * @param mask One byte per page, 1 = passes; undefined = all pass.
   */
  async search(
    { query }: Pick<QueryPlan, "query">,
    { pages, mask, signal }: SearchContext,
  ): Promise<Omit<Meaning, "sentence">> {
    const { device } = this.state;
    const { vector, coverage } = await this.#encoder.embedQuery(query, { signal });
    const { notice } = this.state;
    const isLost = device !== this.state.device && notice !== undefined;
    const options = { limit: NEIGHBOURS, mask: mask && this.#maskOf(mask, pages) };
    const found = this.#links?.search(vector, options) ?? scan(this.#vectors.rows, vector, options);
    const rows = Uint32Array.from(found, ({ id }) => id).sort();
    return {
      space: this.manifest.id,
      vector,
      coverage,
      cells: [new RowSubset(this.#vectors, rows)],
      failures: [],
      ...(isLost && { notice: new SearchError("device-lost", notice) }),
      meanCosine: (other) => other.reduce((sum, value, i) => sum + value * (this.#mean[i] as number), 0),
    };
  }

  /** The best {@link rerankTop} of some pages in the order of its second model, as {@link rerank}. */
  async rerank(
    ranked: readonly RankedPage[],
    context: Omit<RerankContext, "reranker">,
  ): Promise<readonly RankedPage[]> {
    const { reranker } = this.#encoder;
    return reranker ? rerank(ranked, { ...context, reranker }) : ranked;
  }

  /** The vectors of some chunks. */
  vectorsOf(chunks: readonly number[]): RunVectors {
    const rows = new Set(chunks.map((chunk) => rowOf(chunk, this.#vectors)).filter((row) => row >= 0));
    return new RowSubset(this.#vectors, Uint32Array.from(rows).sort());
  }

  close(): Promise<void> {
    return this.#encoder.close();
  }

  #maskOf(mask: Uint8Array, pages: PagesTable): Uint8Array {
    return Uint8Array.from(this.#vectors.firsts, (chunk) => mask[pages.pageOfChunk[chunk] as number] as number);
  }
}

interface SearchContext {
  readonly pages: PagesTable;
  readonly mask: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Some of the vectors, ascending. */
class RowSubset implements RunVectors {
  readonly firsts: Uint32Array;
  readonly counts: Uint32Array;
  readonly #all: RowFile;
  readonly #rows: Uint32Array;

  constructor(all: RowFile, rows: Uint32Array) {
    this.#all = all;
    this.#rows = rows;
    this.firsts = rows.map((row) => all.firsts[row] as number);
    this.counts = rows.map((row) => all.counts[row] as number);
  }

  scores(query: Float32Array): Float32Array {
    const scores = new Float32Array(this.#rows.length);
    rowScorer(this.#all.rows, query).score(this.#rows, scores.length, scores);
    return scores;
  }

  row(index: number): Float32Array {
    const { data, dims, scales } = this.#all.rows;
    const row = this.#rows[index] as number;
    const scale = scales?.[row] ?? 1;
    return Float32Array.from(data.subarray(row * dims, (row + 1) * dims), (value) => value * scale);
  }
}

/** Row of the run that holds a chunk, or −1. */
function rowOf(chunk: number, { firsts, counts }: RowFile): number {
  const row = firstFrom(firsts, chunk + 1) - 1;
  return row >= 0 && chunk < (firsts[row] as number) + (counts[row] as number) ? row : -1;
}

function meanOf({ rows: { data, dims, scales } }: RowFile): Float32Array {
  const count = data.length / dims;
  const sums = new Float64Array(dims);
  for (let row = 0, at = 0; row < count; row++) {
    const scale = scales?.[row] ?? 1;
    for (let i = 0; i < dims; i++) sums[i] = (sums[i] as number) + scale * (data[at++] as number);
  }
  return Float32Array.from(sums, (sum) => (count > 0 ? sum / count : 0));
}

/** Before megabytes are fetched for nothing: compiles a module without content. */
function checkWebAssembly(): void {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } catch (cause) {
    throw new SearchError(
      "denied",
      "This site's content security policy allows no WebAssembly, which its model needs.",
      {
        remedy: "Send script-src 'self' 'wasm-unsafe-eval' with the pages and with worker.js.",
        cause,
      },
    );
  }
}

/** Takes a file out of the map, so that its memory is free when nothing else needs it. */
function take(files: Map<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (!bytes) throw damaged(`index.json names no ${name} for it`);
  files.delete(name);
  return bytes;
}

function openLinks(bytes: Uint8Array, { rows, firsts }: RowFile): Hnsw {
  const graph = decodeHnsw(bytes, LINKS_NAME);
  const count = graph.firstSlots.length - 1;
  if (count !== firsts.length) throw damaged(`its links are between ${count} vectors, not ${firsts.length}`);
  return new Hnsw(graph, rows);
}

function checkVectors({ rows, firsts, counts }: RowFile, manifest: EncoderManifest, chunkCount: number): void {
  if (rows.dims !== manifest.dims) throw damaged(`its vectors have ${rows.dims} numbers, not ${manifest.dims}`);
  if (firsts.length !== manifest.vectors) throw damaged(`it has ${firsts.length} vectors, not ${manifest.vectors}`);
  const end = (firsts.at(-1) ?? 0) + (counts.at(-1) ?? 0);
  if (end > chunkCount) throw damaged(`its vectors stand for ${end} chunks of ${chunkCount}`);
}

function damaged(detail: string): SearchError {
  return new SearchError("file-invalid", `The space of the sentence encoder is damaged: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file: VECTORS_NAME,
  });
}

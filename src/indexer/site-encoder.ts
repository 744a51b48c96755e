import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import type { Embedder } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { ENCODER_FUSION } from "../core/fusion.ts";
import {
  GPU_WASM_NAME,
  MODEL_CONFIG_FILES,
  modelHashes,
  RERANKER_FOLDER,
  storedBytes,
  WASM_NAME,
} from "../core/model-files.ts";
import {
  type EncoderConfigs,
  type EncoderSpec,
  encoderFingerprint,
  encoderSpec,
  rerankerSpec,
} from "../embed/encoder-spec.ts";
import { HttpEmbedder } from "../embed/http-embedder.ts";
import { OnnxEmbedder } from "../embed/onnx-embedder.ts";
import type { HttpModelManifest, OnnxModelManifest } from "../engine/open-encoder.ts";
import { CachedEmbedder } from "./embedding-cache.ts";
import type { BuildEncoder } from "./encode-space.ts";
import { findModelFolder, isFolderName, modelFolderState } from "./model-folder.ts";
import { type FetchedModel, fetchModel } from "./model-hub.ts";
import { writeModelParts } from "./model-parts.ts";
import { NodeRuntime } from "./onnx-runtime-node.ts";
import type { BuildProgress, EncoderOptions, ServerOptions } from "./types.ts";

/** Where the API key of an embeddings server is looked for; it never goes into the index. */
const KEY_VARIABLE = "SEMANTIC_SEARCH_API_KEY";
/** How many results a reranker reads unless told otherwise. */
const DEFAULT_TOP = 20;

/** Options of {@link SiteEncoder.open}. */
export interface SiteEncoderContext {
  /** Folder of the index. */
  readonly out: string;
  /** Folder in which vectors are kept from one build to the next. */
  readonly caches: string;
  /** Folder that holds models, so that no network is used. */
  readonly modelsFrom?: string | undefined;
  readonly force?: boolean | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A sentence encoder for one build, whose vectors are kept for the next. */
export class SiteEncoder {
  /** For `buildIndex`. */
  readonly build: BuildEncoder;
  readonly #cache: CachedEmbedder;
  readonly #close: () => Promise<void>;
  readonly #truncated: () => number;

  private constructor(build: BuildEncoder, cache: CachedEmbedder, model: Model) {
    this.build = build;
    this.#cache = cache;
    this.#close = () => model.close();
    this.#truncated = () => model.truncated();
  }

  /**
   * Get the model, put its files into the index folder, and start it.
   * @throws SearchError as `fetchModel`, `encoderSpec` and the model's embedder do.
   */
  static async open(options: EncoderOptions | ServerOptions, context: SiteEncoderContext): Promise<SiteEncoder> {
    const model = "url" in options ? await openServer(options, context) : await openModel(options, context);
    const { embedder } = model;
    const file = join(context.caches, `${embedder.info.fingerprint}.bin`);
    const cache = await CachedEmbedder.open(embedder, file, { force: context.force });
    const given = Object.entries(options.fusion ?? {}).filter(([, value]) => value !== undefined);
    const fusion = { ...ENCODER_FUSION, ...Object.fromEntries(given) };
    return new SiteEncoder({ ...model.build, embedder: cache, fusion }, cache, model);
  }

  /** Bytes of the model's files in the index folder, by name. */
  get files(): ReadonlyMap<string, number> {
    const { files, gpuFiles = [] } = this.build;
    const parts = [...files, ...gpuFiles].flatMap((file) => file.parts);
    return new Map(parts.map((part) => [part.file, storedBytes(part)]));
  }

  get embedded(): number {
    return this.#cache.embedded;
  }

  get reused(): number {
    return this.#cache.reused;
  }

  /** Passages that were longer than the model takes, and lost their end. */
  get truncated(): number {
    return this.#truncated();
  }

  /** Leave what the next build can use. */
  save(): Promise<void> {
    return this.#cache.save();
  }

  /** Stop the model; what was embedded so far is kept, so that a build that was stopped goes on there. */
  async close(): Promise<void> {
    await this.#cache.saveAll().catch(() => undefined);
    await this.#close();
  }
}

/**
 * Changes when the files of a model in a folder do, so that an index that was built from others is not taken for
 * unchanged. Of models on the hub and on servers nothing is known.
 */
export async function encodersState(
  options: EncoderOptions | ServerOptions,
  { modelsFrom }: Pick<SiteEncoderContext, "modelsFrom">,
): Promise<readonly string[]> {
  if ("url" in options) return [];
  const models = [options, ...(options.rerank ? [options.rerank] : [])];
  const folders = models.map(async ({ name, revision = "main" }) => {
    if (isFolderName(name)) return name;
    return modelsFrom && (await findModelFolder(resolve(modelsFrom), { id: name, revision }))?.path;
  });
  // A folder that is not there is an error of its own, later.
  const states = (await Promise.all(folders)).map((folder) =>
    folder ? modelFolderState(resolve(folder)).catch(() => "") : "",
  );
  return Promise.all(states);
}

/** A model that is ready to embed. */
interface Model {
  readonly embedder: Embedder;
  readonly build: Omit<BuildEncoder, "embedder" | "fusion">;
  truncated(): number;
  close(): Promise<void>;
}

async function openModel(options: EncoderOptions, context: SiteEncoderContext): Promise<Model> {
  const { name, rerank, fusion: _, ...own } = options;
  const fetched = await fetchFiles(name, options, context);
  const spec = encoderSpec(publicName(name), await readConfigs(fetched), own);
  const second = rerank && (await fetchFiles(rerank.name, rerank, context));
  const reranker = second && rerankerSpec(publicName(second.id), await readConfigs(second), rerank);
  const { out, signal } = context;
  const paths = new Map([
    ...pathsOf(fetched),
    ...(second ? pathsOf(second).map(([file, path]) => [RERANKER_FOLDER + file, path] as const) : []),
    [WASM_NAME, runtimeFile(WASM_NAME)] as const,
  ]);
  const files = await writeModelParts(out, paths, { signal });
  const gpuFiles = await writeModelParts(out, new Map([[GPU_WASM_NAME, runtimeFile(GPU_WASM_NAME)]]), { signal });
  const fingerprint = encoderFingerprint(spec, modelHashes(files));
  const embedder = await startModel(spec, fetched, fingerprint);
  const model: OnnxModelManifest = {
    type: "onnx",
    spec,
    ...(reranker && { rerank: { spec: reranker, top: rerank?.top ?? DEFAULT_TOP } }),
  };
  return {
    embedder,
    build: { model: { ...model }, files, gpuFiles },
    truncated: () => embedder.truncated,
    close: () => embedder.close(),
  };
}

async function openServer(options: ServerOptions, { signal }: SiteEncoderContext): Promise<Model> {
  const { name, url, queryUrl, dims, queryPrefix, passagePrefix, languages } = options;
  const shared = { model: name, dimensions: dims, queryPrefix, passagePrefix };
  const embedder = await HttpEmbedder.open({ ...shared, url, key: process.env[KEY_VARIABLE], languages, signal });
  const model: HttpModelManifest = { type: "http", url: queryUrl, ...shared };
  return {
    embedder,
    build: { model: { ...model }, files: [] },
    truncated: () => 0,
    async close() {},
  };
}

/** A model's name as visitors see it: of a folder its last part, since where it lies is nobody's business. */
function publicName(name: string): string {
  return isFolderName(name) ? basename(resolve(name)) : name;
}

interface ModelOptions extends Pick<EncoderOptions, "revision" | "dtype"> {}

function fetchFiles(
  name: string,
  { revision, dtype }: ModelOptions,
  { modelsFrom, onProgress, signal }: SiteEncoderContext,
): Promise<FetchedModel> {
  return fetchModel(name, {
    revision,
    dtype,
    modelsFrom,
    signal,
    onProgress: ({ loadedBytes, totalBytes }) =>
      onProgress?.({ phase: "fetch", done: loadedBytes, total: totalBytes ?? loadedBytes, bytes: 0 }),
  });
}

/** What the browser needs of a model; its configuration went into the manifest. */
function pathsOf({ files }: FetchedModel): (readonly [string, { readonly path: string }])[] {
  const configs = new Set<string>(MODEL_CONFIG_FILES);
  const isNeeded = (name: string) =>
    name === "tokenizer_config.json" || !(configs.has(name) || name === "special_tokens_map.json");
  return Array.from(files, ([name, { path }]) => [name, { path }] as const).filter(([name]) => isNeeded(name));
}

async function readConfigs({ id, files }: FetchedModel): Promise<EncoderConfigs> {
  const names = MODEL_CONFIG_FILES.filter((name) => files.has(name));
  const entries = names.map(async (name) => [name, await readJson(id, name, files.get(name)?.path as string)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function readJson(id: string, name: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SearchError("file-invalid", `${name} of ${id} is not JSON.`, { file: path, cause });
  }
}

async function startModel(spec: EncoderSpec, { files }: FetchedModel, fingerprint: string): Promise<OnnxEmbedder> {
  const contents = Array.from(files, async ([name, { path }]) => [name, new Uint8Array(await readFile(path))] as const);
  return OnnxEmbedder.open({
    spec,
    files: new Map(await Promise.all(contents)),
    runtime: new NodeRuntime(),
    fingerprint,
  });
}

/** A file of the installed ONNX Runtime. */
function runtimeFile(name: string): { readonly path: string } {
  return { path: createRequire(import.meta.url).resolve(`onnxruntime-web/${name}`) };
}

/** What only a visitor loads who gets a larger model: ONNX Runtime and the tokenizers come with it. */
import { SearchError } from "../core/errors.ts";
import type { EncoderManifest } from "../core/manifest.ts";
import { GPU_WASM_NAME, modelHashes, RERANKER_FOLDER, WASM_NAME } from "../core/model-files.ts";
import type { LoadedSpace } from "../core/search.ts";
import { type EncoderSpec, encoderFingerprint, type RerankerSpec } from "../embed/encoder-spec.ts";
import { HttpEmbedder } from "../embed/http-embedder.ts";
import { OnnxEmbedder } from "../embed/onnx-embedder.ts";
import { OnnxReranker } from "../embed/onnx-reranker.ts";
import { BrowserRuntime, type BrowserSession, type DeviceChoice } from "../embed/onnx-runtime.ts";
import type { OnnxRuntime } from "../embed/onnx-session.ts";
import { passageText } from "../embed/passage-text.ts";
import type { Encoder, EncoderFiles, Reranker } from "./encoder-space.ts";
import type { ModelStore } from "./model-store.ts";

/** A model that ONNX Runtime runs, as the manifest has it. */
export interface OnnxModelManifest {
  readonly type: "onnx";
  readonly spec: EncoderSpec;
  readonly rerank?: { readonly spec: RerankerSpec; readonly top: number } | undefined;
}

/** A model on a server, as the manifest has it. */
export interface HttpModelManifest {
  readonly type: "http";
  /** Where visitors' queries go, relative to `index.json` or absolute. */
  readonly url: string;
  readonly model: string;
  readonly dimensions?: number | undefined;
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
}

/** Names under which the store remembers which device was faster with a model. */
const CHOICE_NAME = "device-choice";

/**
 * Start the model of an encoder's space in this browser.
 * @throws SearchError `file-version` for a type of model that this code does not know; what the model throws.
 */
export async function openEncoder(manifest: EncoderManifest, context: EncoderFiles): Promise<Encoder> {
  const { files, store } = context;
  const { type } = manifest.model;
  if (type === "http") return openHttp(manifest, store);
  if (type !== "onnx") {
    throw new SearchError("file-version", `The space "${manifest.id}" needs a model of type "${type}".`, {
      remedy: "Load the element with the version of semantic-search-element that built the index.",
    });
  }
  let notice: string | undefined;
  const onNotice = (text: string) => {
    notice = text;
  };
  let first: BrowserSession | undefined;
  const runtime: OnnxRuntime = {
    async open(model) {
      // The second model is another one to the GPU.
      const name = `${encodeURIComponent(manifest.id)}${first ? "/reranker" : ""}`;
      const session = await (await browserRuntime(manifest, { files, store, name, onNotice })).open(model);
      first ??= session;
      return session;
    },
  };
  const state = (): LoadedSpace => ({ device: first?.device ?? "wasm", ...(notice !== undefined && { notice }) });
  return openOnnx(manifest, { files, runtime, state });
}

/** What {@link openOnnx} needs. */
export interface OnnxContext {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly runtime: OnnxRuntime;
  state(): LoadedSpace;
}

/** Start a model, and the second one if there is one, on any runtime. */
export async function openOnnx(manifest: EncoderManifest, context: OnnxContext): Promise<Encoder> {
  const { spec, rerank } = manifest.model as unknown as OnnxModelManifest;
  const { files, runtime } = context;
  const fingerprint = encoderFingerprint(spec, modelHashes(manifest.files));
  const embedder = await OnnxEmbedder.open({ spec, files, runtime, fingerprint });
  const opening = rerank && OnnxReranker.open({ spec: rerank.spec, files: rerankerFiles(files), runtime });
  const second = await opening?.catch(async (error: unknown) => {
    await embedder.close();
    throw error;
  });
  const reranker: Reranker | undefined = rerank &&
    second && {
      top: rerank.top,
      score: (query, passages, options) => second.score(query, passages.map(passageText), options),
    };
  return {
    info: embedder.info,
    embedQuery: (query, options) => embedder.embedQuery(query, options),
    embedPassages: (passages, options) => embedder.embedPassages(passages, options),
    get state() {
      return context.state();
    },
    reranker,
    async close() {
      await embedder.close();
      await second?.close();
    },
  };
}

interface RuntimeContext extends EncoderFiles {
  /** Under which the device is remembered. */
  readonly name: string;
  readonly onNotice: (notice: string) => void;
}

async function browserRuntime(
  { gpuFiles }: EncoderManifest,
  { files, store, name, onNotice }: RuntimeContext,
): Promise<BrowserRuntime> {
  const key = `${CHOICE_NAME}/${name}`;
  return new BrowserRuntime({
    wasm: async () => neededFile(files, WASM_NAME),
    webgpu: gpuFiles && (async () => neededFile(await store.load(gpuFiles), GPU_WASM_NAME)),
    choice: (await store.recall(key)) as DeviceChoice | undefined,
    onChoice: (choice) => void store.remember(key, choice),
    onNotice,
  });
}

async function openHttp(manifest: EncoderManifest, store: ModelStore): Promise<Encoder> {
  const { url, ...model } = manifest.model as unknown as HttpModelManifest;
  // A visitor waits: the embedded model answers in place of a server that does not.
  const options = { url: store.resolve(url), dims: manifest.dims, retries: 0 };
  const embedder = await HttpEmbedder.open({ ...model, ...options });
  return {
    info: embedder.info,
    embedQuery: (query, options) => embedder.embedQuery(query, options),
    embedPassages: (passages, options) => embedder.embedPassages(passages, options),
    state: { device: "http" },
    async close() {},
  };
}

function rerankerFiles(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const own = [...files].filter(([name]) => name.startsWith(RERANKER_FOLDER));
  return new Map(own.map(([name, bytes]) => [name.slice(RERANKER_FOLDER.length), bytes]));
}

function neededFile(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes) return bytes;
  throw new SearchError("index-invalid", `The index does not hold ${name}, which runs its model.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file: name,
  });
}

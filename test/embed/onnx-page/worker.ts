import type { EncoderSpec } from "../../../src/embed/encoder-spec.ts";
import { OnnxEmbedder } from "../../../src/embed/onnx-embedder.ts";
import {
  BrowserRuntime,
  type BrowserRuntimeOptions,
  type BrowserSession,
  type DeviceChoice,
  type OnnxDevice,
} from "../../../src/embed/onnx-runtime.ts";
import type { OnnxRuntime } from "../../../src/embed/onnx-session.ts";

/** What the page asks: open a model, embed some queries, or take the GPU away. */
export type Request =
  | {
      readonly do: "open";
      readonly spec: EncoderSpec;
      /** Names of the model's files, which stand in a folder. */
      readonly folder: string;
      readonly files: readonly string[];
      readonly device: OnnxDevice | "auto";
      readonly hasGpuRuntime: boolean;
      readonly choice?: DeviceChoice;
    }
  | { readonly do: "embed"; readonly queries: readonly string[] }
  | { readonly do: "lose GPU" };

/** How things are after it. */
export interface Answer {
  readonly vectors?: readonly (readonly number[])[];
  readonly device?: OnnxDevice | undefined;
  readonly choice?: DeviceChoice | undefined;
  readonly notices?: readonly string[];
  readonly hasGpu?: boolean;
  readonly error?: string;
}

let embedder: OnnxEmbedder | undefined;
let session: BrowserSession | undefined;
let choice: DeviceChoice | undefined;
let notices: string[] = [];
let gpu: GPUDevice | undefined;

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const answer = await handle(data).catch((error: unknown): Answer => ({ error: String(error) }));
  self.postMessage({ ...answer, device: session?.device, choice, notices } satisfies Answer);
};

async function handle(request: Request): Promise<Answer> {
  if (request.do === "open") return open(request);
  if (request.do === "lose GPU") {
    gpu?.destroy();
    return {};
  }
  const vectors: number[][] = [];
  for (const query of request.queries) vectors.push([...((await embedder?.embedQuery(query))?.vector ?? [])]);
  await session?.settled;
  return { vectors };
}

async function open({
  spec,
  folder,
  files,
  device,
  hasGpuRuntime,
  choice: known,
}: Request & { do: "open" }): Promise<Answer> {
  await embedder?.close();
  notices = [];
  choice = undefined;
  const read = async (name: string) => new Uint8Array(await (await fetch(name)).arrayBuffer());
  const options: BrowserRuntimeOptions = {
    wasm: () => read("ort-wasm-simd-threaded.wasm"),
    // By its address, as a host without a limit on files may have it.
    ...(hasGpuRuntime && { webgpu: async () => new URL("ort-wasm-simd-threaded.asyncify.wasm", self.location.href) }),
    device,
    choice: known,
    onChoice: (found) => {
      choice = found;
    },
    onNotice: (notice) => notices.push(notice),
  };
  const runtime = new BrowserRuntime(options);
  const watched: OnnxRuntime = {
    open: async (model) => {
      session = await runtime.open(model);
      return session;
    },
  };
  const contents = await Promise.all(files.map(async (name) => [name, await read(`${folder}/${name}`)] as const));
  embedder = await OnnxEmbedder.open({ spec, files: new Map(contents), runtime: watched, fingerprint: "" });
  return { hasGpu: Boolean(await navigator.gpu?.requestAdapter()) };
}

/** Keeps hold of the device that ONNX Runtime asks for, so that it can be taken away. */
const prototype = globalThis.GPUAdapter?.prototype;
if (prototype) {
  const { requestDevice } = prototype;
  prototype.requestDevice = async function (descriptor) {
    gpu = await requestDevice.call(this, descriptor);
    return gpu;
  };
}

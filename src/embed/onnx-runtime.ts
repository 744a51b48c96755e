import type { Env, InferenceSession } from "onnxruntime-web/wasm";
import { SearchError } from "../core/errors.ts";
import type { OnnxFeeds, OnnxModel, OnnxOutput, OnnxRuntime, OnnxSession } from "./onnx-session.ts";
import { type Ort, OrtSession, reasonOf } from "./ort-session.ts";

/** Where a model runs: on the processor by WebAssembly, or on the GPU. */
export type OnnxDevice = "wasm" | "webgpu";

/** Reads a `.wasm` file of ONNX Runtime: its bytes, or its URL on the page's own origin. */
export type ReadBinary = () => Promise<Uint8Array | URL>;

/** What was found out about a model on this device; plain data, to be remembered from visit to visit. */
export interface DeviceChoice {
  readonly device: OnnxDevice;
  /** The GPU that was tried; the choice holds for no other. */
  readonly gpu: string;
  /** Shortest of {@link TIMED_RUNS} runs of one query on each; undefined where the GPU could not be used. */
  readonly wasmMs?: number;
  readonly webgpuMs?: number;
}

/** Options of {@link BrowserRuntime}. */
export interface BrowserRuntimeOptions {
  /** `ort-wasm-simd-threaded.wasm` of onnxruntime-web. */
  readonly wasm: ReadBinary;
  /** `ort-wasm-simd-threaded.asyncify.wasm`, read when there is a GPU to try. Default: none, no GPU is tried. */
  readonly webgpu?: ReadBinary | undefined;
  /** `auto` takes what is faster on this device; `webgpu` takes the GPU where it works. Default `auto`. */
  readonly device?: OnnxDevice | "auto";
  /** What `onChoice` was told on an earlier visit: nothing is measured again. */
  readonly choice?: DeviceChoice | undefined;
  /** Told once what was measured. */
  readonly onChoice?: ((choice: DeviceChoice) => void) | undefined;
  /** Told, for people, why the GPU is not used or no longer used. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/** Runs by which the devices are compared. */
export const TIMED_RUNS = 3;
/** How far numbers of the GPU may be from those of WASM, as a share of the largest. */
const TOLERANCE = 0.02;
/** A GPU is worth filling: its runs cost much however small they are. */
const GPU_BATCH_TOKENS = 4096;

/**
 * ONNX Runtime in a browser. A model starts on WASM; after its first answer the GPU is tried on the same input where there
 * is one, compared by its numbers and its time, and taken if it is right and faster. When it fails later, or is taken
 * away, WASM takes over in the middle of the query.
 *
 * Runs under `script-src 'self' 'wasm-unsafe-eval'`: no `eval`, no `blob:`, and nothing is fetched but what `wasm` and
 * `webgpu` read. The packages' default entry is never loaded: its numbers for models of 8 bits are wrong.
 */
export class BrowserRuntime implements OnnxRuntime {
  readonly #options: BrowserRuntimeOptions;

  constructor(options: BrowserRuntimeOptions) {
    this.#options = options;
  }

  /** @throws SearchError `file-invalid`; what reading the runtime throws. */
  async open(model: OnnxModel): Promise<BrowserSession> {
    return BrowserSession.open(model, this.#options);
  }
}

/** A model on whichever device serves it best. */
export class BrowserSession implements OnnxSession {
  readonly parallel = 1;
  /** Kept as long as another session may be made of it. */
  #model: OnnxModel | undefined;
  readonly #options: BrowserRuntimeOptions;
  /** The GPU that may be tried. */
  #gpu: string | undefined;
  #names: Pick<OnnxSession, "inputNames" | "outputNames"> = { inputNames: [], outputNames: [] };
  #onWasm: OrtSession | undefined;
  #onGpu: GpuSession | undefined;
  #trial: Promise<void> | undefined;
  #isClosed = false;

  private constructor(model: OnnxModel, options: BrowserRuntimeOptions) {
    this.#model = model;
    this.#options = options;
  }

  static async open(model: OnnxModel, options: BrowserRuntimeOptions): Promise<BrowserSession> {
    const session = new BrowserSession(model, options);
    await session.#start();
    return session;
  }

  get inputNames(): readonly string[] {
    return this.#names.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#names.outputNames;
  }

  get device(): OnnxDevice {
    return this.#onGpu ? "webgpu" : "wasm";
  }

  get batchTokens(): number {
    return this.#onGpu ? GPU_BATCH_TOKENS : 1;
  }

  /** Settled when no trial of the GPU is under way. */
  get settled(): Promise<void> {
    return this.#trial ?? Promise.resolve();
  }

  async run(
    feeds: OnnxFeeds,
    output: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<OnnxOutput> {
    const result = await inTurn(() => {
      signal?.throwIfAborted();
      return this.#run(feeds, output);
    });
    if (this.#gpu !== undefined && !this.#trial && !this.#onGpu) this.#trial = this.#tryGpu(feeds, output, result);
    return result;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#trial;
    await inTurn(async () => {
      await this.#onGpu?.close();
      await this.#onWasm?.close();
    });
  }

  /** On the GPU at once only when it is asked for, or was found faster before. */
  async #start(): Promise<void> {
    const { device = "auto", choice, webgpu } = this.#options;
    const gpu = device === "wasm" || !webgpu ? undefined : await findGpu();
    const known = choice?.gpu === gpu ? choice?.device : undefined;
    if (gpu !== undefined && (device === "webgpu" || known === "webgpu")) {
      await this.#useGpu().catch((error: unknown) => this.#leaveGpu(reasonOf(error)));
    } else if (device === "webgpu") {
      this.#notify("This browser offers no GPU; the model runs on the processor.");
    } else if (known === undefined) this.#gpu = gpu;
    this.#names = this.#onGpu?.session ?? (await this.#wasmSession());
  }

  async #run(feeds: OnnxFeeds, output: string): Promise<OnnxOutput> {
    if (this.#onGpu) {
      try {
        const result = await this.#onGpu.run(feeds, output);
        if (result.data.every(Number.isFinite)) return result;
        this.#leaveGpu("its numbers overflow");
      } catch (error) {
        this.#leaveGpu(reasonOf(error));
      }
    }
    return (await this.#wasmSession()).run(feeds, output);
  }

  async #wasmSession(): Promise<OrtSession> {
    this.#onWasm ??= await openOnWasm(this.#neededModel(), this.#options.wasm);
    if (this.#gpu === undefined) this.#model = undefined;
    return this.#onWasm;
  }

  #neededModel(): OnnxModel {
    if (this.#model) return this.#model;
    throw new SearchError("internal", "The model's files were given up too early.");
  }

  async #useGpu(): Promise<GpuSession> {
    const { webgpu } = this.#options;
    if (!webgpu) throw new SearchError("internal", "There is no runtime for the GPU.");
    const gpu = await GpuSession.open(this.#neededModel(), webgpu);
    this.#onGpu = gpu;
    return gpu;
  }

  /** The session is left as it is: closing it may never end. */
  #leaveGpu(reason: string): void {
    this.#onGpu = undefined;
    this.#gpu = undefined;
    if (this.#onWasm) this.#model = undefined;
    this.#notify(`The GPU could not be used (${reason}); the model runs on the processor.`);
  }

  /** Never throws: without the GPU everything goes on as before. */
  async #tryGpu(feeds: OnnxFeeds, output: string, expected: OnnxOutput): Promise<void> {
    const { webgpu, onChoice } = this.#options;
    const gpu = this.#gpu ?? "";
    const wasm = this.#onWasm;
    if (!webgpu || !wasm) return;
    try {
      const session = await inTurn(() => GpuSession.open(this.#neededModel(), webgpu));
      const { data } = await inTurn(() => session.run(feeds, output));
      const difference = largestDifference(data, expected.data);
      if (!(difference <= TOLERANCE)) throw new Error(`its numbers are ${(difference * 100).toFixed(0)} % off`);
      const wasmMs = await shortest(() => wasm.run(feeds, output));
      const webgpuMs = await shortest(() => session.run(feeds, output));
      const isFaster = webgpuMs < wasmMs && !this.#isClosed;
      await inTurn(async () => {
        // Both would cost the model's memory twice. WASM starts anew should the GPU be lost.
        await (isFaster ? wasm : session).close();
        this.#gpu = undefined;
        if (isFaster) {
          this.#onGpu = session;
          this.#onWasm = undefined;
        } else this.#model = undefined;
      });
      onChoice?.({ device: isFaster ? "webgpu" : "wasm", gpu, wasmMs, webgpuMs });
    } catch (error) {
      this.#leaveGpu(reasonOf(error));
      onChoice?.({ device: "wasm", gpu });
    }
  }

  #notify(notice: string): void {
    this.#options.onNotice?.(notice);
  }
}

/** A session on the GPU, whose runs fail when the GPU is lost: by itself a run would then never end. */
class GpuSession {
  readonly session: OrtSession;
  readonly #lost: Promise<never>;

  private constructor(session: OrtSession, lost: Promise<never>) {
    this.session = session;
    this.#lost = lost;
    // It may be lost while nothing runs.
    lost.catch(() => {});
  }

  static async open(model: OnnxModel, binary: ReadBinary): Promise<GpuSession> {
    const ort = await loadOnce("webgpu", async () => prepare(await import("onnxruntime-web/webgpu"), binary));
    const session = await OrtSession.open(ort, model, { executionProviders: ["webgpu"] });
    const device = (await ort.env.webgpu.device) as GPUDevice;
    const lost = device.lost.then(({ message }) => {
      throw new Error(message || "it was lost");
    });
    return new GpuSession(session, lost);
  }

  run(feeds: OnnxFeeds, output: string): Promise<OnnxOutput> {
    return Promise.race([this.#lost, this.session.run(feeds, output)]);
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

async function openOnWasm(model: OnnxModel, binary: ReadBinary): Promise<OrtSession> {
  const ort = await loadOnce("wasm", async () => prepare(await import("onnxruntime-web/wasm"), binary));
  return OrtSession.open(ort, model, WASM_OPTIONS);
}

const WASM_OPTIONS: InferenceSession.SessionOptions = { executionProviders: ["wasm"] };

/** The runtimes of this thread: ONNX Runtime can be set up once. */
const loaded = new Map<OnnxDevice, Promise<Ort & { readonly env: Env }>>();

function loadOnce(
  device: OnnxDevice,
  load: () => Promise<Ort & { readonly env: Env }>,
): Promise<Ort & { readonly env: Env }> {
  let runtime = loaded.get(device);
  if (!runtime) {
    runtime = load().catch((error: unknown) => {
      loaded.delete(device);
      throw error;
    });
    loaded.set(device, runtime);
  }
  return runtime;
}

/** Say where the binary comes from, before the first session asks for it. */
async function prepare<T extends Ort & { readonly env: Env }>(ort: T, read: ReadBinary): Promise<T> {
  const binary = await read();
  const { wasm } = ort.env;
  if (binary instanceof URL) wasm.wasmPaths = { wasm: binary };
  else wasm.wasmBinary = binary;
  // More start workers of their own, and bring nothing to a query of a few words.
  wasm.numThreads = 1;
  wasm.proxy = false;
  return ort;
}

/** The GPU's name; undefined where there is none, or none that this page may use. */
async function findGpu(): Promise<string | undefined> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter(Boolean).join(" ");
}

let turns: Promise<unknown> = Promise.resolve();

/** One run at a time: the GPU's runtime cannot be entered twice, and WASM computes nothing sooner. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = turns.then(work);
  turns = result.catch(() => {});
  return result;
}

/** Milliseconds of the shortest run; other work has its turn between them. */
async function shortest(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TIMED_RUNS; i++) {
    await inTurn(async () => {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    });
  }
  return Math.min(...times);
}

/** As a share of the largest number expected; NaN where one is not a number. */
function largestDifference(values: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let largest = 0;
  expected.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - (values[i] ?? Number.NaN)));
    largest = Math.max(largest, Math.abs(value));
  });
  return difference / largest;
}

import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Dtype } from "../../src/core/model-files.ts";
import { encoderSpec } from "../../src/embed/encoder-spec.ts";
import { OnnxEmbedder } from "../../src/embed/onnx-embedder.ts";
import type { DeviceChoice } from "../../src/embed/onnx-runtime.ts";
import { NodeRuntime } from "../../src/indexer/onnx-runtime-node.ts";
import { CHROMIUM_ARGS, requireChromium } from "../e2e/chromium.ts";
import { SiteServer } from "../e2e/site-server.ts";
import type { BertDtype } from "../models/bert-onnx.ts";
import { configsOf, makeEncoder, type TinyEncoder } from "../models/tiny-encoder.ts";
import { makeWordPiece } from "../models/tokenizers.ts";
import { bundleScripts } from "./onnx-bundle.ts";
import type { Answer, Request } from "./onnx-page/worker.ts";

/** The strict policy, and what WebAssembly needs: neither 'unsafe-eval' nor blob:. */
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src 'self'";
/** A GPU in software, so that there is one to test with. */
const GPU_ARGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const RUNTIME = fileURLToPath(new URL("../../node_modules/onnxruntime-web/dist/", import.meta.url));
const PAGES = fileURLToPath(new URL("onnx-page/", import.meta.url));
const QUERIES = ["how do I search a site by meaning?", "index", "a folder of small files, in the browser"];

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const wordPiece = makeWordPiece(README);
const encoders = new Map<BertDtype, TinyEncoder>(
  (["fp32", "q8", "q8-dynamic", "q4"] as const).map((dtype) => [dtype, makeEncoder(wordPiece, { dtype })]),
);

let folder: string;
let server: SiteServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semantic-search-onnx-"));
  await bundleScripts({ page: join(PAGES, "page.ts"), worker: join(PAGES, "worker.ts") }, folder);
  await writeFile(
    join(folder, "index.html"),
    '<!doctype html><title>Test</title><script type="module" src="page.js"></script>',
  );
  for (const name of ["", ".asyncify"]) {
    await cp(`${RUNTIME}ort-wasm-simd-threaded${name}.wasm`, join(folder, `ort-wasm-simd-threaded${name}.wasm`));
  }
  for (const [dtype, { files }] of encoders) {
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(folder, dtype, name)), { recursive: true });
      await writeFile(join(folder, dtype, name), bytes);
    }
  }
  server = await SiteServer.start(folder, { csp: CSP });
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** One tab of a browser that has a GPU or has none. */
class Tab {
  readonly complaints: string[] = [];
  readonly requests: string[] = [];
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.context().on("request", (request) => this.requests.push(request.url()));
  }

  static async open(browser: Browser): Promise<Tab> {
    const tab = new Tab(await browser.newPage());
    await tab.#page.goto(server.url);
    return tab;
  }

  ask(request: Request): Promise<Answer> {
    return this.#page.evaluate(
      (asked) => (globalThis as unknown as { ask(request: Request): Promise<Answer> }).ask(asked),
      request,
    );
  }

  openModel(dtype: BertDtype, options: Partial<Request & { do: "open" }> = {}): Promise<Answer> {
    const encoder = encoders.get(dtype) as TinyEncoder;
    const files = [...encoder.files.keys()];
    const spec = specOf(dtype);
    return this.ask({ do: "open", spec, folder: dtype, files, device: "auto", hasGpuRuntime: true, ...options });
  }
}

function specOf(dtype: BertDtype) {
  const kind: Dtype = dtype === "q8-dynamic" ? "q8" : dtype;
  return encoderSpec("all-tiny", configsOf(encoders.get(dtype) as TinyEncoder), { dtype: kind });
}

/** What Node gives for the queries. */
async function nodeVectors(dtype: BertDtype): Promise<readonly Float32Array[]> {
  const { files } = encoders.get(dtype) as TinyEncoder;
  const runtime = new NodeRuntime({ threads: 0, engine: "onnxruntime-web" });
  const embedder = await OnnxEmbedder.open({ spec: specOf(dtype), files, runtime, fingerprint: "" });
  const vectors: Float32Array[] = [];
  for (const query of QUERIES) vectors.push((await embedder.embedQuery(query)).vector);
  await embedder.close();
  return vectors;
}

async function expectAgreement(dtype: BertDtype, { vectors, error }: Answer, limit = 1e-4): Promise<void> {
  expect(error).toBeUndefined();
  expect(vectors).toHaveLength(QUERIES.length);
  (await nodeVectors(dtype)).forEach((expected, i) => {
    const differences = expected.map((value, d) => Math.abs(value - (vectors?.[i]?.[d] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThan(limit);
  });
}

describe("without a GPU", () => {
  let browser: Browser;
  let tab: Tab;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: requireChromium(), args: [...CHROMIUM_ARGS, "--disable-gpu"] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    tab = await Tab.open(browser);
  });

  it.each(["fp32", "q8", "q8-dynamic", "q4"] as const)("a model of %s gives what it gives in Node", async (dtype) => {
    const { device } = await tab.openModel(dtype);
    expect(device).toBe("wasm");
    await expectAgreement(dtype, await tab.ask({ do: "embed", queries: QUERIES }));
  });

  it("asks the site alone, for nothing but what it needs, within the policy", async () => {
    await tab.openModel("fp32");
    await tab.ask({ do: "embed", queries: QUERIES });
    expect(tab.complaints).toEqual([]);
    expect(tab.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    expect(tab.requests.filter((url) => /webgpu|asyncify|jsep|blob:/.test(url))).toEqual([]);
    expect(tab.requests.filter((url) => url.endsWith(".wasm"))).toHaveLength(1);
  });

  it("says so where the GPU was asked for", async () => {
    const { device, notices } = await tab.openModel("fp32", { device: "webgpu" });
    expect(device).toBe("wasm");
    expect(notices).toEqual(["This browser offers no GPU; the model runs on the processor."]);
    await expectAgreement("fp32", await tab.ask({ do: "embed", queries: QUERIES }));
  });
});

describe("with a GPU", () => {
  let browser: Browser;
  let tab: Tab;
  let hasGpu: boolean | undefined;
  // One tab for all: its runtimes take seconds to load.
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: requireChromium(), args: [...CHROMIUM_ARGS, ...GPU_ARGS] });
    tab = await Tab.open(browser);
    ({ hasGpu } = await tab.openModel("fp32", { device: "wasm" }));
  });
  afterAll(() => browser?.close());
  beforeEach((context) => {
    if (!hasGpu) context.skip("This Chromium gives no WebGPU adapter, not even in software.");
  });
  afterEach(() => {
    expect(tab.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    expect(tab.complaints.filter((text) => /Content Security|eval/.test(text))).toEqual([]);
  });

  // Where activations are rounded to bytes, the last bit of a number decides about a whole step.
  it.each([
    ["fp32", 1e-4],
    ["q8", 1e-4],
    ["q8-dynamic", 1e-2],
  ] as const)("a model of %s gives there what it gives in Node, to %d", async (dtype, limit) => {
    const opened = await tab.openModel(dtype, { device: "webgpu" });
    expect(opened).toMatchObject({ device: "webgpu", notices: [] });
    await expectAgreement(dtype, await tab.ask({ do: "embed", queries: QUERIES }), limit);
  });

  it("answers on WASM first, measures both, and takes the faster one", async () => {
    expect((await tab.openModel("fp32")).device).toBe("wasm");
    const answer = await tab.ask({ do: "embed", queries: QUERIES });
    await expectAgreement("fp32", answer);
    const { choice, device, notices } = answer;
    expect(notices).toEqual([]);
    expect(choice?.wasmMs).toBeGreaterThan(0);
    expect(choice?.webgpuMs).toBeGreaterThan(0);
    expect(device).toBe((choice?.webgpuMs ?? 0) < (choice?.wasmMs ?? 0) ? "webgpu" : "wasm");
    expect(choice?.device).toBe(device);
  });

  it("believes what was measured on this GPU before, on no other", async () => {
    await tab.openModel("fp32");
    const { choice } = await tab.ask({ do: "embed", queries: QUERIES });
    const known: DeviceChoice = { device: "webgpu", gpu: choice?.gpu ?? "" };
    expect((await tab.openModel("fp32", { choice: known })).device).toBe("webgpu");
    expect((await tab.openModel("fp32", { choice: { ...known, gpu: "another" } })).device).toBe("wasm");
    const settled: DeviceChoice = { device: "wasm", gpu: choice?.gpu ?? "" };
    await tab.openModel("fp32", { choice: settled });
    expect((await tab.ask({ do: "embed", queries: QUERIES })).choice).toBeUndefined();
  });

  it("goes on with WASM when the GPU is lost, and answers the query", async () => {
    await tab.openModel("fp32", { device: "webgpu" });
    await expectAgreement("fp32", await tab.ask({ do: "embed", queries: QUERIES }));
    await tab.ask({ do: "lose GPU" });
    const answer = await tab.ask({ do: "embed", queries: QUERIES });
    await expectAgreement("fp32", answer);
    expect(answer.device).toBe("wasm");
    expect(answer.notices).toEqual([expect.stringMatching(/^The GPU could not be used \(.+\); the model runs on the/)]);
  });

  it("opens another model when the GPU is lost", async () => {
    await tab.openModel("q8", { device: "webgpu" });
    await expectAgreement("q8", await tab.ask({ do: "embed", queries: QUERIES }));
  });

  it("loads nothing for the GPU where no runtime for it is offered", async () => {
    tab = await Tab.open(browser);
    expect(await tab.openModel("fp32", { hasGpuRuntime: false })).toMatchObject({ device: "wasm", notices: [] });
    expect((await tab.ask({ do: "embed", queries: QUERIES })).choice).toBeUndefined();
    expect(tab.requests.filter((url) => /webgpu|asyncify/.test(url))).toEqual([]);
  });
});

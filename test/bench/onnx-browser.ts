import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser } from "playwright";
import type { Dtype } from "../../src/core/model-files.ts";
import { SiteServer } from "../e2e/site-server.ts";
import { bundleScripts } from "../embed/onnx-bundle.ts";
import type { BrowserTask, BrowserTimes } from "./onnx/serve.ts";
import { GRAPHS } from "./onnx-model.ts";
import { median } from "./scale-report.ts";

const OURS = "ours";
export const PEER = "transformers.js";
const WORKERS: Readonly<Record<string, string>> = { [OURS]: "ours-worker", [PEER]: "peer-worker" };

/** Bytes of what was downloaded besides the model. */
export interface Bytes {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** One package with one kind of weights in a Chromium worker: the least of all rounds. */
export interface BrowserRow {
  readonly engine: string;
  readonly dtype: Dtype;
  readonly js: Bytes;
  readonly wasm: Bytes;
  readonly startMs: number;
  readonly firstMs: number;
  readonly medianMs: number;
  /** The first query's, to compare. */
  readonly vector: readonly number[];
}

/** Options of {@link measureBrowser}. */
export interface BrowserBench {
  readonly browser: Browser;
  /** With the model in `models/minilm/`; scripts and binaries are put beside it. */
  readonly folder: string;
  readonly peer: string | undefined;
  readonly rounds: number;
  readonly queries: readonly string[];
}

/** Both packages in turn, in a fresh profile each time. */
export async function measureBrowser(bench: BrowserBench): Promise<readonly BrowserRow[]> {
  const engines = bench.peer ? [OURS, PEER] : [OURS];
  await prepare(bench);
  const server = await SiteServer.start(bench.folder, { csp: "" });
  const rows: BrowserRow[] = [];
  try {
    for (const dtype of Object.keys(GRAPHS) as Dtype[]) {
      const runs: { readonly engine: string; readonly times: BrowserTimes; readonly files: readonly string[] }[] = [];
      for (let round = 0; round < bench.rounds; round++) {
        for (const engine of engines) runs.push({ engine, ...(await ask(bench, server, { engine, dtype })) });
      }
      for (const engine of engines) {
        const mine = runs.filter((run) => run.engine === engine);
        const least = (of: (times: BrowserTimes) => number) => Math.min(...mine.map(({ times }) => of(times)));
        const files = mine[0]?.files ?? [];
        rows.push({
          engine,
          dtype,
          js: await weigh(bench.folder, files, /\.m?js$/),
          wasm: await weigh(bench.folder, files, /\.wasm$/),
          startMs: least(({ startMs }) => startMs),
          firstMs: least(({ firstMs }) => firstMs),
          medianMs: least(({ queriesMs }) => median(queriesMs)),
          vector: mine[0]?.times.vector ?? [],
        });
      }
    }
  } finally {
    await server.close();
  }
  return rows;
}

async function prepare({ folder, peer }: BrowserBench): Promise<void> {
  const workers = fileURLToPath(new URL("onnx/", import.meta.url));
  await bundleScripts({ "ours-worker": `${workers}ours-worker.ts` }, folder);
  const runtime = fileURLToPath(new URL("../../node_modules/onnxruntime-web/dist/", import.meta.url));
  await cp(`${runtime}ort-wasm-simd-threaded.wasm`, join(folder, "ort-wasm-simd-threaded.wasm"));
  if (peer) {
    const modules = join(peer, "node_modules");
    const library = join(modules, "@huggingface/transformers/dist/transformers.web.js");
    const alias = { "@huggingface/transformers": library };
    await bundleScripts({ "peer-worker": `${workers}peer-worker.ts` }, folder, { alias });
    await mkdir(join(folder, "peer"), { recursive: true });
    for (const name of ["asyncify.mjs", "asyncify.wasm"]) {
      const file = `ort-wasm-simd-threaded.${name}`;
      await cp(join(modules, "onnxruntime-web/dist", file), join(folder, "peer", file));
    }
  }
  await writeFile(join(folder, "index.html"), '<!doctype html><title>Benchmark</title><link rel="icon" href="data:,">');
}

async function ask(
  { browser, queries }: BrowserBench,
  server: SiteServer,
  { engine, dtype }: { readonly engine: string; readonly dtype: Dtype },
): Promise<{ readonly times: BrowserTimes; readonly files: readonly string[] }> {
  server.reset();
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    const task: BrowserTask = { dtype, graph: GRAPHS[dtype] ?? "", queries };
    const times = await page.evaluate(
      ([script, message]) =>
        new Promise<BrowserTimes>((resolve, reject) => {
          const worker = new Worker(script, { type: "module" });
          worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
          worker.onerror = ({ message: reason }) => reject(new Error(reason));
          worker.postMessage(message);
        }),
      [`${WORKERS[engine]}.js`, task] as const,
    );
    const files = server.requests.filter(({ status }) => status === 200).map(({ path }) => path);
    return { times, files: [...new Set(files)] };
  } finally {
    await context.close();
  }
}

async function weigh(folder: string, files: readonly string[], kind: RegExp): Promise<Bytes> {
  const sizes = await Promise.all(files.filter((file) => kind.test(file)).map((file) => sizesOf(join(folder, file))));
  const sum = (key: keyof Bytes) => sizes.reduce((total, size) => total + size[key], 0);
  return { raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
}

/** Compressing a binary takes a minute: once is enough. */
const known = new Map<string, Promise<Bytes>>();

function sizesOf(file: string): Promise<Bytes> {
  const sizes = known.get(file) ?? readFile(file).then(compress);
  known.set(file, sizes);
  return sizes;
}

function compress(content: Buffer): Bytes {
  return { raw: content.length, gzip: gzipSync(content).length, brotli: brotliCompressSync(content).length };
}

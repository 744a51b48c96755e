import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Passage } from "../../src/core/embedder.ts";
import type { Dtype } from "../../src/core/model-files.ts";
import { encoderSpec } from "../../src/embed/encoder-spec.ts";
import { OnnxEmbedder } from "../../src/embed/onnx-embedder.ts";
import { type NodeEngine, NodeRuntime } from "../../src/indexer/onnx-runtime-node.ts";
import { PEER } from "./onnx-browser.ts";
import { GRAPHS } from "./onnx-model.ts";

/** One way of embedding passages in Node: the best of all rounds. */
export interface NodeRow {
  readonly engine: string;
  readonly runtime: NodeEngine;
  readonly dtype: Dtype;
  readonly chunksPerSecond: number;
  /** Milliseconds of all cores, per chunk. */
  readonly cpuMsPerChunk: number;
}

/** Options of {@link measureNode}. */
export interface NodeBench {
  /** The model's folder. */
  readonly model: string;
  readonly peer: string | undefined;
  readonly rounds: number;
  readonly texts: readonly string[];
}

/** Something that embeds all texts. */
interface Contender {
  readonly row: Pick<NodeRow, "engine" | "runtime" | "dtype">;
  run(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** All in turn; ours from `dist/`, whose threads are compiled. */
export async function measureNode(bench: NodeBench): Promise<readonly NodeRow[]> {
  const rows: NodeRow[] = [];
  for (const dtype of Object.keys(GRAPHS) as Dtype[]) {
    const contenders = [await ours(bench, dtype, "onnxruntime-web")];
    if (bench.peer) {
      contenders.push(await ours(bench, dtype, "onnxruntime-node"), await theirs(bench, bench.peer, dtype));
    }
    const best = contenders.map(() => ({ ms: Number.POSITIVE_INFINITY, cpuMs: Number.POSITIVE_INFINITY }));
    for (let round = 0; round < bench.rounds; round++) {
      for (const [i, contender] of contenders.entries()) {
        const cpu = process.cpuUsage();
        const start = performance.now();
        await contender.run();
        const { user, system } = process.cpuUsage(cpu);
        const known = best[i] as { ms: number; cpuMs: number };
        known.ms = Math.min(known.ms, performance.now() - start);
        known.cpuMs = Math.min(known.cpuMs, (user + system) / 1000);
      }
    }
    const count = bench.texts.length;
    contenders.forEach(({ row }, i) => {
      const { ms = 0, cpuMs = 0 } = best[i] ?? {};
      rows.push({ ...row, chunksPerSecond: (count / ms) * 1000, cpuMsPerChunk: cpuMs / count });
    });
    for (const contender of contenders) await contender.close();
  }
  return rows;
}

async function ours({ model, peer, texts }: NodeBench, dtype: Dtype, runtime: NodeEngine): Promise<Contender> {
  const names = ["config.json", "tokenizer.json", "tokenizer_config.json", GRAPHS[dtype] ?? ""];
  const contents = await Promise.all(names.map(async (name) => [name, await readFile(join(model, name))] as const));
  const config = JSON.parse(contents[0]?.[1].toString() ?? "");
  const script = fileURLToPath(new URL("../../dist/indexer/onnx-worker.js", import.meta.url));
  const embedder = await OnnxEmbedder.open({
    spec: encoderSpec("all-minilm", { "config.json": config }, { dtype }),
    files: new Map(contents),
    runtime: new NodeRuntime({ engine: runtime, start: (workerData) => startThread(script, workerData, peer) }),
    fingerprint: "",
  });
  const passages = texts.map((text): Passage => ({ title: "", headings: [], text }));
  return {
    row: { engine: "ours", runtime, dtype },
    run: () => embedder.embedPassages(passages),
    close: () => embedder.close(),
  };
}

/** `onnxruntime-node` is taken from where the peer brought it. */
function startThread(script: string, workerData: unknown, peer: string | undefined): Worker {
  if (!peer) return new Worker(script, { workerData });
  const native = createRequire(join(peer, "package.json")).resolve("onnxruntime-node");
  const hook = `export const resolve = (name, context, next) => name === "onnxruntime-node"
    ? { url: ${JSON.stringify(pathToFileURL(native).href)}, shortCircuit: true } : next(name, context);`;
  const setUp = `import { register } from "node:module"; register(${JSON.stringify(toUrl(hook))});`;
  return new Worker(script, { workerData, execArgv: ["--import", toUrl(setUp)] });
}

function toUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** What is used of transformers.js. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: "feature-extraction", model: string, options: { readonly dtype: Dtype }): Promise<Extract>;
}

interface Extract {
  (texts: readonly string[], options: { pooling: "mean"; normalize: true }): Promise<unknown>;
  dispose(): Promise<unknown>;
}

/** In batches of 32. */
async function theirs({ model, texts }: NodeBench, peer: string, dtype: Dtype): Promise<Contender> {
  const path = join(peer, "node_modules/@huggingface/transformers/dist/transformers.node.mjs");
  const { env, pipeline } = (await import(pathToFileURL(path).href)) as Transformers;
  env.allowRemoteModels = false;
  env.localModelPath = join(model, "..");
  const extract = await pipeline("feature-extraction", "minilm", { dtype });
  return {
    row: { engine: PEER, runtime: "onnxruntime-node", dtype },
    run: async () => {
      for (let i = 0; i < texts.length; i += 32) {
        await extract(texts.slice(i, i + 32), { pooling: "mean", normalize: true });
      }
    },
    close: () => extract.dispose(),
  };
}

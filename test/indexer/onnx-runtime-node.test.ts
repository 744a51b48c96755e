import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { encoderSpec } from "../../src/embed/encoder-spec.ts";
import { OnnxEmbedder } from "../../src/embed/onnx-embedder.ts";
import { NodeRuntime, type NodeRuntimeOptions, type ThreadInput } from "../../src/indexer/onnx-runtime-node.ts";
import { configsOf, cosine, expectedVector, makeEncoder } from "../models/tiny-encoder.ts";
import { makeWordPiece } from "../models/tokenizers.ts";

/** Runs TypeScript; in a thread as well. */
const RUNNER = fileURLToPath(new URL("../../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../../src/indexer/onnx-worker.ts", import.meta.url));
const fromSource = (workerData: ThreadInput) => new Worker(RUNNER, { workerData, argv: [WORKER] });

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const encoder = makeEncoder(makeWordPiece(README));
const spec = encoderSpec("all-tiny", configsOf(encoder), { dtype: "fp32" });
const texts = Array.from({ length: 20 }, (_, i) => "the index of a site is a folder ".repeat(1 + (i % 3)) + i);
const passages = texts.map((text): Passage => ({ title: "", headings: [], text }));

let embedder: OnnxEmbedder | undefined;
afterEach(async () => {
  await embedder?.close();
  embedder = undefined;
});

async function openOn(options: NodeRuntimeOptions, files = encoder.files): Promise<OnnxEmbedder> {
  embedder = await OnnxEmbedder.open({ spec, files, runtime: new NodeRuntime(options), fingerprint: "" });
  return embedder;
}

describe("threads", () => {
  it("share the passages, and give every one its row", async () => {
    const threaded = await openOn({ threads: 2, engine: "onnxruntime-web", start: fromSource });
    const rows = await threaded.embedPassages(passages);
    texts.forEach((text, i) => {
      expect(cosine(rows.subarray(i * 64, (i + 1) * 64), expectedVector(encoder, text))).toBeGreaterThan(0.9999);
    });
  });

  it("leave the calling thread free", async () => {
    const threaded = await openOn({ threads: 1, engine: "onnxruntime-web", start: fromSource });
    const controller = new AbortController();
    const endless = threaded.embedPassages(
      Array.from({ length: 20_000 }, () => passages[0] as Passage),
      {
        signal: controller.signal,
      },
    );
    setTimeout(() => controller.abort(), 50);
    await expect(endless).rejects.toThrow(/abort/);
  });

  it("say when the model cannot be loaded", async () => {
    const files = new Map([...encoder.files, ["onnx/model.onnx", new Uint8Array(100)] as const]);
    const opening = openOn({ threads: 2, engine: "onnxruntime-web", start: fromSource }, files);
    await expect(opening).rejects.toMatchObject({ code: "file-invalid" });
  });

  it.each(["process.exit(1)", "throw new Error('out of luck')"])(
    "that end by themselves are reported: %s",
    async (end) => {
      const loaded = 'parentPort.postMessage({ inputNames: ["input_ids"], outputNames: ["last_hidden_state"] });';
      const code = `const { parentPort } = require("node:worker_threads"); parentPort.on("message", () => { ${end} }); ${loaded}`;
      const threaded = await openOn({
        threads: 1,
        engine: "onnxruntime-web",
        start: () => new Worker(code, { eval: true }),
      });
      await expect(threaded.embedPassages(passages)).rejects.toMatchObject({ code: "worker-crashed" });
      await expect(threaded.embedPassages(passages)).rejects.toMatchObject({ code: "worker-crashed" });
    },
  );
});

describe("the package", () => {
  it("that is asked for and not installed is named", async () => {
    const isInstalled = await import("onnxruntime-node" as string).then(
      () => true,
      () => false,
    );
    if (isInstalled) return;
    await expect(openOn({ threads: 0, engine: "onnxruntime-node" })).rejects.toMatchObject({
      code: "bad-option",
      remedy: expect.stringContaining("npm install onnxruntime-node"),
    });
  });

  it("is chosen, and runs here from source", async () => {
    const { vector } = await (await openOn({})).embedQuery(texts[0] ?? "");
    expect(cosine(vector, expectedVector(encoder, texts[0] ?? ""))).toBeGreaterThan(0.9999);
  });
});

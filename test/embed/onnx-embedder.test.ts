import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { type EncoderOptions, encoderSpec, type Pooling } from "../../src/embed/encoder-spec.ts";
import { OnnxEmbedder } from "../../src/embed/onnx-embedder.ts";
import type { OnnxRuntime } from "../../src/embed/onnx-session.ts";
import { passageText } from "../../src/embed/passage-text.ts";
import { NodeRuntime } from "../../src/indexer/onnx-runtime-node.ts";
import type { BertDtype } from "../models/bert-onnx.ts";
import { configsOf, cosine, expectedVector, makeEncoder, type TinyEncoder } from "../models/tiny-encoder.ts";
import { makeBpe, makeUnigram, makeWordPiece } from "../models/tokenizers.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const QUERY = "how do I search a site by meaning?";
const TEXTS = [
  "Every query is answered in the browser, without a server.",
  "The index is a folder of small files.",
  "Words",
  "A static site has pages; the pages have headings, and under the headings there is text about something or other.",
];
const passages = TEXTS.map((text): Passage => ({ title: "", headings: [], text }));
const wordPiece = makeWordPiece(README);
const runtime = new NodeRuntime({ threads: 0, engine: "onnxruntime-web" });

let open: OnnxEmbedder | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** An embedder for an encoder; by name, so that its family is known. */
async function openEmbedder(
  encoder: TinyEncoder,
  { id = "all-tiny", batchTokens, on = runtime, ...options }: EncoderOptions & OpenOptions = {},
): Promise<OnnxEmbedder> {
  const spec = encoderSpec(id, configsOf(encoder), { dtype: "fp32", ...options });
  open = await OnnxEmbedder.open({
    spec,
    files: encoder.files,
    runtime: on,
    fingerprint: "0".repeat(32),
    ...(batchTokens && { batchTokens }),
  });
  return open;
}

interface OpenOptions {
  readonly id?: string;
  readonly batchTokens?: number;
  readonly on?: OnnxRuntime;
}

function rowsOf(vectors: Float32Array, dims = 64): Float32Array[] {
  return Array.from({ length: vectors.length / dims }, (_, i) => vectors.subarray(i * dims, (i + 1) * dims));
}

describe("pooling", () => {
  const encoder = makeEncoder(wordPiece);

  it("gives different vectors each way, so that a wrong one would be seen", () => {
    const [mean, cls, last] = (["mean", "cls", "last-token"] as const).map((pooling) =>
      expectedVector(encoder, QUERY, { pooling }),
    ) as [Float64Array, Float64Array, Float64Array];
    expect(cosine(mean, cls)).toBeLessThan(0.9);
    expect(cosine(mean, last)).toBeLessThan(0.9);
    expect(cosine(cls, last)).toBeLessThan(0.9);
    expect(cosine(cls, expectedVector(encoder, TEXTS[0] ?? "", { pooling: "cls" }))).toBeLessThan(0.99);
  });

  it.each<Pooling>(["mean", "cls", "last-token"])("by %s", async (pooling) => {
    const embedder = await openEmbedder(encoder, { pooling });
    const { vector, coverage } = await embedder.embedQuery(QUERY);
    expect(cosine(vector, expectedVector(encoder, QUERY, { pooling }))).toBeGreaterThan(0.999999);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    expect(coverage).toBe(1);
  });

  it.each<Pooling>(["mean", "cls", "last-token"])("by %s in batches with padding", async (pooling) => {
    const embedder = await openEmbedder(encoder, { pooling, batchTokens: 1000 });
    rowsOf(await embedder.embedPassages(passages)).forEach((row, i) => {
      expect(cosine(row, expectedVector(encoder, TEXTS[i] ?? "", { pooling }))).toBeGreaterThan(0.999999);
    });
  });

  it.each(["token_embeddings", "sentence_embedding"] as const)("of a graph that gives %s", async (output) => {
    const embedder = await openEmbedder(makeEncoder(wordPiece, { output }), { batchTokens: 1000 });
    rowsOf(await embedder.embedPassages(passages)).forEach((row, i) => {
      expect(cosine(row, expectedVector(encoder, TEXTS[i] ?? ""))).toBeGreaterThan(0.999999);
    });
  });

  it("gives position_ids to a graph that asks for them", async () => {
    const embedder = await openEmbedder(makeEncoder(wordPiece, { positionIds: true }));
    const { vector } = await embedder.embedQuery(QUERY);
    expect(cosine(vector, expectedVector(encoder, QUERY))).toBeGreaterThan(0.999999);
  });
});

describe("prefixes and lengths", () => {
  const encoder = makeEncoder(wordPiece);

  it.each([
    ["Xenova/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", "", "cls"],
    ["Xenova/e5-small-v2", "query: ", "passage: ", "mean"],
    ["nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: ", "mean"],
    ["Xenova/gte-small", "", "", "mean"],
    ["Snowflake/snowflake-arctic-embed-xs", "Represent this sentence for searching relevant passages: ", "", "cls"],
    ["Snowflake/snowflake-arctic-embed-m-v2.0", "query: ", "", "cls"],
    ["Xenova/all-MiniLM-L6-v2", "", "", "mean"],
    [
      "intfloat/multilingual-e5-large-instruct",
      "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
      "",
      "mean",
    ],
  ] as const)("of %s", async (id, queryPrefix, passagePrefix, pooling) => {
    const embedder = await openEmbedder(encoder, { id });
    const [text = ""] = TEXTS;
    const { vector } = await embedder.embedQuery(QUERY);
    const [row] = rowsOf(await embedder.embedPassages(passages.slice(0, 1))) as [Float32Array];
    expect(cosine(vector, expectedVector(encoder, queryPrefix + QUERY, { pooling }))).toBeGreaterThan(0.9999);
    expect(cosine(row, expectedVector(encoder, passagePrefix + text, { pooling }))).toBeGreaterThan(0.9999);
  });

  it.each([1, 16, 63])("shortens to %i dimensions", async (dims) => {
    const embedder = await openEmbedder(encoder, { dims });
    const { vector } = await embedder.embedQuery(QUERY);
    expect(embedder.info.dims).toBe(dims);
    expect(vector).toHaveLength(dims);
    expect(cosine(vector, expectedVector(encoder, QUERY, { dims }))).toBeGreaterThan(0.9999);
  });

  it("centres before it shortens, for Nomic's models", async () => {
    const embedder = await openEmbedder(encoder, { id: "nomic-embed-text-v1.5", dims: 16, queryPrefix: "" });
    const expected = expectedVector(encoder, QUERY, { dims: 16, centred: true });
    expect(cosine((await embedder.embedQuery(QUERY)).vector, expected)).toBeGreaterThan(0.9999);
  });

  it("counts the passages that are too long, and leaves their ends out", async () => {
    const long = Array.from({ length: 40 }, (_, i) => TEXTS[i % TEXTS.length]).join(" ");
    const embedder = await openEmbedder(encoder, { maxTokens: 20 });
    const [row] = rowsOf(await embedder.embedPassages([{ title: "", headings: [], text: long }, ...passages]));
    const start = wordPiece.encode(long).slice(0, 19);
    const cut = { ...encoder, tokenizer: { ...wordPiece, encode: () => [...start, 3] } };
    expect(cosine(row as Float32Array, expectedVector(cut, ""))).toBeGreaterThan(0.9999);
    expect(embedder.truncated).toBe(1 + TEXTS.filter((text) => wordPiece.encode(text).length > 20).length);
  });

  it("joins a passage's title, headings and text", () => {
    const passage = { title: "Guide", headings: ["Guide", "Install ", ""], text: "Run it." };
    expect(passageText(passage)).toBe("Guide\nInstall\nRun it.");
  });
});

describe("texts without a word that the model knows", () => {
  it.each(["", " ", "漢字"])("get zeros: %j", async (text) => {
    const embedder = await openEmbedder(makeEncoder(wordPiece), { id: "e5-small", batchTokens: 100 });
    const { vector, coverage } = await embedder.embedQuery(text);
    expect(coverage).toBe(0);
    expect(vector.every((value) => value === 0)).toBe(true);
    const rows = rowsOf(await embedder.embedPassages([{ title: "", headings: [], text }, ...passages]));
    expect(rows[0]?.every((value) => value === 0)).toBe(true);
    expect(Math.hypot(...(rows[1] ?? []))).toBeCloseTo(1, 6);
  });
});

describe("weights", () => {
  it.each<[BertDtype, number]>([
    ["fp32", 0.9999],
    ["fp16", 0.9999],
    ["q8", 0.99],
    ["q8-dynamic", 0.99],
    ["q4", 0.97],
  ])("of %s", async (dtype, least) => {
    const encoder = makeEncoder(wordPiece, { dtype });
    const embedder = await openEmbedder(encoder, { dtype: dtype === "q8-dynamic" ? "q8" : dtype });
    rowsOf(await embedder.embedPassages(passages)).forEach((row, i) => {
      expect(cosine(row, expectedVector(encoder, TEXTS[i] ?? ""))).toBeGreaterThan(least);
    });
  });

  it("in a file of their own", async () => {
    const encoder = makeEncoder(wordPiece, { dataFile: "model.onnx_data" });
    const embedder = await openEmbedder(encoder);
    expect(cosine((await embedder.embedQuery(QUERY)).vector, expectedVector(encoder, QUERY))).toBeGreaterThan(0.9999);
  });

  it.each([
    ["Unigram", makeUnigram],
    ["BPE", makeBpe],
  ])("with a tokeniser of the kind %s", async (_, make) => {
    const encoder = makeEncoder(make(README));
    const embedder = await openEmbedder(encoder);
    expect(cosine((await embedder.embedQuery(QUERY)).vector, expectedVector(encoder, QUERY))).toBeGreaterThan(0.9999);
  });
});

describe("many passages", () => {
  const words = README.split(/\s+/).filter((word) => /^[a-z]+$/.test(word));
  const texts = fc.array(
    fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 30 }).map((list) => list.join(" ")),
    { minLength: 1, maxLength: 12 },
  );

  it("have their rows in order, whatever the batches", async () => {
    const encoder = makeEncoder(wordPiece);
    const single = await OnnxEmbedder.open({
      spec: encoderSpec("all-tiny", configsOf(encoder), { dtype: "fp32" }),
      files: encoder.files,
      runtime,
      fingerprint: "",
    });
    const batched = await openEmbedder(encoder, { batchTokens: 64 });
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const all = list.map((text): Passage => ({ title: "", headings: [], text }));
        const rows = rowsOf(await batched.embedPassages(all));
        for (const [i, passage] of all.entries()) {
          const alone = await single.embedPassages([passage]);
          expect(Math.max(...alone.map((value, d) => Math.abs(value - (rows[i]?.[d] ?? Number.NaN))))).toBeLessThan(
            1e-5,
          );
        }
      }),
      { numRuns: 10 },
    );
    await single.close();
  });

  it("of 8 bits do not depend on each other", async () => {
    const embedder = await openEmbedder(makeEncoder(wordPiece, { dtype: "q8-dynamic" }), { dtype: "q8" });
    const rows = rowsOf(await embedder.embedPassages(passages));
    for (const [i, passage] of passages.entries()) {
      expect(await embedder.embedPassages([passage])).toEqual(rows[i]);
    }
  });

  it("stop when they are aborted, between batches", async () => {
    const controller = new AbortController();
    let runs = 0;
    const counting: OnnxRuntime = {
      async open(model) {
        const session = await runtime.open(model);
        return {
          ...{ inputNames: session.inputNames, outputNames: session.outputNames, parallel: 1, batchTokens: 1 },
          run(feeds, output, options) {
            if (++runs === 2) controller.abort();
            return session.run(feeds, output, options);
          },
          close: () => session.close(),
        };
      },
    };
    const embedder = await openEmbedder(makeEncoder(wordPiece), { on: counting });
    await expect(embedder.embedPassages(passages, { signal: controller.signal })).rejects.toThrow(/abort/);
    expect(runs).toBe(2);
  });
});

describe("a model that is not what the spec says", () => {
  it("has no file of that kind", async () => {
    await expect(openEmbedder(makeEncoder(wordPiece), { dtype: "q4" })).rejects.toMatchObject({ code: "file-missing" });
  });

  it("is damaged", async () => {
    const encoder = makeEncoder(wordPiece);
    const half = (encoder.files.get("onnx/model.onnx") ?? new Uint8Array()).slice(0, 5000);
    const damaged = { ...encoder, files: new Map([...encoder.files, ["onnx/model.onnx", half] as const]) };
    await expect(openEmbedder(damaged)).rejects.toMatchObject({ code: "file-invalid" });
  });

  it("lacks its weights", async () => {
    const encoder = makeEncoder(wordPiece, { dataFile: "model.onnx_data" });
    const files = new Map([...encoder.files].filter(([name]) => !name.endsWith("_data")));
    await expect(openEmbedder({ ...encoder, files })).rejects.toMatchObject({
      code: "file-invalid",
      remedy: expect.stringContaining("onnx_data"),
    });
  });

  it("has vectors of another length", async () => {
    const encoder = makeEncoder(wordPiece);
    const config = new TextEncoder().encode('{"hidden_size": 96, "max_position_embeddings": 64}');
    const embedder = await openEmbedder({ ...encoder, files: new Map([...encoder.files, ["config.json", config]]) });
    await expect(embedder.embedQuery(QUERY)).rejects.toMatchObject({ code: "model-mismatch" });
  });

  it("sorts into classes", async () => {
    const embedder = await openEmbedder(makeEncoder(wordPiece, { output: "logits" }));
    await expect(embedder.embedQuery(QUERY)).rejects.toMatchObject({ code: "model-mismatch" });
  });

  it("ends without layers that follow the pooling", async () => {
    const encoder = makeEncoder(wordPiece);
    const modules = new TextEncoder().encode('[{"type":"sentence_transformers.models.Dense","path":"2_Dense"}]');
    const files = new Map([...encoder.files, ["modules.json", modules] as const]);
    await expect(openEmbedder({ ...encoder, files })).rejects.toThrow(/expected is sentence_embedding/);
    const whole = makeEncoder(wordPiece, { output: "sentence_embedding" });
    const embedder = await openEmbedder({ ...whole, files: new Map([...whole.files, ["modules.json", modules]]) });
    expect((await embedder.embedQuery(QUERY)).coverage).toBe(1);
  });
});

import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EncoderManifest, IndexManifest } from "../../src/core/manifest.ts";
import { GPU_WASM_NAME, VECTORS_NAME, WASM_NAME } from "../../src/core/model-files.ts";
import type { SearchResults } from "../../src/core/search.ts";
import { encodeStaticModel } from "../../src/embed/static-model.ts";
import { ModelStore } from "../../src/engine/model-store.ts";
import { folderReader } from "../../src/indexer/index-folder.ts";
import type { BuildProgress, EncoderOptions, IndexSiteOptions } from "../../src/indexer/types.ts";
import { indexSite, inspectIndex, openIndex } from "../../src/node.ts";
import { decodeRowFile } from "../../src/vectors/row-file.ts";
import { type EmbeddingsServer, startEmbeddings } from "../embed/http-server.ts";
import { tinyModel } from "../engine/tiny-model.ts";
import { bertLogit } from "../models/bert-forward.ts";
import { makeSentenceEncoder, saveModel } from "../models/save-encoder.ts";
import { cosine, expectedVector, makeEncoder, type TinyEncoder } from "../models/tiny-encoder.ts";
import { makeWordPiece } from "../models/tokenizers.ts";

const TEXTS = [
  ["repair", "Repair", "Listen for the leak in the tube, and mark it with chalk."],
  ["bread", "Bread", "Knead the dough until it is smooth."],
  ["guitar", "Guitar", "Tune the lowest string first."],
] as const;
const WORDS = TEXTS.flat().join(" ").repeat(3);

const full = makeSentenceEncoder(WORDS);
const quantized = makeSentenceEncoder(WORDS, { dtype: "q8" });

let root: string;
let dir: string;
let model: string;

/** The parts of ONNX Runtime, which take seconds to compress, are there already. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "site-encoder-"));
  model = join(root, "owner/tiny");
  await saveModel(model, new Map([...quantized.files, ...full.files]));
  await writeFile(join(root, "static.bin"), await encodeStaticModel(tinyModel()));
  dir = join(root, "seed");
  await write();
  await index();
});
afterAll(() => rm(root, { recursive: true }));

let sites = 0;
beforeEach(async () => {
  dir = join(root, `site-${sites++}`);
  await write();
  await mkdir(join(dir, "find"));
  const runtime = manifestFiles(await manifestOf(join(root, "seed/find"))).filter(({ name }) => name.endsWith(".wasm"));
  for (const { file } of runtime.flatMap(({ parts }) => parts)) {
    await cp(join(root, "seed/find", file), join(dir, "find", file));
  }
});
afterEach(() => rm(dir, { recursive: true }));

async function write(texts: readonly (readonly [string, string, string])[] = TEXTS): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [name, title, text] of texts) {
    const html = `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>`;
    await writeFile(join(dir, `${name}.html`), html);
  }
}

const out = () => join(dir, "find");

function index(options: Partial<IndexSiteOptions> = {}) {
  return indexSite({ dir, out: join(dir, "find"), staticModel: join(root, "static.bin"), model, ...options });
}

async function manifestOf(folder: string): Promise<IndexManifest> {
  return JSON.parse(await readFile(join(folder, "index.json"), "utf8"));
}

async function encoderOf(folder = out()): Promise<EncoderManifest> {
  const { encoders = [] } = await manifestOf(folder);
  expect(encoders).toHaveLength(1);
  return encoders[0] as EncoderManifest;
}

function manifestFiles({ encoders = [] }: IndexManifest) {
  return encoders.flatMap(({ files, gpuFiles = [] }) => [...files, ...gpuFiles]);
}

const contentsOf = async ({ files }: Pick<EncoderManifest, "files">, folder = out()) =>
  new ModelStore(folderReader(folder)).load(files);

const many = (count: number, say = (i: number) => `Number ${i} of the dough.`) =>
  Array.from({ length: count }, (_, i) => [`p${i}`, `Page ${i}`, say(i)] as const);

describe("a site that is indexed with a sentence encoder", () => {
  it("holds the model, what runs it and its vectors, but not where it came from", async () => {
    const report = await index();
    const encoder = await encoderOf();
    expect(encoder).toMatchObject({ id: "tiny", dims: 64, precision: "int8", vectors: 3 });
    expect(encoder.model).toMatchObject({ type: "onnx", spec: { id: "tiny", pooling: "mean", dtype: "q8" } });
    const names = encoder.files.map(({ name }) => name).sort();
    const own = ["onnx/model_quantized.onnx", "tokenizer.json", "tokenizer_config.json"];
    expect(names).toEqual([...own, WASM_NAME, VECTORS_NAME].sort());
    const contents = await contentsOf(encoder);
    for (const name of own) expect(contents.get(name), name).toEqual(quantized.files.get(name));
    expect(encoder.gpuFiles?.map(({ name }) => name)).toEqual([GPU_WASM_NAME]);
    expect(await readFile(join(out(), "index.json"), "utf8")).not.toContain(root);
    expect((await inspectIndex(out())).spaces.map(({ id }) => id)).toEqual(["static", "tiny"]);
    expect(report.bytes.models).toBeGreaterThan(1_000_000);
    expect(report.files).toBe(
      (await readdir(out(), { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).length,
    );
  });

  it("holds the vectors that the model gives its texts", async () => {
    await index({ model: { name: model, dtype: "fp32" } });
    const encoder = await encoderOf();
    const { rows } = decodeRowFile((await contentsOf(encoder)).get(VECTORS_NAME) as Uint8Array, VECTORS_NAME);
    const found = TEXTS.map(([, title, text]) => {
      const expected = expectedVector(full, `${title}\n${text}`);
      return Math.max(...[0, 1, 2].map((row) => cosine(expected, rows.data.subarray(row * 64, (row + 1) * 64))));
    });
    for (const best of found) expect(best).toBeGreaterThan(0.9995);
  });

  it("is searched with it, once it is loaded", async () => {
    await index();
    const backend = await openIndex(out());
    expect(await backend.search("dough", { mode: "semantic" })).toMatchObject({ space: "static" });
    expect((await backend.loadSpace?.("tiny"))?.device).toMatch(/^(native|wasm)$/);
    for (const [name, title, text] of TEXTS) {
      const { hits, space, warnings } = await backend.search(`${title} ${text}`, { mode: "semantic" });
      expect(space).toBe("tiny");
      expect(warnings).toEqual([]);
      expect(hits[0]?.path).toBe(`${name}.html`);
    }
    backend.close();
  });

  it("embeds only what changed, and writes nothing when nothing did", async () => {
    const first = await index();
    expect(first).toMatchObject({ unchanged: false, embedded: 6, reused: 0, truncated: 0 });
    expect(await index()).toMatchObject({ unchanged: true, build: first.build, reused: 6 });
    await write([["bread", "Bread", "Knead the dough twice."]]);
    const second = await index();
    expect(second).toMatchObject({ unchanged: false, embedded: 2, reused: 4 });
    expect(second.build).not.toBe(first.build);
    const vectors = (await contentsOf(await encoderOf())).get(VECTORS_NAME);
    expect(await index({ force: true, keep: 0 })).toMatchObject({ embedded: 6, reused: 0 });
    expect((await contentsOf(await encoderOf())).get(VECTORS_NAME)).toEqual(vectors);
  });

  it("keeps what was embedded when it is stopped, and what an earlier build had", async () => {
    await write(many(150));
    const stopAt = async (batches: number) => {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = ({ phase }: BuildProgress) => phase === "encode" && ++seen === batches && controller.abort();
      await expect(index({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: "aborted" });
    };
    // The static model's vectors are quickly made again.
    const embeddedByEncoder = async () => {
      const { embedded, chunks } = await index();
      return embedded - chunks;
    };
    await stopAt(1);
    expect(existsSync(join(out(), "index.json"))).toBe(false);
    await stopAt(2);
    expect(await embeddedByEncoder()).toBe(153 - 128);
    // Of a hundred changed pages the first two batches hold some, and the pages after them are kept all the same.
    await write(many(100, (i) => `Another text about ${i}.`));
    await stopAt(2);
    const { embedded, reused } = await index();
    expect(embedded + reused).toBe(2 * 153);
    expect(embedded).toBeLessThan(153 + 100);
    expect(reused).toBeGreaterThanOrEqual(53 + 20);
  });

  it("reports progress of every phase to the end", async () => {
    const last: Record<string, BuildProgress> = {};
    await index({ onProgress: (progress) => Object.assign(last, { [progress.phase]: progress }) });
    expect(Object.keys(last)).toEqual(["scan", "read", "fetch", "embed", "cluster", "encode", "relate", "write"]);
    for (const { done, total } of Object.values(last)) expect(done).toBe(total);
  });

  it("counts passages that lost their end", async () => {
    await write([["long", "Long", "Knead the dough until it is smooth. ".repeat(20)]]);
    expect((await index()).truncated).toBeGreaterThan(0);
  });

  it("takes models from a folder by their names, and leaves the network alone", async () => {
    await index({ model: "owner/tiny", modelsFrom: root });
    expect(await encoderOf()).toMatchObject({ id: "owner/tiny", vectors: 3 });
    expect(await index({ model: "owner/tiny", modelsFrom: root })).toMatchObject({ unchanged: true });
  });

  it("gives the same bytes in two folders", async () => {
    const { build } = await index();
    expect((await index({ out: join(dir, "other") })).build).toBe(build);
    await rm(join(dir, "other"), { recursive: true });
  });

  it("takes the fusion that it is given over the one for encoders", async () => {
    await index({ model: { name: model, fusion: { method: "convex", semanticWeight: 0.25 } } });
    expect((await encoderOf()).fusion).toMatchObject({
      method: "convex",
      semanticWeight: 0.25,
      rrfK: expect.any(Number),
    });
  });
});

describe("a space's fingerprint", () => {
  it("is another one for everything that changes its vectors, and for nothing else", async () => {
    const fingerprintOf = async (options: Partial<EncoderOptions> = {}) => {
      await index({ model: { name: model, ...options } });
      return (await encoderOf()).fingerprint;
    };
    const plain = await fingerprintOf();
    const others: Partial<EncoderOptions>[] = [
      { dtype: "fp32" },
      { dims: 32 },
      { pooling: "cls" },
      { queryPrefix: "query: " },
      { passagePrefix: "passage: " },
      { maxTokens: 32 },
    ];
    const fingerprints = [plain];
    for (const options of others) fingerprints.push(await fingerprintOf(options));
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    expect(await fingerprintOf({ languages: ["de"] })).toBe(plain);
    const ranker = join(root, "ranker");
    await saveModel(ranker, makeEncoder(makeWordPiece(WORDS), { output: "logits", dtype: "q8" }).files);
    expect(await fingerprintOf({ rerank: { name: ranker, top: 5 } })).toBe(plain);
    const { model: own, files } = await encoderOf();
    expect(own).toMatchObject({ rerank: { spec: { id: "ranker" }, top: 5 } });
    const reranker = files.map(({ name }) => name).filter((name) => name.startsWith("reranker/"));
    expect(reranker).toContain("reranker/onnx/model_quantized.onnx");
    expect(reranker).toContain("reranker/tokenizer.json");
  });

  it("is another one when the files of a folder are others", async () => {
    const folder = join(dir, "../changing");
    await saveModel(folder, quantized.files);
    await index({ model: folder });
    const { fingerprint } = await encoderOf();
    await saveModel(folder, makeSentenceEncoder(WORDS, { dtype: "q8", seed: 99 }).files);
    expect(await index({ model: folder })).toMatchObject({ unchanged: false, embedded: 3, reused: 3 });
    expect((await encoderOf()).fingerprint).not.toBe(fingerprint);
  });
});

describe("a second model", () => {
  it("orders the results by what it makes of the query together with title and text", async () => {
    const name = join(root, "cross-encoder");
    const ranker = makeEncoder(makeWordPiece(WORDS), { output: "logits", dtype: "fp32" });
    await saveModel(name, ranker.files);
    await index({ model: { name: model, rerank: { name, dtype: "fp32" } } });
    const backend = await openIndex(out());
    const { id } = await encoderOf();
    await backend.loadSpace?.(id);
    const query = "the dough in the tube";
    const partials: SearchResults[] = [];
    const onPartial = (partial: SearchResults) => partials.push(partial);
    const results = await backend.search(query, { mode: "semantic", space: id, onPartial });
    const scores = TEXTS.map(([path, title, text]) => {
      const { ids, types } = ranker.tokenizer.encodePair(query, `${title}\n${text}`);
      return { path: `${path}.html`, score: bertLogit(ranker.weights, ids, types) };
    });
    const expected = scores.toSorted((a, b) => b.score - a.score).map(({ path }) => path);
    const pathsOf = ({ hits }: SearchResults) => hits.map(({ path }) => path);
    expect(pathsOf(results)).toEqual(expected);
    expect(partials.map(pathsOf).at(-1)).not.toEqual(expected);
    backend.close();
  });
});

describe("files of models", () => {
  const stored = async () => (await readdir(join(out(), "models")).catch(() => [])).sort();
  const filesOf = ({ files, gpuFiles = [] }: EncoderManifest) =>
    [...files, ...gpuFiles].flatMap(({ parts }) => parts.map(({ file }) => file.slice("models/".length)));

  it("stay for `keep` builds, and no longer", async () => {
    await index();
    const first = filesOf(await encoderOf());
    expect(await stored()).toEqual(first.sort());
    await index({ model: { name: model, dtype: "fp32" } });
    const second = filesOf(await encoderOf());
    expect(await stored()).toEqual([...new Set([...first, ...second])].sort());
    await write([["bread", "Bread", "Something else."]]);
    await index({ model: { name: model, dtype: "fp32" } });
    const third = filesOf(await encoderOf());
    expect(await stored()).toEqual([...new Set([...second, ...third])].sort());
    await index({ model: undefined, keep: 0 });
    expect(await stored()).toEqual([]);
    expect(await manifestOf(out())).not.toHaveProperty("encoders");
  });

  it("are made anew when they are gone or cut off", async () => {
    await index();
    const encoder = await encoderOf();
    const [weights] = encoder.files.filter(({ name }) => name.endsWith(".onnx"));
    const [tokenizer] = encoder.files.filter(({ name }) => name === "tokenizer.json");
    await rm(join(out(), weights?.parts[0]?.file as string));
    await truncate(join(out(), tokenizer?.parts[0]?.file as string), 100);
    expect((await index()).unchanged).toBe(false);
    expect((await contentsOf(encoder)).get("tokenizer.json")).toEqual(quantized.files.get("tokenizer.json"));
  });
});

describe("what is wrong with a model is named, and no index is written", () => {
  const JSON_FILE = new TextEncoder().encode("{}");
  const folder = async (change: (files: Map<string, Uint8Array>) => void, encoder: TinyEncoder = quantized) => {
    const files = new Map(encoder.files);
    change(files);
    await saveModel(join(dir, "../broken"), files);
    return join(dir, "../broken");
  };
  afterEach(() => rm(join(root, "broken"), { recursive: true, force: true }));

  it.each<[string, () => Promise<Partial<IndexSiteOptions>>, string, RegExp]>([
    [
      "how it pools is not known",
      async () => ({ model: await folder((files) => files.delete("1_Pooling/config.json")) }),
      "bad-option",
      /not known how broken makes one vector/,
    ],
    [
      "how long its vectors are is not known",
      async () => ({
        model: await folder((files) => files.set("config.json", JSON_FILE).set("1_Pooling/config.json", JSON_FILE)),
      }),
      "bad-option",
      /pool|vector|length/,
    ],
    ["there is none", async () => ({ model: join(root, "nowhere") }), "not-found", /no folder .*nowhere/],
    ["it is not in the folder", async () => ({ model: "a/b", modelsFrom: root }), "not-found", /does not hold .*a\/b/],
    [
      "it has no tokenizer",
      async () => ({ model: await folder((files) => files.delete("tokenizer.json")) }),
      "not-found",
      /tokenizer\.json/,
    ],
    ["it has no such weights", async () => ({ model: { name: model, dtype: "q4" } }), "not-found", /q4/],
    ["it has fewer dimensions", async () => ({ model: { name: model, dims: 65 } }), "bad-option", /dims is 65/],
    [
      "its configuration is cut off",
      async () => ({ model: await folder((files) => files.set("config.json", JSON_FILE.slice(0, 1))) }),
      "file-invalid",
      /config\.json of .* is not JSON/,
    ],
    [
      "its graph is cut off",
      async () => ({
        model: await folder((files) => {
          const name = "onnx/model_quantized.onnx";
          files.set(name, (files.get(name) as Uint8Array).slice(0, 3000));
        }),
      }),
      "file-invalid",
      /model|ONNX/i,
    ],
    [
      "its server does not run",
      async () => {
        const { url, close } = await startEmbeddings();
        await close();
        return { model: { name: "m", url, queryUrl: "/embed" } };
      },
      "network",
      /127\.0\.0\.1.* could not be reached/,
    ],
  ])("%s", async (_, options, code, message) => {
    const error: unknown = await index(await options()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "SearchError", code, message: expect.stringMatching(message) });
    expect(existsSync(join(out(), "index.json"))).toBe(false);
  });
});

describe("a model on a server", () => {
  let server: EmbeddingsServer;
  beforeEach(async () => {
    server = await startEmbeddings();
  });
  afterEach(() => server.close());

  const options = () => ({
    name: "served",
    url: server.url,
    queryUrl: `${server.url}/queries/v1`,
    queryPrefix: "q: ",
    passagePrefix: "p: ",
  });

  it("embeds the site, and what is asked where the index says", async () => {
    process.env.SEMANTIC_SEARCH_API_KEY = "secret-key";
    try {
      await index({ model: options() });
    } finally {
      delete process.env.SEMANTIC_SEARCH_API_KEY;
    }
    expect(server.seen.every(({ authorization }) => authorization === "Bearer secret-key")).toBe(true);
    const encoder = await encoderOf();
    expect(encoder).toMatchObject({ id: "served", dims: 6, vectors: 3 });
    expect(encoder.files.map(({ name }) => name)).toEqual([VECTORS_NAME]);
    const json = await readFile(join(out(), "index.json"), "utf8");
    expect(json).not.toContain("secret-key");
    expect(encoder.model).toEqual({
      type: "http",
      url: options().queryUrl,
      model: "served",
      queryPrefix: "q: ",
      passagePrefix: "p: ",
    });
    server.seen.length = 0;
    const backend = await openIndex(out());
    expect(await backend.loadSpace?.("served")).toEqual({ device: "http" });
    expect(server.seen).toEqual([]);
    expect(await backend.search("dough")).toMatchObject({ space: "served", warnings: [] });
    expect(server.seen).toMatchObject([
      { path: "/queries/v1/embeddings", body: { input: ["q: dough"], model: "served" } },
    ]);
    backend.close();
  });

  it("that fails leaves the embedded model's answer, at once", async () => {
    await index({ model: options() });
    const backend = await openIndex(out());
    await backend.loadSpace?.("served");
    const before = server.seen.length;
    server.faults.push({ status: 503 });
    const results = await backend.search("dough");
    expect(results).toMatchObject({ space: "static", warnings: [{ part: "model", error: { code: "network" } }] });
    expect(results.hits[0]?.path).toBe("bread.html");
    expect(server.seen).toHaveLength(before + 1);
    expect(await backend.search("dough")).toMatchObject({ space: "served", warnings: [] });
    backend.close();
  });

  it("keeps its vectors from build to build", async () => {
    await index({ model: options() });
    server.seen.length = 0;
    expect(await index({ model: options() })).toMatchObject({ unchanged: true });
    expect(server.seen).toEqual([]);
    await write([["bread", "Bread", "Knead the dough twice."]]);
    expect(await index({ model: options() })).toMatchObject({ embedded: 2, reused: 4 });
    expect(server.seen.flatMap(({ body }) => body.input)).toEqual(["search", "p: Bread\nKnead the dough twice."]);
  });
});

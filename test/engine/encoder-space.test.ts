import { beforeAll, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { SearchError } from "../../src/core/errors.ts";
import type { EncoderManifest, IndexManifest } from "../../src/core/manifest.ts";
import { LINKS_NAME, VECTORS_NAME } from "../../src/core/model-files.ts";
import { createRandom } from "../../src/core/random.ts";
import type { PageHit, SearchBackend, SearchResults } from "../../src/core/search.ts";
import { passageText } from "../../src/embed/passage-text.ts";
import type { Encoder, OpenEncoder } from "../../src/engine/encoder-space.ts";
import { type EncodeSpaceOptions, encodeSpace } from "../../src/indexer/encode-space.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { cutModelFile } from "../../src/indexer/model-parts.ts";
import { MemoryIndex, page } from "./memory-index.ts";
import { tinyModel } from "./tiny-model.ts";
import { ToyEncoder } from "./toy-encoder.ts";

const PAGES = [
  page(
    "repair/",
    "Repairing a puncture",
    {
      "": "What to do on the road.",
      "Find the hole":
        "Take the inner tube out of the wheel with two levers. Then pump it up and listen for the leak near the valve. Mark the spot with chalk so that you find it again.",
    },
    { filters: { topic: ["bicycle"] } },
  ),
  page(
    "bread/",
    "Baking bread",
    { "": "Knead the dough until it is smooth. Let it rise." },
    { filters: { topic: ["kitchen"] } },
  ),
  page("sourdough/", "Sourdough", { "": "Feed the starter every day." }, { filters: { topic: ["kitchen"] } }),
  page("musik/", "Gitarre lernen", { "": "Die ersten Akkorde: music for the guitar." }, { language: "de" }),
];

const TOY = "toy/words";
/** What the embedded model does not know. */
const SYNONYMS = { velocipede: "wheel", hiss: "leak", ferment: "starter" };
const encoder = new ToyEncoder({ synonyms: SYNONYMS });
const DIMS = encoder.info.dims;

async function build(pages = PAGES, embedder: ToyEncoder = encoder): Promise<MemoryIndex> {
  const { ref, files } = cutModelFile("toy.bin", new TextEncoder().encode("what the model is made of"), 10);
  const index = await MemoryIndex.build(pages, {
    space: await staticSpace(tinyModel()),
    encoders: [{ embedder, model: { type: "toy" }, files: [ref] }],
  });
  for (const [name, bytes] of files) index.files.set(name, bytes);
  return index;
}

/** Starts toy encoders, and remembers what was done with them. */
class ToyRuntime {
  opened = 0;
  closed = 0;
  readonly names: string[] = [];
  /** Called before each query. */
  onQuery: (signal?: AbortSignal) => Promise<void> = async () => {};
  readonly #encoder: ToyEncoder;

  constructor(toy: ToyEncoder = encoder) {
    this.#encoder = toy;
  }

  readonly open: OpenEncoder = async (_manifest, { files }): Promise<Encoder> => {
    this.opened++;
    this.names.push(...files.keys());
    return {
      info: this.#encoder.info,
      state: { device: "wasm" },
      embedPassages: (passages) => this.#encoder.embedPassages(passages),
      embedQuery: async (query, options) => {
        await this.onQuery(options?.signal);
        return this.#encoder.embedQuery(query);
      },
      close: async () => void this.closed++,
    };
  };
}

/** An engine whose encoder is ready. */
async function ready(index: MemoryIndex, runtime = new ToyRuntime()): Promise<SearchBackend> {
  const backend = await index.open({ openEncoder: runtime.open });
  await backend.loadSpace?.(TOY);
  return backend;
}

function changeManifest(index: MemoryIndex, change: (manifest: IndexManifest) => unknown): MemoryIndex {
  const manifest = JSON.parse(new TextDecoder().decode(index.files.get("index.json")));
  const changed = change(manifest) ?? manifest;
  index.files.set("index.json", new TextEncoder().encode(JSON.stringify(changed)));
  return index;
}

function manifestOf(index: MemoryIndex): EncoderManifest {
  const { encoders } = JSON.parse(new TextDecoder().decode(index.files.get("index.json"))) as IndexManifest;
  return encoders?.[0] as EncoderManifest;
}

/** Files of an encoder's space as they are, with others in the place of some. */
async function replaceSpace(index: MemoryIndex, vectors: Float32Array, options: Partial<EncodeSpaceOptions>) {
  const count = vectors.length / DIMS;
  const runs = { firsts: Uint32Array.from({ length: count }, (_, i) => i), counts: new Uint32Array(count).fill(1) };
  const { manifest, files } = await encodeSpace(
    { embedder: encoder, model: { type: "toy" }, files: [] },
    { runs: { ...runs, passages: [] }, vectors, precision: "int8", ...options },
  );
  for (const [name, bytes] of files) index.files.set(name, bytes);
  return manifest;
}

const paths = (results: SearchResults) => results.hits.map((hit) => hit.path);
const marked = (hit: PageHit | undefined) =>
  hit?.sections[0]?.excerpt.marks.map((range) => hit.sections[0]?.excerpt.text.slice(...range));

/** A promise, and what resolves it. */
function gate() {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

let index: MemoryIndex;
let engine: SearchBackend;
beforeAll(async () => {
  index = await build();
  engine = await ready(index);
});

describe("an index with a sentence encoder", () => {
  it("says what it takes to use it", async () => {
    const backend = await index.open({ openEncoder: new ToyRuntime().open });
    const { spaces } = await backend.info();
    const bytes = manifestOf(index)
      .files.flatMap(({ parts }) => parts)
      .reduce((sum, part) => sum + part.bytes, 0);
    expect(spaces).toEqual([
      { id: "static", dims: 16, fingerprint: expect.any(String) },
      { id: TOY, dims: DIMS, fingerprint: encoder.info.fingerprint, download: { bytes, cached: false } },
    ]);
  });

  it("is answered by the embedded model until it is loaded, then by the encoder", async () => {
    const runtime = new ToyRuntime();
    const backend = await index.open({ openEncoder: runtime.open });
    expect(await backend.search("velocipede", { mode: "semantic" })).toMatchObject({ space: "static", warnings: [] });
    expect(await backend.loadSpace?.("static")).toEqual({ device: "js" });
    expect(runtime.opened).toBe(0);
    expect(await backend.loadSpace?.(TOY)).toEqual({ device: "wasm" });
    expect(runtime.names).toEqual(["toy.bin"]);
    for (const [query, path] of [
      ["velocipede hiss", "repair/"],
      ["ferment", "sourdough/"],
    ] as const) {
      const results = await backend.search(query);
      expect(results).toMatchObject({ space: TOY, mode: "hybrid", warnings: [] });
      expect(paths(results)[0]).toBe(path);
      expect(results.hits[0]?.sections[0]?.match).toBe("meaning");
    }
    expect(await backend.search("dough", { mode: "keyword" })).not.toHaveProperty("space");
  });

  it("is still answered by the embedded model where that is asked for", async () => {
    const plain = await index.open({ openEncoder: new ToyRuntime().open });
    for (const query of ["velocipede hiss", "my flat bike lost air", "dough"]) {
      const { elapsedMs: _, ...expected } = await plain.search(query, { explain: true });
      expect(await engine.search(query, { explain: true, space: "static" })).toMatchObject(expected);
      expect(await engine.search(query, { space: TOY })).toMatchObject({ space: TOY });
    }
  });

  it("keeps to filters and languages", async () => {
    const query = "velocipede starter guitar";
    expect(paths(await engine.search(query, { filters: { topic: ["kitchen"] } })).sort()).not.toContain("repair/");
    expect(paths(await engine.search(query, { filters: { topic: ["bicycle"] } }))).toEqual(["repair/"]);
    expect(paths(await engine.search(query, { language: "de", mode: "semantic" }))).toEqual(["musik/"]);
  });

  it("marks the sentence that is closest to the query", async () => {
    const { hits, space } = await engine.search("flat wheel air", { mode: "semantic" });
    expect(space).toBe(TOY);
    expect(hits[0]).toMatchObject({ path: "repair/", anchor: "find-the-hole" });
    const byStatic = await engine.search("flat wheel air", { mode: "semantic", space: "static" });
    expect(marked(hits[0])).toEqual(marked(byStatic.hits[0]));
    expect(marked(hits[0])).toHaveLength(1);
  });

  it("finds nothing by meaning for a query that the encoder does not know", async () => {
    expect((await engine.search("12345 !!")).hits).toEqual([]);
  });

  it("finds similar pages as before", async () => {
    expect(paths(await engine.similar("bread/"))[0]).toBe("sourdough/");
  });

  it("offers keyword results while the encoder is at work", async () => {
    const runtime = new ToyRuntime();
    const backend = await ready(index, runtime);
    const { promise, open } = gate();
    runtime.onQuery = () => promise;
    const partials: SearchResults[] = [];
    const final = await backend.search("dough", {
      onPartial: (results) => {
        partials.push(results);
        open();
      },
    });
    expect(partials).toMatchObject([{ partial: true, mode: "keyword" }]);
    expect(final).toMatchObject({ partial: false, mode: "hybrid", space: TOY });
  });
});

describe("its ranking", () => {
  const random = createRandom(5);
  const words = Array.from(
    { length: 60 },
    (_, i) => `${"bcdfghklmn"[i % 10]}${"aeiou"[i % 5]}${"rstvw"[i % 5]}${"aeiou"[Math.floor(i / 12)]}x`,
  );
  const some = (count: number) =>
    Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(" ");
  const pages = Array.from({ length: 2000 }, (_, i) =>
    page(`p${i}/`, `Page`, { "": some(12) }, { filters: { part: [i % 50 === 7 ? "few" : "many"] } }),
  );
  const vectors = pages.map(({ sections }) => {
    const [block] = sections[0]?.blocks ?? [];
    const passage: Passage = { title: "Page", headings: [], text: (block as { text: string }).text };
    return encoder.vectorOf(passageText(passage));
  });
  /** The oracle: cosines of all vectors, in the numbers that they were made of. */
  const best = (query: string, allowed: (page: number) => boolean = () => true) => {
    const vector = encoder.vectorOf(query);
    return vectors
      .map((own, i) => ({
        path: `p${i}/`,
        i,
        cosine: own.reduce((sum, value, d) => sum + value * (vector[d] as number), 0),
      }))
      .filter(({ i }) => allowed(i))
      .sort((a, b) => b.cosine - a.cosine);
  };
  const queries = Array.from({ length: 20 }, () => some(4));
  let large: MemoryIndex;
  beforeAll(async () => {
    large = await build(pages);
  });

  /** Nearest pages in the right order, as far as codes of 8 bits tell them apart. */
  async function compare(backend: SearchBackend, filters: Record<string, string[]> = {}, recall = 1): Promise<void> {
    let found = 0;
    for (const query of queries) {
      const allowed = (i: number) => !filters.part || i % 50 === 7;
      const expected = best(query, allowed);
      const cosines = new Map(expected.map(({ path, cosine }) => [path, cosine]));
      const { hits, space } = await backend.search(query, { mode: "semantic", limit: 10, filters, explain: true });
      expect(space).toBe(TOY);
      expect(hits).toHaveLength(10);
      for (const [rank, { path, sections }] of hits.entries()) {
        const cosine = cosines.get(path) as number;
        expect(sections[0]?.explain?.semantic?.score).toBeCloseTo(cosine, 1.8);
        if (cosine >= (expected[rank]?.cosine as number) - 0.02) found++;
      }
    }
    expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(recall);
  }

  it("is that of an exact search over all vectors", async () => {
    await compare(await ready(large));
  });

  it("is exact under a filter that leaves few pages, however far they are", async () => {
    await compare(await ready(large), { part: ["few"] });
  });

  it("is nearly that with links", async () => {
    const linked = new MemoryIndex(large.files);
    const all = Float32Array.from(vectors.flatMap((vector) => [...vector]));
    // Pages are numbered by their paths, and each has one vector.
    const order = pages.map(({ path }, i) => ({ path, i })).sort((a, b) => (a.path < b.path ? -1 : 1));
    const rows = Float32Array.from(order.flatMap(({ i }) => [...all.subarray(i * DIMS, (i + 1) * DIMS)]));
    const manifest = await replaceSpace(linked, rows, { linkFrom: 1 });
    expect(manifest.files.map(({ name }) => name)).toContain(LINKS_NAME);
    changeManifest(linked, (own) => ({ ...own, encoders: [manifest] }));
    await compare(await ready(linked), {}, 0.97);
    await compare(await ready(linked), { part: ["few"] });
  });
});

describe("an encoder that fails", () => {
  it("is replaced by the embedded model, with a warning", async () => {
    const runtime = new ToyRuntime();
    const backend = await ready(index, runtime);
    for (const options of [{}, { mode: "semantic" }, { filters: { topic: ["bicycle"] } }] as const) {
      runtime.onQuery = () => Promise.reject(new SearchError("network", "gone", { remedy: "Wait." }));
      for (const query of ["my flat bike lost air", "rise of the dough", "chalk"]) {
        const {
          elapsedMs: _,
          warnings: none,
          ...expected
        } = await backend.search(query, { ...options, space: "static", explain: true });
        expect(none).toEqual([]);
        const results = await backend.search(query, { ...options, explain: true });
        expect(results).toMatchObject(expected);
        expect(results.warnings).toEqual([
          { part: "model", error: { code: "network", message: "gone", remedy: "Wait." } },
        ]);
      }
      runtime.onQuery = async () => {};
      expect(await backend.search("chalk", options)).toMatchObject({ space: TOY, warnings: [] });
    }
  });

  it("leaves words alone when the embedded model fails too, or is not there", async () => {
    const broken = await build();
    for (const name of [...broken.files.keys()].filter((file) => /^(vectors|model)\//.test(file)))
      broken.files.delete(name);
    const none = changeManifest(await build(), (manifest) => ({ ...manifest, spaces: [] }));
    for (const each of [broken, none]) {
      const runtime = new ToyRuntime();
      const backend = await ready(each, runtime);
      expect(await backend.search("dough")).toMatchObject({ space: TOY, warnings: [] });
      runtime.onQuery = () => Promise.reject(new Error("out of memory"));
      const results = await backend.search("dough");
      expect(paths(results)).toEqual(["bread/"]);
      expect(results).toMatchObject({ mode: "keyword", warnings: [{ part: "semantic" }] });
      await expect(backend.search("dough", { mode: "semantic" })).rejects.toBeInstanceOf(SearchError);
    }
  });

  it("is not replaced for a query that was stopped", async () => {
    const runtime = new ToyRuntime();
    const own = await build();
    const backend = await ready(own, runtime);
    const controller = new AbortController();
    runtime.onQuery = async (signal) => {
      controller.abort();
      signal?.throwIfAborted();
    };
    own.requests.length = 0;
    const searching = backend.search("flat bike", { mode: "semantic", signal: controller.signal });
    await expect(searching).rejects.toMatchObject({ code: "aborted" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(own.requests.filter((name) => /^(vectors|text)\//.test(name))).toEqual([]);
    runtime.onQuery = async () => {};
    expect(await backend.search("flat bike")).toMatchObject({ space: TOY });
  });
});

describe("loading", () => {
  /** An index whose files arrive when they are let through. */
  async function slow() {
    const own = await build();
    const { promise, open } = gate();
    const { read } = own;
    Object.assign(own, {
      read: async (...args: Parameters<typeof read>) => {
        if (args[0].startsWith("models/")) await promise;
        args[1]?.signal?.throwIfAborted();
        return read(...args);
      },
    });
    return { own, open };
  }
  const parts = (own: MemoryIndex) => own.requests.filter((name) => name.startsWith("models/"));
  const modelParts = (own: MemoryIndex) => manifestOf(own).files.flatMap((file) => file.parts.map((part) => part.file));

  it("is shared by all who ask at the same time", async () => {
    const { own, open } = await slow();
    const runtime = new ToyRuntime();
    const backend = await own.open({ openEncoder: runtime.open });
    const loads = [backend.loadSpace?.(TOY), backend.loadSpace?.(TOY)];
    await backend.search("dough");
    loads.push(backend.loadSpace?.(TOY));
    open();
    expect(await Promise.all(loads)).toEqual(Array(3).fill({ device: "wasm" }));
    await backend.loadSpace?.(TOY);
    expect(runtime.opened).toBe(1);
    expect(parts(own).sort()).toEqual(modelParts(own).sort());
  });

  it("goes on for the others when the first who asked stops it", async () => {
    const { own, open } = await slow();
    const backend = await own.open({ openEncoder: new ToyRuntime().open });
    const controller = new AbortController();
    const first = backend.loadSpace?.(TOY, { signal: controller.signal });
    const others = [backend.loadSpace?.(TOY), backend.loadSpace?.(TOY)];
    const expected = expect(first).rejects.toMatchObject({ code: "aborted" });
    controller.abort();
    open();
    await expected;
    expect(await Promise.all(others)).toEqual([{ device: "wasm" }, { device: "wasm" }]);
    expect(await backend.search("dough")).toMatchObject({ space: TOY });
  });

  it("goes on when one of the others stops waiting", async () => {
    const { own, open } = await slow();
    const backend = await own.open({ openEncoder: new ToyRuntime().open });
    const controller = new AbortController();
    const first = backend.loadSpace?.(TOY);
    const other = backend.loadSpace?.(TOY, { signal: controller.signal });
    controller.abort();
    await expect(other).rejects.toMatchObject({ code: "aborted" });
    open();
    expect(await first).toEqual({ device: "wasm" });
  });

  it("that failed fails for all, and can be tried again", async () => {
    const own = await build();
    const [file = ""] = modelParts(own);
    const bytes = own.files.get(file) as Uint8Array;
    own.files.delete(file);
    const backend = await own.open({ openEncoder: new ToyRuntime().open });
    for (const outcome of await Promise.allSettled([backend.loadSpace?.(TOY), backend.loadSpace?.(TOY)])) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "file-missing" } });
    }
    expect(await backend.search("dough")).toMatchObject({ space: "static", warnings: [] });
    own.files.set(file, bytes);
    expect(await backend.loadSpace?.(TOY)).toEqual({ device: "wasm" });
  });

  it("tells how far it is, up to what `info` said", async () => {
    const backend = await index.open({ openEncoder: new ToyRuntime().open });
    const { spaces } = await backend.info();
    const total = spaces[1]?.download?.bytes;
    const seen: number[] = [];
    await backend.loadSpace?.(TOY, {
      onProgress: ({ loadedBytes, totalBytes }) => {
        expect(totalBytes).toBe(total);
        seen.push(loadedBytes);
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  it("refuses a space that the index does not have", async () => {
    await expect(engine.loadSpace?.("gpt")).rejects.toMatchObject({
      code: "bad-option",
      remedy: expect.stringContaining(TOY),
    });
  });

  it("ends with the engine, whether it is done or not", async () => {
    const runtime = new ToyRuntime();
    (await ready(index, runtime)).close();
    expect(runtime.closed).toBe(1);
    const { own, open } = await slow();
    const backend = await own.open({ openEncoder: runtime.open });
    const loads = [backend.loadSpace?.(TOY), backend.loadSpace?.(TOY)];
    const settled = Promise.allSettled(loads);
    // So far that the files are asked for.
    await new Promise((resolve) => setTimeout(resolve, 20));
    backend.close();
    open();
    for (const outcome of await settled) expect(outcome).toMatchObject({ reason: { code: "aborted" } });
    expect(runtime.closed).toBe(runtime.opened);
  });
});

describe("what does not fit together is refused, with what to do about it", () => {
  const failing = async (own: MemoryIndex, runtime = new ToyRuntime()) => {
    const backend = await own.open({ openEncoder: runtime.open });
    const error = await backend.loadSpace?.(TOY).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SearchError);
    expect((error as SearchError).remedy).toMatch(/build|deploy|reload/i);
    expect(await backend.search("my flat bike lost air")).toMatchObject({ space: "static", warnings: [] });
    return error;
  };

  it("another model than that of the index", async () => {
    const runtime = new ToyRuntime(new ToyEncoder({ seed: 2 }));
    expect(await failing(index, runtime)).toMatchObject({ code: "model-mismatch" });
    expect(runtime.closed).toBe(1);
  });

  const html = () => new TextEncoder().encode("<!doctype html><title>404</title>");
  it.each([
    ["cut off", (bytes: Uint8Array) => bytes.slice(0, -1)],
    ["one bit wrong", (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 4 : byte))],
    ["a page", html],
  ])("vectors or model that are %s", async (_, damage) => {
    for (const name of [VECTORS_NAME, "toy.bin"]) {
      const own = await build();
      const file = manifestOf(own).files.find((each) => each.name === name)?.parts[0]?.file as string;
      own.files.set(file, damage(own.files.get(file) as Uint8Array));
      expect(await failing(own)).toMatchObject({ code: "file-invalid", file });
    }
  });

  it.each<[string, (manifest: EncoderManifest) => EncoderManifest]>([
    ["no vectors", (own) => ({ ...own, files: own.files.filter(({ name }) => name !== VECTORS_NAME) })],
    ["vectors of another length", (own) => ({ ...own, dims: 95 })],
    ["another number of vectors", (own) => ({ ...own, vectors: own.vectors + 1 })],
  ])("%s", async (_, change) => {
    const own = changeManifest(await build(), (manifest) => ({
      ...manifest,
      encoders: manifest.encoders?.map(change),
    }));
    expect(await failing(own)).toMatchObject({ code: "file-invalid" });
  });

  it("vectors of chunks that there are not", async () => {
    const own = await build();
    const manifest = await replaceSpace(own, new Float32Array(50 * DIMS), {});
    changeManifest(own, (whole) => ({ ...whole, encoders: [manifest] }));
    expect(await failing(own)).toMatchObject({ code: "file-invalid", message: expect.stringContaining("50 chunks") });
  });

  it("vectors or links that are something else, under a hash that fits", async () => {
    const own = await build();
    const count = manifestOf(own).vectors;
    const linked = await replaceSpace(own, new Float32Array(count * DIMS), { linkFrom: 1 });
    const others = await replaceSpace(own, new Float32Array((count - 1) * DIMS), { linkFrom: 1 });
    const take = (manifest: EncoderManifest, name: string) => manifest.files.filter((file) => file.name === name);
    const noise = cutModelFile(LINKS_NAME, html(), 1000);
    for (const [name, bytes] of noise.files) own.files.set(name, bytes);
    const [links] = take(others, LINKS_NAME);
    for (const files of [
      [...take(linked, VECTORS_NAME), ...(links ? [links] : [])],
      [...take(linked, VECTORS_NAME), noise.ref],
      [{ ...noise.ref, name: VECTORS_NAME }],
    ]) {
      changeManifest(own, (whole) => ({ ...whole, encoders: [{ ...linked, files }] }));
      expect(await failing(own)).toMatchObject({ code: "file-invalid" });
    }
  });

  it.each([
    ["encoders.0.fusion", { fusion: undefined }],
    ["encoders.0.files", { files: "all" }],
    ["encoders.0.model.type", { model: {} }],
  ])("a manifest that is damaged at %s", async (path, change) => {
    const own = changeManifest(await build(), (manifest) => ({
      ...manifest,
      encoders: manifest.encoders?.map((each) => ({ ...each, ...change })),
    }));
    await expect(own.open()).rejects.toMatchObject({ code: "index-invalid", message: expect.stringContaining(path) });
  });
});

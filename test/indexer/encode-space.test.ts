import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENCODER_FUSION } from "../../src/core/fusion.ts";
import type { EncoderManifest } from "../../src/core/manifest.ts";
import { LINKS_NAME, type ModelFileRef, modelHashes, VECTORS_NAME, WASM_NAME } from "../../src/core/model-files.ts";
import { buildIndex } from "../../src/indexer/build-index.ts";
import { encodeSpace } from "../../src/indexer/encode-space.ts";
import { decodeHnsw, Hnsw, scan } from "../../src/vectors/hnsw.ts";
import { decodeRowFile } from "../../src/vectors/row-file.ts";
import { page } from "../engine/memory-index.ts";
import { ToyEncoder } from "../engine/toy-encoder.ts";
import { madeUpVectors, singleRuns } from "../vectors/made-up-vectors.ts";

const MODEL: ModelFileRef = {
  name: "model.onnx",
  bytes: 3,
  sha256: "aa",
  parts: [{ file: "models/0123456789abcdef.bin", bytes: 3, sha256: "aa" }],
};

/** A space of made-up vectors, and its files put together again. */
async function encode({ count = 300, dims = 24, ...options }: Partial<Parameters<typeof encodeSpace>[1]> & Size = {}) {
  const vectors = madeUpVectors({ count, dims, topics: 8 });
  const encoder = { embedder: new ToyEncoder({ dims }), model: { type: "toy" }, files: [MODEL] };
  const runs = { ...singleRuns(count), passages: [] };
  const space = await encodeSpace(encoder, { runs, vectors, precision: "int8", ...options });
  return { vectors, ...space, fileOf: (name: string) => join(space, name) };
}

interface Size {
  readonly count?: number;
  readonly dims?: number;
}

function join(
  { manifest, files }: { readonly manifest: EncoderManifest; readonly files: ReadonlyMap<string, Uint8Array> },
  name: string,
): Uint8Array | undefined {
  const ref = manifest.files.find((file) => file.name === name);
  if (!ref) return undefined;
  const parts = ref.parts.map(({ file, bytes, sha256 }) => {
    const content = files.get(file) as Uint8Array;
    expect([content.length, hashOf(content)]).toEqual([bytes, sha256]);
    expect(file).toBe(`models/${sha256.slice(0, 16)}.bin`);
    return content;
  });
  const whole = Uint8Array.from(Buffer.concat(parts));
  expect([whole.length, hashOf(whole)]).toEqual([ref.bytes, ref.sha256]);
  return whole;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("encodeSpace", () => {
  it("says what the space is, and names its vectors before the model's files", async () => {
    const { manifest, files } = await encode();
    const { info } = new ToyEncoder({ dims: 24 });
    expect(manifest).toMatchObject({
      id: info.id,
      fingerprint: info.fingerprint,
      dims: 24,
      precision: "int8",
      vectors: 300,
      model: { type: "toy" },
      fusion: ENCODER_FUSION,
    });
    expect(manifest.files.map(({ name }) => name)).toEqual([VECTORS_NAME, MODEL.name]);
    expect(manifest).not.toHaveProperty("gpuFiles");
    expect(files.size).toBe(1);
  });

  it.each(["int8", "float32"] as const)("cuts vectors as %s into parts, which make them up", async (precision) => {
    const { vectors, fileOf, manifest } = await encode({ count: 6000, dims: 192, precision });
    const ref = manifest.files.find(({ name }) => name === VECTORS_NAME) as ModelFileRef;
    expect(ref.parts.length).toBeGreaterThan(1);
    for (const { bytes } of ref.parts) expect(bytes).toBeLessThanOrEqual(1024 * 1024);
    const { rows, firsts } = decodeRowFile(fileOf(VECTORS_NAME) as Uint8Array, VECTORS_NAME);
    expect([firsts.length, rows.dims]).toEqual([6000, 192]);
    // A vector is nearest to itself.
    fc.assert(
      fc.property(fc.nat(5999), (row) => {
        const [best] = scan(rows, vectors.slice(row * 192, (row + 1) * 192), { limit: 1 });
        expect(best?.id).toBe(row);
        expect(best?.score).toBeCloseTo(1, 3);
      }),
      { numRuns: 10 },
    );
  });

  it("links vectors from a number of them on, and only then", async () => {
    expect((await encode({ count: 99, linkFrom: 100 })).fileOf(LINKS_NAME)).toBeUndefined();
    for (const precision of ["int8", "float32"] as const) {
      const linked: number[] = [];
      const { vectors, fileOf } = await encode({
        count: 2000,
        linkFrom: 2000,
        precision,
        onLink: (done) => linked.push(done),
      });
      const { rows } = decodeRowFile(fileOf(VECTORS_NAME) as Uint8Array, VECTORS_NAME);
      const hnsw = new Hnsw(decodeHnsw(fileOf(LINKS_NAME) as Uint8Array, LINKS_NAME), rows);
      expect(linked.at(-1)).toBe(2000);
      let found = 0;
      for (let row = 0; row < 2000; row += 100) {
        const query = vectors.slice(row * 24, (row + 1) * 24);
        const exact = scan(rows, query, { limit: 10 }).map(({ id }) => id);
        found += hnsw.search(query, { limit: 10 }).filter(({ id }) => exact.includes(id)).length;
      }
      expect(found).toBeGreaterThan(190);
    }
  });

  it("can be stopped while it links", async () => {
    const controller = new AbortController();
    const linking = encode({ count: 5000, linkFrom: 1, signal: controller.signal, onLink: () => controller.abort() });
    await expect(linking).rejects.toThrow(/abort/i);
  });
});

describe("what a fingerprint depends on", () => {
  it("are the model's own files", async () => {
    const names = ["model.onnx", "tokenizer.json", VECTORS_NAME, LINKS_NAME, WASM_NAME, "reranker/model.onnx"];
    const hashes = modelHashes(names.map((name) => ({ name, sha256: name })));
    expect([...hashes.keys()]).toEqual(["model.onnx", "tokenizer.json"]);
  });
});

describe("buildIndex with an encoder", () => {
  const pages = Array.from({ length: 400 }, (_, i) =>
    page(`p${i}/`, `Page ${i}`, { "": `About ${"abcdefghij"[i % 10]}${i}. ${"Some words. ".repeat(200)}` }),
  );

  it("leaves room for the model's files in `maxFiles`", async () => {
    const parts = Array.from({ length: 70 }, (_, i) => ({ file: `models/${i}.bin`, bytes: 1, sha256: "aa" }));
    const build = (size: number) => {
      const files = [{ name: "model.onnx", bytes: size, sha256: "aa", parts: parts.slice(0, size) }];
      return buildIndex(pages, {
        maxFiles: 120,
        encoders: [{ embedder: new ToyEncoder(), model: { type: "toy" }, files }],
      });
    };
    const [small, large] = [await build(0), await build(70)];
    expect(small.files.size).toBeGreaterThan(50);
    expect(large.files.size + 70).toBeLessThanOrEqual(120);
  });

  it("gives every run a row, whatever stands in the cells", async () => {
    const encoder = new ToyEncoder({ dims: 24 });
    const { manifest, files } = await buildIndex(pages.slice(0, 40), {
      encoders: [{ embedder: encoder, model: { type: "toy" }, files: [] }],
    });
    const [space] = manifest.encoders ?? [];
    expect(manifest.spaces).toEqual([]);
    const bytes = join({ manifest: space as EncoderManifest, files }, VECTORS_NAME) as Uint8Array;
    const { rows, firsts, counts } = decodeRowFile(bytes, VECTORS_NAME);
    expect(space?.vectors).toBe(firsts.length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(manifest.counts.chunks);
    expect(rows.data).toHaveLength(firsts.length * 24);
  });
});

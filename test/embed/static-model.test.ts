import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gzip } from "../../src/core/gzip.ts";
import { createRandom } from "../../src/core/random.ts";
import { fnv1a } from "../../src/embed/hash.ts";
import { addRow, quantizeRows } from "../../src/embed/quantize.ts";
import {
  createRandomTable,
  createStaticModel,
  decodePieces,
  decodeShard,
  decodeStaticModel,
  encodeStaticModel,
  isPiece,
  PIECES_FILE,
  reduceStaticModel,
  shardFile,
  shardStaticModel,
} from "../../src/embed/static-model.ts";
import { createToyModel } from "./toy-model.ts";

const model = createToyModel();

describe("quantizeRows", () => {
  test.each([
    { bits: 8, tolerance: 0.5 / 127 },
    { bits: 4, tolerance: 0.5 },
    { bits: 2, tolerance: 1 },
  ] as const)("$bits bits come back to within the step", ({ bits, tolerance }) => {
    const row = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(row, (numbers) => {
        const values = Float32Array.from(numbers);
        const sum = new Float64Array(16);
        addRow(sum, quantizeRows(values, { dims: 16, bits }), { index: 0, bits });
        const peak = Math.max(...values.map(Math.abs));
        for (const [d, value] of values.entries())
          expect(Math.abs((sum[d] as number) - value)).toBeLessThanOrEqual(tolerance * peak + 1e-6);
      }),
    );
  });

  test("4 bits keep every integer from -7 to 7", () => {
    const values = Float32Array.from({ length: 16 }, (_, i) => Math.max(-7, i - 8));
    const sum = new Float64Array(16);
    addRow(sum, quantizeRows(values, { dims: 16, bits: 4 }), { index: 0, bits: 4, weight: 2 });
    expect([...sum]).toEqual([...values].map((value) => 2 * value));
  });
});

test("2 bits keep −3, −1, 1 and 3, and a row of zeros", () => {
  const values = Float32Array.from({ length: 16 }, (_, i) => (i < 8 ? 2 * (i % 4) - 3 : 0));
  const quantized = quantizeRows(values, { dims: 8, bits: 2 });
  expect(quantized.rows).toHaveLength(4);
  const sums = [0, 1].map((index) => {
    const sum = new Float64Array(8);
    addRow(sum, quantized, { index, bits: 2, weight: 2 });
    return [...sum];
  });
  expect(sums).toEqual([[-6, -2, 2, 6, -6, -2, 2, 6], new Array(8).fill(0)]);
});

test.each([
  { bits: 2, most: 0.125 },
  { bits: 4, most: 0.014 },
] as const)("$bits bits lose no more of a normal row than Max's quantizer", ({ bits, most }) => {
  const dims = 256;
  const random = createRandom(1);
  const values = Float32Array.from(
    { length: 64 * dims },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const quantized = quantizeRows(values, { dims, bits });
  let error = 0;
  for (let index = 0; index < 64; index++) {
    const sum = new Float64Array(dims);
    addRow(sum, quantized, { index, bits });
    sum.forEach((value, d) => {
      error += (value - (values[index * dims + d] as number)) ** 2;
    });
  }
  expect(error / values.length).toBeLessThan(most);
});

describe("the whole model", () => {
  test("comes back as it was written, with the same fingerprint", async () => {
    expect(await decodeStaticModel(await encodeStaticModel(model), "model.bin")).toEqual(model);
  });

  test("does not depend on the order of its tokens", () => {
    const { parameters } = model;
    const forwards = createStaticModel(["a", "b"], new Float32Array(64).fill(1, 32), parameters);
    const backwards = createStaticModel(["b", "a"], new Float32Array(64).fill(1, 0, 32), parameters);
    expect(backwards).toEqual(forwards);
  });

  test("has another fingerprint when a weight, a token or a parameter differs", () => {
    const prints = [
      model,
      createStaticModel(["a"], new Float32Array(32), model.parameters),
      createStaticModel(["b"], new Float32Array(32), model.parameters),
      createStaticModel(["b"], new Float32Array(32).fill(1), model.parameters),
      createStaticModel(["b"], new Float32Array(32).fill(1), { ...model.parameters, contextWeight: 2 }),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    for (const print of prints) expect(print).toMatch(/^[0-9a-f]{32}$/);
  });

  test("can be reduced", () => {
    const reduced = reduceStaticModel(model, { dims: 16, bits: 4 });
    expect(reduced.rows).toHaveLength(model.tokens.length * 8);
    expect(reduced.fingerprint).not.toBe(model.fingerprint);
  });

  test("has a random table with the same vocabulary as control", () => {
    const control = createRandomTable(model, 1);
    expect(control.tokens).toEqual(model.tokens);
    expect(control).toEqual(createRandomTable(model, 1));
    expect(control.fingerprint).not.toBe(createRandomTable(model, 2).fingerprint);
  });

  test.each([
    ["cut off", async () => (await encodeStaticModel(model)).subarray(0, 400)],
    ["an HTML page", async () => new TextEncoder().encode("<!doctype html><title>404</title>")],
    ["another kind of file", async () => ((await shardStaticModel(model)).files[0] as { bytes: Uint8Array }).bytes],
    ["empty", async () => gzip(new Uint8Array())],
  ])("is refused when it is %s", async (_, bytes) => {
    await expect(decodeStaticModel(await bytes(), "model.bin")).rejects.toMatchObject({
      code: "file-invalid",
      file: "model.bin",
    });
  });
});

describe("shards", () => {
  test("hold every token once, where its hash says", async () => {
    const { manifest, files } = await shardStaticModel(model, { shards: 5 });
    expect(files.map(({ name }) => name)).toEqual([
      "000.bin",
      "001.bin",
      "002.bin",
      "003.bin",
      "004.bin",
      "pieces.bin",
    ]);
    const shards = await Promise.all(files.slice(0, 5).map(({ bytes, name }) => decodeShard(bytes, manifest, name)));
    shards.forEach(([tokens], shard) => {
      for (const token of tokens) expect(fnv1a(token) % 5).toBe(shard);
    });
    expect(shards.flatMap(([tokens]) => tokens).sort()).toEqual([...model.tokens]);
    expect(await decodePieces((files[5] as { bytes: Uint8Array }).bytes, PIECES_FILE)).toEqual(
      model.tokens.filter(isPiece),
    );
  });

  test("have a manifest that survives JSON", async () => {
    const { manifest } = await shardStaticModel(model);
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
    expect(manifest).toMatchObject({ type: "static", path: `model/${model.fingerprint}/`, shards: 1, dims: 32 });
  });

  test("are refused when rows and tokens do not match", async () => {
    const { manifest, files } = await shardStaticModel(model, { shards: 1 });
    const bytes = (files[0] as { bytes: Uint8Array }).bytes;
    const read = decodeShard(bytes, { ...manifest, dims: 64 }, shardFile(0));
    await expect(read).rejects.toMatchObject({ code: "file-invalid", file: "000.bin" });
  });
});

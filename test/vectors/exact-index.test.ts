import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { createRandom } from "../../src/core/random.ts";
import { createExactIndex } from "../../src/vectors/exact-index.ts";
import { instantiateKernel, kernelBytes } from "../../src/vectors/kernel.ts";
import { nearestSketch, sketch, sketchBytesFor } from "../../src/vectors/sketch.ts";
import { decodeVectorShard, encodeVectorShard, packVectors, unpackRow } from "../../src/vectors/vector-shard.ts";

function randomUnits(count: number, dims: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const vectors = Float32Array.from({ length: count * dims }, () => random() - 0.5);
  for (let row = 0; row < count; row++) {
    const own = vectors.subarray(row * dims, (row + 1) * dims);
    const length = Math.hypot(...own);
    own.forEach((value, i) => {
      own[i] = value / length;
    });
  }
  return vectors;
}

/** Dot products in double precision: the oracle. */
function dots(query: Float32Array, vectors: Float32Array): number[] {
  const dims = query.length;
  return Array.from({ length: vectors.length / dims }, (_, row) =>
    query.reduce((sum, value, i) => sum + value * (vectors[row * dims + i] as number), 0),
  );
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

describe("kernel", () => {
  it("is kernel.wat, compiled", async () => {
    const source = readFileSync(new URL("../../src/vectors/kernel.wat", import.meta.url), "utf8");
    const { buffer } = (await wabt()).parseWat("kernel.wat", source, { simd: true }).toBinary({});
    expect(Buffer.from(kernelBytes()).toString("hex")).toBe(Buffer.from(buffer).toString("hex"));
  });

  it("runs here", () => {
    expect(instantiateKernel()).toBeDefined();
  });
});

describe("exact index", () => {
  it("agrees with double precision, by SIMD and by JavaScript, at any shape", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (count, dims, seed) => {
        const vectors = randomUnits(count, dims, seed);
        const query = randomUnits(1, dims, seed + 1);
        const expected = dots(query, vectors);
        for (const precision of ["float32", "int8"] as const) {
          const packed = packVectors(vectors, dims, precision);
          const [simd, scalar] = [true, false].map((on) =>
            createExactIndex(packed, { simd: on }).scores(query).slice(),
          );
          expect(largestDifference(simd ?? [], scalar ?? [])).toBeLessThan(1e-5);
          expect(largestDifference(simd ?? [], expected)).toBeLessThan(precision === "int8" ? 0.02 : 1e-5);
          expect(simd?.length).toBe(count);
        }
      }),
    );
  });

  it("keeps the nearest ten under int8", () => {
    const vectors = randomUnits(2000, 128, 7);
    const query = randomUnits(1, 128, 8);
    const top = (scores: ArrayLike<number>) =>
      Array.from({ length: 2000 }, (_, i) => i)
        .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
        .slice(0, 10);
    const exact = new Set(top(dots(query, vectors)));
    const found = top(createExactIndex(packVectors(vectors, 128, "int8")).scores(query));
    expect(found.filter((id) => exact.has(id)).length).toBeGreaterThanOrEqual(9);
  });

  it("answers a second query afresh", () => {
    const index = createExactIndex(packVectors(Float32Array.of(1, 0, 0, 1), 2, "int8"));
    expect(Array.from(index.scores(Float32Array.of(1, 0)), Math.round)).toEqual([1, 0]);
    expect(Array.from(index.scores(Float32Array.of(0, 1)), Math.round)).toEqual([0, 1]);
  });
});

describe("vector shard", () => {
  it("comes back in both precisions; zeros stay zeros", () => {
    const vectors = Float32Array.of(0.6, -0.8, 0, 0);
    for (const precision of ["float32", "int8"] as const) {
      const packed = decodeVectorShard(encodeVectorShard(packVectors(vectors, 2, precision)), "v.bin");
      expect(packed.precision).toBe(precision);
      expect(unpackRow(packed, 0)[1]).toBeCloseTo(-0.8, 2);
      expect([...unpackRow(packed, 1)]).toEqual([0, 0]);
    }
  });
});

describe("sketch", () => {
  it("finds the sentence nearest to the query", () => {
    const dims = 128;
    const sentences = randomUnits(5, dims, 3);
    const sketches = new Uint8Array(5 * sketchBytesFor(dims));
    for (let i = 0; i < 5; i++) {
      sketches.set(sketch(sentences.subarray(i * dims, (i + 1) * dims)), i * sketchBytesFor(dims));
    }
    for (let i = 0; i < 5; i++) expect(nearestSketch(sentences.subarray(i * dims, (i + 1) * dims), sketches)).toBe(i);
    expect(nearestSketch(sentences.subarray(0, dims), new Uint8Array())).toBe(0);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { clusterVectors, decodeCentroids, encodeCentroids } from "../../src/vectors/cluster-vectors.ts";
import { NearestCentroids } from "../../src/vectors/nearest-centroids.ts";
import { madeUpVectors } from "./made-up-vectors.ts";

const DIMS = 48;

describe("nearest centroids", () => {
  it("are those of double precision, the same by SIMD and by JavaScript", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (count, dims, seed) => {
        const centroids = madeUpVectors({ count, dims, topics: 5, seed });
        const vector = madeUpVectors({ count: 1, dims, topics: 1, seed: seed + 1 });
        const distance = (row: number) =>
          vector.reduce((sum, value, i) => sum + (value - (centroids[row * dims + i] as number)) ** 2, 0);
        const [simd, scalar] = [true, false].map((on) => {
          const finder = new NearestCentroids(dims, { simd: on });
          finder.use(centroids);
          return [finder.find(vector), finder.distance];
        });
        expect(scalar).toEqual(simd);
        const least = Math.min(...Array.from({ length: count }, (_, row) => distance(row)));
        expect(distance(simd?.[0] ?? -1)).toBeCloseTo(least, 5);
      }),
    );
  });
});

describe("clusterVectors", () => {
  const vectors = madeUpVectors({ count: 2000, dims: DIMS, topics: 40 });

  it("makes the same cells each time, with SIMD and without; others from another seed", async () => {
    const first = await clusterVectors(vectors, DIMS);
    expect(await clusterVectors(vectors, DIMS)).toEqual(first);
    expect(await clusterVectors(vectors, DIMS, { simd: false })).toEqual(first);
    expect((await clusterVectors(vectors, DIMS, { seed: 2 })).centroids).not.toEqual(first.centroids);
  });

  it("puts every vector where it is nearest, and counts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 4, max: 60 }),
        fc.nat(),
        async (count, size, seed) => {
          const own = madeUpVectors({ count, dims: 8, topics: 12, seed });
          const { centroids, cellOf, sizes } = await clusterVectors(own, 8, { size });
          const finder = new NearestCentroids(8);
          finder.use(centroids);
          const counted = new Uint32Array(sizes.length);
          for (let i = 0; i < count; i++) {
            const cell = cellOf[i] as number;
            if (sizes.length > 1) expect(finder.find(own.subarray(i * 8, (i + 1) * 8))).toBe(cell);
            counted[cell] = (counted[cell] as number) + 1;
          }
          expect(counted).toEqual(sizes);
          expect(Math.min(...sizes)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("makes one cell of few vectors, and of many about as many as asked for, of about the same size", async () => {
    expect((await clusterVectors(vectors.subarray(0, 100 * DIMS), DIMS, { size: 64 })).sizes).toEqual(
      Uint32Array.of(100),
    );
    const { sizes } = await clusterVectors(vectors, DIMS, { size: 25 });
    expect(sizes.length).toBeGreaterThan(60);
    expect(sizes.length).toBeLessThan(110);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2.5 * 25);
  });

  it("splits what lies close together, but not what is the same", async () => {
    const close = madeUpVectors({ count: 900, dims: DIMS, topics: 1, spread: 0.2 });
    const whole = new Float32Array(close.length + vectors.length);
    whole.set(close);
    whole.set(vectors, close.length);
    expect(Math.max(...(await clusterVectors(whole, DIMS, { size: 30 })).sizes)).toBeLessThanOrEqual(75);
    for (let i = 0; i < 900; i++) whole.set(close.subarray(0, DIMS), i * DIMS);
    expect(Math.max(...(await clusterVectors(whole, DIMS, { size: 30 })).sizes)).toBeGreaterThanOrEqual(900);
    const zeros = await clusterVectors(new Float32Array(500 * DIMS), DIMS, { size: 30 });
    expect([...zeros.sizes]).toEqual([500]);
  });

  it("keeps the cells of the last build, read from their file", async () => {
    const first = await clusterVectors(vectors, DIMS);
    const previous = decodeCentroids(encodeCentroids(first), "clusters.bin");
    const again = await clusterVectors(vectors, DIMS, { previous, seed: 5 });
    expect(again).toEqual(first);
    const fewer = await clusterVectors(vectors.subarray(0, 1500 * DIMS), DIMS, { previous, seed: 5 });
    expect(fewer.cellOf.slice(0, 100).map((cell) => fewer.centroids[cell * DIMS] as number)).toEqual(
      first.cellOf.slice(0, 100).map((cell) => first.centroids[cell * DIMS] as number),
    );
  });

  it("comes to the same when it is told which cells vectors were in", async () => {
    const first = await clusterVectors(vectors.subarray(0, 1500 * DIMS), DIMS, { size: 25 });
    const known = Int32Array.from({ length: vectors.length / DIMS }, (_, i) => first.cellOf[i] ?? -1);
    for (const size of [12, 25, 40]) {
      const expected = await clusterVectors(vectors, DIMS, { size, previous: first });
      expect(await clusterVectors(vectors, DIMS, { size, previous: first, known })).toEqual(expected);
    }
  });

  it("starts anew when the last build was of another size or other dimensions", async () => {
    const first = await clusterVectors(vectors, DIMS);
    const small = await clusterVectors(vectors.subarray(0, 500 * DIMS), DIMS);
    expect(await clusterVectors(vectors, DIMS, { previous: small })).toEqual(first);
    expect(await clusterVectors(vectors, DIMS, { previous: { ...first, dims: 2 * DIMS } })).toEqual(first);
  });

  it("stops at an abort, gives others a turn and tells how far it is", async () => {
    const progress: number[] = [];
    await clusterVectors(vectors, DIMS, { onProgress: (done, total) => progress.push(done / total) });
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    await expect(clusterVectors(vectors, DIMS, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(clusterVectors(vectors, DIMS, { size: 8, signal: controller.signal, onProgress })).rejects.toThrow(
      /abort/i,
    );
  });

  it("refuses a file that is none", () => {
    expect(() => decodeCentroids(new Uint8Array(40), "clusters.bin")).toThrow(SearchError);
    const spoilt = encodeCentroids({ dims: 3, centroids: new Float32Array(4) });
    expect(() => decodeCentroids(spoilt, "clusters.bin")).toThrow(SearchError);
  });
});

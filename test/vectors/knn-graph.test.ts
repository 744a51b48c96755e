import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KnnOptions, knnGraph } from "../../src/vectors/knn-graph.ts";
import { exactScores, madeUpVectors } from "./made-up-vectors.ts";

/** Cosines of each row with all others, best first. */
function oracle(vectors: Float32Array, dims: number): number[][] {
  return Array.from({ length: vectors.length / dims }, (_, row) =>
    exactScores(vectors.subarray(row * dims, (row + 1) * dims), vectors)
      .filter((_, other) => other !== row)
      .sort((a, b) => b - a),
  );
}

describe("knnGraph", () => {
  it("has exactly the nearest of every row, with the kernel and without", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat({ max: 70 }),
        fc.record({ seed: fc.nat(), simd: fc.boolean() }),
        async (count, dims, k, { seed, simd }) => {
          const vectors = madeUpVectors({ count, dims, topics: 5, seed });
          const graph = await knnGraph(vectors, dims, { k, simd });
          expect(graph.k).toBe(Math.max(0, Math.min(k, count - 1)));
          oracle(vectors, dims).forEach((exact, row) => {
            const own = [row * graph.k, (row + 1) * graph.k] as const;
            const neighbours = [...graph.neighbours.subarray(...own)];
            expect(new Set([...neighbours, row]).size).toBe(graph.k + 1);
            const scores = exactScores(vectors.subarray(row * dims, (row + 1) * dims), vectors);
            graph.cosines.subarray(...own).forEach((cosine, i) => {
              expect(cosine).toBeCloseTo(exact[i] as number, 5);
              expect(cosine).toBeCloseTo(scores[neighbours[i] as number] as number, 5);
            });
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("has nearly all of them by links", async () => {
    const [count, dims, k] = [3000, 64, 8];
    const vectors = madeUpVectors({ count, dims, topics: 40, spread: 1 });
    // Rows that are the same, and rows of zeros.
    for (let row = 100; row < 160; row++) vectors.copyWithin(row * dims, 0, dims);
    vectors.fill(0, 200 * dims, 230 * dims);
    const [exact, linked] = [await make({ method: "exact" }), await make({ method: "hnsw" })];
    let shared = 0;
    linked.cosines.forEach((cosine, at) => {
      const least = exact.cosines[Math.floor(at / k) * k + k - 1] as number;
      if (cosine >= least - 1e-6) shared++;
    });
    expect(shared / (count * k)).toBeGreaterThan(0.98);
    linked.neighbours.forEach((neighbour, at) => {
      expect(neighbour).not.toBe(Math.floor(at / k));
    });
    expect(await make({ method: "hnsw" })).toEqual(linked);

    function make(options: Partial<KnnOptions>) {
      return knnGraph(vectors, dims, { k, ...options });
    }
  });

  it("tells how far it is, and stops when it is told to", async () => {
    const vectors = madeUpVectors({ count: 1500, dims: 64, topics: 9 });
    for (const method of ["exact", "hnsw"] as const) {
      const shares: number[] = [];
      await knnGraph(vectors, 64, { k: 5, method, onProgress: (done, total) => shares.push(done / total) });
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
      const stopped = knnGraph(vectors, 64, { k: 5, method, signal: AbortSignal.abort() });
      await expect(stopped).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    }
  });
});

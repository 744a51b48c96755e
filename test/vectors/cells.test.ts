import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Container, encodeContainer } from "../../src/core/container.ts";
import { SearchError } from "../../src/core/errors.ts";
import { topK } from "../../src/core/top-k.ts";
import { CellDirectory, probesFor } from "../../src/vectors/cell-directory.ts";
import { type Clusters, clusterVectors } from "../../src/vectors/cluster-vectors.ts";
import { encodeCells } from "../../src/vectors/encode-cells.ts";
import { decodeCell } from "../../src/vectors/vector-cell.ts";
import { exactScores, madeUpVectors, singleRuns } from "./made-up-vectors.ts";

/** Cells as files of a made-up name. */
function write(vectors: Float32Array, clusters: Clusters, precision: "int8" | "float32" = "int8") {
  const runs = singleRuns(vectors.length / clusters.dims);
  const { cells, directory } = encodeCells(vectors, clusters, { ...runs, precision });
  const names = cells.map((_, i) => `vectors/${(0xfe00000000000000n + BigInt(i)).toString(16)}.bin`);
  const bytes = directory(names);
  const files = new Map(cells.map((cell, i) => [names[i] as string, cell]));
  return { cells, bytes, files, directory: new CellDirectory(bytes, "cells.bin") };
}

/** Vectors found in the nearest cells, best first. */
function search(
  query: Float32Array,
  { files, directory }: Pick<ReturnType<typeof write>, "files" | "directory">,
  { probes, count }: { readonly probes: number; readonly count: number },
): number[] {
  const scores = new Float32Array(directory.vectorCount).fill(Number.NEGATIVE_INFINITY);
  for (const { file } of directory.nearest(query, probes)) {
    const block = decodeCell(files.get(file) as Uint8Array, file);
    const own = block.scores(query);
    block.firsts.forEach((first, i) => {
      scores[first] = own[i] as number;
    });
  }
  return topK(scores, count).map(({ id }) => id);
}

describe("encodeCells", () => {
  it("finds in all cells what exact search finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        async (count, dims, seed) => {
          const vectors = madeUpVectors({ count, dims, topics: 9, seed });
          const written = write(vectors, await clusterVectors(vectors, dims, { size: 20 }), "float32");
          const query = madeUpVectors({ count: 1, dims, topics: 1, seed: seed + 1 });
          const exact = exactScores(query, vectors);
          const found = search(query, written, { probes: written.directory.count, count });
          expect(found).toHaveLength(count);
          found.forEach((id, i) => {
            const next = found[i + 1];
            if (next !== undefined) expect(exact[id]).toBeGreaterThanOrEqual((exact[next] as number) - 1e-5);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it("finds nearly all of the nearest ten in a few cells, by codes", async () => {
    const dims = 128;
    const vectors = madeUpVectors({ count: 3000, dims, topics: 80, spread: 1 });
    const written = write(vectors, await clusterVectors(vectors, dims));
    const queries = madeUpVectors({ count: 20, dims, topics: 80, spread: 1.3 });
    let shared = 0;
    for (let i = 0; i < 20; i++) {
      const query = queries.subarray(i * dims, (i + 1) * dims);
      const nearest = new Set(topK(exactScores(query, vectors), 10).map(({ id }) => id));
      shared += search(query, written, { probes: 8, count: 10 }).filter((id) => nearest.has(id)).length;
    }
    expect(written.directory.count).toBeGreaterThan(60);
    expect(shared / 200).toBeGreaterThan(0.8);
  });

  it("keeps counts, sizes, mean and runs", async () => {
    const dims = 32;
    const vectors = madeUpVectors({ count: 1000, dims, topics: 12 });
    const clusters = await clusterVectors(vectors, dims, { size: 50 });
    const { directory, files, cells } = write(vectors, clusters);
    expect([directory.dims, directory.count, directory.vectorCount]).toEqual([dims, clusters.sizes.length, 1000]);
    expect(cells).toHaveLength(directory.count);
    const query = vectors.slice(0, dims);
    const refs = directory.nearest(query, 1000);
    expect(refs).toHaveLength(directory.count);
    const firsts = refs.flatMap(({ file, size }) => {
      const block = decodeCell(files.get(file) as Uint8Array, file);
      expect(block).toHaveLength(size);
      expect([...block.firsts]).toEqual([...block.firsts].sort((a, b) => a - b));
      return [...block.firsts];
    });
    expect(firsts.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    const scores = exactScores(query, vectors);
    const meanScore = scores.reduce((sum, score) => sum + score, 0) / 1000;
    expect(exactScores(query, directory.mean)[0]).toBeCloseTo(meanScore, 2);
  });

  it("changes the files of few cells when a few vectors change", async () => {
    const dims = 64;
    const vectors = madeUpVectors({ count: 3000, dims, topics: 60 });
    const clusters = await clusterVectors(vectors, dims);
    const changed = vectors.slice();
    changed.set(madeUpVectors({ count: 5, dims, topics: 5, seed: 9 }), 100 * dims);
    const again = await clusterVectors(changed, dims, { previous: clusters });
    const before = new Set(write(vectors, clusters).cells.map((bytes) => bytes.toString()));
    const after = write(changed, again).cells.filter((bytes) => !before.has(bytes.toString()));
    expect(after.length).toBeGreaterThan(0);
    expect(after.length).toBeLessThanOrEqual(10);
  });

  it("writes no cells for no vectors, and finds nothing", async () => {
    const vectors = new Float32Array();
    const { cells, directory } = write(vectors, await clusterVectors(vectors, 8));
    expect(cells).toEqual([]);
    expect(directory.nearest(new Float32Array(8), 5)).toEqual([]);
  });
});

describe("probesFor", () => {
  it("reads about as many vectors of any site", () => {
    expect(probesFor({ count: 940, vectorCount: 80_000 }, "hybrid")).toBe(6);
    expect(probesFor({ count: 940, vectorCount: 80_000 }, "semantic")).toBe(47);
    expect(probesFor({ count: 160, vectorCount: 4800 }, "hybrid")).toBe(8);
    expect(probesFor({ count: 160, vectorCount: 4800 }, "filtered")).toBe(16);
    expect(probesFor({ count: 1, vectorCount: 30 }, "semantic")).toBe(1);
    expect(probesFor({ count: 0, vectorCount: 0 }, "hybrid")).toBe(0);
  });
});

describe("hostile bytes", () => {
  const shape = { dims: 16, count: 90 };
  const made = (async () => {
    const vectors = madeUpVectors({ ...shape, topics: 4 });
    return write(vectors, await clusterVectors(vectors, 16, { size: 30 }));
  })();

  it("are refused by name, wherever they are cut off", async () => {
    const { bytes, cells } = await made;
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 8 }), (length) => {
        expect(() => new CellDirectory(bytes.slice(0, length), "cells.bin")).toThrow(SearchError);
      }),
    );
    const [cell = new Uint8Array()] = cells;
    fc.assert(
      fc.property(fc.nat({ max: cell.length - 8 }), (length) => {
        expect(() => decodeCell(cell.slice(0, length), "vectors/x.bin")).toThrow(/vectors\/x\.bin/);
      }),
    );
  });

  it("are read or refused, never worse", async () => {
    const { bytes, cells } = await made;
    const query = new Float32Array(16).fill(0.25);
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const spoilt = (whole: Uint8Array) => {
          const copy = whole.slice();
          for (const [at, value] of changes) copy[at % copy.length] = value;
          return copy;
        };
        for (const read of [
          () => new CellDirectory(spoilt(bytes), "cells.bin").nearest(query, 3),
          () => decodeCell(spoilt(cells[0] as Uint8Array), "v.bin").scores(query),
        ]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(SearchError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("with parts that contradict each other are refused", async () => {
    const { bytes } = await made;
    const whole = new Container(bytes, { kind: "cells", file: "cells.bin" });
    const good = {
      shape: whole.get("shape", Uint32Array),
      steps: whole.get("steps", Float32Array),
      mean: whole.get("mean", Int8Array),
      centres: whole.get("centres", Uint8Array),
      sizes: whole.get("sizes", Uint8Array),
      names: whole.get("names", Uint8Array),
    };
    expect(new CellDirectory(encodeContainer("cells", good), "cells.bin").vectorCount).toBe(90);
    for (const change of [
      { shape: Uint32Array.of(16, 4_000_000_000) },
      { shape: Uint32Array.of(0, 0) },
      { steps: Float32Array.of(Number.NaN, 1) },
      { steps: new Float32Array() },
      { mean: new Int8Array(15) },
      { centres: new Uint8Array(2) },
      { names: new Uint8Array(9) },
    ]) {
      expect(() => new CellDirectory(encodeContainer("cells", { ...good, ...change }), "cells.bin")).toThrow(
        SearchError,
      );
    }
  });
});

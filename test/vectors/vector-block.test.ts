import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Container, encodeContainer, type Sections } from "../../src/core/container.ts";
import { SearchError } from "../../src/core/errors.ts";
import { FINE, packCodes, packedBytes, TERNARY, unpackCodes } from "../../src/vectors/pack-codes.ts";
import {
  decodeVectorBlock,
  encodeVectorBlock,
  roundCentre,
  type VectorBlock,
  type VectorBlockOptions,
} from "../../src/vectors/vector-block.ts";
import { exactScores, madeUpVectors, singleRuns } from "./made-up-vectors.ts";

function open(sections: Sections): VectorBlock {
  return decodeVectorBlock(new Container(encodeContainer("test", sections), { kind: "test", file: "v.bin" }), {
    file: "v.bin",
  });
}

function roundTrip(vectors: Float32Array, options: VectorBlockOptions): VectorBlock {
  return open({ before: Uint8Array.of(1), ...encodeVectorBlock(vectors, options), after: Uint8Array.of(1) });
}

describe("packed codes", () => {
  it("come back", () => {
    for (const width of [FINE, TERNARY]) {
      const code = fc.integer({ min: -width.limit, max: width.limit });
      fc.assert(
        fc.property(fc.array(code), (codes) => {
          const packed = packCodes(Int8Array.from(codes), width);
          expect(packed.length).toBe(packedBytes(codes.length, width));
          expect([...unpackCodes(packed, codes.length, width)]).toEqual(codes.map((value) => value + 0));
        }),
      );
    }
  });

  it("are cut off at their limit, and are read as zeros or less where bytes are missing", () => {
    expect([...unpackCodes(packCodes(Int8Array.of(-9, 9, 100), FINE), 3, FINE)]).toEqual([-7, 7, 7]);
    expect(unpackCodes(new Uint8Array(), 7, TERNARY)).toHaveLength(7);
    expect(unpackCodes(Uint8Array.of(255, 255), 4, FINE)).toHaveLength(4);
  });
});

describe("vector block", () => {
  it("gives float32 back as it was", () => {
    const vectors = madeUpVectors({ count: 5, dims: 7, topics: 2 });
    const block = roundTrip(vectors, { dims: 7, ...singleRuns(5) });
    expect([...block.row(3)]).toEqual([...vectors.subarray(21, 28)]);
    expect(block.length).toBe(5);
  });

  it("scores as its rows do, with codes and without, with a centre and without", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (count, dims, seed) => {
        const vectors = madeUpVectors({ count, dims, topics: 3, seed });
        const query = madeUpVectors({ count: 1, dims, topics: 1, seed: seed + 1 });
        const centre = roundCentre(
          vectors.slice(0, dims).length ? vectors.slice(0, dims) : new Float32Array(dims),
          0.01,
        );
        for (const options of [{}, { step: 0.05 }, { step: 0.05, centre }]) {
          const block = roundTrip(vectors, { dims, ...singleRuns(count), ...options });
          const rows = Float32Array.from(Array.from({ length: count }, (_, i) => [...block.row(i)]).flat());
          const expected = exactScores(query, rows);
          const scores = block.scores(query);
          expect(scores).toHaveLength(count);
          for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(expected[i] as number, 5);
        }
      }),
    );
  });

  it("keeps codes within half a step, before rows get their length back", () => {
    const dims = 256;
    const vectors = madeUpVectors({ count: 50, dims, topics: 3 });
    const block = roundTrip(vectors, { dims, ...singleRuns(50), step: 0.036 });
    for (let row = 0; row < 50; row++) {
      const own = vectors.subarray(row * dims, (row + 1) * dims);
      const [cosine = 0] = exactScores(block.row(row), own);
      expect(cosine).toBeGreaterThan(0.98);
      expect(Math.hypot(...block.row(row))).toBeCloseTo(1, 5);
    }
  });

  it("keeps zeros near zero", () => {
    const dims = 64;
    const vectors = madeUpVectors({ count: 3, dims, topics: 1 });
    vectors.fill(0, dims, 2 * dims);
    const centre = roundCentre(vectors.map((value) => value / 3).slice(0, dims), 0.01);
    const block = roundTrip(vectors, { dims, ...singleRuns(3), step: 0.05, centre });
    expect(Math.hypot(...block.row(1))).toBeLessThan(0.3);
    expect(Math.hypot(...block.row(2))).toBeCloseTo(1, 5);
  });

  it("keeps the runs", () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 500 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(gaps, (steps) => {
        let next = 0;
        const runs = steps.map(([gap, count]) => {
          const first = next + gap;
          next = first + count;
          return { first, count };
        });
        const firsts = Uint32Array.from(runs, ({ first }) => first);
        const counts = Uint32Array.from(runs, ({ count }) => count);
        const block = roundTrip(new Float32Array(runs.length * 2), { dims: 2, firsts, counts, step: 0.1 });
        expect(block.firsts).toEqual(firsts);
        expect(block.counts).toEqual(counts);
      }),
    );
  });

  it("refuses runs that are empty or do not ascend", () => {
    const encode = (firsts: number[], counts: number[]) => () =>
      encodeVectorBlock(new Float32Array(4), {
        dims: 2,
        firsts: Uint32Array.from(firsts),
        counts: Uint32Array.from(counts),
      });
    expect(encode([3, 3], [1, 1])).toThrow(RangeError);
    expect(encode([3, 2], [1, 1])).toThrow(RangeError);
    expect(encode([0, 1], [1, 0])).toThrow(RangeError);
  });

  it("refuses sections that contradict each other", () => {
    const good = encodeVectorBlock(madeUpVectors({ count: 3, dims: 8, topics: 1 }), {
      dims: 8,
      ...singleRuns(3),
      step: 0.1,
      centre: roundCentre(new Float32Array(8), 0.1),
    });
    const bad: Sections[] = [
      { vshape: Uint32Array.of(3, 0) },
      { vshape: Uint32Array.of(4, 8) },
      { vshape: Uint32Array.of(4_000_000_000, 8) },
      { vshape: Uint32Array.of() },
      { vruns: new Uint8Array() },
      { vcodes: new Uint8Array(3) },
      { vcodes: new Float32Array(12) },
      { vcentre: new Int8Array(7) },
      { vsteps: new Float32Array() },
      { vsteps: Float32Array.of(Number.NaN, 0.1) },
      { vsteps: Float32Array.of(0.1, Number.POSITIVE_INFINITY) },
      { vdata: new Float32Array(23) },
    ];
    const { vshape: _, vcentre, ...rest } = good;
    expect(vcentre).toBeDefined();
    expect(() => open({ ...rest, vshape: Uint32Array.of(0, 4_000_000_000), vcodes: new Uint8Array() })).toThrow(
      SearchError,
    );
    expect(open(good)).toHaveLength(3);
    for (const change of bad) expect(() => open({ ...good, ...change })).toThrow(SearchError);
  });

  it("scores 3,000 vectors of 256 in less than 3 ms", () => {
    const dims = 256;
    const vectors = new Float32Array(3000 * dims).map((_, i) => Math.sin(i) / 16);
    const block = roundTrip(vectors, { dims, ...singleRuns(3000), step: 0.03 });
    const query = vectors.slice(0, dims);
    const times = Array.from({ length: 30 }, () => {
      const started = performance.now();
      block.scores(query);
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(3);
  });
});

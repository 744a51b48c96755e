import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalize, ranksOf } from "../../src/core/fusion.ts";
import { createRandom } from "../../src/core/random.ts";
import { topK } from "../../src/core/top-k.ts";
import { VarintReader, VarintWriter } from "../../src/core/varint.ts";

describe("topK", () => {
  it("is the head of a full sort, ties by index", () => {
    const score = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constant(Number.NEGATIVE_INFINITY),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), fc.nat(70), (scores, k) => {
        const sorted = scores
          .map((value, id) => ({ id, score: value }))
          .filter(({ score: value }) => value > Number.NEGATIVE_INFINITY)
          .sort((a, b) => b.score - a.score || a.id - b.id);
        expect(topK(scores, k)).toEqual(sorted.slice(0, k));
      }),
    );
  });
});

describe("varint", () => {
  it("comes back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffffffff)), (values) => {
        const writer = new VarintWriter();
        for (const value of values) writer.write(value);
        const reader = new VarintReader(writer.finish());
        expect(values.map(() => reader.read())).toEqual(values);
        expect(reader.done).toBe(true);
      }),
    );
  });

  it("brings back ascending lists", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(1e6))), (lists) => {
        const sorted = lists.map((list) => list.sort((a, b) => a - b));
        const writer = new VarintWriter();
        for (const list of sorted) writer.writeAscending(list);
        const reader = new VarintReader(writer.finish());
        expect(sorted.map(() => reader.readAscending())).toEqual(sorted);
      }),
    );
  });

  it("reads 0 past the end", () => {
    expect(new VarintReader(Uint8Array.of(0x80)).read()).toBe(0);
  });
});

describe("normalize", () => {
  const candidates = { keyword: Float64Array.of(10, 5, 0), semantic: Float64Array.of(-0.2, 0.6, 0.3) };

  it("scales scores to the best", () => {
    const { byWords, byMeaning } = normalize(candidates, { method: "convex", rrfK: 60 });
    expect([...byWords]).toEqual([1, 0.5, 0]);
    expect([...byMeaning]).toEqual([0, 1, 0.5]);
  });

  it("counts cosines from the floor", () => {
    const { byMeaning } = normalize({ ...candidates, floor: 0.2 }, { method: "convex", rrfK: 60 });
    [0, 1, 0.25].forEach((expected, i) => {
      expect(byMeaning[i]).toBeCloseTo(expected, 10);
    });
  });

  it("takes reciprocal ranks", () => {
    const { byWords, byMeaning } = normalize(candidates, { method: "rrf", rrfK: 60 });
    // The first one points away from the query, the last one has no word.
    expect([...byWords]).toEqual([1, 61 / 62, 0]);
    expect([...byMeaning]).toEqual([0, 1, 61 / 62]);
  });

  it("gives zeros, not NaN, where nothing matches", () => {
    const flat = { keyword: Float64Array.of(0, 0), semantic: Float64Array.of(Number.NEGATIVE_INFINITY, -0.1) };
    const { byWords, byMeaning } = normalize(flat, { method: "convex", rrfK: 60 });
    expect([...byWords, ...byMeaning]).toEqual([0, 0, 0, 0]);
  });

  it("ranks from 1, 0 for absent", () => {
    expect([...ranksOf(Float64Array.of(0, 3, 5, 3))]).toEqual([0, 2, 1, 3]);
  });
});

describe("createRandom", () => {
  it("is a function of its seed and roughly uniform", () => {
    const draw = (seed: number) => Array.from({ length: 2000 }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const mean = draw(3).reduce((sum, value) => sum + value, 0) / 2000;
    expect(mean).toBeGreaterThan(0.47);
    expect(mean).toBeLessThan(0.53);
  });
});

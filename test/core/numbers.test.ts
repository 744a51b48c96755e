import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuse, ranksOf } from "../../src/core/fusion.ts";
import { ndcg, recall, reciprocalRank } from "../../src/core/metrics.ts";
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

describe("fuse", () => {
  const candidates = { keyword: Float64Array.of(10, 5, 0), semantic: Float64Array.of(-0.2, 0.6, 0.3) };

  it("weighs normalised scores", () => {
    const fused = fuse(candidates, { method: "convex", semanticWeight: 0.3, rrfK: 60 });
    [0.7, 0.35 + 0.3, 0.15].forEach((expected, i) => {
      expect(fused[i]).toBeCloseTo(expected, 10);
    });
  });

  it("weighs reciprocal ranks", () => {
    const fused = fuse(candidates, { method: "rrf", semanticWeight: 0.5, rrfK: 60 });
    // The first one points away from the query, the last one has no word.
    [0.5, (0.5 * 61) / 62 + 0.5, (0.5 * 61) / 62].forEach((expected, i) => {
      expect(fused[i]).toBeCloseTo(expected, 10);
    });
  });

  it("is the keyword order at weight 0 and the semantic order at weight 1", () => {
    const order = (scores: Float64Array) => [0, 1, 2].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    expect(order(fuse(candidates, { method: "convex", semanticWeight: 0, rrfK: 60 }))).toEqual([0, 1, 2]);
    expect(order(fuse(candidates, { method: "convex", semanticWeight: 1, rrfK: 60 }))).toEqual([1, 2, 0]);
  });

  it("gives zeros, not NaN, where nothing matches", () => {
    const flat = { keyword: Float64Array.of(0, 0), semantic: Float64Array.of(Number.NEGATIVE_INFINITY, -0.1) };
    expect([...fuse(flat, { method: "convex", semanticWeight: 0.5, rrfK: 60 })]).toEqual([0, 0]);
  });

  it("ranks from 1, 0 for absent", () => {
    expect([...ranksOf(Float64Array.of(0, 3, 5, 3))]).toEqual([0, 2, 1, 3]);
  });
});

describe("metrics", () => {
  const judged = new Map([
    ["a", 1],
    ["b", 1],
    ["c", 0],
  ]);

  it("follow the textbook", () => {
    // Hits at ranks 2 and 3: (1/log2 3 + 1/log2 4) / (1 + 1/log2 3)
    expect(ndcg(["x", "a", "b"], judged)).toBeCloseTo((0.63093 + 0.5) / 1.63093, 4);
    expect(ndcg(["a", "b"], judged)).toBe(1);
    expect(recall(["a", "c", "x"], judged, 3)).toBe(0.5);
    expect(reciprocalRank(["c", "x", "b"], judged)).toBeCloseTo(1 / 3);
    expect(reciprocalRank(["c", "x", "b"], judged, 2)).toBe(0);
  });

  it("count graded gains exponentially", () => {
    const graded = new Map([
      ["a", 2],
      ["b", 1],
    ]);
    expect(ndcg(["b", "a"], graded)).toBeCloseTo((1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3)), 10);
  });

  it("are 0 without a relevant document", () => {
    expect([ndcg(["a"], new Map()), recall(["a"], new Map()), reciprocalRank(["a"], new Map())]).toEqual([0, 0, 0]);
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

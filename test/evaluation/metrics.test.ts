import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndcg, recall, reciprocalRank } from "../../src/evaluation/metrics.ts";

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

  it("count the right pages in the first k only", () => {
    const ranking = ["x", "a", "y", "z", "b"];
    expect([1, 2, 5, 10].map((k) => recall(ranking, judged, k))).toEqual([0, 0.5, 1, 1]);
    expect(ndcg(ranking, judged, 2)).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 10);
    expect(ndcg(ranking, judged, 1)).toBe(0);
  });

  it("measure against what fits into k", () => {
    const many = new Map(Array.from({ length: 20 }, (_, i) => [`p${i}`, 1]));
    expect(ndcg([...many.keys()].slice(0, 10), many)).toBe(1);
    expect(recall([...many.keys()].slice(0, 10), many, 10)).toBe(0.5);
  });

  it("lie between 0 and 1, and never fall when a right page moves up", () => {
    const ranking = fc.shuffledSubarray(["a", "b", "c", "d", "e", "f"], { minLength: 2 });
    const grades = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e", "f"), fc.nat(4));
    fc.assert(
      fc.property(ranking, grades, fc.nat(4), (paths, graded, at) => {
        const judgments = new Map(Object.entries(graded));
        for (const value of [ndcg(paths, judgments), recall(paths, judgments), reciprocalRank(paths, judgments)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        const i = at % (paths.length - 1);
        const [upper = "", lower = ""] = [paths[i], paths[i + 1]];
        const swapped = paths.with(i, lower).with(i + 1, upper);
        const gain = (judgments.get(lower) ?? 0) - (judgments.get(upper) ?? 0);
        if (gain >= 0) expect(ndcg(swapped, judgments)).toBeGreaterThanOrEqual(ndcg(paths, judgments) - 1e-12);
      }),
    );
  });
});

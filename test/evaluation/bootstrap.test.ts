import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { bootstrapMean, bootstrapMeanOfMeans, meanOf, quantile } from "../../src/evaluation/bootstrap.ts";

const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

describe("bootstrapMean", () => {
  it("holds the mean between its bounds, and stays within the numbers", () => {
    fc.assert(
      fc.property(numbers, (differences) => {
        const { mean, low, high } = bootstrapMean(differences, { samples: 200 });
        expect(mean).toBeCloseTo(meanOf(differences), 10);
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...differences) - 1e-9);
        expect(high).toBeLessThanOrEqual(Math.max(...differences) + 1e-9);
      }),
    );
  });

  it("is the same for the same seed, in any kind of list", () => {
    const differences = Array.from({ length: 25 }, (_, i) => Math.sin(i));
    expect(bootstrapMean(Float64Array.from(differences))).toEqual(bootstrapMean(differences));
    expect(bootstrapMean(differences, { seed: 2 })).not.toEqual(bootstrapMean(differences));
  });

  it("agrees with the normal approximation where that holds", () => {
    const random = createRandom(7);
    const differences = Array.from({ length: 1000 }, () => random() - 0.4);
    const { mean, low, high } = bootstrapMean(differences);
    const error = Math.sqrt(meanOf(differences.map((value) => (value - mean) ** 2)) / differences.length);
    expect(low).toBeCloseTo(mean - 1.96 * error, 2);
    expect(high).toBeCloseTo(mean + 1.96 * error, 2);
  });

  it("covers the true mean about as often as it promises", () => {
    const random = createRandom(3);
    let covered = 0;
    for (let run = 0; run < 300; run++) {
      const { low, high } = bootstrapMean(
        Array.from({ length: 50 }, () => random() - 0.5),
        { samples: 300, seed: run },
      );
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.9);
    expect(covered / 300).toBeLessThan(0.99);
  });

  it("is wider at a higher level", () => {
    const differences = Array.from({ length: 30 }, (_, i) => Math.sin(i));
    const [narrow, wide] = [bootstrapMean(differences, { level: 0.5 }), bootstrapMean(differences, { level: 0.99 })];
    expect(wide.high - wide.low).toBeGreaterThan(narrow.high - narrow.low);
  });

  it("is zero without differences", () => {
    expect(bootstrapMean([])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});

describe("bootstrapMeanOfMeans", () => {
  it("counts every group alike, however many it has", () => {
    const { mean, low, high } = bootstrapMeanOfMeans([[1, 1, 1, 1, 1, 1], [0], []]);
    expect([mean, low, high]).toEqual([0.5, 0.5, 0.5]);
  });

  it("resamples each group within itself", () => {
    // Between the groups lies all of the spread; within them there is none.
    expect(bootstrapMeanOfMeans([Array(9).fill(0.25), Array(9).fill(0.75)])).toMatchObject({ low: 0.5, high: 0.5 });
  });
});

describe("quantile", () => {
  it("is linear between neighbours", () => {
    expect([0, 0.25, 0.5, 0.875, 1].map((share) => quantile([10, 20, 30], share))).toEqual([10, 15, 20, 27.5, 30]);
    expect(quantile([5], 0.95)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

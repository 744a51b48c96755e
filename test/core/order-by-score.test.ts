import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderByScore } from "../../src/core/order-by-score.ts";

describe("orderByScore", () => {
  it("is a stable sort by score, highest first", () => {
    const close = fc.integer({ min: 0, max: 9 }).map((step) => 1 + step * Number.EPSILON);
    const score = fc.oneof(close, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -1, 2, 3));
    fc.assert(
      fc.property(fc.array(score, { maxLength: 40 }), (scores) => {
        const expected = [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
        expect([...orderByScore(Float64Array.from(scores))]).toEqual(expected);
      }),
    );
  });
});

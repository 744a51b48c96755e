import { describe, expect, it } from "vitest";
import { meanDirection, moveTowards } from "../../src/engine/move-towards.ts";

const query = Float32Array.of(1, 0);
const up = Float32Array.of(0, 1);
const down = Float32Array.of(0, -1);

describe("moveTowards", () => {
  it("adds the sum of the others at the length asked for, and gives a unit vector", () => {
    const moved = moveTowards(query, { others: [query, up], weight: Math.SQRT2 });
    expect(moved[0]).toBeCloseTo(2 / Math.sqrt(5), 6);
    expect(moved[1]).toBeCloseTo(1 / Math.sqrt(5), 6);
  });

  it("changes nothing of the vector that it is given", () => {
    moveTowards(query, { others: [up], weight: 1 });
    expect([...query]).toEqual([1, 0]);
  });

  it("stays where there is nothing to move towards", () => {
    expect(moveTowards(query, { others: [], weight: 1 })).toEqual(query);
    expect(moveTowards(query, { others: [up, down], weight: 1 })).toEqual(query);
    expect(moveTowards(up, { others: [down], weight: 1 })).toEqual(up);
  });
});

describe("meanDirection", () => {
  it("is the unit vector of the sum, or nothing", () => {
    expect(meanDirection([query, up], 2)?.[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(meanDirection([up, down], 2)).toBeUndefined();
    expect(meanDirection([], 2)).toBeUndefined();
  });
});

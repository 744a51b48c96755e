import { describe, expect, it } from "vitest";
import { moveTowards } from "../../src/engine/move-towards.ts";
import { packVectors } from "../../src/vectors/vector-shard.ts";

const vectors = packVectors(Float32Array.of(1, 0, 0, 1, 0, -1), 2, "float32");
const query = Float32Array.of(1, 0);

describe("moveTowards", () => {
  it("adds the sum of the rows at the length asked for, and gives a unit vector", () => {
    const moved = moveTowards(query, { rows: [0, 1], vectors, weight: Math.SQRT2 });
    expect(moved[0]).toBeCloseTo(2 / Math.sqrt(5), 6);
    expect(moved[1]).toBeCloseTo(1 / Math.sqrt(5), 6);
  });

  it("changes nothing of the vector that it is given", () => {
    moveTowards(query, { rows: [1], vectors, weight: 1 });
    expect([...query]).toEqual([1, 0]);
  });

  it("stays where there is nothing to move towards", () => {
    expect(moveTowards(query, { rows: [], vectors, weight: 1 })).toEqual(query);
    expect(moveTowards(query, { rows: [1, 2], vectors, weight: 1 })).toEqual(query);
    expect(moveTowards(Float32Array.of(0, 1), { rows: [2], vectors, weight: 1 })).toEqual(Float32Array.of(0, 1));
  });

  it("reads packed rows", () => {
    const packed = packVectors(Float32Array.of(0, 1), 2, "int8");
    expect(moveTowards(query, { rows: [0], vectors: packed, weight: 1 })[1]).toBeCloseTo(Math.SQRT1_2, 2);
  });
});

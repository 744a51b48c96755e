import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { createKernels, createMemory } from "../../src/training/kernels.ts";
import { compileKernels, updateKernels } from "./compile-kernels.ts";

const ROWS = 12;
const COLUMNS = 24;
const DEPTH = 40;

const memory = createMemory(1 << 20);
const kernels = createKernels(memory);
const random = createRandom(1);
let end = 0;

/** A new array in the shared memory, 16-byte aligned, of numbers in [-1, 1). */
function allocate(length: number): Float32Array {
  const array = new Float32Array(memory.buffer, end, length);
  end += Math.ceil((4 * length) / 16) * 16;
  for (let i = 0; i < length; i++) array[i] = 2 * random() - 1;
  return array;
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
  });
}

beforeAll(async () => {
  if (process.env.UPDATE) await updateKernels();
});

test("kernels-wasm.ts is what kernels.wat compiles to", async () => {
  const file = new URL("../../src/training/kernels-wasm.ts", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(await compileKernels());
});

describe("kernels agree with plain JavaScript", () => {
  test("multiply", () => {
    const stride = COLUMNS + 8;
    const a = allocate(ROWS * DEPTH);
    const b = allocate(COLUMNS * DEPTH);
    const c = allocate(ROWS * stride).fill(0);
    const expected = Array.from({ length: ROWS * stride }, (_, at) => {
      const [i, j] = [Math.floor(at / stride), at % stride];
      let sum = 0;
      for (let k = 0; k < DEPTH && j < COLUMNS; k++) {
        const left = a[(i >> 2) * 4 * DEPTH + 4 * k + (i & 3)] as number;
        sum += left * (b[(j >> 3) * 8 * DEPTH + 8 * k + (j & 7)] as number);
      }
      return sum;
    });
    kernels.multiply(a.byteOffset, b.byteOffset, c.byteOffset, stride, ROWS, COLUMNS, DEPTH);
    expectClose(c, expected);
  });

  test.each([[[]], [[3]], [[0, 5, 5, 2]]])("sumRows of %j", (list) => {
    const stride = 48;
    const table = allocate(6 * stride);
    const ids = new Int32Array(memory.buffer, allocate(8).byteOffset, 8);
    ids.set(list);
    const out = allocate(32);
    const expected = Array.from(out, (_, d) => list.reduce((sum, id) => sum + (table[id * stride + d] as number), 0));
    kernels.sumRows(table.byteOffset, stride, ids.byteOffset, list.length, out.byteOffset, 32);
    expectClose(out, expected);
  });

  test("adam", () => {
    const [p, m, v, g] = [allocate(16), allocate(16), allocate(16).map(Math.abs), allocate(16)];
    const square = allocate(16);
    square.set(v);
    const mean = Array.from(m, (value, i) => 0.9 * value + 0.1 * (g[i] as number));
    const squares = Array.from(square, (value, i) => 0.99 * value + 0.01 * (g[i] as number) ** 2);
    const expected = Array.from(
      p,
      (value, i) => value - (0.5 * (mean[i] as number)) / (Math.sqrt(squares[i] as number) + 1e-8),
    );
    kernels.adam(p.byteOffset, m.byteOffset, square.byteOffset, g.byteOffset, 16, 0.9, 0.1, 0.99, 0.01, 0.5);
    expectClose(m, mean);
    expectClose(square, squares);
    expectClose(p, expected);
  });

  test("exponentials", () => {
    const row = allocate(32);
    row[0] = 1;
    row[1] = -1;
    const totals = allocate(32).fill(2);
    const expected = Array.from(row, (value) => Math.exp(20 * (value - 1)));
    const sum = kernels.exponentials(row.byteOffset, 32, 20, totals.byteOffset);
    expectClose(row, expected);
    expect(sum).toBeCloseTo(
      expected.reduce((total, value) => total + value, 0),
      5,
    );
    expectClose(
      totals,
      expected.map((value) => value + 2),
    );
    for (const [i, value] of expected.entries()) expect((row[i] as number) / value).toBeCloseTo(1, 4);
  });
});

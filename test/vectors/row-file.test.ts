import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeContainer } from "../../src/core/container.ts";
import { SearchError } from "../../src/core/errors.ts";
import { scan } from "../../src/vectors/hnsw.ts";
import { decodeRowFile, encodeRowFile, type RowFileOptions } from "../../src/vectors/row-file.ts";
import { encodeRuns } from "../../src/vectors/vector-block.ts";
import { exactScores, madeUpVectors } from "./made-up-vectors.ts";

/** Runs of a few chunks, with chunks between them that are in none. */
const runs = fc.array(fc.record({ gap: fc.nat(300), count: fc.integer({ min: 1, max: 300 }) }), { maxLength: 30 });

function toRuns(lengths: readonly { readonly gap: number; readonly count: number }[]) {
  let end = 0;
  const firsts = lengths.map(({ gap, count }) => {
    const first = end + gap;
    end = first + count;
    return first;
  });
  return { firsts: Uint32Array.from(firsts), counts: Uint32Array.from(lengths, ({ count }) => count) };
}

function make(count: number, options: Pick<RowFileOptions, "precision" | "dims">): Uint8Array {
  const own = toRuns(Array.from({ length: count }, (_, i) => ({ gap: i % 3, count: 1 + (i % 2) })));
  return encodeRowFile(madeUpVectors({ count, dims: options.dims, topics: 3 }), { ...options, ...own });
}

describe("a file of all vectors", () => {
  it("gives back the runs, and the vectors: as they were, or within half a code", () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 40 }), fc.nat(), (lengths, dims, seed) => {
        const count = lengths.length;
        const vectors = madeUpVectors({ count, dims, topics: 3, seed });
        for (const precision of ["float32", "int8"] as const) {
          const options = { dims, precision, ...toRuns(lengths) };
          const { rows, firsts, counts } = decodeRowFile(encodeRowFile(vectors, options), "v.bin");
          expect([firsts, counts]).toEqual([options.firsts, options.counts]);
          expect(rows.dims).toBe(dims);
          if (precision === "float32") expect(rows.data).toEqual(vectors);
          for (const [at, value] of vectors.entries()) {
            const row = Math.floor(at / dims);
            const own = vectors.subarray(row * dims, (row + 1) * dims);
            const largest = Math.max(...own.map(Math.abs));
            // The codes' own length was rounded too, so that they are a little longer or shorter than the row.
            const tolerance = precision === "int8" ? (largest / 127) * (0.5 + Math.sqrt(dims) / 2) + 1e-6 : 0;
            const read = (rows.data[at] as number) * (rows.scales?.[row] ?? 1);
            expect(Math.abs(read - value)).toBeLessThanOrEqual(tolerance);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is searched to the cosines of the vectors that it was made of", () => {
    const [count, dims] = [200, 64];
    const vectors = madeUpVectors({ count, dims, topics: 4 });
    const query = madeUpVectors({ count: 1, dims, topics: 1, seed: 9 });
    const expected = exactScores(query, vectors);
    const own = toRuns(Array.from({ length: count }, () => ({ gap: 0, count: 1 })));
    for (const precision of ["float32", "int8"] as const) {
      const { rows } = decodeRowFile(encodeRowFile(vectors, { dims, precision, ...own }), "v.bin");
      const found = scan(rows, query, { limit: count });
      for (const { id, score } of found)
        expect(score).toBeCloseTo(expected[id] as number, precision === "int8" ? 2 : 6);
    }
  });

  it("keeps rows of zeros: as near to everything as a right angle", () => {
    const options = { dims: 4, precision: "int8", ...toRuns([{ gap: 0, count: 2 }]) } as const;
    const { rows } = decodeRowFile(encodeRowFile(new Float32Array(4), options), "v.bin");
    expect(scan(rows, Float32Array.of(1, 0, 0, 0), { limit: 1 })).toEqual([{ id: 0, score: 0 }]);
  });

  it("may hold none", () => {
    const options = { dims: 8, precision: "int8", ...toRuns([]) } as const;
    expect(decodeRowFile(encodeRowFile(new Float32Array(), options), "v.bin").firsts).toHaveLength(0);
  });

  it("refuses runs that do not ascend, and empty ones", () => {
    const options = { dims: 1, precision: "int8" } as const;
    const write = (firsts: readonly number[], counts: readonly number[]) =>
      encodeRowFile(new Float32Array(firsts.length), {
        ...options,
        firsts: Uint32Array.from(firsts),
        counts: Uint32Array.from(counts),
      });
    expect(() => write([3, 3], [1, 1])).toThrow(RangeError);
    expect(() => write([3], [0])).toThrow(RangeError);
  });
});

describe("a damaged file", () => {
  const files = [make(20, { dims: 12, precision: "int8" }), make(20, { dims: 12, precision: "float32" })];

  const open = (bytes: Uint8Array): unknown => {
    try {
      return decodeRowFile(bytes, "v.bin");
    } catch (thrown) {
      return thrown;
    }
  };

  it("is refused wherever it is cut off", () => {
    for (const bytes of files) {
      for (let length = 0; length < bytes.length; length++) {
        const error = open(bytes.slice(0, length));
        // What the cut takes may be no more than the padding at the end.
        if (error instanceof SearchError) expect(error).toMatchObject({ code: "file-invalid", file: "v.bin" });
        else expect(bytes.length - length).toBeLessThan(8);
      }
    }
  });

  it("is refused, or read, but never a crash", () => {
    const change = fc.record({ at: fc.nat(10_000), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, to } of changes) damaged[at % damaged.length] = to;
        const result = open(damaged);
        if (!(result instanceof Error)) return;
        expect(result).toBeInstanceOf(SearchError);
        expect(["file-invalid", "file-version"]).toContain((result as SearchError).code);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["too few numbers", { shape: Uint32Array.of(2, 3), codes: new Int8Array(5) }],
    ["too many", { shape: Uint32Array.of(2, 3), codes: new Int8Array(9) }],
    ["no shape to speak of", { shape: new Uint32Array(), data: new Float32Array(6) }],
    ["a number of rows that no runs are for", { shape: Uint32Array.of(4_000_000_000, 0), data: new Float32Array() }],
  ])("that has %s is refused", (_, sections) => {
    const own = encodeRuns({ firsts: Uint32Array.of(0, 4), counts: Uint32Array.of(1, 2) });
    const error = open(encodeContainer("rows", { ...sections, runs: own }));
    expect(error).toMatchObject({ code: "file-invalid", file: "v.bin", remedy: expect.any(String) });
  });
});

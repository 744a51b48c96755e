import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Container, encodeContainer } from "../../src/core/container.ts";
import { SearchError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import { decodeHnsw, encodeHnsw, Hnsw, scan } from "../../src/vectors/hnsw.ts";
import { buildHnsw } from "../../src/vectors/hnsw-build.ts";
import { type HnswGraph, LayerSearch } from "../../src/vectors/hnsw-layer.ts";
import { rowScorer, type SearchRows, toCodeRows } from "../../src/vectors/hnsw-rows.ts";
import { exactScores, madeUpVectors } from "./made-up-vectors.ts";

const DIMS = 64;

/** Share of the ten highest scores that were found: by score, since of equal rows any will do. */
function recall(found: readonly { readonly score: number }[], exact: readonly { readonly score: number }[]): number {
  const least = (exact.at(-1)?.score ?? 0) - 1e-6;
  return found.filter(({ score }) => score >= least).length / exact.length;
}

function queriesOf(vectors: Float32Array, dims: number): Float32Array[] {
  return Array.from({ length: vectors.length / dims }, (_, i) => vectors.subarray(i * dims, (i + 1) * dims));
}

/** Rows, and queries of the same clusters. */
function madeUp(count: number, { topics = 40, spread = 1, seed = 1, dims = DIMS, queries = 50 } = {}) {
  const all = madeUpVectors({ count: count + queries, dims, topics, spread, seed });
  const vectors = all.subarray(0, count * dims);
  return { vectors, rows: toCodeRows(vectors, dims), queries: queriesOf(all.subarray(count * dims), dims) };
}

function meanRecall(
  hnsw: Hnsw,
  rows: SearchRows,
  queries: readonly Float32Array[],
  options: { readonly mask?: Uint8Array; readonly ef?: number } = {},
): number {
  const shares = queries.map((query) => {
    const exact = scan(rows, query, { limit: 10, ...options });
    return recall(hnsw.search(query, { limit: 10, ...options }), exact);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Rows that links of layer 0 lead to from the entry. */
function reachable(graph: HnswGraph): number {
  const reached = new Set([graph.entry]);
  for (const row of reached) {
    const slot = graph.firstSlots[row] as number;
    for (const neighbour of graph.neighbours.subarray(graph.starts[slot], graph.ends[slot])) reached.add(neighbour);
  }
  return reached.size;
}

describe("rows of codes", () => {
  it("have about the cosines of the vectors", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (dims, count, seed) => {
        const vectors = madeUpVectors({ count, dims, topics: 3, seed });
        const query = madeUpVectors({ count: 1, dims, topics: 1, seed: seed + 1 });
        const exact = exactScores(query, vectors);
        for (const [rows, digits] of [
          [{ dims, data: vectors }, 5],
          [toCodeRows(vectors, dims), 1.5],
        ] as const) {
          const scores = new Float32Array(count);
          rowScorer(rows, query).score(Uint32Array.from(scores.keys()).reverse(), count, scores);
          exact.toReversed().forEach((score, i) => {
            expect(scores[i]).toBeCloseTo(score, digits);
          });
        }
      }),
    );
  });

  it("of zeros are as near to everything as a right angle", () => {
    const rows = toCodeRows(new Float32Array(3 * DIMS), DIMS);
    const [query = new Float32Array()] = madeUp(0).queries;
    expect(scan(rows, query, { limit: 9 }).map(({ score }) => score)).toEqual([0, 0, 0]);
  });
});

describe("Hnsw", () => {
  it("finds nearly all of the nearest ten among clusters, by codes and by numbers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1000, max: 4000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.3, max: 1.2, noNaN: true }),
        fc.nat(),
        async (count, topics, spread, seed) => {
          const { vectors, rows, queries } = madeUp(count, { topics, spread, seed });
          const graph = await buildHnsw(rows);
          expect(meanRecall(new Hnsw(graph, rows), rows, queries)).toBeGreaterThanOrEqual(0.98);
          const numbers = { dims: DIMS, data: vectors };
          expect(meanRecall(new Hnsw(graph, numbers), numbers, queries)).toBeGreaterThanOrEqual(0.98);
        },
      ),
      { numRuns: 6 },
    );
  });

  it("compares a small part of the rows", async () => {
    const { rows, queries } = madeUp(4000);
    const graph = await buildHnsw(rows);
    const search = new LayerSearch(graph);
    for (const query of queries) {
      search.search(rowScorer(rows, query), { layer: 0, ef: 32, from: Uint32Array.of(graph.entry) });
      expect(search.compared).toBeLessThan(1500);
    }
  });

  it("finds exactly what a scan finds, when there are few rows", async () => {
    for (const count of [0, 1, 2, 3, 17, 300]) {
      const { rows, queries } = madeUp(count);
      const hnsw = new Hnsw(await buildHnsw(rows), rows);
      expect(hnsw.count).toBe(count);
      for (const query of queries) {
        for (const limit of [0, 1, 10, 1000])
          expect(hnsw.search(query, { limit })).toEqual(scan(rows, query, { limit }));
      }
    }
  });

  it("finds more with more candidates", async () => {
    const { rows, queries } = madeUp(4000, { topics: 4, spread: 2 });
    const hnsw = new Hnsw(await buildHnsw(rows), rows);
    const [few = 0, some = 0, many = 0] = [10, 40, 160].map((ef) => meanRecall(hnsw, rows, queries, { ef }));
    expect(few).toBeLessThan(some);
    expect(some).toBeLessThan(many);
    expect(many).toBeGreaterThan(0.98);
  });

  it("finds as many as are asked for", async () => {
    const { rows, queries } = madeUp(3000);
    const hnsw = new Hnsw(await buildHnsw(rows), rows);
    for (const limit of [1, 10, 100, 280, 2999, 4000]) {
      const found = hnsw.search(queries[0] as Float32Array, { limit });
      expect(found).toHaveLength(Math.min(limit, 3000));
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
    }
  });

  it("refuses rows, queries and masks of another length", async () => {
    const { rows, queries } = madeUp(20);
    const graph = await buildHnsw(rows);
    expect(() => new Hnsw(graph, madeUp(19).rows)).toThrow(/19 rows for a graph of 20/);
    const hnsw = new Hnsw(graph, rows);
    expect(() => hnsw.search(new Float32Array(DIMS + 1), { limit: 1 })).toThrow(RangeError);
    expect(() => hnsw.search(queries[0] as Float32Array, { limit: 1, mask: new Uint8Array(19) })).toThrow(RangeError);
  });
});

describe("a mask", () => {
  it("lets only its rows be found, as many as there are", async () => {
    const { rows, queries } = madeUp(4000);
    const hnsw = new Hnsw(await buildHnsw(rows), rows);
    const random = createRandom(5);
    for (const share of [0, 0.001, 0.01, 0.1, 0.3, 0.7, 1]) {
      const mask = Uint8Array.from({ length: 4000 }, () => (random() < share ? 1 : 0));
      const allowed = mask.reduce((sum, byte) => sum + byte, 0);
      for (const query of queries) {
        const found = hnsw.search(query, { limit: 10, mask });
        expect(found).toHaveLength(Math.min(10, allowed));
        for (const { id } of found) expect(mask[id]).toBe(1);
      }
      if (allowed > 0) expect(meanRecall(hnsw, rows, queries, { mask })).toBeGreaterThan(0.98);
    }
  });

  it("of rows that are far from the query finds the nearest of these", async () => {
    const { rows, queries } = madeUp(4000, { topics: 5, spread: 0.4 });
    const hnsw = new Hnsw(await buildHnsw(rows), rows);
    for (const query of queries) {
      const near = new Set(scan(rows, query, { limit: 2000 }).map(({ id }) => id));
      const mask = Uint8Array.from({ length: 4000 }, (_, row) => (near.has(row) ? 0 : 1));
      const exact = scan(rows, query, { limit: 10, mask });
      expect(recall(hnsw.search(query, { limit: 10, mask }), exact)).toBeGreaterThanOrEqual(0.9);
    }
  });
});

describe("buildHnsw", () => {
  it("makes the same graph of the same rows, with the kernel and without", async () => {
    const { rows } = madeUp(800);
    const bytes = encodeHnsw(await buildHnsw(rows));
    expect(encodeHnsw(await buildHnsw(rows))).toEqual(bytes);
    expect(encodeHnsw(await buildHnsw(rows, { simd: false }))).toEqual(bytes);
    expect(encodeHnsw(await buildHnsw(rows, { seed: 2 }))).not.toEqual(bytes);
  });

  it("links each row to few, never to itself, and reaches all from the entry", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 2, max: 6 }),
        fc.nat(),
        async (count, dims, m, seed) => {
          const { rows } = madeUp(count, { dims, topics: 7, seed });
          const graph = await buildHnsw(rows, { m, efConstruction: 8, seed });
          expect(reachable(graph)).toBe(count);
          let links = 0;
          for (let row = 0; row < count; row++) {
            const slot = graph.firstSlots[row] as number;
            const own = graph.neighbours.subarray(graph.starts[slot], graph.ends[slot]);
            expect(own.includes(row)).toBe(false);
            links += own.length;
          }
          expect(links).toBeLessThanOrEqual(count * (2 * m + 2));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("finds the others through rows that are all the same", async () => {
    const { vectors, queries } = madeUp(2000, { topics: 20 });
    const one = vectors.slice(0, DIMS);
    for (let row = 0; row < 1500; row++) vectors.set(one, row * DIMS);
    const rows = toCodeRows(vectors, DIMS);
    const graph = await buildHnsw(rows);
    expect(reachable(graph)).toBe(2000);
    const hnsw = new Hnsw(graph, rows);
    expect(meanRecall(hnsw, rows, queries)).toBeGreaterThan(0.98);
    const same = hnsw.search(one, { limit: 50 });
    expect(same.every(({ score }) => score === same[0]?.score)).toBe(true);
    expect((same[0]?.score as number) > 0.99).toBe(true);
  });

  it("takes rows of zeros", async () => {
    const { vectors, queries } = madeUp(1500);
    vectors.fill(0, 0, 500 * DIMS);
    const rows = toCodeRows(vectors, DIMS);
    expect(meanRecall(new Hnsw(await buildHnsw(rows), rows), rows, queries)).toBeGreaterThan(0.98);
    const none = toCodeRows(new Float32Array(1200 * DIMS), DIMS);
    const hnsw = new Hnsw(await buildHnsw(none), none);
    expect(hnsw.search(queries[0] as Float32Array, { limit: 10 }).map(({ score }) => score)).toEqual(Array(10).fill(0));
  });

  it("refuses to link rows to fewer than two others", async () => {
    await expect(buildHnsw(madeUp(5).rows, { m: 1 })).rejects.toThrow(RangeError);
  });

  it("tells how far it is, and stops when it is told to", async () => {
    const { rows } = madeUp(3000);
    const done: number[] = [];
    const controller = new AbortController();
    const building = buildHnsw(rows, {
      signal: controller.signal,
      onProgress: (rowsDone, total) => {
        expect(total).toBe(3000);
        done.push(rowsDone);
        if (done.length === 2) controller.abort();
      },
    });
    await expect(building).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    await expect(buildHnsw(rows, { signal: controller.signal })).rejects.toThrow();
    let last = [0, 0];
    await buildHnsw(madeUp(10).rows, { onProgress: (...progress) => (last = progress) });
    expect(last).toEqual([10, 10]);
  });
});

describe("a written graph", () => {
  it("comes back", async () => {
    for (const count of [0, 1, 2, 500]) {
      const { rows } = madeUp(count);
      const graph = await buildHnsw(rows, { m: 4 });
      expect(decodeHnsw(encodeHnsw(graph), "g.bin")).toEqual(graph);
    }
  });

  it("has the bytes that its description says", () => {
    const container = new Container(
      encodeHnsw(
        graphOf([
          [0, [1, 2]],
          [1, [0, 2]],
          [1, [1]],
        ]),
      ),
      { kind: "hnsw", file: "g" },
    );
    expect([...container.get("hshape", Uint32Array)]).toEqual([3, 2, 7]);
    // Layer 1: two rows, 1 and one further.
    expect([...container.get("hlevels", Uint8Array)]).toEqual([2, 1, 1]);
    // Row 0: two neighbours, 1 and one further. Row 1: two, 0 and two further; above, one: 2. Row 2: one, twice.
    expect([...container.get("hlinks", Uint8Array)]).toEqual([2, 1, 1, 2, 0, 2, 1, 2, 1, 1, 1, 1]);
  });

  it("comes back whatever links it has", () => {
    const links = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.array(fc.nat({ max: 999 }))), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(links, (drawn) => {
        const graph = graphOf(drawn);
        expect(decodeHnsw(encodeHnsw(graph), "g.bin")).toEqual(graph);
      }),
    );
  });

  it("is refused by name, wherever it is cut off", async () => {
    const bytes = encodeHnsw(await buildHnsw(madeUp(200).rows));
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 8 }), (length) => {
        expect(() => decodeHnsw(bytes.slice(0, length), "hnsw/x.bin")).toThrow(/hnsw\/x\.bin/);
      }),
    );
  });

  it("is read or refused when it is damaged, never worse", async () => {
    const { rows, queries } = madeUp(200);
    const bytes = encodeHnsw(await buildHnsw(rows));
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const spoilt = bytes.slice();
        for (const [at, value] of changes) spoilt[at % spoilt.length] = value;
        try {
          const graph = decodeHnsw(spoilt, "g.bin");
          if (graph.firstSlots.length !== 201) return;
          const found = new Hnsw(graph, rows).search(queries[0] as Float32Array, { limit: 5, ef: 6 });
          expect(found).toHaveLength(5);
        } catch (error) {
          expect(error).toBeInstanceOf(SearchError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("with parts that contradict each other is refused", async () => {
    const whole = new Container(encodeHnsw(await buildHnsw(madeUp(200).rows)), { kind: "hnsw", file: "g.bin" });
    const [rows = 0, layers = 0, links = 0] = whole.get("hshape", Uint32Array);
    const good = {
      hshape: Uint32Array.of(rows, layers, links),
      hlevels: whole.get("hlevels", Uint8Array),
      hlinks: whole.get("hlinks", Uint8Array),
    };
    const read = (sections: Partial<typeof good>) =>
      decodeHnsw(encodeContainer("hnsw", { ...good, ...sections }), "g.bin");
    expect(read({}).firstSlots).toHaveLength(201);
    for (const hshape of [
      [0xffffffff, layers, links],
      [rows, layers, 0xffffffff],
      [rows, 300, links],
      [rows, layers + 1, links],
      [rows, layers, links - 1],
      [rows, layers, links + 1],
      [rows - 1, layers, links],
      [],
    ]) {
      expect(() => read({ hshape: Uint32Array.from(hshape) })).toThrow(SearchError);
    }
    expect(() => read({ hlinks: good.hlinks.slice(0, -1) })).toThrow(SearchError);
    expect(() => read({ hlinks: Uint8Array.of(...good.hlinks, 1) })).toThrow(SearchError);
    expect(() => read({ hlevels: Uint8Array.of(...good.hlevels.subarray(0, -1), 127) })).toThrow(SearchError);
  });
});

/** A graph of rows with a topmost layer and links each, as far as these are in the layer. */
function graphOf(drawn: readonly (readonly [level: number, links: readonly number[]])[]): HnswGraph {
  const firstSlots = new Uint32Array(drawn.length + 1);
  drawn.forEach(([level], row) => {
    firstSlots[row + 1] = (firstSlots[row] as number) + level + 1;
  });
  const lists = drawn.flatMap(([level, links]) =>
    Array.from({ length: level + 1 }, (_, layer) => {
      const rows = new Set(links.map((link) => link % drawn.length));
      return [...rows].filter((row) => (drawn[row]?.[0] as number) >= layer).sort((a, b) => a - b);
    }),
  );
  const bounds = new Uint32Array(lists.length + 1);
  lists.forEach((list, slot) => {
    bounds[slot + 1] = (bounds[slot] as number) + list.length;
  });
  const most = Math.max(...drawn.map(([level]) => level));
  return {
    firstSlots,
    starts: bounds.subarray(0, -1),
    ends: bounds.subarray(1),
    neighbours: Uint32Array.from(lists.flat()),
    entry: drawn.findIndex(([level]) => level === most),
  };
}

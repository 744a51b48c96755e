import { describe, expect, it } from "vitest";
import { scan } from "../../src/vectors/hnsw.ts";
import { toCodeRows } from "../../src/vectors/hnsw-rows.ts";
import { madeUpVectors } from "../vectors/made-up-vectors.ts";
import { KernelScan } from "./hnsw-kernel-scan.ts";
import { type HnswResults, type HnswRow, hnswTable } from "./hnsw-report.ts";
import { readResults } from "./readme-tables.ts";

const DEFAULT_EF = 128;
const results = readResults<HnswResults>("hnsw");
const sets = [...new Set(results.rows.map(({ set, count }) => `${count} ${set}`))];

describe("the results of bench:hnsw", () => {
  it("are of three sizes of both kinds", () => {
    const kinds = ["clustered", "hard"];
    expect(sets).toEqual(["10000", "50000", "100000"].flatMap((size) => kinds.map((kind) => `${size} ${kind}`)));
  });

  for (const set of sets) {
    it(`${set}: 0.98 of the nearest ten by default, sooner than by comparing all`, () => {
      const ours = row(set, "ours", DEFAULT_EF);
      expect(ours.recall).toBeGreaterThanOrEqual(0.98);
      expect(ours.p50Ms).toBeLessThan(row(set, "scan").p50Ms);
    });

    it(`${set}: a smaller graph than hnswlib's, sooner`, () => {
      const [ours, peer] = [row(set, "ours", DEFAULT_EF), row(set, "hnswlib-wasm", DEFAULT_EF)];
      expect(ours.seconds).toBeLessThan(peer.seconds as number);
      expect(ours.graphBytes).toBeLessThan(peer.graphBytes as number);
      expect(ours.vectorBytes).toBeLessThan(peer.vectorBytes);
    });
  }

  it("make a table with a line for each", () => {
    const table = hnswTable(results);
    expect(table).toHaveLength(results.rows.length + 1);
    expect(new Set(table.map((cells) => cells.length)).size).toBe(1);
  });
});

describe("KernelScan", () => {
  it("finds about what a scan finds", () => {
    const [count, dims] = [500, 40];
    const all = madeUpVectors({ count: count + 1, dims, topics: 9 });
    const rows = toCodeRows(all.subarray(0, count * dims), dims);
    const query = all.slice(count * dims);
    const exact = scan(rows, query, { limit: 10 }).map(({ id }) => id);
    const found = new KernelScan(rows).search(query, 10);
    expect(found).toHaveLength(10);
    expect(found.filter((id) => exact.includes(id)).length).toBeGreaterThanOrEqual(8);
  });
});

function row(set: string, engine: HnswRow["engine"], ef?: number): HnswRow {
  const isIt = (each: HnswRow) => `${each.count} ${each.set}` === set && each.engine === engine && each.ef === ef;
  const found = results.rows.find(isIt);
  if (!found) throw new Error(`No row of ${engine} at ${ef} on ${set}`);
  return found;
}

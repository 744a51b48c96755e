import { expect, it } from "vitest";
import { Hnsw, scan } from "../../src/vectors/hnsw.ts";
import { buildHnsw } from "../../src/vectors/hnsw-build.ts";
import { toCodeRows } from "../../src/vectors/hnsw-rows.ts";
import { buildPeer } from "../bench/hnsw-peer.ts";
import { madeUpVectors } from "./made-up-vectors.ts";

it("finds no less than hnswlib does with the same parameters", async () => {
  const [count, dims, queryCount, limit, ef] = [3000, 64, 100, 10, 32];
  const parameters = { m: 16, efConstruction: 100 };
  const all = madeUpVectors({ count: count + queryCount, dims, topics: 10, spread: 1.5 });
  const vectors = all.subarray(0, count * dims);
  const rows = toCodeRows(vectors, dims);
  const hnsw = new Hnsw(await buildHnsw(rows, parameters), rows);
  const peer = await buildPeer(vectors, dims, parameters);
  peer.setEfSearch(ef);
  let [ours, theirs] = [0, 0];
  for (let i = 0; i < queryCount; i++) {
    const query = all.slice((count + i) * dims, (count + i + 1) * dims);
    const shared = (found: readonly number[], nearest: readonly number[]) =>
      found.filter((id) => nearest.includes(id)).length / (queryCount * limit);
    // Each by what it compares: codes, or the numbers themselves.
    const coded = scan(rows, query, { limit }).map(({ id }) => id);
    const exact = scan({ dims, data: vectors }, query, { limit }).map(({ id }) => id);
    ours += shared(
      hnsw.search(query, { limit, ef }).map(({ id }) => id),
      coded,
    );
    theirs += shared(peer.searchKnn(query, limit, undefined).neighbors, exact);
  }
  expect(theirs).toBeGreaterThan(0.9);
  expect(ours).toBeGreaterThan(theirs - 0.01);
});

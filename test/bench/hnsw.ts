/**
 * What the nearest ten of many vectors cost: this package's HNSW beside hnswlib-wasm with the same parameters, and
 * beside comparing all, in JavaScript and by the SIMD kernel. One table; the vectors are made up:
 * `clustered`, 100 to a topic and as far from it as it is from zero, and `hard`, 500 to a topic and twice as far.
 *
 *   npm run bench:hnsw -- [--sizes 10000,50000,100000] [--sets clustered,hard] [--queries n] [--no-peer] [--json <file>]
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Scored } from "../../src/core/top-k.ts";
import { encodeHnsw, Hnsw, scan } from "../../src/vectors/hnsw.ts";
import { buildHnsw } from "../../src/vectors/hnsw-build.ts";
import { type CodeRows, toCodeRows } from "../../src/vectors/hnsw-rows.ts";
import { madeUpVectors } from "../vectors/made-up-vectors.ts";
import { KernelScan } from "./hnsw-kernel-scan.ts";
import { buildPeer, peerBytes } from "./hnsw-peer.ts";
import { type HnswResults, type HnswRow, hnswTable } from "./hnsw-report.ts";
import { alignColumns, median } from "./scale-report.ts";

const DIMS = 384;
const LIMIT = 10;
/** The third is this package's default. */
const CANDIDATES = [32, 64, 128];
/** Links and candidates of both: this package's defaults. */
const GRAPH = { m: 16, efConstruction: 200 };
/** The fastest of so many times counts for a query: other work on the machine is not what is measured. */
const TIMES = 3;
const SETS = { clustered: { perTopic: 100, spread: 1 }, hard: { perTopic: 500, spread: 2 } } as const;

const { values: args } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,50000,100000" },
    sets: { type: "string", default: Object.keys(SETS).join() },
    queries: { type: "string", default: "100" },
    "no-peer": { type: "boolean", default: false },
    json: { type: "string" },
  },
});

const rows: HnswRow[] = [];
for (const count of args.sizes.split(",").map(Number)) {
  for (const set of args.sets.split(",")) {
    if (!(set in SETS)) throw new Error(`--sets has "${set}"; known are ${Object.keys(SETS).join(", ")}.`);
    rows.push(...(await measureSet(set as keyof typeof SETS, count)));
    const results: HnswResults = { dims: DIMS, queries: Number(args.queries), ...GRAPH, rows };
    if (args.json) await writeFile(args.json, `${JSON.stringify(results, null, 2)}\n`);
  }
}
console.log(alignColumns(hnswTable({ dims: DIMS, queries: Number(args.queries), ...GRAPH, rows })));

/** Vectors, queries, and what is nearest to each. */
interface Task {
  readonly set: string;
  readonly vectors: Float32Array;
  readonly codes: CodeRows;
  readonly queries: readonly Float32Array[];
  /** By the vectors as numbers, and by their codes. */
  readonly nearest: readonly { readonly exact: ReadonlySet<number>; readonly coded: ReadonlySet<number> }[];
}

async function measureSet(set: keyof typeof SETS, count: number): Promise<HnswRow[]> {
  console.error(`${count} vectors, ${set}`);
  const task = makeTask(set, count);
  const measured = [...measureScans(task), ...(await measureOurs(task))];
  if (!args["no-peer"]) measured.push(...(await measurePeer(task)));
  return measured;
}

function makeTask(set: keyof typeof SETS, count: number): Task {
  const { perTopic, spread } = SETS[set];
  const queryCount = Number(args.queries);
  const topics = Math.max(1, Math.round(count / perTopic));
  const all = madeUpVectors({ count: count + queryCount, dims: DIMS, topics, spread });
  const vectors = all.subarray(0, count * DIMS);
  const codes = toCodeRows(vectors, DIMS);
  const queries = Array.from({ length: queryCount }, (_, i) => all.slice((count + i) * DIMS, (count + i + 1) * DIMS));
  const idsOf = (found: readonly Scored[]) => new Set(found.map(({ id }) => id));
  const nearest = queries.map((query) => ({
    exact: idsOf(scan({ dims: DIMS, data: vectors }, query, { limit: LIMIT })),
    coded: idsOf(scan(codes, query, { limit: LIMIT })),
  }));
  return { set, vectors, codes, queries, nearest };
}

function measureScans(task: Task): HnswRow[] {
  const { codes } = task;
  const kernel = new KernelScan(codes);
  const vectorBytes = bytesOf(codes);
  return [
    measure(task, (query) => scan(codes, query, { limit: LIMIT }).map(({ id }) => id), { engine: "scan", vectorBytes }),
    measure(task, (query) => kernel.search(query, LIMIT), { engine: "kernel", vectorBytes }),
  ];
}

async function measureOurs(task: Task): Promise<HnswRow[]> {
  const { codes } = task;
  const { made: graph, seconds } = await timed(() => buildHnsw(codes, GRAPH));
  const hnsw = new Hnsw(graph, codes);
  const cost = { engine: "ours", seconds, vectorBytes: bytesOf(codes), graphBytes: encodeHnsw(graph).length } as const;
  return CANDIDATES.map((ef) =>
    measure(task, (query) => hnsw.search(query, { limit: LIMIT, ef }).map(({ id }) => id), { ...cost, ef }),
  );
}

async function measurePeer(task: Task): Promise<HnswRow[]> {
  const { made: peer, seconds } = await timed(() => buildPeer(task.vectors, DIMS, GRAPH));
  const vectorBytes = task.vectors.byteLength;
  const graphBytes = peerBytes(task.vectors.length / DIMS, DIMS, GRAPH.m) - vectorBytes;
  return CANDIDATES.map((ef) => {
    peer.setEfSearch(ef);
    const search = (query: Float32Array) => peer.searchKnn(query, LIMIT, undefined).neighbors;
    return measure(task, search, { engine: "hnswlib-wasm", seconds, vectorBytes, graphBytes, ef });
  });
}

/** Recall and time of one engine, besides what is known of it. */
function measure(
  { set, vectors, queries, nearest }: Task,
  search: (query: Float32Array) => readonly number[],
  cost: Pick<HnswRow, "engine" | "vectorBytes" | "graphBytes" | "seconds" | "ef">,
): HnswRow {
  let [exact, coded] = [0, 0];
  const times = queries.map((query, i) => {
    const found = search(query);
    exact += found.filter((id) => nearest[i]?.exact.has(id)).length;
    coded += found.filter((id) => nearest[i]?.coded.has(id)).length;
    return Math.min(...Array.from({ length: TIMES }, () => millisecondsOf(() => search(query))));
  });
  const all = LIMIT * queries.length;
  const p50Ms = median(times);
  return { set, count: vectors.length / DIMS, ...cost, recall: exact / all, recallOfCodes: coded / all, p50Ms };
}

function bytesOf({ data, scales }: CodeRows): number {
  return data.byteLength + scales.byteLength;
}

function millisecondsOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Seconds of processor time, which other work on the machine changes less than it changes the clock. */
async function timed<T>(make: () => Promise<T>): Promise<{ readonly made: T; readonly seconds: number }> {
  const start = process.cpuUsage();
  const made = await make();
  const { user, system } = process.cpuUsage(start);
  return { made, seconds: (user + system) / 1e6 };
}

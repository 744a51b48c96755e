/** What `bench:hnsw` writes. */
export interface HnswResults {
  readonly dims: number;
  /** Queries that recall and times are taken from. */
  readonly queries: number;
  readonly m: number;
  readonly efConstruction: number;
  readonly rows: readonly HnswRow[];
}

/** One engine on one set of vectors. */
export interface HnswRow {
  readonly set: string;
  /** Number of vectors. */
  readonly count: number;
  readonly engine: "scan" | "kernel" | "ours" | "hnswlib-wasm";
  /** Candidates of a search; absent where all are compared. */
  readonly ef?: number;
  /** Share of the ten nearest that is found, by the vectors as numbers. */
  readonly recall: number;
  /** The same by their codes of 8 bits. */
  readonly recallOfCodes: number;
  /** Median over the queries of the fastest of several times. */
  readonly p50Ms: number;
  /** Processor time of the build. */
  readonly seconds?: number;
  readonly vectorBytes: number;
  /** Of the file, or of what hnswlib holds in memory. */
  readonly graphBytes?: number;
}

const NAMES: Readonly<Record<HnswRow["engine"], string>> = {
  scan: "all, JavaScript int8",
  kernel: "all, SIMD int8",
  ours: "this package",
  "hnswlib-wasm": "hnswlib-wasm",
};

/** A line per set, engine and number of candidates. */
export function hnswTable({ rows }: HnswResults): string[][] {
  return [
    ["vectors", "engine", "ef", "recall@10", "of codes", "p50 ms", "build s", "vectors MB", "graph MB"],
    ...rows.map((row) => [
      `${row.count.toLocaleString("en")} ${row.set}`,
      NAMES[row.engine],
      row.ef?.toString() ?? "–",
      row.recall.toFixed(3),
      row.recallOfCodes.toFixed(3),
      row.p50Ms.toFixed(2),
      row.seconds?.toFixed(1) ?? "–",
      (row.vectorBytes / 1e6).toFixed(1),
      row.graphBytes === undefined ? "–" : (row.graphBytes / 1e6).toFixed(2),
    ]),
  ];
}

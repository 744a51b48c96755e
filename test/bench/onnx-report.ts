import type { BrowserRow } from "./onnx-browser.ts";
import type { NodeRow } from "./onnx-node.ts";

/** What `bench:onnx` writes. */
export interface OnnxResults {
  /** Of the packages that were measured. */
  readonly versions: Readonly<Record<string, string>>;
  readonly browser: readonly BrowserResult[];
  readonly node: readonly NodeRow[];
}

/** A row without its vector. */
export interface BrowserResult extends Omit<BrowserRow, "vector"> {
  /** Of the first query's vector with that of this package. */
  readonly cosine: number;
}

/** A line per package and kind of weights. */
export function browserTable({ browser, versions }: Pick<OnnxResults, "browser" | "versions">): string[][] {
  const kb = (bytes: number) => (bytes / 1000).toFixed(0);
  return [
    [
      "Chromium worker",
      "weights",
      "JS KB",
      "brotli",
      "WASM MB",
      "brotli",
      "start ms",
      "first ms",
      "median ms",
      "cosine",
    ],
    ...browser.map(({ engine, dtype, js, wasm, startMs, firstMs, medianMs, cosine }) => [
      nameOf(engine, versions),
      dtype,
      ...[js.raw, js.brotli].map(kb),
      ...[wasm.raw, wasm.brotli].map((bytes) => (bytes / 1e6).toFixed(1)),
      ...[startMs, firstMs].map((ms) => ms.toFixed(0)),
      medianMs.toFixed(1),
      cosine.toFixed(6),
    ]),
  ];
}

/** A line per package, runtime and kind of weights. */
export function nodeTable({ node, versions }: Pick<OnnxResults, "node" | "versions">): string[][] {
  return [
    ["Node", "runtime", "weights", "chunks/s", "CPU ms a chunk"],
    ...node.map(({ engine, runtime, dtype, chunksPerSecond, cpuMsPerChunk }) => [
      nameOf(engine, versions),
      runtime,
      dtype,
      chunksPerSecond.toFixed(1),
      cpuMsPerChunk.toFixed(0),
    ]),
  ];
}

function nameOf(engine: string, versions: OnnxResults["versions"]): string {
  return engine === "ours" ? "this package" : `${engine} ${versions["@huggingface/transformers"] ?? ""}`.trim();
}

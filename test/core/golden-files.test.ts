/**
 * One golden file per kind, as SPEC.md describes it. A change of these bytes is a change of the format: it needs a new
 * version, a line in the SPEC's changelog and new golden files in the same commit
 * (`WRITE_GOLDEN=1 npx vitest run test/core/golden-files.test.ts`).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeContainer } from "../../src/core/container.ts";
import { decodeCuration, encodeCuration } from "../../src/core/curation.ts";
import { encodePagesTable, PagesTable } from "../../src/core/pages-table.ts";
import { decodeSort, encodeSort } from "../../src/core/sort-file.ts";
import {
  decodePaths,
  decodeTextShard,
  encodePaths,
  encodeTextShard,
  type PageText,
} from "../../src/text/text-shard.ts";
import { CellDirectory, encodeCellDirectory } from "../../src/vectors/cell-directory.ts";
import { decodeHnsw, encodeHnsw } from "../../src/vectors/hnsw.ts";
import { decodeRowFile, encodeRowFile } from "../../src/vectors/row-file.ts";
import { encodeVectorBlock, roundCentre } from "../../src/vectors/vector-block.ts";
import { decodeCell } from "../../src/vectors/vector-cell.ts";

const PAGES: PageText[] = [
  {
    path: "",
    title: "Home",
    trail: [],
    meta: {},
    firstChunk: 0,
    sections: [
      {
        anchor: "",
        heading: "",
        level: 0,
        ancestors: [],
        chunks: [{ text: "Welcome. Größe.", sentenceEnds: [8, 15], sketches: Uint8Array.of(1, 255) }],
      },
    ],
  },
  {
    path: "guide/",
    title: "Guide",
    trail: ["Docs", "Start"],
    meta: { author: "A" },
    firstChunk: 300,
    sections: [
      { anchor: "a", heading: "A", level: 2, ancestors: [], chunks: [] },
      {
        anchor: "b",
        heading: "B",
        level: 3,
        ancestors: ["A"],
        chunks: [
          { text: "One.", sentenceEnds: [4], sketches: Uint8Array.of(16) },
          { text: "", sentenceEnds: [], sketches: new Uint8Array() },
        ],
      },
    ],
  },
];

const CURATION = {
  synonyms: [
    { from: ["sign in", "log in"], to: ["sign in", "log in"] },
    { from: ["k8s"], to: ["kubernetes"] },
  ],
  pins: [{ queries: ["install", "größer"], pages: [300, 0] }],
  redirects: [{ queries: ["status"], url: "https://status.example.com/", title: "Status" }],
  suggestions: ["how do I deploy"],
};

const VECTORS = Float32Array.of(0.6, -0.8, 0, 1);

const RUNS = { firsts: Uint32Array.of(0, 300), counts: Uint32Array.of(2, 1) };

/** Three rows in a line: 0 – 1 – 2 in layer 0, and the middle one alone in layer 1. */
const GRAPH = {
  firstSlots: Uint32Array.of(0, 1, 3, 4),
  starts: Uint32Array.of(0, 1, 3, 3),
  ends: Uint32Array.of(1, 3, 3, 4),
  neighbours: Uint32Array.of(1, 0, 2, 1),
  entry: 1,
};

const WRITTEN: Readonly<Record<string, Uint8Array>> = {
  pages: encodePagesTable(
    [
      { language: 0, filters: {}, chunkWeights: [1] },
      { language: 1, filters: { type: ["guide"] }, chunkWeights: [1, 2] },
    ],
    [
      {
        hash: "0123456789abcdef",
        shards: [
          { first: 0, end: 1 },
          { first: 1, end: 2 },
          { first: 2, end: 3 },
        ],
      },
    ],
  ),
  paths: encodePaths(["", "guide/"]),
  curation: encodeCuration(CURATION),
  sort: encodeSort(Uint32Array.of(300, 0)),
  text: encodeTextShard(PAGES, { sketchBytes: 1, sections: { other: Uint8Array.of(42) } }),
  vectors: encodeContainer(
    "vectors",
    encodeVectorBlock(VECTORS, {
      dims: 2,
      firsts: Uint32Array.of(0, 300),
      counts: Uint32Array.of(2, 1),
      step: 0.25,
      centre: roundCentre(Float32Array.of(0.25, 0), 0.125),
    }),
  ),
  "vectors-float32": encodeContainer(
    "vectors",
    encodeVectorBlock(VECTORS, { dims: 2, firsts: Uint32Array.of(0, 300), counts: Uint32Array.of(2, 1) }),
  ),
  cells: encodeCellDirectory({
    dims: 2,
    mean: Float32Array.of(0.25, 0.25),
    means: Float32Array.of(0.5, 0, 0, 0.5),
    sizes: Uint32Array.of(1, 300),
    files: ["vectors/0123456789abcdef.bin", "vectors/fedcba9876543210.bin"],
  }),
  "rows-int8": encodeRowFile(VECTORS, { dims: 2, precision: "int8", ...RUNS }),
  "rows-float32": encodeRowFile(VECTORS, { dims: 2, precision: "float32", ...RUNS }),
  links: encodeHnsw(GRAPH),
};

const fileOf = (name: string) => new URL(`./golden/${name}.bin`, import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(fileOf(name)));

describe("golden files", () => {
  it.each(Object.keys(WRITTEN))("%s is written byte by byte as before", (name) => {
    const bytes = WRITTEN[name] as Uint8Array;
    if (process.env.WRITE_GOLDEN) writeFileSync(fileOf(name), bytes);
    expect(Buffer.from(bytes).toString("hex")).toBe(Buffer.from(read(name)).toString("hex"));
  });

  it("pages is read", () => {
    const table = new PagesTable(read("pages"), "pages.bin");
    expect([...table.chunkStart]).toEqual([0, 1, 3]);
    expect([...table.language]).toEqual([0, 1]);
    expect([0, 1, 2].map((chunk) => table.weightOf(chunk))).toEqual([1, 1, 2]);
    expect(table.allFacets()).toEqual({ type: { guide: 1 } });
    expect(table.textShardOf(2)).toEqual({ file: "text/0123456789abcdef/2.bin", first: 2, end: 3 });
  });

  it("paths is read", () => {
    expect(decodePaths(read("paths"), "paths.bin")).toEqual(["", "guide/"]);
  });

  it("curation is read", () => {
    expect(decodeCuration(read("curation"), "curation.bin", 301)).toEqual(CURATION);
  });

  it("sort is read", () => {
    expect([...decodeSort(read("sort"), "sort.bin", 2)]).toEqual([300, 0]);
  });

  it("text is read", () => {
    const { pages, container } = decodeTextShard(read("text"), "text.bin");
    expect(pages).toEqual(PAGES);
    expect([...container.get("other", Uint8Array)]).toEqual([42]);
  });

  it("vectors are read", () => {
    for (const [name, error] of [
      ["vectors", 0.13],
      ["vectors-float32", 1e-7],
    ] as const) {
      const block = decodeCell(read(name), "v.bin");
      expect([block.dims, ...block.firsts, ...block.counts]).toEqual([2, 0, 300, 2, 1]);
      [...block.row(0), ...block.row(1)].forEach((value, i) => {
        expect(Math.abs(value - (VECTORS[i] as number))).toBeLessThan(error);
      });
    }
  });

  it("all vectors of a space are read, and their links", () => {
    for (const [name, numbers] of [
      // By hand: the largest is 127, and 0.6 / 0.8 × 127 = 95.25.
      ["rows-int8", [95, -127, 0, 127]],
      ["rows-float32", [...VECTORS]],
    ] as const) {
      const { rows, ...runs } = decodeRowFile(read(name), "vectors.bin");
      expect(runs).toEqual(RUNS);
      expect([rows.dims, ...rows.data]).toEqual([2, ...numbers]);
    }
    expect(decodeHnsw(read("links"), "links.bin")).toEqual(GRAPH);
  });

  it("cells is read", () => {
    const cells = new CellDirectory(read("cells"), "cells.bin");
    expect([cells.dims, cells.count, cells.vectorCount]).toEqual([2, 2, 301]);
    expect(cells.nearest(Float32Array.of(0, 1), 1)).toEqual([{ file: "vectors/fedcba9876543210.bin", size: 300 }]);
  });
});

/**
 * One golden file per kind, as SPEC.md describes it. A change of these bytes is a change of the format: it needs a new
 * version, a line in the SPEC's changelog and new golden files in the same commit
 * (`WRITE_GOLDEN=1 npx vitest run test/core/golden-files.test.ts`).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodePagesTable, PagesTable } from "../../src/core/pages-table.ts";
import { decodeTermShard, encodeTermShard } from "../../src/keyword/term-shard.ts";
import {
  decodePaths,
  decodeTextShard,
  encodePaths,
  encodeTextShard,
  type PageText,
} from "../../src/text/text-shard.ts";
import { decodeVectorShard, encodeVectorShard, packVectors } from "../../src/vectors/vector-shard.ts";

const PAGES: PageText[] = [
  {
    path: "",
    title: "Home",
    trail: [],
    meta: {},
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
    sections: [
      { anchor: "a", heading: "A", level: 2, ancestors: [], chunks: [] },
      {
        anchor: "b",
        heading: "B",
        level: 3,
        ancestors: ["A"],
        chunks: [
          { text: "One.", sentenceEnds: [4], sketches: Uint8Array.of(7) },
          { text: "", sentenceEnds: [], sketches: new Uint8Array() },
        ],
      },
    ],
  },
];

const VECTORS = Float32Array.of(0.6, -0.8, 0, 1);

const WRITTEN: Readonly<Record<string, Uint8Array>> = {
  pages: encodePagesTable(
    [
      { language: 0, filters: {}, chunkWeights: [1] },
      { language: 1, filters: { type: ["guide"] }, chunkWeights: [1, 2] },
    ],
    [{ file: "text/0123456789abcdef.bin", first: 0, end: 2 }],
  ),
  paths: encodePaths(["", "guide/"]),
  terms: encodeTermShard(
    [
      { term: "größe", fields: [new Map(), new Map(), new Map([[0, 1]])] },
      {
        term: "guid",
        fields: [
          new Map([
            [1, 1],
            [2, 1],
          ]),
          new Map(),
          new Map([[300, 2]]),
        ],
      },
    ],
    (chunk) => [1, 1, chunk + 1],
  ),
  text: encodeTextShard(PAGES, 1),
  "vectors-float32": encodeVectorShard(packVectors(VECTORS, 2, "float32")),
  "vectors-int8": encodeVectorShard(packVectors(VECTORS, 2, "int8")),
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
    expect(table.textShardOf(1)).toEqual({ file: "text/0123456789abcdef.bin", first: 0, end: 2 });
  });

  it("paths is read", () => {
    expect(decodePaths(read("paths"), "paths.bin")).toEqual(["", "guide/"]);
  });

  it("terms is read", () => {
    expect(decodeTermShard(read("terms"), "terms.bin")).toEqual({
      terms: ["größe", "guid"],
      starts: Uint32Array.of(0, 0, 0, 1, 3, 3, 4),
      chunks: Uint32Array.of(0, 1, 2, 300),
      counts: Uint32Array.of(1, 1, 1, 2),
      lengthChunks: Uint32Array.of(0, 1, 2, 300),
      lengths: Uint32Array.of(1, 1, 1, 1, 1, 2, 1, 1, 3, 1, 1, 301),
    });
  });

  it("text is read", () => {
    expect(decodeTextShard(read("text"), "text.bin")).toEqual(PAGES);
  });

  it("vectors are read", () => {
    expect(decodeVectorShard(read("vectors-float32"), "v.bin")).toEqual({
      precision: "float32",
      dims: 2,
      data: VECTORS,
    });
    const { data, scales } = decodeVectorShard(read("vectors-int8"), "v.bin") as ReturnType<
      typeof decodeVectorShard
    > & {
      precision: "int8";
    };
    expect([...data]).toEqual([95, -127, 0, 127]);
    expect(Array.from(scales, (scale) => scale.toFixed(6))).toEqual(["0.006299", "0.007874"]);
  });
});

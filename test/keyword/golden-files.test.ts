/**
 * The files of a small keyword index as SPEC.md describes them. A change of these bytes is a change of the format: it
 * needs a new version, a line in the SPEC's changelog and new golden files in the same commit
 * (`WRITE_GOLDEN=1 npx vitest run test/keyword/golden-files.test.ts`).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KeywordBuilder } from "../../src/keyword/keyword-builder.ts";
import { TermCounter } from "../../src/keyword/page-terms.ts";
import { decodeSpelling } from "../../src/keyword/spelling.ts";
import { decodePhrases, encodeSuggest, SuggestDirectory } from "../../src/keyword/suggest-files.ts";
import { TermShard } from "../../src/keyword/term-shard.ts";
import { TermsDirectory } from "../../src/keyword/terms-directory.ts";

const builder = new KeywordBuilder();
const terms = new TermCounter();
builder.addPage(terms.count(["größe"], [{ headings: [], text: ["guide", "größe", "guide"] }]));
builder.addPage(terms.count(["guide"], []));
for (let page = 2; page < 300; page++) builder.addPage(terms.count([], [{ headings: [], text: [] }]));
builder.addPage(
  terms.count(
    ["guide", "index", "guide"],
    [
      { headings: ["guide"], text: ["index"] },
      { headings: ["guide", "one"], text: [] },
      { headings: [], text: Array.from({ length: 300 }, (_, i) => (i < 299 ? `t${i % 3}` : "guide")) },
    ],
  ),
);
const built = builder.finish({ shardBytes: 72, wordsPerSpellingFile: 2 });
const directory = built.directory(built.files.map((_, i) => `terms/0123456789abcde${i}.bin`));

/** More phrases begin with "g" than a file takes. */
const suggest = encodeSuggest(
  [
    { text: "Größe", kind: "title", beginnings: ["grosse"] },
    { text: "A guide", kind: "heading", beginnings: ["a", "guide"] },
    { text: "guides", kind: "term", beginnings: ["guides"] },
  ],
  { perFile: 2 },
);

const WRITTEN: Readonly<Record<string, Uint8Array | undefined>> = {
  terms: directory,
  postings: built.files[0],
  "spelling-forward": built.files[2],
  "spelling-backward": built.files[4],
  suggest: suggest.directory(suggest.files.map((_, i) => `suggest/0123456789abcde${i}.bin`)),
  phrases: suggest.files.at(-1),
};

const fileOf = (name: string) => new URL(`./golden/${name}.bin`, import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(fileOf(name)));

describe("golden files of keyword search", () => {
  it.each(Object.keys(WRITTEN))("%s is written byte by byte as before", (name) => {
    const bytes = WRITTEN[name] as Uint8Array;
    if (process.env.WRITE_GOLDEN) writeFileSync(fileOf(name), bytes);
    expect(Buffer.from(bytes).toString("hex")).toBe(Buffer.from(read(name)).toString("hex"));
  });

  it("terms is read", () => {
    const table = new TermsDirectory(read("terms"), "terms.bin", 301);
    expect([table.shards.size, table.forward.size, table.backward.size]).toEqual([2, 2, 2]);
    expect(["größe", "one", "t0"].map((term) => table.shards.at(term))).toEqual([0, 0, 1]);
    expect([0, 1].map((shard) => table.frequency(shard))).toEqual([3, 1]);
    expect([0, 1, 2, 300].map((page) => table.pageLengths[page])).toEqual([2, 0, 1, 6]);
    expect([table.shardFile(1), table.forwardFile(1), table.backwardFile(1)]).toEqual([
      "terms/0123456789abcde1.bin",
      "terms/0123456789abcde3.bin",
      "terms/0123456789abcde5.bin",
    ]);
  });

  it("postings is read", () => {
    const shard = new TermShard(read("postings"), "postings.bin", { pages: 301, chunks: 302 });
    expect(shard.terms).toEqual(["größe", "guide", "index", "one"]);
    expect(shard.postings(1)).toEqual({
      titlePages: Uint32Array.of(300),
      titleCounts: Uint32Array.of(2),
      titleLengths: Uint32Array.of(2),
      chunks: Uint32Array.of(0, 299, 300, 301),
      headingCounts: Uint32Array.of(0, 1, 1, 0),
      headingLengths: Uint32Array.of(0, 1, 2, 0),
      textCounts: Uint32Array.of(2, 0, 0, 1),
      textLengths: Uint32Array.of(2, 0, 0, 4),
    });
  });

  it("suggest is read, and phrases", () => {
    const directory = new SuggestDirectory(read("suggest"), "suggest.bin");
    const file = (number: number) => `suggest/0123456789abcde${number}.bin`;
    expect(directory.files()).toEqual([0, 1, 2].map(file));
    expect([["g"], ["gr"], ["gu"], ["g", "a"]].map((typed) => directory.find(typed))).toEqual(
      [2, 0, 1, 0].map((n) => [file(n)]),
    );
    expect(decodePhrases(read("phrases"), "phrases.bin")).toEqual([
      { text: "Größe", kind: "title" },
      { text: "guides", kind: "term" },
    ]);
  });

  it("spelling is read", () => {
    expect(decodeSpelling(read("spelling-forward"), "spelling.bin")).toEqual(["größe", "guide"]);
    expect(decodeSpelling(read("spelling-backward"), "spelling.bin")).toEqual(["ediug", "eßörg"]);
  });
});

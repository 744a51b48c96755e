import { describe, expect, it } from "vitest";
import { KeywordBuilder } from "../../src/keyword/keyword-builder.ts";
import { TermCounter } from "../../src/keyword/page-terms.ts";
import { TermShard } from "../../src/keyword/term-shard.ts";
import { inOrder, openIndex } from "./build.ts";
import type { PageTerms } from "./whole-index.ts";

const BOOSTS = { title: 1, headings: 1, text: 1 };

function shardTerms(pages: readonly PageTerms[], shardBytes: number): (readonly string[])[] {
  const { files } = openIndex(pages, { shardBytes, wholeSpellingTerms: 0 });
  const limits = { pages: pages.length, chunks: 1000 };
  const isShard = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(8, 16)).startsWith("postings");
  return [...files.values()].filter(isShard).map((bytes) => new TermShard(bytes, "postings.bin", limits).terms);
}

describe("KeywordBuilder", () => {
  const rare = Array.from({ length: 20 }, (_, i) => `rare${String.fromCharCode(97 + i)}`);
  const pages: PageTerms[] = rare.map((word) => ({ title: [], chunks: [{ headings: [], text: ["often", word] }] }));

  it("gives the same bytes for the same pages", () => {
    const [first, second] = [openIndex(pages), openIndex(pages)];
    expect(first.directory).toEqual(second.directory);
    expect([...first.files]).toEqual([...second.files]);
  });

  it("puts a frequent term into a file of its own", () => {
    const shards = shardTerms(pages, 120);
    expect(shards[0]).toEqual(["often"]);
    expect(shards.flat()).toEqual(["often", ...rare]);
    expect(Math.max(...shards.map((terms) => terms.length))).toBeGreaterThan(3);
  });

  it("takes means over chunks, so that long pages count more, and an empty field as one term", () => {
    const builder = new KeywordBuilder();
    const terms = new TermCounter();
    builder.addPage(terms.count(["a", "b", "a"], [{ headings: [], text: ["a", "b", "c"] }]));
    builder.addPage(terms.count(["never", "counted"], []));
    builder.addPage(
      terms.count(
        [],
        [
          { headings: ["a", "b"], text: ["a"] },
          { headings: [], text: [] },
        ],
      ),
    );
    expect(builder.finish().averageLengths).toEqual([4 / 3, 4 / 3, 5 / 3]);
  });

  it("writes terms that UTF-8 cannot hold with U+FFFD", async () => {
    const { index } = openIndex([
      { title: [], chunks: [{ headings: [], text: ["half\ud835", "half\ud800", "a\0b"] }] },
    ]);
    const words = ["half\ufffd", "a\ufffdb"].map((term) => ({ terms: [term], prefix: false }));
    const { hits } = await index.search(words, BOOSTS);
    expect(inOrder(hits).map((hit) => [hit.words, hit.terms])).toEqual([[2, ["half\ufffd", "a\ufffdb"]]]);
  });
});

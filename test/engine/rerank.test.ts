import { beforeAll, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { SearchError } from "../../src/core/errors.ts";
import type { SearchBackend, SearchResults } from "../../src/core/search.ts";
import type { OpenEncoder, Reranker } from "../../src/engine/encoder-space.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { MemoryIndex, page } from "./memory-index.ts";
import { tinyModel } from "./tiny-model.ts";
import { ToyEncoder } from "./toy-encoder.ts";

const TOY = "toy/words";
const encoder = new ToyEncoder();
/** The same words in all of them, more often in the later ones, so that there is an order to change. */
const PAGES = ["a", "b", "c", "d", "e"].map((name, i) =>
  page(`${name}/`, `Page ${name}`, { Wheels: `Wheel number ${name}. ${"Another wheel. ".repeat(i)}` }),
);

let index: MemoryIndex;
beforeAll(async () => {
  index = await MemoryIndex.build(PAGES, {
    space: await staticSpace(tinyModel()),
    encoders: [{ embedder: encoder, model: { type: "toy" }, files: [] }],
  });
});

/** An engine whose second model scores texts as it is told. */
async function open(score: Reranker["score"], top = 3): Promise<SearchBackend> {
  const openEncoder: OpenEncoder = async () => ({
    info: encoder.info,
    state: { device: "wasm" },
    embedQuery: (query) => encoder.embedQuery(query),
    embedPassages: (passages) => encoder.embedPassages(passages),
    reranker: { top, score },
    close: async () => {},
  });
  const backend = await index.open({ openEncoder });
  await backend.loadSpace?.(TOY);
  return backend;
}

const paths = ({ hits }: SearchResults) => hits.map(({ path }) => path);
/** The other way round. */
const backwards: Reranker["score"] = async (_query, passages) => Float32Array.from(passages, (_, i) => i);

describe("a second model", () => {
  it("puts the best results in its own order, after they were shown in that of the first", async () => {
    const partials: SearchResults[] = [];
    const backend = await open(backwards);
    const results = await backend.search("wheel", { onPartial: (partial) => partials.push(partial) });
    const before = paths(partials.at(-1) as SearchResults);
    expect(before).toHaveLength(5);
    expect(partials.at(-1)).toMatchObject({ partial: true, mode: "hybrid", space: TOY });
    expect(paths(results)).toEqual([...before.slice(0, 3).reverse(), ...before.slice(3)]);
    expect(results).toMatchObject({ partial: false, total: 5, warnings: [] });
  });

  it("reads the query and the title, headings and text of each page's best passage", async () => {
    const read: [string, readonly Passage[]][] = [];
    const backend = await open(async (query, passages) => {
      read.push([query, passages]);
      return new Float32Array(passages.length);
    }, 1);
    await backend.search("wheel number a", { mode: "semantic" });
    const title = expect.stringMatching(/^Page \w$/);
    const text = expect.stringMatching(/^Wheel number \w\./);
    expect(read).toEqual([["wheel number a", [{ title, headings: ["Wheels"], text }]]]);
  });

  it("reads more than a page of results shows, whichever page is asked for", async () => {
    const backend = await open(backwards);
    const all = paths(await backend.search("wheel"));
    expect(paths(await backend.search("wheel", { limit: 2 }))).toEqual(all.slice(0, 2));
    expect(paths(await backend.search("wheel", { limit: 2, offset: 2 }))).toEqual(all.slice(2, 4));
  });

  it("is not asked by words alone, nor by the embedded model", async () => {
    const backend = await open(() => Promise.reject(new Error("not expected")));
    for (const options of [{ mode: "keyword" }, { space: "static" }] as const) {
      expect((await backend.search("wheel", options)).warnings).toEqual([]);
    }
  });

  it("that fails leaves the order as it was, with a warning", async () => {
    const partials: SearchResults[] = [];
    const backend = await open(() => Promise.reject(new SearchError("model-mismatch", "Two numbers for a text.")));
    const results = await backend.search("wheel", { onPartial: (partial) => partials.push(partial) });
    expect(paths(results)).toEqual(paths(partials.at(-1) as SearchResults));
    expect(results.warnings).toEqual([{ part: "model", error: expect.objectContaining({ code: "model-mismatch" }) }]);
  });
});

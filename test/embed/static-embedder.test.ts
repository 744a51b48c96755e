import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import type { ReadModelFile } from "../../src/embed/row-store.ts";
import { StaticEmbedder } from "../../src/embed/static-embedder.ts";
import { shardStaticModel } from "../../src/embed/static-model.ts";
import { createToyModel } from "./toy-model.ts";

const model = createToyModel();
const whole = StaticEmbedder.fromModel(model);
const { manifest, files } = await shardStaticModel(model, { shards: 16, path: "m/" });
const byName = new Map(files.map(({ name, bytes }) => [`m/${name}`, bytes]));

/** A reader of the shards that keeps a list of what it was asked for. */
function createReader(overrides: Readonly<Record<string, Uint8Array>> = {}): { read: ReadModelFile; names: string[] } {
  const names: string[] = [];
  const read: ReadModelFile = async (name) => {
    names.push(name);
    const bytes = overrides[name] ?? byName.get(name);
    if (!bytes) throw new TypeError("Failed to fetch");
    return bytes;
  };
  return { read, names };
}

const lazy = () => StaticEmbedder.open(manifest, createReader().read);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);

describe("StaticEmbedder", () => {
  test("gives the same vectors from shards as from the whole model", async () => {
    const embedder = lazy();
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc
        .array(fc.constantFrom("search", "the", "useState", "node.js", "webpack", "cafés", "検索", "404", "http"))
        .map((list) => list.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(text, async (query) => {
        expect(await embedder.embedQuery(query)).toEqual(await whole.embedQuery(query));
      }),
    );
    const passages = [
      { title: "Router", headings: ["Use"], text: "A webpack server." },
      { title: "", headings: [], text: "" },
    ];
    expect(await embedder.embedPassages(passages)).toEqual(await whole.embedPassages(passages));
  });

  test.each([2, 4, 8] as const)("gives the same passages from %i bits in memory as from shards", async (bits) => {
    const toy = createToyModel({ bits });
    const sharded = await shardStaticModel(toy, { shards: 4, path: "" });
    const bytes = new Map(sharded.files.map((file) => [file.name, file.bytes]));
    const read: ReadModelFile = async (name) => bytes.get(name) as Uint8Array;
    const [memory, shards] = [StaticEmbedder.fromModel(toy), StaticEmbedder.open(sharded.manifest, read)];
    const word = fc.constantFrom(...toy.tokens, "the", "useState", "useRouter", "xylophone", "__", "検索", "a\u0301");
    const text = fc.oneof(
      fc.array(word).map((words) => words.join(" ")),
      fc.string({ unit: "grapheme" }),
    );
    const passage = fc.record({ title: text, headings: fc.array(text, { maxLength: 2 }), text });
    await fc.assert(
      fc.asyncProperty(fc.array(passage, { maxLength: 4 }), async (passages) => {
        expect(await memory.embedPassages(passages)).toEqual(await shards.embedPassages(passages));
      }),
    );
  });

  test("gives the first dimensions when asked for fewer", async () => {
    const half = StaticEmbedder.fromModel(model, { dims: 16 });
    const passages = [{ title: "Router", headings: ["Use"], text: "A webpack server of search." }];
    const [long, short] = [await whole.embedPassages(passages), await half.embedPassages(passages)];
    expect(half.info.dims).toBe(16);
    expect(short).toHaveLength(16);
    expect(Array.from(short, Math.sign)).toEqual(Array.from(long.subarray(0, 16), Math.sign));
    expect((await half.embedQuery("webpack")).vector).toHaveLength(16);
  });

  test("gives other tasks their turn while it embeds many", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort());
    const many = new Array(50_000).fill({ title: "", headings: [], text: "search" });
    await expect(whole.embedPassages(many, { signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  test("has unit vectors, or zeros for nothing known", async () => {
    const { vector } = await whole.embedQuery("search by meaning");
    expect(dot(vector, vector)).toBeCloseTo(1, 5);
    for (const query of ["", "  ", "検索", "😀", "the of"]) {
      const empty = await whole.embedQuery(query);
      expect(empty.coverage).toBe(0);
      expect(empty.vector.every((value) => value === 0)).toBe(true);
    }
  });

  test("tells how much of a query it knows as whole words", async () => {
    expect((await whole.embedQuery("search the words")).coverage).toBe(1);
    expect((await whole.embedQuery("xylophone")).coverage).toBe(0);
    const { coverage } = await whole.embedQuery("search xylophone");
    expect(coverage).toBeGreaterThan(0.3);
    expect(coverage).toBeLessThan(0.7);
  });

  test("takes an identifier whole if it is known, else by its parts, else by pieces", async () => {
    const same = async (a: string, b: string) =>
      expect((await whole.embedQuery(a)).vector).toEqual((await whole.embedQuery(b)).vector);
    await same("useState", "usestate");
    await same("useRouter", "use router");
    await same("node.js", "Node.JS");
    expect((await whole.embedQuery("webpack")).vector).not.toEqual((await whole.embedQuery("web")).vector);
  });

  test("weighs a passage's title and headings", async () => {
    const [text, both] = [
      { title: "", headings: [], text: "server page page page" },
      { title: "server", headings: ["page"], text: "page" },
    ];
    const vectors = await whole.embedPassages([text, { ...both, headings: [] }, both]);
    const query = (await whole.embedQuery("server")).vector;
    const row = (i: number) => vectors.subarray(i * 32, (i + 1) * 32);
    expect(dot(query, row(1))).toBeGreaterThan(dot(query, row(0)));
    expect(dot(query, row(1))).toBeGreaterThan(dot(query, row(2)));
  });

  test("reads the shards of the words typed, each once", async () => {
    const { read, names } = createReader();
    const embedder = StaticEmbedder.open(manifest, read);
    expect(names).toEqual([]);
    await Promise.all([embedder.embedQuery("search the meaning"), embedder.embedQuery("meaning")]);
    await embedder.embedQuery("search");
    expect(names).not.toContain("m/pieces.bin");
    expect(names.length).toBeLessThanOrEqual(2);
    expect(new Set(names).size).toBe(names.length);
  });

  test("reads in one round if all words are known, else the list of pieces and theirs", async () => {
    const { read } = createReader();
    for (const [query, expected] of [
      ["search meaning words", 1],
      ["search xylophone useRouter", 3],
      ["検索エンジン", 1],
    ] as const) {
      let pending = 0;
      let rounds = 0;
      const embedder = StaticEmbedder.open(manifest, async (name, options) => {
        if (pending++ === 0) rounds++;
        await new Promise((resolve) => setTimeout(resolve, 10));
        pending--;
        return read(name, options);
      });
      await embedder.embedQuery(query);
      expect(rounds).toBe(expected);
    }
  });

  test("reads no shard for a word with letters that the model never saw, nor for a very long query", async () => {
    const { read, names } = createReader();
    const embedder = StaticEmbedder.open(manifest, read);
    await embedder.embedQuery("検索エンジン русский");
    expect(names).toEqual(["m/pieces.bin"]);
    await embedder.embedQuery("a".repeat(100_000));
    await embedder.embedQuery("search ".repeat(100_000));
  });

  test("keeps a bounded number of shards", async () => {
    const { read, names } = createReader();
    const embedder = StaticEmbedder.open(manifest, read, { maxShards: 1 });
    for (const query of ["search", "meaning", "search", "meaning"]) await embedder.embedQuery(query);
    expect(names.filter((name) => name !== "m/pieces.bin")).toHaveLength(4);
    expect(await embedder.embedQuery("search meaning words")).toEqual(await whole.embedQuery("search meaning words"));
  });

  test("says which file is missing, and reads it again the next time", async () => {
    let online = false;
    const { read } = createReader();
    const embedder = StaticEmbedder.open(manifest, async (name, options) => {
      if (!online) throw new TypeError("Failed to fetch");
      return read(name, options);
    });
    const error = await embedder.embedQuery("search").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SearchError);
    expect(error).toMatchObject({ code: "network", file: expect.stringMatching(/^m\//) });
    online = true;
    expect(await embedder.embedQuery("search")).toEqual(await whole.embedQuery("search"));
  });

  test("passes a reader's own SearchError on", async () => {
    const missing = new SearchError("file-missing", "gone");
    const embedder = StaticEmbedder.open(manifest, () => Promise.reject(missing));
    await expect(embedder.embedQuery("search")).rejects.toBe(missing);
  });

  test("refuses damaged files", async () => {
    for (const name of byName.keys()) {
      const damaged = (byName.get(name) as Uint8Array).slice();
      damaged[damaged.length - 5] = (damaged[damaged.length - 5] as number) ^ 0xff;
      const embedder = StaticEmbedder.open(manifest, createReader({ [name]: damaged }).read);
      const everything = model.tokens.filter((token) => /^\w/.test(token)).join(" ");
      await expect(embedder.embedQuery(`${everything} qzxwv abcdefghijklmnopqrstuvwxyz`)).rejects.toMatchObject({
        code: "file-invalid",
        file: name,
      });
    }
  });

  test("stops when it is aborted, without spoiling what others wait for", async () => {
    const embedder = lazy();
    const stop = new AbortController();
    const aborted = embedder.embedQuery("search", { signal: stop.signal });
    const other = embedder.embedQuery("search");
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    expect(await other).toEqual(await whole.embedQuery("search"));
    await expect(
      whole.embedPassages([{ title: "", headings: [], text: "x" }], { signal: stop.signal }),
    ).rejects.toThrow();
  });
});

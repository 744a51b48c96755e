import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { StaticEmbedder } from "../../src/embed/static-embedder.ts";
import { CachedEmbedder } from "../../src/indexer/embedding-cache.ts";
import { createToyModel } from "../embed/toy-model.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "embedding-cache-"));
});
afterEach(() => rm(dir, { recursive: true }));

const inner = StaticEmbedder.fromModel(createToyModel());
const file = () => join(dir, "deep/vectors.bin");
const passages = ["search", "server router", "meaning", "webpack"].map(
  (text): Passage => ({ title: text, headings: [], text }),
);

/** Embed in batches of two, as a build does. */
async function build(texts: readonly Passage[], options = {}, embedder = inner) {
  const cached = await CachedEmbedder.open(embedder, file(), options);
  for (let i = 0; i < texts.length; i += 2) {
    const batch = texts.slice(i, i + 2);
    expect(await cached.embedPassages(batch)).toEqual(await embedder.embedPassages(batch));
  }
  return cached;
}
async function buildAndSave(...args: Parameters<typeof build>) {
  const cached = await build(...args);
  await cached.save();
  const { embedded, reused } = cached;
  return { embedded, reused };
}

describe("CachedEmbedder", () => {
  it("embeds what it does not know, and forgets what was not asked for", async () => {
    expect(await buildAndSave(passages)).toEqual({ embedded: 4, reused: 0 });
    expect(await buildAndSave(passages.slice(1).reverse())).toEqual({ embedded: 0, reused: 3 });
    expect(await buildAndSave(passages)).toEqual({ embedded: 1, reused: 3 });
    expect(await buildAndSave(passages, { force: true })).toEqual({ embedded: 4, reused: 0 });
    expect(await buildAndSave(passages)).toEqual({ embedded: 0, reused: 4 });
    expect(await readdir(join(dir, "deep"))).toEqual(["vectors.bin"]);
  });

  it("belongs to one model", async () => {
    await buildAndSave(passages);
    const other = StaticEmbedder.fromModel(createToyModel({ bits: 4 }));
    expect(await buildAndSave(passages, {}, other)).toEqual({ embedded: 4, reused: 0 });
  });

  it("leaves the last build's vectors when a build is stopped or killed", async () => {
    await buildAndSave(passages);
    const bytes = await readFile(file());
    await (await build(passages.slice(0, 2))).close();
    expect(await readdir(join(dir, "deep"))).toEqual(["vectors.bin"]);
    expect(await readFile(file())).toEqual(bytes);
    await writeFile(`${file()}.77.tmp`, "half");
    expect(await buildAndSave(passages)).toEqual({ embedded: 0, reused: 4 });
    expect(await readdir(join(dir, "deep"))).toEqual(["vectors.bin"]);
  });

  it("takes a file of another length for none", async () => {
    await buildAndSave(passages);
    const bytes = await readFile(file());
    for (const length of [0, 10, bytes.length - 1]) {
      await writeFile(file(), bytes.subarray(0, length));
      expect(await buildAndSave(passages)).toEqual({ embedded: 4, reused: 0 });
    }
  });

  it("does without a file", async () => {
    await writeFile(join(dir, "deep"), "a file in place of the folder");
    expect(await buildAndSave(passages)).toEqual({ embedded: 4, reused: 0 });
    const none = await CachedEmbedder.open(inner, undefined);
    await none.embedPassages(passages);
    await none.save();
    expect(await readdir(dir)).toEqual(["deep"]);
  });
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WriteOptions, writeIndexFolder } from "../../src/indexer/index-folder.ts";

let out = "";
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "index-folder-"));
});
afterEach(() => rm(out, { recursive: true }));

const shard = (letter: string) => `text/${letter.repeat(16)}.bin`;
const nested = (letter: string) => `text/${letter.repeat(16)}/0.bin`;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Write a build of some shards, named by hex digits. */
const write = (build: string, names: readonly string[], options: Partial<WriteOptions> = {}) =>
  writeIndexFolder(
    out,
    new Map([...names.map((name) => [name, bytes(name)] as const), ["index.json", bytes(JSON.stringify({ build }))]]),
    { build, ...options },
  );
const there = async () => {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .sort();
};
const shards = async () => (await there()).filter((name) => name.startsWith("text/"));

describe("writeIndexFolder", () => {
  it("keeps the files of the last build, and no older ones", async () => {
    await write("1", [shard("a"), nested("b")]);
    expect(await there()).toEqual(["index.json", shard("a"), nested("b")]);
    await write("2", [shard("c")]);
    expect(await shards()).toEqual([shard("a"), nested("b"), shard("c")]);
    await write("3", [shard("d")]);
    expect(await shards()).toEqual([shard("c"), shard("d")]);
    expect(await readdir(join(out, "text"))).toHaveLength(2);
  });

  it.each([0, 1, 2, 3])("keeps the files of %i earlier builds", async (keep) => {
    const letters = [..."abcdef"];
    for (const letter of letters) await write(letter, [shard(letter)], { keep });
    expect(await shards()).toEqual(letters.slice(-1 - keep).map(shard));
    expect((await there()).includes("earlier-builds.json")).toBe(keep > 0);
    await write("last", [shard("f")], { keep: 0 });
    expect(await there()).toEqual(["index.json", shard("f")]);
  });

  it("lets no build grow older by building it again", async () => {
    await write("1", [shard("a")]);
    for (let i = 0; i < 3; i++) await write("2", [shard("b")]);
    expect(await shards()).toEqual([shard("a"), shard("b")]);
  });

  it("takes a file up again that was out of use", async () => {
    await write("1", [shard("a")]);
    await write("2", [shard("b")]);
    await write("3", [shard("a")]);
    await write("4", [shard("c")]);
    expect(await shards()).toEqual([shard("a"), shard("c")]);
  });

  it("keeps what is there when nothing says how old it is", async () => {
    await write("1", [shard("a")]);
    await write("2", [shard("b")]);
    await rm(join(out, "earlier-builds.json"));
    await write("3", [shard("c")]);
    expect(await shards()).toEqual([shard("a"), shard("b"), shard("c")]);
    await write("4", [shard("d")]);
    expect(await shards()).toEqual([shard("c"), shard("d")]);
  });

  it("touches nobody else's files", async () => {
    await mkdir(join(out, "text"));
    await writeFile(join(out, "text/notes.txt"), "mine");
    await writeFile(join(out, "earlier-builds.json"), '{"mine":true}');
    await write("1", [shard("a")]);
    await write("2", [shard("b")]);
    await write("3", [shard("c")], { keep: 0 });
    expect(await readFile(join(out, "earlier-builds.json"), "utf8")).toBe('{"mine":true}');
    expect(await there()).toEqual(["earlier-builds.json", "index.json", shard("c"), "text/notes.txt"]);
  });

  it("leaves the older index whole when it is stopped, and cleans up the next time", async () => {
    await write("1", [shard("a"), shard("b")]);
    const stop = new AbortController();
    const stopped = write("2", [shard("b"), shard("c"), shard("d")], {
      signal: stop.signal,
      onWrite: (done) => done === 2 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(JSON.parse(await readFile(join(out, "index.json"), "utf8"))).toEqual({ build: "1" });
    expect(await shards()).toEqual([shard("a"), shard("b"), shard("c")]);
    await writeFile(join(out, `${shard("e")}.77.tmp`), "half");
    await write("3", [shard("a")], { keep: 0 });
    expect(await shards()).toEqual([shard("a")]);
  });
});

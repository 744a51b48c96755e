import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packReadings } from "../../src/indexer/pack-readings.ts";
import { PageCache } from "../../src/indexer/page-cache.ts";
import type { FileReading, ReadTask } from "../../src/indexer/page-reader.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "page-cache-"));
});
afterEach(() => rm(dir, { recursive: true }));

const TASK: ReadTask = { folder: "/site", from: "html", markedOnly: false };
const file = () => join(dir, "deep/pages.bin");
const open = (force = false) => PageCache.open(file(), { revision: "1", force });
const reading = (file: string): FileReading => ({
  bytes: file.length,
  pages: [],
  skipped: [{ file, reason: "empty", detail: `Nothing in “${file}” 😀.` }],
});

/** The keys of some files, whose content is their name. */
const keysOf = (cache: PageCache, names: readonly string[]) => names.map((name) => cache.keyOf(name, TASK, name));
async function fill(cache: PageCache, names: readonly string[]): Promise<void> {
  await cache.add(keysOf(cache, names), packReadings(names.map(reading)));
}
const readAll = (cache: PageCache, names: readonly string[]) =>
  Promise.all(keysOf(cache, names).map((key) => cache.get(key)));

describe("PageCache", () => {
  it("gives back what was put in, after a build that was stopped too", async () => {
    const first = await open();
    await fill(first, ["a", "b"]);
    await fill(first, ["c"]);
    const second = await open();
    expect(await readAll(second, ["c", "a", "b", "d"])).toEqual([...["c", "a", "b"].map(reading), undefined]);
    await first.close();
    await second.close();
  });

  it("knows a file by its name, its bytes, the task and the code", async () => {
    const cache = await open();
    const other = await PageCache.open(undefined, { revision: "2" });
    const key = cache.keyOf("a", TASK, "hash");
    expect(cache.keyOf("a", { ...TASK, folder: "/elsewhere" }, "hash")).toBe(key);
    const others = [
      cache.keyOf("b", TASK, "hash"),
      cache.keyOf("a", TASK, "other"),
      cache.keyOf("a", { ...TASK, markedOnly: true }, "hash"),
      cache.keyOf("a", { ...TASK, ignore: [".x"] }, "hash"),
      other.keyOf("a", TASK, "hash"),
    ];
    expect(new Set([key, ...others]).size).toBe(6);
    await cache.close();
  });

  it("drops what the last build did not ask for", async () => {
    const first = await open();
    await fill(first, ["a", "b", "c"]);
    await fill(first, ["d"]);
    await fill(first, ["e", "f"]);
    await first.save();
    const full = (await stat(file())).size;
    const second = await open();
    await readAll(second, ["b", "e", "f"]);
    await second.save();
    expect((await stat(file())).size).toBeLessThan(full);
    const third = await open();
    expect(await readAll(third, ["a", "b", "c", "d", "e", "f"])).toEqual([
      undefined,
      reading("b"),
      undefined,
      undefined,
      reading("e"),
      reading("f"),
    ]);
    const before = await readFile(file());
    await readAll(third, ["b", "e", "f"]);
    await third.save();
    expect(await readFile(file())).toEqual(before);
  });

  it("forgets everything when forced to, and needs no file", async () => {
    const first = await open();
    await fill(first, ["a"]);
    await first.save();
    const forced = await open(true);
    expect(await readAll(forced, ["a"])).toEqual([undefined]);
    await forced.close();
    const none = await PageCache.open(undefined, { revision: "1" });
    await fill(none, ["a"]);
    expect(await readAll(none, ["a"])).toEqual([undefined]);
    await none.save();
  });

  it("is none where nothing can be written", async () => {
    await writeFile(join(dir, "deep"), "a file in place of the folder");
    const cache = await open();
    await fill(cache, ["a"]);
    expect(await readAll(cache, ["a"])).toEqual([undefined]);
    await cache.save();
  });

  it("takes a damaged file for what of it is whole", async () => {
    const names = ["a", "b", "c", "d"];
    const first = await open();
    await fill(first, ["a", "b"]);
    await fill(first, ["c", "d"]);
    await first.save();
    const bytes = await readFile(file());
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255), length: fc.nat(bytes.length) });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, to, length }) => {
        const damaged = Uint8Array.from(bytes).with(at, to);
        await writeFile(file(), to % 2 === 0 ? damaged : damaged.subarray(0, length));
        const cache = await open();
        const found = await readAll(cache, names);
        found.forEach((each, i) => {
          if (each) expect(each).toEqual(reading(names[i] as string));
        });
        // It can be written on.
        await fill(cache, ["e"]);
        await cache.save();
        const again = await open();
        expect(await readAll(again, ["e"])).toEqual([reading("e")]);
        await again.close();
      }),
      { numRuns: 150 },
    );
  });
});

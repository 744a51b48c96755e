import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PageCache } from "../../src/indexer/page-cache.ts";
import { isPrepared } from "../../src/indexer/prepare-page.ts";
import type { WorkerInput } from "../../src/indexer/read-pool.ts";
import { listFiles, type ReadAids, readSite } from "../../src/indexer/read-site.ts";
import { scanSite } from "../../src/indexer/scan-site.ts";
import type { ReadOptions, ReadResult } from "../../src/indexer/types.ts";

const DIST = new URL("../../dist/", import.meta.url);
/** Runs TypeScript; in a thread as well. */
const RUNNER = fileURLToPath(new URL("../../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../../src/indexer/read-worker.ts", import.meta.url));
const start = (workerData: WorkerInput) => new Worker(RUNNER, { workerData, argv: [WORKER] });
/** A thread that must not be needed. */
const refuse = () => new Worker("throw new Error('not expected')", { eval: true });

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "read-files-"));
  const head = (i: number) => (i % 7 === 3 ? `<link rel=canonical href="https://a.org/p${i - 1}.html">` : "");
  const page = (i: number) => `<html><head>${head(i)}</head><main><h1>P${i}</h1><p>Text “${i}”.</p></main></html>`;
  const self = (i: number) => page(i).replace("<head>", `<head><link rel=canonical href="https://a.org/p${i}.html">`);
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => writeFile(join(dir, `p${i}.html`), i % 7 === 3 ? page(i) : self(i))),
  );
  await writeFile(join(dir, "broken.html"), "\0\0");
});
afterEach(() => rm(dir, { recursive: true }));

async function read(aids: ReadAids = {}, options: Partial<ReadOptions> = {}): Promise<ReadResult[]> {
  const results: ReadResult[] = [];
  for await (const result of readSite({ dir, ...options }, aids)) results.push(result);
  return results;
}
const openCache = () => PageCache.open(join(dir, ".cache/pages.bin"), { revision: "1" });
async function readCached(aids: ReadAids = {}): Promise<ReadResult[]> {
  const files = await listFiles({ dir });
  const cache = await openCache();
  const results = await read({ files, scan: await scanSite(dir, files), cache, ...aids });
  await cache.save();
  return results;
}

describe("reading a site", () => {
  it("comes to the same with threads, with a cache, and with both", async () => {
    const plain = await read();
    expect(plain).toHaveLength(101);
    expect(plain.filter(({ skipped }) => skipped[0]?.reason === "duplicate").length).toBeGreaterThan(10);
    expect(await read({ threads: 2, start })).toEqual(plain);
    expect(await readCached({ threads: 3, start })).toEqual(plain);
    expect(await readCached({ threads: 1, start: refuse })).toEqual(plain);
  });

  it("prepares pages alike with threads, with a cache and without", async () => {
    const bodies = (results: readonly ReadResult[]) =>
      results.flatMap(({ pages }) =>
        pages.map((page) => isPrepared(page) && [page.path, page.sections, page.outline, page.body()]),
      );
    const cut = { chunkTokens: 50 };
    const plain = bodies(await read({ cut }));
    expect(plain.length).toBeGreaterThan(80);
    expect(plain).not.toContain(false);
    expect(bodies(await readCached({ cut, threads: 2, start }))).toEqual(plain);
    expect(bodies(await readCached({ cut, threads: 1, start: refuse }))).toEqual(plain);
    expect(bodies(await readCached())).not.toEqual(plain);
  });

  it("reads only what changed, in its place", async () => {
    await readCached();
    await writeFile(join(dir, "p50.html"), "<main><h1>Fifty</h1><p>Other text.</p></main>");
    await rm(join(dir, "p60.html"));
    const results = await readCached();
    expect(results).toEqual(await read());
    expect(results.find(({ file }) => file === "p50.html")?.pages[0]?.title).toBe("Fifty");
    expect(await readCached({ threads: 1, start: refuse })).toEqual(results);
  });

  it("goes on where it was stopped", async () => {
    const files = await listFiles({ dir });
    const scan = await scanSite(dir, files);
    const stop = new AbortController();
    const cache = await openCache();
    const reading = (async () => {
      for await (const { file } of readSite({ dir, signal: stop.signal }, { files, scan, cache })) {
        if (file === files[70]) stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    await cache.close();
    const again = await openCache();
    const task = { folder: dir, from: "html", markedOnly: false } as const;
    const known = files.filter((file, i) => again.has(again.keyOf(file, task, scan.hashes[i] as string)));
    expect(known.length).toBeGreaterThan(64);
    expect(known.length).toBeLessThan(101);
    await again.close();
    expect(await readCached()).toEqual(await read());
  });

  it.skipIf(!existsSync(new URL("indexer/read-worker.js", DIST)))("has its worker in the package", async () => {
    const compiled = (await import(new URL("indexer/read-site.js", DIST).href)) as {
      readonly readSite: typeof readSite;
    };
    const results: ReadResult[] = [];
    for await (const result of compiled.readSite({ dir }, { threads: 2 })) results.push(result);
    expect(results).toEqual(await read());
  });

  it("stops threads when it is no longer read from", async () => {
    for await (const { file } of readSite({ dir }, { threads: 2, start })) {
      expect(file).toBe("broken.html");
      break;
    }
  });
});

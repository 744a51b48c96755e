import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unpackReadings } from "../../src/indexer/pack-readings.ts";
import type { ReadTask } from "../../src/indexer/page-reader.ts";
import { type Batch, readBatch } from "../../src/indexer/read-batch.ts";
import { ReadPool, type ReadPoolOptions, threadsFor, type WorkerInput } from "../../src/indexer/read-pool.ts";

/** Runs TypeScript; in a thread as well. */
const RUNNER = fileURLToPath(new URL("../../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../../src/indexer/read-worker.ts", import.meta.url));
const fromSource = (workerData: WorkerInput) => new Worker(RUNNER, { workerData, argv: [WORKER] });
const PRETENDER = fileURLToPath(new URL("./pretending-reader.ts", import.meta.url));
const pretender = () => new Worker(RUNNER, { argv: [PRETENDER] });

let folder = "";
let pool: ReadPool | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-pool-"));
});
afterEach(async () => {
  await pool?.close();
  await rm(folder, { recursive: true });
});

function openPool(options: Partial<ReadPoolOptions> = {}): ReadPool {
  const task: ReadTask = { folder, from: "html", markedOnly: false };
  pool = new ReadPool({ threads: 2, task, start: pretender, ...options });
  return pool;
}
const readings = async (batch: Promise<Batch>) => unpackReadings((await batch).packed);

describe("ReadPool", () => {
  it("reads what the calling thread reads", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `${i}.html`);
    const page = (i: number) => `<html lang=en><title>T${i}</title><main><h2 id=x>H “😀”</h2><p>Some café ${i}.</main>`;
    await Promise.all(names.map((name, i) => writeFile(join(folder, name), i === 5 ? "\0\0\0" : page(i))));
    const task: ReadTask = { folder, from: "html", markedOnly: false };
    const reader = openPool({ task, start: fromSource });
    const files = [...names, "gone.html"];
    const halves = [files.slice(0, 7), files.slice(7)];
    const batches = await Promise.all(halves.map((half) => reader.read(half)));
    const here = await Promise.all(halves.map((half) => readBatch(half, task)));
    expect(batches).toEqual(here);
    expect(batches.flatMap(({ packed }) => unpackReadings(packed)).map(({ pages }) => pages.length)).toEqual(
      files.map((file) => (["5.html", "gone.html"].includes(file) ? 0 : 1)),
    );
    await expect(openPool({ task: { ...task, ignore: ["[["] }, start: fromSource }).read(files)).rejects.toMatchObject({
      name: "SearchError",
      code: "bad-option",
    });
  });

  it.each(["exit.html", "throw.html"])(
    "names the file that a thread crashes at (%s) and reads the rest",
    async (bad) => {
      const reader = openPool();
      const [first, second] = [reader.read(["a.html", bad, "b.html"]), reader.read(["c.html"])];
      const [a, crashed, b] = await readings(first);
      expect([a?.bytes, b?.bytes]).toEqual([6, 6]);
      expect(crashed).toMatchObject({ pages: [], skipped: [{ file: bad, reason: "invalid" }] });
      expect(crashed?.skipped[0]?.detail).toMatch(/crashed/);
      expect((await first).isWhole).toBe(false);
      expect(await readings(second)).toHaveLength(1);
      expect(await readings(reader.read(["d.html"]))).toHaveLength(1);
    },
  );

  it("gives up when no thread can start", async () => {
    const reader = openPool({ start: () => new Worker("throw new Error('no start')", { eval: true }) });
    await expect(reader.read(["a.html", "b.html", "c.html", "d.html", "e.html"])).rejects.toMatchObject({
      code: "worker-crashed",
      message: expect.stringContaining("no start"),
    });
  });

  it("ends its threads at once when it is aborted", async () => {
    const stop = new AbortController();
    const reader = openPool({ signal: stop.signal });
    const hanging = [reader.read(["hang.html"]), reader.read(["hang.html"]), reader.read(["a.html"])];
    setTimeout(() => stop.abort(), 100);
    const settled = await Promise.allSettled([...hanging, reader.read(["b.html"])]);
    expect(settled).toEqual(Array(4).fill({ status: "rejected", reason: stop.signal.reason }));
  });

  it("starts no threads for little, nor from source", () => {
    expect(threadsFor(1000)).toBe(0);
    expect(threadsFor(1e9)).toBe(0);
  });
});

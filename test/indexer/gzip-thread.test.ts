import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { encodeContainer } from "../../src/core/container.ts";
import { gzipContainer } from "../../src/indexer/gzip-container.ts";
import { GzipThread, type GzipThreadOptions } from "../../src/indexer/gzip-thread.ts";

/** Runs TypeScript; in a thread as well. */
const RUNNER = fileURLToPath(new URL("../../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../../src/indexer/gzip-worker.ts", import.meta.url));
const start = () => new Worker(RUNNER, { argv: [WORKER] });
const refuse = () => new Worker("throw new Error('out of luck')", { eval: true });

let thread: GzipThread | undefined;
afterEach(() => thread?.close());
const open = (options: GzipThreadOptions) => {
  thread = new GzipThread(options);
  return thread;
};
const containers = () =>
  Array.from({ length: 20 }, (_, i) =>
    encodeContainer("made-up", { numbers: Uint8Array.from({ length: 100 * i + 1 }, (_, at) => (at * i) % 251) }),
  );

describe("GzipThread", () => {
  it("gives what the calling thread gives, in order", async () => {
    const gzip = open({ bytesHere: 5000, start });
    expect(await Promise.all(containers().map((container) => gzip.gzip(container)))).toEqual(
      containers().map(gzipContainer),
    );
  });

  it("starts no thread for little", () => {
    const gzip = open({ bytesHere: 1e6, start: refuse });
    const [first] = containers() as [Uint8Array];
    expect(gzip.gzip(first)).toEqual(gzipContainer(first));
  });

  it("says that the thread crashed, or was stopped", async () => {
    const crashed = containers().map((container) => open({ bytesHere: 0, start: refuse }).gzip(container));
    await expect(crashed[0]).rejects.toMatchObject({ code: "worker-crashed" });
    const gzip = open({ bytesHere: 0, start });
    const waiting = containers().map((container) => gzip.gzip(container));
    await gzip.close();
    await expect(waiting[19]).rejects.toMatchObject({ code: "aborted" });
  });
});

import { describe, expect, it } from "vitest";
import { WorkerBackend } from "../../src/backend/worker-client.ts";

/** `crash` is fatal to the first of the workers made, or to all of them. */
function connect(fragile: "none" | "first" | "all" = "none") {
  const names: string[] = [];
  const createWorker = () => {
    const name = fragile === "all" || (fragile === "first" && names.length === 0) ? "fragile" : "sturdy";
    names.push(name);
    return new Worker(new URL("./real-worker.ts", import.meta.url), { type: "module", name });
  };
  return { backend: new WorkerBackend("some/index/", { createWorker }), names };
}

describe("WorkerBackend with a real worker", () => {
  it("answers, and rebuilds errors", async () => {
    const { backend } = connect();
    await expect(backend.search("a")).resolves.toMatchObject({ query: "a" });
    await expect(backend.search("fail")).rejects.toMatchObject({
      name: "SearchError",
      code: "network",
      remedy: "Connect.",
      file: new URL("some/index/", document.baseURI).href,
    });
    backend.close();
  });

  it("never starts a search that was cancelled while the worker was busy", async () => {
    const { backend } = connect();
    await backend.info();
    const busy = backend.search("busy");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const typed = ["f", "fl", "flat"].map((query) => {
      const controller = new AbortController();
      return { controller, promise: backend.search(query, { signal: controller.signal }) };
    });
    const started = performance.now();
    for (const { controller } of typed.slice(0, -1)) controller.abort();
    const cancelled = await Promise.allSettled(typed.slice(0, -1).map(({ promise }) => promise));
    expect(performance.now() - started).toBeLessThan(100);
    expect(cancelled).toMatchObject([{ reason: { code: "aborted" } }, { reason: { code: "aborted" } }]);
    const last = await typed.at(-1)?.promise;
    expect(Object.keys(last?.facets.searched ?? {})).toEqual(["busy", "flat"]);
    await busy;
    backend.close();
  });

  it("survives one crash", async () => {
    const { backend, names } = connect("first");
    await expect(Promise.all([backend.search("crash"), backend.search("a")])).resolves.toHaveLength(2);
    expect(names).toEqual(["fragile", "sturdy"]);
    backend.close();
  });

  it("reports the second crash of the same call", async () => {
    const { backend, names } = connect("all");
    await expect(backend.search("crash")).rejects.toMatchObject({
      code: "worker-crashed",
      message: expect.stringContaining("wrecked on purpose"),
    });
    await expect(backend.search("a")).resolves.toMatchObject({ query: "a" });
    expect(names).toHaveLength(3);
    backend.close();
  });

  it("says what is wrong with a worker that does not load", async () => {
    const createWorker = () => new Worker("/no/such/worker.js", { type: "module" });
    await expect(new WorkerBackend("index/", { createWorker }).info()).rejects.toMatchObject({
      code: "worker-crashed",
      message: "The search worker could not be loaded.",
      remedy: expect.stringContaining("Serve worker.js beside element.js"),
    });
  });

  it("says what is wrong with a worker of another origin", async () => {
    const createWorker = () => new Worker("https://cdn.invalid/worker.js", { type: "module" });
    await expect(new WorkerBackend("index/", { createWorker }).info()).rejects.toMatchObject({
      code: "worker-crashed",
      remedy: expect.stringContaining("from the page's own origin"),
    });
  });

  it("runs the package's own worker unless told otherwise", async () => {
    const backend = new WorkerBackend("/no/such/index.json");
    await expect(backend.info()).rejects.toMatchObject({
      name: "SearchError",
      code: expect.stringMatching(/^(file-missing|index-invalid)$/),
    });
    backend.close();
  });

  it("names options that cannot be cloned", async () => {
    const { backend } = connect();
    const reactive = new Proxy({ tag: ["bike"] }, {});
    await expect(backend.search("a", { filters: reactive })).rejects.toMatchObject({ code: "bad-option" });
    backend.close();
  });
});

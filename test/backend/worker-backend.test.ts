import { describe, expect, it, vi } from "vitest";
import { PROTOCOL_VERSION } from "../../src/backend/protocol.ts";
import { WorkerBackend } from "../../src/backend/worker-client.ts";
import type { OpenBackend } from "../../src/backend/worker-host.ts";
import { SearchError } from "../../src/core/errors.ts";
import type { KeepProgress, LoadProgress, SearchBackend, SearchOptions, SpaceProgress } from "../../src/core/search.ts";
import { emptyResults, FakeWorker, fakeWorkers, hangingSearch, stubBackend } from "./fake-worker.ts";

const INDEX_URL = "https://example.test/search/";

describe("WorkerBackend", () => {
  it("starts no worker before the first call", async () => {
    const { backend, workers } = connect(stubBackend());
    expect(workers).toHaveLength(0);
    await backend.info();
    expect(workers).toHaveLength(1);
  });

  it("passes every method through, with its arguments", async () => {
    const search = vi.fn<SearchBackend["search"]>(async (query) => emptyResults(query, { total: 7 }));
    const similar = vi.fn<SearchBackend["similar"]>(async (path) => emptyResults(path));
    const warm = vi.fn<Required<SearchBackend>["warm"]>(async () => {});
    const { backend } = connect(stubBackend({ search, similar, warm }));

    expect(await backend.info()).toMatchObject({ build: "b1", pages: 2 });
    expect(await backend.search("flat tyre", { limit: 3, filters: { tag: ["bike"] } })).toMatchObject({
      query: "flat tyre",
      total: 7,
    });
    expect(await backend.similar("guide/", { limit: 2 })).toMatchObject({ query: "guide/" });
    expect(await backend.warm()).toBeUndefined();

    expect(search).toHaveBeenCalledWith("flat tyre", {
      limit: 3,
      filters: { tag: ["bike"] },
      signal: expect.any(AbortSignal),
    });
    expect(similar).toHaveBeenCalledWith("guide/", { limit: 2, signal: expect.any(AbortSignal) });
  });

  it("does without a backend's warm(), suggest() and filtersOf()", async () => {
    const { info, search, similar, close } = stubBackend();
    const { backend } = connect({ info, search, similar, close });
    await expect(backend.warm()).resolves.toBeUndefined();
    await expect(backend.suggest("a")).resolves.toEqual([]);
    await expect(backend.filtersOf("https://example.test/")).resolves.toEqual({});
  });

  it("suggests, and tells the filters of a page", async () => {
    const phrases = [{ text: "Flat tyres", kind: "title", marks: [[0, 2]] }] as const;
    const suggest = vi.fn<Required<SearchBackend>["suggest"]>(async () => phrases);
    const filtersOf = vi.fn<Required<SearchBackend>["filtersOf"]>(async () => ({ section: ["Guide"] }));
    const { backend } = connect(stubBackend({ suggest, filtersOf }));
    expect(await backend.suggest("fl", { limit: 3 })).toEqual(phrases);
    expect(await backend.filtersOf("https://example.test/guide/")).toEqual({ section: ["Guide"] });
    expect(suggest).toHaveBeenCalledWith("fl", { limit: 3, signal: expect.any(AbortSignal) });
    expect(filtersOf).toHaveBeenCalledWith("https://example.test/guide/", { signal: expect.any(AbortSignal) });
  });

  it("answers a search while a suggestion is on its way, which can be cancelled", async () => {
    let isStopped = false;
    const suggest: SearchBackend["suggest"] = (_, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          isStopped = true;
          reject(signal.reason);
        });
      });
    const { backend } = connect(stubBackend({ suggest }));
    const controller = new AbortController();
    const suggested = backend.suggest("fl", { signal: controller.signal });
    await expect(backend.search("fl")).resolves.toMatchObject({ query: "fl" });
    controller.abort();
    await expect(suggested).rejects.toMatchObject({ code: "aborted" });
    await vi.waitFor(() => expect(isStopped).toBe(true));
  });

  it("opens the index once, by its absolute URL", async () => {
    const open = vi.fn<OpenBackend>(async () => stubBackend());
    const { createWorker } = fakeWorkers(open);
    const backend = new WorkerBackend(INDEX_URL, { createWorker });
    await Promise.all([backend.info(), backend.search("a"), backend.search("b")]);
    expect(open.mock.calls.map(([url]) => url)).toEqual([INDEX_URL]);
  });

  it("opens the index again after it failed to open", async () => {
    const open = vi
      .fn<OpenBackend>()
      .mockRejectedValueOnce(new SearchError("network", "offline"))
      .mockResolvedValue(stubBackend());
    const backend = new WorkerBackend(INDEX_URL, fakeWorkers(open));
    await expect(backend.search("a")).rejects.toMatchObject({ code: "network" });
    await expect(backend.search("a")).resolves.toMatchObject({ query: "a" });
  });

  it("rejects a URL that is none", () => {
    expect(() => new WorkerBackend("search/")).toThrow(expect.objectContaining({ code: "bad-option" }));
  });

  it("calls onPartial before the promise settles, and only when there is one", async () => {
    const search: SearchBackend["search"] = async (query, { onPartial } = {}) => {
      onPartial?.(emptyResults(query, { partial: true, mode: "keyword" }));
      return emptyResults(query, { total: onPartial ? 1 : 0 });
    };
    const { backend } = connect(stubBackend({ search }));
    const order: string[] = [];
    const results = await backend.search("a", { onPartial: ({ mode }) => order.push(mode) });
    order.push(results.mode);
    expect(order).toEqual(["keyword", "hybrid"]);
    expect(await backend.search("a")).toMatchObject({ total: 0 });
  });

  it("passes progress on", async () => {
    const progress: LoadProgress = { file: "terms/1.bin", loadedBytes: 1234 };
    const onProgress = vi.fn<(progress: LoadProgress) => void>();
    const { createWorker } = fakeWorkers(async (_, options) => {
      options.onProgress(progress);
      return stubBackend();
    });
    await new WorkerBackend(INDEX_URL, { createWorker, onProgress }).info();
    expect(onProgress.mock.calls).toEqual([[progress]]);
  });

  it("loads a space, with its progress, only for who listens", async () => {
    const loadSpace = vi.fn<Required<SearchBackend>["loadSpace"]>(async (_, { onProgress } = {}) => {
      onProgress?.({ loadedBytes: 1, totalBytes: 2 });
      return { device: "wasm", notice: "no adapter" };
    });
    const { backend } = connect(stubBackend({ loadSpace }));
    const progress: SpaceProgress[] = [];
    const loaded = await backend.loadSpace("bge", { onProgress: (step) => progress.push(step) });
    expect(loaded).toEqual({ device: "wasm", notice: "no adapter" });
    expect(progress).toEqual([{ loadedBytes: 1, totalBytes: 2 }]);
    await backend.loadSpace("bge");
    expect(loadSpace.mock.calls.map(([id, options]) => [id, options?.onProgress !== undefined])).toEqual([
      ["bge", true],
      ["bge", false],
    ]);
  });

  it("says that a backend has no space to load", async () => {
    await expect(connect(stubBackend()).backend.loadSpace("bge")).rejects.toMatchObject({ code: "bad-option" });
  });

  it("keeps an index, with its progress, only for who listens, until it is stopped", async () => {
    const step = { file: "text/1.bin", loadedBytes: 10, files: 1, totalFiles: 2 };
    const keepAll = vi.fn<Required<SearchBackend>["keepAll"]>(async ({ onProgress, signal } = {}) => {
      onProgress?.(step);
      if (!onProgress) await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    });
    const { backend } = connect(stubBackend({ keepAll }));
    const progress: KeepProgress[] = [];
    await expect(backend.keepAll({ onProgress: (each) => progress.push(each) })).resolves.toBeUndefined();
    expect(progress).toEqual([step]);
    const controller = new AbortController();
    const stopped = backend.keepAll({ signal: controller.signal });
    await vi.waitFor(() => expect(keepAll).toHaveBeenCalledTimes(2));
    controller.abort();
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    await vi.waitFor(() => expect(keepAll.mock.calls[1]?.[0]?.signal?.aborted).toBe(true));
  });

  it("says that a backend has nothing to keep", async () => {
    await expect(connect(stubBackend()).backend.keepAll()).rejects.toMatchObject({ code: "storage" });
  });

  it("rebuilds errors with their class, code, remedy and file", async () => {
    const thrown = new SearchError("file-missing", "terms-1.bin answered 404.", {
      remedy: "Deploy the whole folder.",
      file: "terms-1.bin",
    });
    const { backend } = connect(stubBackend({ search: () => Promise.reject(thrown) }));
    const error = await backend.search("a").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SearchError);
    expect((error as SearchError).toJSON()).toEqual(thrown.toJSON());
  });

  it("reports any other throw as internal", async () => {
    const { backend } = connect(stubBackend({ search: () => Promise.reject(new TypeError("x is not a function")) }));
    await expect(backend.search("a")).rejects.toMatchObject({
      name: "SearchError",
      code: "internal",
      message: "x is not a function",
    });
  });

  it("names options that cannot cross", async () => {
    const { backend } = connect(stubBackend());
    const options = { filters: { tag: () => {} } } as unknown as SearchOptions;
    await expect(backend.search("a", options)).rejects.toMatchObject({ code: "bad-option" });
    await expect(backend.search("a")).resolves.toMatchObject({ query: "a" });
  });
});

describe("abort", () => {
  it("rejects at once, and stops the search in the worker", async () => {
    const { search, started, aborted } = hangingSearch();
    const { backend } = connect(stubBackend({ search }));
    const controller = new AbortController();
    const promise = backend.search("a", { signal: controller.signal });
    await vi.waitFor(() => expect(started).toEqual(["a"]));
    controller.abort();
    await expect(promise).rejects.toMatchObject({ name: "SearchError", code: "aborted" });
    await vi.waitFor(() => expect(aborted).toEqual(["a"]));
  });

  it("starts no worker for a signal that is aborted already", async () => {
    const { backend, workers } = connect(stubBackend());
    await expect(backend.search("a", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    expect(workers).toHaveLength(0);
  });

  it("never starts a search whose cancel is in the queue already", async () => {
    const searched: string[] = [];
    const search: SearchBackend["search"] = async (query) => {
      searched.push(query);
      return emptyResults(query);
    };
    const { backend } = connect(stubBackend({ search }));
    await backend.search("");
    const typed = ["f", "fl", "fla", "flat"].map((query) => {
      const controller = new AbortController();
      const promise = backend.search(query, { signal: controller.signal });
      return { controller, promise };
    });
    for (const { controller } of typed.slice(0, -1)) controller.abort();
    const settled = await Promise.allSettled(typed.map(({ promise }) => promise));
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "fulfilled"]);
    expect(searched).toEqual(["", "flat"]);
  });

  it("does not stop the opening that other calls wait for", async () => {
    let finish = (_: SearchBackend) => {};
    const opened = new Promise<SearchBackend>((resolve) => {
      finish = resolve;
    });
    const backend = new WorkerBackend(
      INDEX_URL,
      fakeWorkers(() => opened),
    );
    const controller = new AbortController();
    const first = backend.search("a", { signal: controller.signal });
    const second = backend.search("b");
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    finish(stubBackend());
    await expect(second).resolves.toMatchObject({ query: "b" });
  });

  it("hears no partial results after it", async () => {
    let answer = () => {};
    const search: SearchBackend["search"] = (query, { onPartial } = {}) =>
      new Promise((resolve) => {
        answer = () => {
          onPartial?.(emptyResults(query, { partial: true }));
          resolve(emptyResults(query));
        };
      });
    const { backend } = connect(stubBackend({ search }));
    const controller = new AbortController();
    const onPartial = vi.fn();
    const promise = backend.search("a", { signal: controller.signal, onPartial });
    await vi.waitFor(() => expect(answer).not.toBe(undefined));
    controller.abort();
    await expect(promise).rejects.toMatchObject({ code: "aborted" });
    answer();
    await backend.info();
    expect(onPartial).not.toHaveBeenCalled();
  });

  it("leaves no listener on a signal that outlives the call", async () => {
    const { backend } = connect(stubBackend());
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    await backend.search("a", { signal });
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});

describe("a crash", () => {
  it("repeats what was not answered on a new worker", async () => {
    let calls = 0;
    const search: SearchBackend["search"] = (query) =>
      calls++ < 2 ? new Promise(() => {}) : Promise.resolve(emptyResults(query));
    const { backend, workers } = connect(stubBackend({ search }));
    const both = Promise.all([backend.search("a"), backend.search("b")]);
    await vi.waitFor(() => expect(calls).toBe(2));
    workers[0]?.crash("out of memory");
    expect((await both).map(({ query }) => query)).toEqual(["a", "b"]);
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it("is the caller's when it happens twice, and the next call starts afresh", async () => {
    const { search, started } = hangingSearch();
    const { backend, workers } = connect(stubBackend({ search }));
    const promise = backend.search("a");
    const rejected = expect(promise).rejects.toMatchObject({
      name: "SearchError",
      code: "worker-crashed",
      message: "The search worker crashed: out of memory",
      remedy: expect.stringContaining("Search again"),
    });
    for (const round of [1, 2]) {
      await vi.waitFor(() => expect(started).toHaveLength(round));
      workers.at(-1)?.crash("out of memory");
    }
    await rejected;
    expect(workers).toHaveLength(2);
    await expect(backend.info()).resolves.toMatchObject({ build: "b1" });
    expect(workers).toHaveLength(3);
  });

  it("costs nothing when nothing is pending", async () => {
    const { backend, workers } = connect(stubBackend());
    await backend.info();
    workers[0]?.crash("late");
    expect(workers).toHaveLength(1);
    await expect(backend.info()).resolves.toMatchObject({ build: "b1" });
    expect(workers).toHaveLength(2);
  });

  it("while loading says how to serve the worker", async () => {
    const workers: FakeWorker[] = [];
    const createWorker = () => {
      const worker = new FakeWorker();
      workers.push(worker);
      setTimeout(() => worker.crash());
      return worker;
    };
    await expect(new WorkerBackend(INDEX_URL, { createWorker }).info()).rejects.toMatchObject({
      code: "worker-crashed",
      message: "The search worker could not be loaded.",
      remedy: expect.stringContaining("worker-src 'self'"),
    });
    expect(workers).toHaveLength(2);
  });

  it("counts a message that cannot be read", async () => {
    const { search, started } = hangingSearch();
    const { backend, workers } = connect(stubBackend({ search }));
    const promise = backend.search("a", { signal: AbortSignal.timeout(2000) });
    promise.catch(() => {});
    await vi.waitFor(() => expect(started).toHaveLength(1));
    workers[0]?.dispatchEvent(new Event("messageerror"));
    await vi.waitFor(() => expect(started).toHaveLength(2));
    backend.close();
  });

  it("at construction, as for a script of another origin, is not tried again", async () => {
    const createWorker = vi.fn(() => {
      throw new DOMException("Script cannot be accessed from this origin.", "SecurityError");
    });
    await expect(new WorkerBackend(INDEX_URL, { createWorker }).info()).rejects.toMatchObject({
      code: "worker-crashed",
      message: expect.stringContaining("cannot be accessed from this origin"),
      remedy: expect.stringContaining("from the page's own origin"),
    });
    expect(createWorker).toHaveBeenCalledTimes(1);
  });
});

describe("a worker of another release", () => {
  it("is refused, once", async () => {
    const createWorker = vi.fn(
      () => new FakeWorker((port) => port.postMessage({ type: "ready", protocol: PROTOCOL_VERSION + 1 })),
    );
    await expect(new WorkerBackend(INDEX_URL, { createWorker }).info()).rejects.toMatchObject({
      code: "file-version",
      remedy: expect.stringContaining("Reload the page"),
    });
    expect(createWorker).toHaveBeenCalledTimes(1);
  });
});

describe("close", () => {
  it("stops the worker and rejects what is pending and what comes", async () => {
    const { search, started } = hangingSearch();
    const { backend, workers } = connect(stubBackend({ search }));
    const promise = backend.search("a");
    await vi.waitFor(() => expect(started).toEqual(["a"]));
    backend.close();
    await expect(promise).rejects.toMatchObject({ code: "aborted" });
    await expect(backend.info()).rejects.toMatchObject({ code: "aborted" });
    expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
  });
});

function connect(served: SearchBackend) {
  const { createWorker, workers } = fakeWorkers(async () => served);
  return { backend: new WorkerBackend(INDEX_URL, { createWorker }), workers };
}

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeContainer } from "../../src/core/container.ts";
import { gzip } from "../../src/core/gzip.ts";
import type { KeepProgress } from "../../src/core/search.ts";
import { KeptFiles } from "../../src/engine/kept-files.ts";
import { type Fetch, httpReader } from "../../src/engine/reader.ts";

const INDEX_URL = new URL("/made-up/search/index.json", location.href).href;
const OTHER_URL = new URL("/made-up/search/inner/index.json", location.href).href;
const FILES = Array.from({ length: 12 }, (_, i) => `text/${i + 10}.bin`);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const manifest = (build: string) => new TextEncoder().encode(JSON.stringify({ build }));
const cacheOf = (indexUrl: string) => `semantic-search-index ${indexUrl}`;
const keptPaths = async (indexUrl = INDEX_URL) => {
  const keys = await (await caches.open(cacheOf(indexUrl))).keys();
  return keys.map(({ url }) => url.replace(new URL(".", indexUrl).href, "")).sort();
};

/** A server for the files of a build, which can be taken off the network. */
class Host {
  readonly files = new Map<string, Uint8Array>();
  readonly asked: (Pick<RequestInit, "cache" | "priority"> & { readonly name: string })[] = [];
  online = true;
  /** Most requests at one time. */
  busiest = 0;
  #busy = 0;

  static async serve(build: string, names: readonly string[], indexUrl = INDEX_URL): Promise<Host> {
    const host = new Host();
    for (const [i, name] of names.entries()) {
      host.files.set(new URL(name, indexUrl).href, await gzip(encodeContainer("text", { n: Uint8Array.of(i) })));
    }
    host.files.set(indexUrl, manifest(build));
    return host;
  }

  readonly fetch: Fetch = async (url, { signal, cache, priority } = {}) => {
    this.asked.push({
      name: url.slice(url.lastIndexOf("/search/") + 8),
      ...(cache && { cache }),
      ...(priority && { priority }),
    });
    this.busiest = Math.max(this.busiest, ++this.#busy);
    await new Promise((resolve) => setTimeout(resolve, 2));
    this.#busy--;
    signal?.throwIfAborted();
    if (!this.online) throw new TypeError("Failed to fetch");
    const bytes = this.files.get(url);
    return bytes ? new Response(bytes as Uint8Array<ArrayBuffer>) : new Response("", { status: 404 });
  };

  get names(): string[] {
    return this.asked.map(({ name }) => name);
  }
}

/** A page that has read `index.json`. */
async function open(host: Host, { indexUrl = INDEX_URL, storage = caches as CacheStorage | null } = {}) {
  const options = { indexUrl, manifestFile: "index.json", retryMs: 1 };
  const reader = httpReader(indexUrl, host.fetch);
  const kept = storage ? new KeptFiles(reader, { ...options, caches: storage }) : withoutCaches(reader, options);
  const build = JSON.parse(text(await kept.read("index.json"))).build as string;
  return { kept, build };
}

/** As in a page without HTTPS. */
function withoutCaches(...args: ConstructorParameters<typeof KeptFiles>): KeptFiles {
  const known = Object.getOwnPropertyDescriptor(globalThis, "caches") as PropertyDescriptor;
  Object.defineProperty(globalThis, "caches", { value: undefined, configurable: true });
  try {
    return new KeptFiles(...args);
  } finally {
    Object.defineProperty(globalThis, "caches", known);
  }
}

const clear = () => Promise.all([INDEX_URL, OTHER_URL].map((url) => caches.delete(cacheOf(url))));
beforeEach(clear);
afterEach(clear);

describe("KeptFiles", () => {
  it("keeps all files, and needs no network from then on", async () => {
    const host = await Host.serve("a", FILES);
    const first = await open(host);
    const steps: KeepProgress[] = [];
    expect(first.kept.isWhole).toBe(false);
    await first.kept.keep(FILES, { onProgress: (progress) => steps.push(progress) });
    expect(first.kept.isWhole).toBe(true);
    expect(steps.map(({ files }) => files)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
    expect(steps.map(({ file }) => file).sort()).toEqual(["index.json", ...FILES]);
    expect(steps.at(-1)?.file).toBe("index.json");
    const bytes = [...host.files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(steps.at(-1)).toMatchObject({ loadedBytes: bytes, totalFiles: 13 });
    expect(host.names.sort()).toEqual(["index.json", ...FILES]);

    expect(new Set(host.asked.slice(1).map(({ priority }) => priority))).toEqual(new Set(["low"]));

    host.online = false;
    const later = await open(host);
    expect([later.build, later.kept.isWhole]).toEqual(["a", true]);
    for (const file of FILES) {
      expect(await later.kept.read(file)).toEqual(host.files.get(new URL(file, INDEX_URL).href));
    }
    expect(host.names.slice(13)).toEqual(["index.json"]);
  });

  it("asks for a few files at a time, and for none twice when two pages want all", async () => {
    const host = await Host.serve("a", FILES);
    const pages = await Promise.all([open(host), open(host)]);
    await Promise.all(pages.map(({ kept }) => kept.keep(FILES)));
    expect(host.names.filter((name) => name !== "index.json").sort()).toEqual([...FILES].sort());
    expect(host.busiest).toBe(4);
  });

  it("goes on where it was stopped", async () => {
    const host = await Host.serve("a", FILES);
    const { kept } = await open(host);
    const controller = new AbortController();
    let last = 0;
    const stopped = kept.keep(FILES, {
      signal: controller.signal,
      onProgress: ({ files }) => {
        last = files;
        if (files === 5) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    // What had arrived by then may still be on its way into the cache.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(last).toBe(5);
    const before = await keptPaths();
    expect(before.length).toBeGreaterThanOrEqual(5);
    expect(before).not.toContain("index.json");
    await expect(kept.keep(FILES, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });

    host.asked.length = 0;
    const later = await open(host);
    expect(later.kept.isWhole).toBe(false);
    await later.kept.read(before[0] as string);
    expect(host.names).toEqual(["index.json"]);
    const steps: number[] = [];
    await later.kept.keep(FILES, { onProgress: ({ files }) => steps.push(files) });
    expect(host.names.filter((name) => before.includes(name))).toEqual([]);
    expect(steps[0]).toBe(before.length + 1);
    expect(steps.at(-1)).toBe(13);
  });

  it("notices a new build, fetches what is new of it, and then forgets the last one", async () => {
    const host = await Host.serve("a", FILES);
    await (await open(host)).kept.keep(FILES);
    const next = [...FILES.slice(3), "text/new-1.bin", "text/new-2.bin"];
    const deployed = await Host.serve("b", next);
    const page = await open(deployed);
    expect([page.build, page.kept.isWhole]).toEqual(["b", false]);

    // On the way from one to the other the last one is still whole.
    deployed.files.delete(new URL("text/new-2.bin", INDEX_URL).href);
    await expect(page.kept.keep(next)).rejects.toMatchObject({ code: "file-missing" });
    deployed.online = false;
    const offline = await open(deployed);
    expect([offline.build, offline.kept.isWhole]).toEqual(["a", true]);
    for (const file of FILES) await offline.kept.read(file);

    const again = await Host.serve("b", next);
    const last = await open(again);
    await last.kept.keep(next);
    expect(again.names).toEqual(["index.json", "text/new-2.bin"]);
    expect(await keptPaths()).toEqual(["index.json", ...next].sort());
  });

  it("lets indexes on one origin alone, also one inside of another's folder", async () => {
    const host = await Host.serve("a", FILES);
    const inner = await Host.serve("inner", ["text/10.bin"], OTHER_URL);
    await (await open(inner, { indexUrl: OTHER_URL })).kept.keep(["text/10.bin"]);
    await (await open(host)).kept.keep(FILES);
    expect(await keptPaths(OTHER_URL)).toEqual(["index.json", "text/10.bin"]);
    inner.online = false;
    expect((await open(inner, { indexUrl: OTHER_URL })).build).toBe("inner");
  });

  it("asks again for what fails or is damaged, past the browser's cache, and keeps no error page", async () => {
    const host = await Host.serve("a", FILES);
    const failing = new Map([
      [
        "text/11.bin",
        [() => Promise.reject(new TypeError("Failed to fetch")), () => new Response("", { status: 503 })],
      ],
      ["text/12.bin", [() => new Response("<!doctype html>")]],
      ["text/13.bin", [() => new Response(Uint8Array.of(0x1f, 0x8b, 8, 0))]],
    ]);
    const answer = host.fetch;
    const unsteady: Fetch = async (url, init) => failing.get(url.slice(-11))?.shift()?.() ?? answer(url, init);
    const { kept } = await open(Object.assign(host, { fetch: unsteady }));
    await kept.keep(FILES);
    expect(host.asked.filter(({ cache }) => cache === "reload").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["text/11.bin", "text/12.bin", "text/13.bin"]),
    );

    await clear();
    host.files.set(new URL("text/15.bin", INDEX_URL).href, new TextEncoder().encode("<!doctype html>"));
    const page = await open(host);
    await expect(page.kept.keep(FILES)).rejects.toMatchObject({ code: "file-invalid", file: "text/15.bin" });
    expect(await keptPaths()).not.toContain("text/15.bin");
    expect(await keptPaths()).not.toContain("index.json");
  });

  it("says so where nothing can be kept or there is no room, and goes on reading", async () => {
    const full = {
      has: () => Promise.resolve(true),
      open: async (name: string) => Object.assign(await caches.open(name), { put: () => refuse("QuotaExceededError") }),
    };
    const forbidden = { has: () => refuse("SecurityError"), open: () => refuse("SecurityError") };
    for (const storage of [full as unknown as CacheStorage, forbidden as unknown as CacheStorage, null]) {
      const host = await Host.serve("a", FILES);
      const { kept } = await open(host, { storage });
      await expect(kept.keep(FILES)).rejects.toMatchObject({ code: "storage", remedy: expect.any(String) });
      expect(kept.isWhole).toBe(false);
      expect((await kept.read("text/17.bin")).length).toBeGreaterThan(0);
    }
  });

  it("leaves nothing behind while nothing was to be kept, and fails as ever without a connection", async () => {
    const host = await Host.serve("a", FILES);
    const { kept } = await open(host);
    await kept.read("text/11.bin");
    expect(await caches.has(cacheOf(INDEX_URL))).toBe(false);
    host.online = false;
    await expect(kept.read("text/12.bin")).rejects.toMatchObject({ code: "network" });
    await expect(open(host)).rejects.toMatchObject({ code: "network" });
  });

  it("does not wait long for the network when the index is there", async () => {
    const host = await Host.serve("a", FILES);
    await (await open(host)).kept.keep(FILES);
    const hanging = Object.assign(await Host.serve("b", FILES), { fetch: () => new Promise<never>(() => {}) });
    expect((await open(hanging)).build).toBe("a");
  });

  it("passes over a kept file that a reader knows to be damaged", async () => {
    const host = await Host.serve("a", FILES);
    const { kept } = await open(host);
    await kept.keep(FILES);
    host.asked.length = 0;
    await kept.read("text/11.bin", { reload: true });
    expect(host.names).toEqual(["text/11.bin"]);
  });
});

async function refuse(name: string): Promise<never> {
  throw new DOMException("No.", name);
}

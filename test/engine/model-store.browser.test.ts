import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelProgress, ModelStore } from "../../src/engine/model-store.ts";
import { type Fetch, httpReader } from "../../src/engine/reader.ts";
import { type CutModel, cutModel, madeUpBytes } from "./cut-model.ts";

const INDEX_URL = new URL("/made-up/search/index.json", location.href).href;
const CACHE = "semantic-search-models";
const FILES = { "config.json": madeUpBytes(40), "onnx/model.onnx": madeUpBytes(70_000, 2) };

let model: CutModel;
beforeEach(async () => {
  await caches.delete(CACHE);
  model = await cutModel(FILES, 10_000);
});
afterEach(async () => {
  await caches.delete(CACHE);
});

/** A server that sends stored files in pieces, and lists what was asked for. */
function serve({ stored }: CutModel) {
  const asked: { path: string; cache: RequestCache | undefined }[] = [];
  const fetchFile: Fetch = async (url, { signal, cache } = {}) => {
    const path = new URL(url).pathname.replace("/made-up/search/", "");
    asked.push({ path, cache });
    const bytes = stored.get(path);
    if (!bytes) return new Response("", { status: 404 });
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (signal?.aborted) return controller.error(signal.reason);
        if (sent === bytes.length) return controller.close();
        controller.enqueue(bytes.slice(sent, sent + 4000));
        sent = Math.min(sent + 4000, bytes.length);
      },
    });
    return new Response(body);
  };
  return { asked, fetchFile };
}

function open(options: { readonly caches?: CacheStorage; readonly indexUrl?: string } = {}) {
  const { asked, fetchFile } = serve(model);
  const { indexUrl = INDEX_URL } = options;
  return { asked, store: new ModelStore(httpReader(indexUrl, fetchFile), { indexUrl, ...options }) };
}

const partsOf = ({ refs }: CutModel) => refs.flatMap(({ parts }) => parts);
const cachedPaths = async () => (await (await caches.open(CACHE)).keys()).map(({ url }) => new URL(url).pathname);

describe("ModelStore in a browser", () => {
  it("keeps a model, and needs no network the next time", async () => {
    const first = open();
    expect(await first.store.isCached(model.refs)).toBe(false);
    expect(Object.fromEntries(await first.store.load(model.refs))).toEqual(FILES);
    expect(first.asked).toHaveLength(partsOf(model).length);
    const second = open();
    expect(await second.store.isCached(model.refs)).toBe(true);
    const steps: ModelProgress[] = [];
    const loaded = await second.store.load(model.refs, { onProgress: (progress) => steps.push(progress) });
    expect(Object.fromEntries(loaded)).toEqual(FILES);
    expect(second.asked).toEqual([]);
    expect(steps.at(-1)?.loadedBytes).toBe(steps.at(-1)?.totalBytes);
  });

  it("tells how much has arrived while a part is on its way", async () => {
    const steps: number[] = [];
    await open().store.load(model.refs, { onProgress: ({ loadedBytes }) => steps.push(loadedBytes) });
    expect(steps.length).toBeGreaterThan(partsOf(model).length);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it("goes on where a load was stopped", async () => {
    const controller = new AbortController();
    const first = open();
    const stopped = first.store.load(model.refs, {
      signal: controller.signal,
      onProgress: ({ loadedBytes }) => loadedBytes > 45_000 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    // Three parts of 10,000 bytes are on their way at once, so that two at least have been kept.
    const kept = await cachedPaths();
    expect(kept.length).toBeGreaterThan(1);
    const second = open();
    expect(await second.store.isCached(model.refs)).toBe(false);
    expect(Object.fromEntries(await second.store.load(model.refs))).toEqual(FILES);
    const asked = second.asked.map(({ path }) => new URL(path, INDEX_URL).pathname);
    expect(asked.filter((path) => kept.includes(path))).toEqual([]);
  });

  it("forgets a part that is damaged, and gets it again", async () => {
    await open().store.load(model.refs);
    const cache = await caches.open(CACHE);
    const files = [1, 2, 3].map((i) => partsOf(model)[i]?.file as string);
    const [changed, cut, html] = files.map((file) => new URL(file, INDEX_URL).href) as [string, string, string];
    await cache.put(changed, new Response(madeUpBytes(10_000, 9) as Uint8Array<ArrayBuffer>));
    await cache.put(cut, new Response(madeUpBytes(5) as Uint8Array<ArrayBuffer>));
    await cache.put(html, new Response("<!doctype html>"));
    const { asked, store } = open();
    expect(Object.fromEntries(await store.load(model.refs))).toEqual(FILES);
    expect(asked.map(({ path }) => path).sort()).toEqual([...files].sort());
    const again = open();
    await again.store.load(model.refs);
    expect(again.asked).toEqual([]);
  });

  it("asks past the HTTP cache when what arrives is damaged, and keeps none of that", async () => {
    const file = partsOf(model)[1]?.file as string;
    model.stored.set(file, madeUpBytes(10_000, 9));
    const { asked, store } = open();
    await expect(store.load(model.refs)).rejects.toMatchObject({ code: "file-invalid", file });
    expect(asked.filter(({ path }) => path === file).map(({ cache }) => cache)).toEqual(["default", "reload"]);
    expect(await cachedPaths()).not.toContain(new URL(file, INDEX_URL).pathname);
  });

  it("loads only what another model does not share with the last, and forgets the rest when told to", async () => {
    await open().store.load(model.refs);
    const elsewhere = open({ indexUrl: new URL("/made-up/search/elsewhere/index.json", location.href).href });
    await elsewhere.store.load(model.refs).catch(() => undefined);
    const foreign = new URL("/other/search/models/0123456789abcdef.bin", location.href).href;
    await (await caches.open(CACHE)).put(foreign, new Response("another site's"));

    const next = await cutModel({ ...FILES, "onnx/model.onnx": madeUpBytes(70_000, 3) }, 10_000);
    model = next;
    const { asked, store } = open();
    expect(await store.isCached(next.refs)).toBe(false);
    await store.load(next.refs);
    expect(asked).toHaveLength(7);
    await store.removeOld(next.refs);
    const expected = [...partsOf(next).map(({ file }) => new URL(file, INDEX_URL).pathname), new URL(foreign).pathname];
    expect((await cachedPaths()).sort()).toEqual(expected.sort());
  });

  it("works without room, and where the browser refuses storage", async () => {
    const full = { open: async (name: string) => Object.assign(await caches.open(name), { put: refuse }) };
    const forbidden = { open: refuse };
    for (const storage of [full, forbidden]) {
      const { asked, store } = open({ caches: storage as unknown as CacheStorage });
      expect(Object.fromEntries(await store.load(model.refs))).toEqual(FILES);
      expect(await store.isCached(model.refs)).toBe(false);
      expect(asked).toHaveLength(partsOf(model).length);
    }
  });
});

async function refuse(): Promise<never> {
  throw new DOMException("There is no room.", "QuotaExceededError");
}

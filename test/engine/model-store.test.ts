import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { type ModelProgress, ModelStore } from "../../src/engine/model-store.ts";
import type { ReadFile } from "../../src/engine/reader.ts";
import { type CutModel, cutModel, madeUpBytes } from "./cut-model.ts";

const FILES = { "config.json": madeUpBytes(40), "onnx/model.onnx": madeUpBytes(1000, 2), empty: new Uint8Array() };

/** Reads what is stored, half and half, and lists what was read. */
function reader({ stored }: CutModel) {
  const reads: { name: string; reload: boolean | undefined }[] = [];
  const read: ReadFile = async (name, { signal, onBytes, reload } = {}) => {
    reads.push({ name, reload });
    const bytes = stored.get(name);
    if (!bytes) throw new SearchError("file-missing", `${name} is missing.`);
    onBytes?.(bytes.length >> 1);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) throw SearchError.from(signal.reason);
    onBytes?.(bytes.length);
    return bytes.slice();
  };
  return { read, reads };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("ModelStore", () => {
  it("puts files together from parts of any size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (contents, partBytes) => {
          const files = Object.fromEntries(contents.map((content, i) => [`file ${i}`, content]));
          const model = await cutModel(files, partBytes);
          const steps: ModelProgress[] = [];
          const loaded = await new ModelStore(reader(model).read).load(model.refs, {
            onProgress: (progress) => steps.push(progress),
          });
          expect(Object.fromEntries(loaded)).toEqual(files);
          const sizes = model.refs.flatMap(({ parts }) => parts.map(({ bytes, gzipBytes }) => gzipBytes ?? bytes));
          const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
          for (const [i, { loadedBytes }] of steps.entries()) {
            expect(loadedBytes).toBeGreaterThan(steps[i - 1]?.loadedBytes ?? -1);
          }
          expect(steps.at(-1)).toEqual(sizes.length > 0 ? { loadedBytes: totalBytes, totalBytes } : undefined);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("asks for a damaged part once more, past the browser's cache", async () => {
    const model = await cutModel(FILES, 300);
    const { read, reads } = reader(model);
    const damaged = model.refs[1]?.parts[1]?.file;
    const damaging: ReadFile = async (name, options) => {
      const bytes = await read(name, options);
      return name === damaged && !options?.reload ? bytes.map((byte) => byte ^ 1) : bytes;
    };
    expect(Object.fromEntries(await new ModelStore(damaging).load(model.refs))).toEqual(FILES);
    expect(reads.filter(({ reload }) => reload)).toEqual([{ name: damaged, reload: true }]);
  });

  it.each([
    ["changed", (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte))],
    ["cut off", (bytes: Uint8Array) => bytes.slice(0, -1)],
    ["another file", () => new TextEncoder().encode("<!doctype html>")],
    ["empty", () => new Uint8Array()],
  ])("rejects a part that is %s", async (_, damage) => {
    for (const part of [0, 1]) {
      const model = await cutModel(FILES, 300);
      const file = model.refs[1]?.parts[part]?.file as string;
      model.stored.set(file, damage(model.stored.get(file) as Uint8Array));
      const loading = new ModelStore(reader(model).read).load(model.refs);
      await expect(loading).rejects.toMatchObject({ code: "file-invalid", file });
    }
  });

  it("rejects parts that do not make up their file, and passes on what reading throws", async () => {
    const model = await cutModel(FILES, 300);
    const [ref, ...others] = model.refs;
    const wrong = [{ ...ref, bytes: 39 } as (typeof model.refs)[0], ...others];
    const store = new ModelStore(reader(model).read);
    await expect(store.load(wrong)).rejects.toMatchObject({ code: "index-invalid", file: "config.json" });
    model.stored.delete(model.refs[1]?.parts[2]?.file as string);
    await expect(store.load(model.refs)).rejects.toMatchObject({ code: "file-missing" });
  });

  it("stops when asked, and when a part fails", async () => {
    const model = await cutModel({ large: madeUpBytes(5000) }, 100);
    const { read, reads } = reader(model);
    const controller = new AbortController();
    const stopped = new ModelStore(read).load(model.refs, {
      signal: controller.signal,
      onProgress: ({ loadedBytes }) => loadedBytes > 500 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    const { length } = reads;
    expect(length).toBeLessThan(15);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).toHaveLength(length);
    await expect(new ModelStore(read).load(model.refs, { signal: controller.signal })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(reads).toHaveLength(length);
  });

  it("keeps nothing where there is no Cache Storage", async () => {
    const model = await cutModel(FILES, 300);
    const { read, reads } = reader(model);
    const store = new ModelStore(read, { indexUrl: "https://site.test/search/index.json" });
    await store.load(model.refs);
    expect(await store.isCached(model.refs)).toBe(false);
    await store.removeOld(model.refs);
    const { length } = reads;
    await store.load(model.refs);
    expect(reads).toHaveLength(2 * length);
  });

  it("checks sizes where there is no SHA-256", async () => {
    const model = await cutModel(FILES, 300);
    const store = new ModelStore(reader(model).read);
    vi.stubGlobal("crypto", {});
    expect(Object.fromEntries(await store.load(model.refs))).toEqual(FILES);
    const file = model.refs[1]?.parts[0]?.file as string;
    model.stored.set(file, new Uint8Array(299));
    await expect(store.load(model.refs)).rejects.toMatchObject({ code: "file-invalid", file });
  });
});

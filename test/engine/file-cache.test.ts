import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileCache, type LoadFile } from "../../src/engine/file-cache.ts";

/** A loader whose outcome the test decides. */
function openLoader() {
  const signals: AbortSignal[] = [];
  const settle: { resolve: (bytes: number) => void; reject: (error: Error) => void }[] = [];
  const load: LoadFile<string> = (signal) =>
    new Promise((resolve, reject) => {
      signals.push(signal);
      settle.push({ resolve: (bytes) => resolve({ content: `content ${settle.length}`, bytes }), reject });
    });
  return { load, signals, settle };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("FileCache", () => {
  it("makes one request for several callers, and none for a file that is there", async () => {
    const cache = new FileCache(100);
    const { load, settle } = openLoader();
    const both = [cache.get("a", load, undefined), cache.get("a", load, new AbortController().signal)];
    settle[0]?.resolve(10);
    expect(await Promise.all(both)).toEqual(["content 1", "content 1"]);
    await cache.get("a", load, undefined);
    expect(settle).toHaveLength(1);
  });

  it("rejects a caller that goes at once, and stops the request soon after the last has gone", async () => {
    const cache = new FileCache(100);
    const { load, signals } = openLoader();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [cache.get("a", load, first.signal), cache.get("a", load, second.signal)].map((each) =>
      each.catch((error: unknown) => error),
    );
    first.abort();
    expect(await waiting[0]).toMatchObject({ code: "aborted" });
    await vi.runAllTimersAsync();
    expect(signals[0]?.aborted).toBe(false);
    second.abort();
    expect(await waiting[1]).toMatchObject({ code: "aborted" });
    expect(signals[0]?.aborted).toBe(false);
    await vi.runAllTimersAsync();
    expect(signals[0]?.aborted).toBe(true);
  });

  it("goes on with a request that the next query wants as well", async () => {
    const cache = new FileCache(100);
    const { load, signals, settle } = openLoader();
    const typedOver = new AbortController();
    const gone = cache.get("a", load, typedOver.signal).catch(() => "gone");
    typedOver.abort();
    const next = cache.get("a", load, new AbortController().signal);
    await vi.runAllTimersAsync();
    settle[0]?.resolve(1);
    expect([await gone, await next]).toEqual(["gone", "content 1"]);
    expect([signals.length, signals[0]?.aborted]).toEqual([1, false]);
  });

  it("asks nothing for a caller that has gone before", async () => {
    const { load, signals } = openLoader();
    await expect(new FileCache(1).get("a", load, AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
    expect(signals).toEqual([]);
  });

  it("makes a failed request again the next time", async () => {
    const cache = new FileCache(100);
    const { load, settle } = openLoader();
    const first = cache.get("a", load, undefined);
    settle[0]?.reject(new Error("offline"));
    await expect(first).rejects.toThrow("offline");
    const second = cache.get("a", load, undefined);
    settle[1]?.resolve(1);
    expect(await second).toBe("content 2");
  });

  it("drops what was used least recently when there is too much", async () => {
    const cache = new FileCache(100);
    const loaded: string[] = [];
    const get = (name: string) =>
      cache.get(
        name,
        async () => {
          loaded.push(name);
          return { content: name, bytes: 40 };
        },
        undefined,
      );
    for (const name of ["a", "b", "a", "c", "a", "b"]) await get(name);
    expect(loaded).toEqual(["a", "b", "c", "b"]);
  });
});

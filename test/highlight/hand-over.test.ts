import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handOver, takeFromAddress, takeOver } from "../../src/highlight/hand-over.ts";

const URL = "https://example.org/guide/#a";

beforeEach(() => {
  const items = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a directive that one page leaves for another", () => {
  it.each([
    URL,
    "https://example.org/guide#a",
    "https://example.org/guide/index.html#a",
    "https://example.org/guide.html?x=1#a",
  ])("is taken by %s, once", (url) => {
    handOver(URL, "text=x");
    expect([takeOver(url), takeOver(url)]).toEqual(["text=x", ""]);
  });

  it.each(["https://example.org/guide/#b", "https://example.org/guide/a/#a", "https://example.com/guide/#a"])(
    "is not for %s",
    (url) => {
      handOver(URL, "text=x");
      expect(takeOver(url)).toBe("");
    },
  );

  it("is forgotten after 20 seconds", () => {
    vi.useFakeTimers();
    handOver(URL, "text=x");
    vi.advanceTimersByTime(19_000);
    expect(takeOver(URL)).toBe("text=x");
    handOver(URL, "text=x");
    vi.advanceTimersByTime(21_000);
    expect(takeOver(URL)).toBe("");
  });

  it("is left out where the browser keeps nothing, or something else", () => {
    for (const value of ["nonsense", "null", "{}", '{"url":"x"}']) {
      localStorage.setItem("semantic-search-passage", value);
      expect(takeOver(URL)).toBe("");
    }
    vi.stubGlobal("localStorage", undefined);
    handOver(URL, "text=x");
    expect(takeOver(URL)).toBe("");
  });
});

describe("a directive in the address", () => {
  it.each([
    ["#a:~:text=x", "text=x", "#a"],
    ["#:~:text=x,-y", "text=x,-y", "#"],
  ])("%s is taken out", (hash, directive, anchor) => {
    const replace = vi.fn();
    expect(takeFromAddress({ hash, replace })).toBe(directive);
    expect(replace.mock.calls).toEqual([[anchor]]);
  });

  it.each(["", "#a", "#a:~:"])("%j has none", (hash) => {
    const replace = vi.fn();
    expect(takeFromAddress({ hash, replace })).toBe("");
    expect(replace).not.toHaveBeenCalled();
  });
});

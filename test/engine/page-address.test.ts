import { beforeAll, describe, expect, it } from "vitest";
import type { SearchBackend } from "../../src/core/search.ts";
import { pathWithin } from "../../src/engine/page-address.ts";
import { MemoryIndex, page } from "./memory-index.ts";

const at = (path: string) => page(path, path, { "": "Text." }, { filters: { path: [path] } });
const PAGES = ["", "guide/", "api.html", "größe/100%25.html", "clean", "record?id=2", "record?id=3"].map(at);

let index: MemoryIndex;
beforeAll(async () => {
  index = await MemoryIndex.build(PAGES, { siteRoot: "../", sections: false });
});
const openAt = (indexUrl?: string) => index.open(indexUrl === undefined ? {} : { indexUrl });
const filtersOf = async (backend: SearchBackend, url: string) => (await backend.filtersOf?.(url))?.path?.[0];

describe("filtersOf", () => {
  it.each([
    ["https://a.test/docs/", ""],
    ["https://a.test/docs", ""],
    ["https://a.test/docs/index.html?q=1#top", ""],
    ["https://a.test/docs/guide", "guide/"],
    ["https://a.test/docs/guide/index.html", "guide/"],
    ["https://a.test/docs/guide/?version=2#part", "guide/"],
    ["https://a.test/docs/api", "api.html"],
    ["https://a.test/docs/api/", "api.html"],
    ["https://a.test/docs/clean.html", "clean"],
    ["https://a.test/docs/gr%C3%B6%C3%9Fe/100%25.html", "größe/100%25.html"],
    ["https://a.test/docs/record?id=3", "record?id=3"],
  ])("knows %s", async (url, path) => {
    expect(await filtersOf(await openAt("https://a.test/docs/semantic-search/index.json"), url)).toBe(path);
  });

  it("is empty for pages that are not in the index, and those of other sites", async () => {
    const backend = await openAt("https://a.test/docs/semantic-search/index.json");
    for (const url of ["https://a.test/docs/none", "https://a.test/guide/", "https://b.test/docs/guide/", "data:,x"]) {
      expect(await backend.filtersOf?.(url)).toEqual({});
    }
  });

  it("takes any host for the site's where the index is opened without a URL", async () => {
    expect(await filtersOf(await openAt(), "http://localhost:8080/guide/")).toBe("guide/");
  });

  it("reads nothing more in an index without filters, and refuses what is no URL", async () => {
    const plain = await MemoryIndex.build([page("a", "A", { "": "Text." })]);
    const backend = await plain.open();
    plain.requests.length = 0;
    expect(await backend.filtersOf?.("https://a.test/a")).toEqual({});
    expect(plain.requests).toEqual([]);
    await expect(backend.filtersOf?.("/a")).rejects.toMatchObject({ code: "bad-option" });
  });
});

describe("pathWithin", () => {
  it("follows an absolute root to another host", () => {
    const site = { siteRoot: "https://docs.test/v2/", indexUrl: "https://cdn.test/index.json" };
    expect(pathWithin("https://docs.test/v2/guide/?a", site)).toBe("guide/?a");
    expect(pathWithin("https://docs.test/v1/guide/", site)).toBeUndefined();
    expect(pathWithin("https://cdn.test/v2/guide/", site)).toBeUndefined();
  });
});

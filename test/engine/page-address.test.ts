import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { SearchBackend } from "../../src/core/search.ts";
import { pageUrl, pathWithin } from "../../src/engine/page-address.ts";
import { MemoryIndex, page } from "./memory-index.ts";

const at = (path: string) => page(path, path, { "": "Text." }, { filters: { path: [path] } });
const PAGES = [
  "",
  "guide/",
  "api.html",
  "größe/100%25.html",
  "clean",
  "record?id=2",
  "record?id=3",
  "größe?id=2",
  "c%23/",
].map(at);

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
    ["https://a.test/docs/gr%C3%B6%C3%9Fe?id=2", "größe?id=2"],
    ["https://a.test/docs/c%23/index.html?q=1", "c%23/"],
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

describe("pageUrl", () => {
  const INDEX = "https://a.test/docs/semantic-search/index.json";
  const urlsOf = (path: string) => [
    pageUrl(path, { siteRoot: "../", indexUrl: INDEX }),
    pageUrl(path, { siteRoot: "https://b.test/v2/", indexUrl: INDEX }),
    pageUrl(path, { siteRoot: "https://b.test/v2/", indexUrl: undefined }),
    pageUrl(path, { siteRoot: "../", indexUrl: undefined }),
  ];

  it.each([
    ["", ""],
    ["guide/", "guide/"],
    ["größe/a b.html", "gr%C3%B6%C3%9Fe/a%20b.html"],
    ["c%23/100%25%3F.html", "c%23/100%25%3F.html"],
    ["record.php?id=3&of=a%20b", "record.php?id=3&of=a%20b"],
    ["?id=3", "?id=3"],
    ["a:b", "a:b"],
  ])("is that of %j below the root", (path, below) => {
    const expected = ["https://a.test/docs/", "https://b.test/v2/", "https://b.test/v2/", "/"].map(
      (root) => root + below,
    );
    expect(urlsOf(path)).toEqual(expected);
  });

  it("leads to no other host, and runs nothing, whatever the path", () => {
    const part = fc.constantFrom(
      "/",
      "\\",
      ":",
      "..",
      "@",
      "?",
      "#",
      "%2f",
      "\t",
      "javascript:",
      "https:",
      "evil.test",
    );
    const path = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(path, (any) => {
        const found = urlsOf(any).map((url) => new URL(url, "https://c.test/x/y").host);
        expect(found).toEqual(["a.test", "b.test", "b.test", "c.test"]);
      }),
      { numRuns: 2000 },
    );
  });

  it("is a path where the root is nothing that paths are relative to", () => {
    expect(pageUrl("a/", { siteRoot: "javascript:alert(1)/", indexUrl: INDEX })).toBe("/a/");
  });

  it.each([
    ["https://b.test/docs", "https://b.test/docs/guide/"],
    ["/docs", "https://a.test/docs/guide/"],
    ["..", "https://a.test/docs/guide/"],
    ["", "https://a.test/docs/semantic-search/guide/"],
  ])("is whole where the site's root was given as %j", async (siteRoot, expected) => {
    const site = await MemoryIndex.build([page("guide/", "Guide", { "": "Text.", More: "Words." })], { siteRoot });
    const backend = await site.open({ indexUrl: INDEX });
    const { hits } = await backend.search("words");
    expect(hits[0]).toMatchObject({ url: expected, sections: [{ url: `${expected}#more` }] });
    expect((await backend.search("guide")).hits[0]?.url).toBe(expected);
  });
});

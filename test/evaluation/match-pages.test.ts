import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MatchOptions, matchPages } from "../../src/evaluation/match-pages.ts";

const PATHS = [
  "",
  "guide/",
  "guide/accounts/",
  "api.html",
  "blog/a b.html",
  "straße/",
  "100%25.html",
  "reference/errors/",
];

/** The paths found for URLs, each of a query of its own. */
function find(urls: readonly string[], { paths = PATHS, ...options }: MatchOptions & { paths?: string[] } = {}) {
  const queries = urls.map((url, i) => ({ query: `q${i}`, pages: [{ url, grade: 1 }] }));
  return matchPages(queries, paths, options).queries.map(({ pages }) => pages[0]?.path);
}

describe("matchPages", () => {
  it.each([
    ["guide/", "guide/"],
    ["/guide/", "guide/"],
    ["/guide", "guide/"],
    ["guide", "guide/"],
    ["guide.html", "guide/"],
    ["/guide/index.html", "guide/"],
    ["/guide/#install", "guide/"],
    ["/guide/?utm_source=x#install", "guide/"],
    ["https://example.org/guide/", "guide/"],
    ["HTTPS://example.org:8080/guide/index.htm", "guide/"],
    ["//example.org/guide", "guide/"],
    ["./guide/./accounts/../", "guide/"],
    ["/api", "api.html"],
    ["/api/", "api.html"],
    ["api.html", "api.html"],
    ["/", ""],
    ["https://example.org", ""],
    ["/index.html", ""],
    ["/blog/a%20b.html", "blog/a b.html"],
    ["/blog/a b", "blog/a b.html"],
    ["/stra%C3%9Fe/", "straße/"],
    ["/100%25", "100%25.html"],
    ["100%25.html", "100%25.html"],
    ["/guides/", null],
    ["/%E0%A4%A", null],
    ["javascript:alert(1)", null],
  ])("%s is %s", (url, path) => {
    // Beside a page of the root, so that no folder is common to all.
    expect(find([url, "/reference/errors/", "/api.html"])[0]).toBe(path);
  });

  it("prefers the very path where two are alike", () => {
    expect(find(["a.html", "a/", "/a.html", "a"], { paths: ["a/", "a.html"] })).toEqual([
      "a.html",
      "a/",
      "a.html",
      "a/",
    ]);
  });

  it("finds out the folder that a site stands in, in spite of a wrong URL", () => {
    const urls = ["/docs/guide/", "https://x.org/docs/api", "/docs/", "/dosc/guide/accounts/"];
    expect(find(urls)).toEqual(["guide/", "api.html", "", null]);
  });

  it("takes that folder from the index if it says so", () => {
    expect(find(["/docs/guide/"], { siteRoot: "https://example.org/docs/" })).toEqual(["guide/"]);
    const { base } = matchPages([{ query: "q", pages: [{ url: "/x/api", grade: 1 }] }], PATHS, { siteRoot: "/x/" });
    expect(base).toBe("x/");
  });

  it("does not take a folder of the site for the one that it stands in", () => {
    expect(find(["/guide/", "/guide/accounts/"])).toEqual(["guide/", "guide/accounts/"]);
    expect(find(["/reference/errors/"], { paths: ["reference/errors/", "errors/"] })).toEqual(["reference/errors/"]);
  });

  it("makes one page of its anchors, of the better grade", () => {
    const pages = [
      { url: "/guide/#a", grade: 1 },
      { url: "/guide/#b", grade: 3 },
    ];
    const { queries } = matchPages([{ query: "q", pages }], PATHS);
    expect([...(queries[0]?.judgments ?? [])]).toEqual([["guide/", 3]]);
  });

  it("names what is missing and what may have been meant", () => {
    const pages = [
      { url: "/guide/acounts/", grade: 1, source: "q.tsv:7" },
      { url: "/old/errors", grade: 1 },
      { url: "/nowhere/at/all", grade: 1 },
      { url: "/wrong-anyway", grade: 0 },
      { url: "/guide/", grade: 1 },
    ];
    const { missing, queries } = matchPages([{ query: "q", pages }], PATHS);
    expect(missing).toEqual([
      { query: "q", url: "/guide/acounts/", source: "q.tsv:7", suggestion: "guide/accounts/" },
      { query: "q", url: "/old/errors", source: null, suggestion: "reference/errors/" },
      { query: "q", url: "/nowhere/at/all", source: null, suggestion: null },
    ]);
    expect(queries[0]?.judgments.size).toBe(5);
  });

  it("counts missing pages under names that no path has", () => {
    const { queries } = matchPages([{ query: "q", pages: [{ url: "gone", grade: 1 }] }], PATHS);
    expect([...(queries[0]?.judgments.keys() ?? [])]).toEqual([" gone"]);
  });

  it("leaves them out with skipMissing, and queries of no others", () => {
    const queries = [
      {
        query: "some",
        pages: [
          { url: "/guide/", grade: 1 },
          { url: "/gone/", grade: 1 },
        ],
      },
      {
        query: "none",
        pages: [
          { url: "/gone/", grade: 1 },
          { url: "/api.html", grade: 0 },
        ],
      },
    ];
    const found = matchPages(queries, PATHS, { skipMissing: true });
    expect(found.skipped).toEqual(["none"]);
    expect(found.queries.map(({ query, judgments }) => [query, [...judgments.keys()]])).toEqual([["some", ["guide/"]]]);
    expect(found.missing).toHaveLength(2);
  });

  it("finds every path by every way to write it", () => {
    const name = fc
      .string({ unit: fc.constantFrom("a", "b", "ü", "-", " "), minLength: 1 })
      .filter((text) => !!text.trim());
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join("/")}/`);
    fc.assert(
      fc.property(path, (own) => {
        const url = own.split("/").map(encodeURIComponent).join("/");
        const written = [own, `/${url}`, `/${url}index.html`, `https://x.org/${url}?q#a`, `/${url.slice(0, -1)}`];
        for (const way of written) expect(find([way], { paths: [own, "other/"], siteRoot: "/" })).toEqual([own]);
      }),
    );
  });
});

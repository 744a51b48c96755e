import { describe, expect, it } from "vitest";
import { type LinkedPage, linkPairs, pairKey, Resolver } from "../../src/tuning/link-pairs.ts";
import type { PageLink } from "../../src/tuning/page-links.ts";

type Links = readonly (readonly [text: string, href: string])[];

const toLinks = (links: Links): PageLink[] => links.map(([text, href]) => ({ text, href }));
const page = (path: string, content: Links = [], surroundings: Links = []): LinkedPage => ({
  path,
  links: { content: toLinks(content), surroundings: toLinks(surroundings) },
});
const SITE = ["", "guide/", "guide/slots.html", "api.html"].map((path) => page(path));

describe("pairs from links", () => {
  const pairsOf = (links: Links, options = {}) =>
    linkPairs([...SITE, page("guide/start.html", links)], options).map(({ text, path, anchor }) =>
      [text, path, anchor].join("|"),
    );

  it("lead to pages and their headings, however the address is written", () => {
    expect(
      pairsOf([
        ["named slots", "./slots#named-slots"],
        ["the guide", "/guide/index.html"],
        ["command reference", "../api?x=1"],
        ["scoped slots", "slots.html#scoped%20slots"],
      ]),
    ).toEqual([
      "named slots|guide/slots.html|named-slots",
      "command reference|api.html|",
      "scoped slots|guide/slots.html|scoped slots",
    ]);
  });

  it("are not made of texts that say nothing", () => {
    const junk = "here|click here|Read more|Learn more.|this page|More…|https://x.org/api|example.org|1.2.3|#|x|→|the";
    expect(pairsOf(junk.split("|").map((text) => [text, "/api.html"]))).toEqual([]);
    expect(pairsOf([["a sentence ".repeat(10), "/api.html"]])).toEqual([]);
  });

  it("lead neither out of the site, nor to the page itself, nor to what is not indexed", () => {
    const links = [
      "https://other.org/api.html",
      "#below",
      "start.html",
      "/missing/",
      "mailto:a@b.org",
      "javascript:x()",
    ];
    expect(pairsOf(links.map((href) => ["command reference", href]))).toEqual([]);
    expect(
      pairsOf([
        ["bad address", "http://[::1"],
        ["bad escape", "/api.html#%E0%A4%A"],
      ]),
    ).toEqual(["bad escape|api.html|%E0%A4%A"]);
  });

  it("know the site's own address, and the folder it is served from", () => {
    const own: Links = [["command reference", "https://my.org/docs/api.html"]];
    expect(pairsOf(own)).toEqual([]);
    expect(pairsOf(own, { base: "https://my.org/docs/" })).toEqual(["command reference|api.html|"]);
    const links: Links = [
      ["command reference", "/docs/api"],
      ["first steps", "/docs/start"],
      ["the beginning", "/docs/"],
    ];
    const rooted = ["api.html", "start.html", ""].map((path) => page(path, links));
    expect(linkPairs(rooted).map(({ path }) => path)).toEqual(["start.html", "", "api.html"]);
  });

  it("leave out what menus and templates repeat, and texts that lead everywhere", () => {
    const menu = page(
      "x.html",
      [
        ["API reference", "/api.html"],
        ["Slot names", "/guide/slots.html"],
      ],
      [["API reference", "/api"]],
    );
    expect(linkPairs([...SITE, menu]).map(({ text }) => text)).toEqual(["Slot names"]);
    const repeating = Array.from({ length: 12 }, (_, i) => page(`${i}.html`, [["support forum", "/api.html"]]));
    expect(linkPairs([...SITE, ...repeating])).toEqual([]);
    const everywhere = Array.from({ length: 5 }, (_, i): Links[number] => ["chapter", `/${i}.html`]);
    expect(linkPairs([page("toc.html", everywhere), ...repeating.map(({ path }) => page(path))])).toEqual([]);
  });

  it("come once, whatever their inflection", () => {
    expect(pairKey("The Named Slots")).toBe(pairKey("slot, naming"));
    expect(
      pairsOf([
        ["named slots", "slots.html"],
        ["Named slot", "slots.html"],
      ]),
    ).toHaveLength(1);
  });
});

describe("the resolver", () => {
  it("takes paths from the root of the site", () => {
    const resolver = new Resolver(SITE, undefined);
    expect(resolver.resolve({ href: "guide/slots" }, "")).toEqual({ path: "guide/slots.html", anchor: "" });
    expect(resolver.resolve({ href: "/" }, "")).toEqual({ path: "", anchor: "" });
  });

  it("knows pages with signs in their names", () => {
    const resolver = new Resolver([page("100%25.html"), page("a:b c/日本.html"), page("what%3F/")], undefined);
    const paths = ["100%25", "/a:b%20c/%E6%97%A5本.html", "what%3F"].map(
      (href) => resolver.resolve({ href }, "x.html")?.path,
    );
    expect(paths).toEqual(["100%25.html", "a:b c/日本.html", "what%3F/"]);
    expect(resolver.resolve({ href: "日本" }, "a:b c/x.html")?.path).toBe("a:b c/日本.html");
  });
});

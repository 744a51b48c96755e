import { describe, expect, it } from "vitest";
import { pageOf, skipOf } from "./pages.ts";

describe("title", () => {
  it.each([
    ["the h1 of the content", "<title>A | Site</title><header><h1>Site</h1></header><main><h1>B</h1>x</main>", "B"],
    [
      "an h1 above the content that the title repeats",
      "<title>A | Site</title><div><h1>A</h1></div><main>x</main>",
      "A",
    ],
    ["no logo", "<title>Site</title><h1><a href='/'>Site</a></h1><main><h2>A</h2>x</main>", "Site"],
    ["no hidden h1", "<title>A</title><main><h1 class=sr-only>Main</h1>x</main>", "A"],
    ["no h1 of an image alone", "<title>A</title><main><h1><img src=logo.svg></h1>x</main>", "A"],
    ["the title without the site's name", "<title>A - b · My Site</title><main>x</main>", "A - b"],
    ["the title, newlines or not", "<title>\n  A\n  b &amp; c\n</title><main>x</main>", "A b & c"],
    [
      "the title without the name that stands first",
      "<meta property=og:site_name content=Site><title>Site — A</title><main>x</main>",
      "A",
    ],
    ["the social title", '<title>A | B | Site</title><meta property=og:title content="A | B"><main>x</main>', "A"],
    ["the first heading", "<main><h2>A</h2>x</main>", "A"],
    ["the path", "<main>x</main>", "page.html"],
    ["what the page says it is", "<main><h1>A</h1><p data-pagefind-meta=title>B</p></main>", "B"],
  ])("is %s", (_, html, title) => {
    expect(pageOf(html).title).toBe(title);
  });
});

describe("trail", () => {
  const trailOf = (html: string) => pageOf(`${html}<main><h1>Page</h1>x</main>`, { path: "guide/page.html" }).trail;

  it("comes from the breadcrumb, without home and the page itself", () => {
    const items =
      '<li><a href="/">Home</a><li><a href="/guide/">Guide</a> /<li><a href=x>Part</a><li aria-current=page>Page';
    expect(trailOf(`<nav aria-label="Breadcrumb"><ol>${items}</ol></nav>`)).toEqual(["Guide", "Part"]);
    expect(trailOf('<div class=breadcrumbs><a href="../">Home</a> » <a href=a>Guide</a> » Page</div>')).toEqual([
      "Guide",
    ]);
    expect(trailOf("<ul class=breadcrumbs><li>Guide<li class=breadcrumbs__item--active>This</ul>")).toEqual(["Guide"]);
  });

  it("comes from JSON-LD", () => {
    const items = [
      { position: 2, name: "Page" },
      { position: 1, item: { name: "Guide" } },
    ];
    const graph = { "@graph": [{ "@type": "WebPage" }, { "@type": "BreadcrumbList", itemListElement: items }] };
    expect(trailOf(`<script type="application/ld+json">${JSON.stringify(graph)}</script>`)).toEqual(["Guide"]);
    expect(trailOf(`<script type="application/ld+json">{broken</script>`)).toEqual([]);
  });

  it.each([
    [
      "summaries",
      "<ul><li><details><summary>Guide</summary><ul><li><a href=page.html>x</a></ul></details></ul>",
      ["Guide"],
    ],
    [
      "headings",
      "<section><h2>A</h2><a href=other.html>o</a></section><section><div><h2>B</h2></div><a href=./page>x</a></section>",
      ["B"],
    ],
    [
      "list items",
      "<ul><li><span>A</span><ul><li><a href=a>B</a><ul><li><a aria-current=page href=z>x</a></ul></ul></ul>",
      ["A", "B"],
    ],
    ["nothing", "<ul><li><a href=other.html>x</a></ul>", []],
  ])("comes from the sidebar's groups: %s", (_, html, trail) => {
    expect(trailOf(`<nav>${html}</nav>`)).toEqual(trail);
  });
});

describe("language", () => {
  const languageOf = (html: string, language?: string) => pageOf(html, { language }).language;

  it("is that of the content, else of the page, else of the options", () => {
    expect(languageOf("<html lang=de><main lang=en>x</main>")).toBe("en");
    expect(languageOf('<html lang="\n pt_br\n"><main>x</main>')).toBe("pt-BR");
    expect(languageOf('<html lang=""><meta http-equiv=content-language content=fr><main>x</main>')).toBe("fr");
    expect(languageOf("<html lang='no way'><main>x</main>", "JA")).toBe("ja");
    expect(languageOf("<main>x</main>")).toBe("und");
  });
});

describe("metadata", () => {
  it("is read from the head", () => {
    const page = pageOf(`<link rel="canonical" href="https://a.b/c"><meta name=Description content=" D&amp;d ">
      <meta property=og:image content=/i.png><meta name=author content=Ada><meta property=article:published_time content=2024-01-02>
      <main>x</main>`);
    expect(page).toMatchObject({ canonical: "https://a.b/c", description: "D&d" });
    expect(page.meta).toEqual({ image: "/i.png", author: "Ada", date: "2024-01-02" });
    expect(pageOf("<link rel=canonical href=/relative><main>x</main>")).not.toHaveProperty("canonical");
  });

  it("turns DocSearch's metas into filters", () => {
    const metas = '<meta name="docsearch:language" content="en"><meta name="docsearch:version" content="2.0, latest">';
    expect(pageOf(`${metas}<main>x</main>`).filters).toEqual({ language: ["en"], version: ["2.0", "latest"] });
  });
});

describe.each(["data-pagefind", "data-search"])("%s-*", (prefix) => {
  const read = (body: string) => pageOf(`<main>${body.replaceAll("@", prefix)}<p>x</p></main>`);

  it("meta takes text, attributes and inline values, as lists", () => {
    const page = read(
      '<h2 @-meta="heading, tag[data-tag], author:Ada, the first" data-tag="T">Head</h2><img src=a.png @-meta="image[src]">',
    );
    expect(page.meta).toEqual({ heading: "Head", tag: "T", author: "Ada, the first", image: "a.png" });
  });

  it("meta may stand in the head and outside of the content, and has defaults", () => {
    const html = `<meta @-meta="kind" content="guide"><footer @-meta="license">MIT</footer><p @-default-meta="kind:page, x">y</p><main>x</main>`;
    expect(pageOf(html.replaceAll("@", prefix)).meta).toEqual({ kind: "guide", license: "MIT" });
  });

  it("filter collects values, sort keeps one", () => {
    const page = read(
      '<i @-filter="tag">a</i><i @-filter="tag">b</i><i @-filter="tag">a</i><time @-sort="date[datetime]" datetime="2024">May</time>',
    );
    expect(page.filters).toEqual({ tag: ["a", "b"] });
    expect(page.sort).toEqual({ date: "2024" });
  });

  it("sort has the date of a page that tells one, unless it is set", () => {
    const date = (body: string, head = "") => pageOf(`${head}<main>${body}<p>x</p></main>`).sort.date;
    const published = '<meta property="article:published_time" content="2024-01-02T03:04:05Z">';
    expect(date("", published)).toBe("2024-01-02T03:04:05Z");
    expect(date('<time datetime="2023-05-06">May</time>', published)).toBe("2024-01-02T03:04:05Z");
    expect(date('<time datetime="2023-05-06">May</time>', '<meta name="date" content="2 January">')).toBe("2023-05-06");
    const both = '<time datetime="2023-05-06">May</time><time datetime="2024-01-01">Jan</time>';
    expect(date(both)).toBeUndefined();
    expect(date(`${both}<b itemprop="datePublished" content="2022-01-01"></b>`)).toBe("2022-01-01");
    expect(date('<time datetime="12:00">noon</time>')).toBeUndefined();
    expect(date(`<i ${prefix}-sort="date:1999"></i>`, published)).toBe("1999");
    expect(pageOf('<time datetime="2023-05-06">May</time><main>x</main>').sort).toEqual({});
  });

  it("survives keys that objects already have", () => {
    const page = read('<i @-filter="__proto__:a" @-meta="constructor[constructor], toString:b"></i>');
    expect(Object.entries(page.filters)).toEqual([["__proto__", ["a"]]]);
    expect(Object.entries(page.meta)).toEqual([["toString", "b"]]);
  });

  it("ignore leaves out text, and `all` metadata too", () => {
    const page = read(
      "<div @-ignore>no<i @-meta=a>1</i></div><div @-ignore=index>no</div><div @-ignore=all>no<i @-meta=b>2</i></div>",
    );
    expect(page.sections[0]?.blocks).toEqual([{ kind: "prose", text: "x" }]);
    expect(page.meta).toEqual({ a: "1" });
  });

  it("weight goes to the nearest blocks, within 0 to 10", () => {
    const page = read("<div @-weight=2><p>a</p><p @-weight=99>b</p>c <b @-weight=0.5>d</b></div><p @-weight=x>e</p>");
    const weights = page.sections[0]?.blocks.map(({ text, weight }) => [text, weight]);
    expect(weights).toEqual([
      ["a", 2],
      ["b", 10],
      ["c", 2],
      ["d", 0.5],
      ["e", undefined],
      ["x", undefined],
    ]);
  });

  it("index-attrs adds attributes to the text", () => {
    expect(
      read('<a @-index-attrs="title,href,none" title="A title" href=/b>c</a>').sections[0]?.blocks.map(
        ({ text }) => text,
      ),
    ).toEqual(["A title", "/b", "c", "x"]);
  });

  it("ignore on the page leaves it out", () => {
    expect(skipOf(`<body ${prefix}-ignore><main>x</main></body>`)).toBe("excluded");
  });
});

describe("data-search-exclude", () => {
  it("leaves out a page, an element, and a heading's whole section", () => {
    expect(skipOf("<html data-search-exclude><main>x</main>")).toBe("excluded");
    expect(skipOf("<main data-search-exclude>x</main>")).toBe("excluded");
    const html = "<main><p data-search-exclude>no</p><h2 data-search-exclude>A</h2>no<h3>B</h3>no<h2>C</h2>yes</main>";
    expect(pageOf(html).sections).toMatchObject([{ heading: "C", blocks: [{ text: "yes" }] }]);
  });
});

describe("skipped pages", () => {
  it.each([
    ["noindex", "<meta name=robots content='noindex, follow'><main>x</main>"],
    ["noindex", "<META NAME=GoogleBot CONTENT=NONE><main>x</main>"],
    ["none", "<meta name=robots content='index, follow'><main>x</main>"],
    ["redirect", "<meta http-equiv=refresh content='0; url=/new/'><a href=/new/>Moved</a>"],
    ["redirect", "<meta http-equiv=Refresh content=\"3;URL='new.html'\">Moved"],
    ["none", "<meta http-equiv=refresh content=300><main>x</main>"],
    ["none", "<noscript><meta http-equiv=refresh content='0;url=/nojs'></noscript><main>x</main>"],
    ["empty", "<main></main>"],
    ["empty", "<title>A</title><main><h1>A</h1><nav>x</nav></main>"],
    ["not-found-page", "<title>404 | Site</title><main><h1>Page not found</h1><a href=/>Home</a></main>"],
    [
      "none",
      `<title>404 Not Found</title><main><h1>404 Not Found</h1>${"This HTTP status says so. ".repeat(20)}</main>`,
    ],
  ])("%s: %s", (reason, html) => {
    expect(skipOf(html)).toBe(reason);
  });

  it("not-found-page, by the path that hosts serve", () => {
    for (const path of ["404.html", "404", "404/", "de/404.html", "pt-br/404/"]) {
      expect(skipOf("<main>Oh no</main>", { path })).toBe("not-found-page");
    }
    expect(skipOf("<main>The status</main>", { path: "http/status/404/" })).toBe("none");
  });

  it("excluded, when the site marks content and this page does not", () => {
    expect(skipOf("<main>x</main>", { markedOnly: true })).toBe("excluded");
    expect(skipOf("<main data-pagefind-body>x</main>", { markedOnly: true })).toBe("none");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractPage, isSkipped } from "../../src/text/extract.ts";
import type { AnyNode } from "../../src/text/extract-dom.ts";
import { Element, isText } from "../../src/text/extract-dom.ts";
import { parseHtml } from "../../src/text/extract-tree.ts";
import { pageOf, textOf } from "./pages.ts";

/** A tree as `name(children)`, without the body around a fragment. */
function shape(html: string): string {
  const [body] = parseHtml(html).document.children;
  return body instanceof Element ? body.children.map(shapeOf).join(" ") : "";
}

function shapeOf(node: AnyNode): string {
  if (isText(node)) return node.data;
  return node instanceof Element ? `${node.name}(${node.children.map(shapeOf).join(" ")})` : "";
}

describe("parseHtml", () => {
  it.each([
    ["<p>a<p>b<div>c</div>", "p(a) p(b) div(c)"],
    ["<p>a<b>b<p>c", "p(a b(b)) p(c)"],
    ["<ul><li>a<ul><li>b</ul><li><a href=x>c<li>d</ul>e", "ul(li(a ul(li(b))) li(a(c)) li(d)) e"],
    ["<dl><dt>a<dd><p>b<dt>c</dl>", "dl(dt(a) dd(p(b)) dt(c))"],
    [
      "<table><thead><tr><th>a<th>b<tbody><tr><td><p>c<td>d<tr><td>e</table>f",
      "table(thead(tr(th(a) th(b))) tbody(tr(td(p(c)) td(d)) tr(td(e)))) f",
    ],
    ["<table><tr><td><table><tr><td>a</table>b</table>", "table(tr(td(table(tr(td(a))) b)))"],
    ["<select><option>a<option>b</select>c", "select(option(a) option(b)) c"],
    ["<h2>a</h3>b<h2>c<h3>d</h3>", "h2(a) b h2(c) h3(d)"],
    ["<div><span>a</div>b</span>c", "div(span(a)) bc"],
    ["<b><p>a</b>b</p>", "b(p(ab))"],
    ["a</p>b</br>c<br/>d<div/>e", "a p() b br() c br() d div(e)"],
    ["a<svg><path d=x /><title>t</title></svg>b<style>p{}</style><script>'</p>'</script>c", "abc"],
    ["<svg><g><p>a</p>b", "p(a) b"],
    ["<math><mi>x</mi><mo/></math>", "math(mi(x) mo())"],
    ["a<!-- > -->b<![CDATA[x]]>c", "abc"],
    ["<IMG SRC=a><Image>", "img() img()"],
  ])("%s", (html, tree) => {
    expect(shape(html)).toBe(tree);
  });

  it("decodes attributes and keeps the first of two", () => {
    const [link] = parseHtml('<a href="?a=1&amp;b=2" title=x HREF=y hidden>').elements.filter(
      ({ name }) => name === "a",
    );
    expect(link?.attribs).toEqual({ href: "?a=1&b=2", title: "x", hidden: "" });
  });

  it("flattens what is nested deeper than browsers go, and reads on", () => {
    const page = pageOf(`<main>${"<div>".repeat(3000)}deep${"</div>".repeat(3000)}<p>after</p></main>`);
    expect(page.sections[0]?.blocks.map(({ text }) => text)).toEqual(["deep", "after"]);
  });

  it("refuses what no page can be", () => {
    expect(() => parseHtml("<div>".repeat(100_000))).toThrow(/nests more than 10000 elements/);
  });

  it("reads a word of 100,000 letters and a page of 5 MB", { timeout: 30_000 }, () => {
    expect(textOf(`<p>${"x".repeat(100_000)}</p>`)).toHaveLength(100_000);
    const part = `<h2>Part</h2><p>${"Some <b>text</b> &amp; more. ".repeat(20)}</p><ul><li>a<li>b</ul>`;
    const started = performance.now();
    const { sections } = pageOf(`<main>${part.repeat(8_000)}</main>`);
    expect(sections).toHaveLength(8_000);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

const NAMES =
  "p div span a b li ul table tr td h1 h2 pre code main article nav svg template form details body html title".split(
    " ",
  );
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...NAMES).map((name) => `<${name}>`),
      fc.constantFrom(...NAMES).map((name) => `</${name}>`),
      fc
        .constantFrom(
          ..."hidden id=x class=toc href=#a lang=de aria-hidden=true data-pagefind-weight=2 data-search-meta=a[b,c".split(
            " ",
          ),
        )
        .map((a) => `<div ${a}>`),
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        "<",
        ">",
        "&",
        "&amp;",
        "<!--",
        "-->",
        "<![CDATA[",
        '"',
        "=",
        "\0",
        "\uD800",
        "<a href='#",
        "&#xD800;",
        "&#x110000;",
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

describe("extractPage", () => {
  it("reads any tag soup without throwing, into text on clean lines", () => {
    fc.assert(
      fc.property(soup, (html) => {
        const result = extractPage(html, { path: "x" });
        if (isSkipped(result)) return;
        for (const { heading, blocks } of result.sections) {
          expect(heading).toBe(heading.trim());
          for (const { kind, text } of blocks) {
            expect(text).not.toBe("");
            if (kind === "prose") expect(text).not.toMatch(/^\s|\s$|\s\s|[\n\t\u00AD\u200B]/);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

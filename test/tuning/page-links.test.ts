import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLinks } from "../../src/tuning/page-links.ts";

const page = (content: string, around = "") =>
  `<!doctype html><body>${around}<main><h1>Title</h1>${content}</main></body>`;

describe("the links of a page", () => {
  it("are told apart from those around its content", () => {
    const html = page(
      `<p>See <a href="/slots/">named <b>slots</b></a> and <a href=a.html>a</a>.</p><nav><a href="/in-nav/">Menu</a></nav>`,
      `<header><nav><a href="/">Home</a></nav></header>`,
    );
    const { content, surroundings } = readLinks(html);
    expect(content).toEqual([
      { text: "named slots", href: "/slots/" },
      { text: "a", href: "a.html" },
    ]);
    expect(surroundings.map(({ href }) => href)).toEqual(["/", "/in-nav/"]);
  });

  it("leave out what the index leaves out", () => {
    const html = page(`
      <h2 id="x">Setup <a class="header-anchor" href="#x">#</a></h2>
      <p hidden><a href="/hidden/">hidden</a></p>
      <p data-search-exclude><a href="/excluded/">excluded</a></p>
      <div class="promo"><a href="/promo/">promo</a></div>
      <p><a>no address</a> <a href="">empty</a> <a href="/kept/">kept<script>alert("x")</script></a></p>`);
    const { content } = readLinks(html, { ignore: [".promo"] });
    expect(content).toEqual([{ text: "kept", href: "/kept/" }]);
  });

  it("survive unclosed, nested and misspelt markup", () => {
    const html = page(
      `<p><a href="/one/">one<p><a href='/two/'>two <em>of</a> three</em><A HREF=/four/>four<a href="/five/">five`,
    );
    const { content } = readLinks(html);
    expect(content.map(({ href }) => href)).toEqual(["/one/", "/two/", "/four/", "/five/"]);
  });

  it("are read without failing, whatever the page", () => {
    const tag = fc.constantFrom(
      "<a href='/x'>",
      "</a>",
      "<main>",
      "</main>",
      "<nav>",
      "<p>",
      "<svg>",
      "<!--",
      "&#0;",
      "<a href=",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(tag, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 40 }), (parts) => {
        const { content, surroundings } = readLinks(parts.join(""));
        for (const { text, href } of [...content, ...surroundings]) {
          expect(text).toBe(text.trim());
          expect(href).not.toBe("");
        }
      }),
      { numRuns: 300 },
    );
  });
});

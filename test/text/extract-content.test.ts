import { describe, expect, it } from "vitest";
import { pageOf, skipOf } from "./pages.ts";

const LONG = "A long enough sentence to be the content of a page. ".repeat(5);
const all = (html: string, options = {}) =>
  pageOf(html, options)
    .sections.flatMap(({ blocks }) => blocks.map(({ text }) => text.trim()))
    .join(" / ");

describe("content", () => {
  it("is what the page marks, before all else", () => {
    expect(
      all("<main>no<div data-pagefind-body>a<b data-pagefind-body>b</b></div><p data-search-body>c</p></main>"),
    ).toBe("ab / c");
  });

  it("is what `root` selects, if the page marks nothing", () => {
    expect(all("<main>no<div class=doc>a</div><div class=doc>b</div></main>", { root: ".doc" })).toBe("a / b");
    expect(skipOf("<main>no</main>", { root: ".doc" })).toBe("excluded");
    expect(() => pageOf("<p>a", { root: "::" })).toThrow(/no CSS selector/);
  });

  it("is the article in main, when it is the page and not a teaser", () => {
    expect(all(`<main><div>Menu</div><article>${LONG}</article></main>`)).toBe(LONG.trim());
    const teasers = `<main><article>${LONG}</article><article>${LONG}</article></main>`;
    expect(all(teasers)).toBe(`${LONG.trim()} / ${LONG.trim()}`);
  });

  it("is main or role=main, the fullest if there are several", () => {
    expect(all(`<p>no</p><main>x</main><main>yes ${LONG}</main>`)).toBe(`yes ${LONG.trim()}`);
    expect(all(`<p>no</p><div role=main>yes</div>`)).toBe("yes");
    expect(all(`<p>no</p><article>${LONG}</article>`)).toBe(LONG.trim());
  });

  it("is where most of the prose stands, in a page without landmarks", () => {
    const menu = "<div class=menu><a href=a>One</a><a href=b>Two</a></div>";
    const html = `<body><div id=wrap>${menu}<div id=text><h1>Title</h1><p>${LONG}</p><p>${LONG}</p></div></div></body>`;
    expect(all(html)).toBe(`${LONG.trim()} / ${LONG.trim()}`);
  });

  it("keeps the title's part of the page with the prose", () => {
    const html = `<body><header><h1>Site</h1></header><div><div><h1>Page</h1><p>Lead.</p></div><div>${LONG}</div></div></body>`;
    expect(pageOf(html).title).toBe("Page");
    expect(all(html)).toBe(`Lead. / ${LONG.trim()}`);
  });

  it("may stand in a form, as pages of some servers do", () => {
    expect(all(`<body><form><h1>T</h1><p>${LONG}</p><input value=x></form></body>`)).toBe(LONG.trim());
  });
});

describe("sections", () => {
  it("hold what stands under their heading, and know those above", () => {
    const { sections } = pageOf(
      "<main><h1>T</h1>a<h2 id=b>B</h2>b<h4 id=c>C</h4>c<h3 id=d>D</h3>d<h2 id=e>E</h2></main>",
    );
    expect(
      sections.map(({ anchor, heading, level, ancestors, blocks }) => [
        anchor,
        heading,
        level,
        ancestors,
        blocks.length,
      ]),
    ).toEqual([
      ["", "", 0, [], 1],
      ["b", "B", 2, [], 1],
      ["c", "C", 4, ["B"], 1],
      ["d", "D", 3, ["B"], 1],
      ["e", "E", 2, [], 0],
    ]);
  });

  it("have no first part when nothing stands before the first heading", () => {
    expect(pageOf("<main><h1>T</h1><h2 id=a>A</h2>x</main>").sections).toHaveLength(1);
  });

  it("put text before the title and below it into one part", () => {
    const { title, sections } = pageOf("<main><p>May 1</p><h2>Contents</h2><h1>T</h1><p>Lead.</p></main>");
    expect(title).toBe("T");
    expect(sections[0]?.blocks.map(({ text }) => text)).toEqual(["May 1", "Lead."]);
  });

  it("take a second h1 for a section", () => {
    const { sections } = pageOf("<main><h1>T</h1><h1 id=x>X</h1><h2 id=y>Y</h2>y</main>");
    expect(sections.map(({ heading, ancestors }) => [heading, ancestors])).toEqual([
      ["X", []],
      ["Y", ["X"]],
    ]);
  });

  it("end with the card or box that their heading stands in", () => {
    const { sections } = pageOf(
      "<main><h1>T</h1><h2 id=a>A</h2>a<article><h3>Card</h3>card</article>more<h3 id=b>B</h3>b</main>",
    );
    expect(
      sections.map(({ heading, ancestors, blocks }) => [heading, ancestors, blocks.map(({ text }) => text).join()]),
    ).toEqual([
      ["A", [], "a,more"],
      ["Card", ["A"], "card"],
      ["B", ["A"], "b"],
    ]);
  });

  it("know headings by role", () => {
    const [section] = pageOf("<main><h1>T</h1><div role=heading aria-level=3 id=x>X</div>x</main>").sections;
    expect(section).toMatchObject({ heading: "X", level: 3, anchor: "x" });
  });

  it.each([
    ["the heading's id", '<h2 id="é a">H</h2>', "é a"],
    ["an id inside", "<h2><a id=x></a>H</h2>", "x"],
    ["a name inside", "<h2><a name=x>H</a></h2>", "x"],
    ["the permalink's target", '<h2>H<a class=headerlink href="#%C3%A9">¶</a></h2>', "é"],
    ["a broken permalink's target", '<h2>H<a class=headerlink href="#100%">¶</a></h2>', "100%"],
    ["the section's id", "<section id=x><h2>H</h2></section>", "x"],
    ["a wrapper's id", "<div id=x><div class=heading><h2>H</h2><a href=#y>#</a></div></div>", "x"],
    ["an empty anchor before", "<a id=x></a><h2>H</h2>", "x"],
    ["nothing when the wrapper holds more before it", "<div id=x>text<h2>H</h2></div>", ""],
  ])("take their anchor from %s", (_, html, anchor) => {
    expect(pageOf(`<main><h1>T</h1>${html}<p>x</p></main>`).sections.at(-1)).toMatchObject({ heading: "H", anchor });
  });

  it.each([
    [
      "a zero-width space",
      '<h2 id=a>H <a class="header-anchor" href="#a" aria-label="Permalink to “H”">\u200B</a></h2>',
    ],
    ["a pilcrow", '<h2 id=a>H<a class=headerlink href="#a" title="Permanent link">¶</a></h2>'],
    ["a hash", '<h2 id=a><a href="#a">#</a> H</h2>'],
    [
      "a link beside it",
      '<div><h2 id=a>H</h2><a class=sl-anchor-link href="#a"><span class=sr-only>Section titled “H”</span></a></div>',
    ],
    ["a label", '<h2 id=a>H<a href="#a" aria-label="Direct link to H" title="Direct link to H">link</a></h2>'],
    ["a link around it", '<h2 id=a><a class=header-anchor href="#a"><span>H</span></a></h2>'],
    ["a drawing", '<h2 id=a>H<a href="/x#a"><svg><path/></svg></a></h2>'],
  ])("are named without %s that marks their place", (_, html) => {
    const [section] = pageOf(`<main><h1>T</h1>${html}<p>x</p></main>`).sections;
    expect(section).toMatchObject({ heading: "H", anchor: "a", blocks: [{ text: "x" }] });
  });

  it("keep ids that come twice, and pass over headings without text", () => {
    const { sections } = pageOf("<main><h2 id=a>A</h2>1<h2 id=a>A</h2>2<h2 id=b><img src=x></h2>3</main>");
    expect(sections.map(({ anchor, blocks }) => [anchor, blocks.map(({ text }) => text).join()])).toEqual([
      ["a", "1"],
      ["a", "2,3"],
    ]);
  });
});

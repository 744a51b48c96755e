import { describe, expect, it } from "vitest";
import { blocksOf, pageOf, textOf } from "./pages.ts";

describe("text", () => {
  it("never parts a word at an inline boundary", () => {
    expect(textOf("<p>un<b>believ</b>able<i>!</i> <span>H</span><sub>2</sub>O</p>")).toBe("unbelievable! H2O");
    expect(textOf("<p>a<!-- comment -->b</p>")).toBe("ab");
    expect(textOf("<p>custom<my-mark>ised</my-mark></p>")).toBe("customised");
  });

  it("always parts text at a block boundary", () => {
    expect(blocksOf("one<p>two</p>three<div>four<section>five</section></div>six")).toEqual(
      "one two three four five six".split(" "),
    );
    expect(blocksOf("<ul><li>a<li>b<ul><li>c</ul></ul><dl><dt>term<dd>meaning</dl>")).toEqual([
      "a",
      "b",
      "c",
      "term",
      "meaning",
    ]);
    expect(textOf("<p>first<br>second</p>")).toBe("first second");
  });

  it("parts links and title words that only a style sheet sets apart", () => {
    expect(textOf("<div><a href=1>One</a><a href=2>Two</a></div>")).toBe("One Two");
    expect(textOf("<p>See <a href=1>One</a><a href=2>Two</a></p>")).toBe("See OneTwo");
    expect(
      pageOf('<main><h1><span class="name">Kit</span><span class="text">For sites</span></h1><p>x</p></main>').title,
    ).toBe("Kit For sites");
  });

  it("decodes entities and gives no HTML", () => {
    expect(textOf("<p>&lt;b&gt; &amp;amp; &quot;x&quot; &eacute; &#x41; &copy</p>")).toBe('<b> &amp; "x" é A ©');
    expect(textOf("<p>1 < 2 && 3 > 2</p>")).toBe("1 < 2 && 3 > 2");
  });

  it("makes every white space one space and drops what cannot be seen", () => {
    expect(textOf("<p>a&nbsp;b\n\t c&#8239;d</p>")).toBe("a b c d");
    expect(textOf("<p>Donau&shy;dampf<wbr>schiff\u200B\uFEFF\u2060\u0001</p>")).toBe("Donaudampfschiff");
    // The Persian joiner spells words.
    expect(textOf("<p>می\u200Cشود</p>")).toBe("می\u200Cشود");
  });

  it("takes a line break between Chinese or Japanese characters for none", () => {
    expect(textOf("<p>日本\n  語。\nつぎ</p>")).toBe("日本語。つぎ");
    expect(textOf("<p>한국\n어 text\n日本</p>")).toBe("한국 어 text 日本");
  });

  it("keeps what images show, not what decorates", () => {
    expect(textOf('<p>A<img src=x alt="A red boat">B</p>')).toBe("A A red boat B");
    expect(textOf('<p>x<img alt=""><img alt="IMG_1.png"><img role=presentation alt="line"></p>')).toBe("x");
  });

  it("reads ruby without its annotations and formulas as TeX", () => {
    expect(textOf("<p><ruby>漢<rt>かん<rt></ruby><ruby>字<rp>(<rt>じ<rp>)</ruby></p>")).toBe("漢字");
    const tex = '<semantics><mi>E</mi><annotation encoding="application/x-tex">E=mc^2</annotation></semantics>';
    expect(textOf(`<p>So <math>${tex}</math>.</p>`)).toBe("So E=mc^2.");
  });

  it("keeps the panels of tabs and folded details", () => {
    const tabs =
      '<ul role="tablist"><li role="tab">npm</li></ul><div role="tabpanel">one</div><div role="tabpanel" hidden>two</div>';
    expect(textOf(tabs)).toBe("one / two");
    expect(textOf("<details><summary>Why?</summary>Because.</details>")).toBe("Why? / Because.");
  });

  it("reads rows of tables on lines, their cells between bars", () => {
    const table =
      "<table><caption>Sizes<thead><tr><th>Name<th>Size<tbody><tr><td>A <b>b</b><td><p>1</p><p>2</p><tr><td>C<td></table>";
    const [caption, rows] = pageOf(`<main>${table}</main>`).sections[0]?.blocks ?? [];
    expect(caption).toEqual({ kind: "prose", text: "Sizes" });
    expect(rows).toEqual({ kind: "table", text: "Name | Size\nA b | 1 2\nC |" });
  });

  it("reads a table that lays out a page as the page", () => {
    const page = pageOf("<table><tr><td><h1>Old</h1><p>Text.</p><td><h2 id=b>Part</h2>More.</table>");
    expect(page.title).toBe("Old");
    expect(page.sections.map(({ heading, anchor }) => [heading, anchor])).toEqual([
      ["", ""],
      ["Part", "b"],
    ]);
  });
});

describe("code", () => {
  const codeOf = (html: string) => pageOf(`<main>${html}</main>`).sections[0]?.blocks ?? [];

  it("keeps lines and indentation", () => {
    expect(codeOf("<pre><code>\nif (a) {\n  b(&lt;c&gt;);  \n\n}\n\n</code></pre>")).toEqual([
      { kind: "code", text: "if (a) {\n  b(<c>);\n\n}" },
    ]);
  });

  it("puts no space between the spans of a highlighter", () => {
    expect(
      codeOf("<pre><span>con</span><span>sole</span><span>.</span><span>log</span>&nbsp;<span>()</span></pre>"),
    ).toEqual([{ kind: "code", text: "console.log ()" }]);
  });

  it("takes block elements for lines, closed by <br> or not", () => {
    const lines = "<div class=line>a</div><div class=line>b<br></div><div class=line><br></div><div><div>c</div></div>";
    expect(codeOf(`<pre><code>${lines}</code></pre>`)).toEqual([{ kind: "code", text: "a\nb\n\nc" }]);
  });

  it("leaves out line numbers, copy buttons and labels of the language", () => {
    expect(textOf("<pre><span class=lineno>1</span>a\n<span class=lineno>2</span>b<button>Copy</button></pre>")).toBe(
      "a\nb",
    );
    expect(textOf("<table class=highlight><tr><td><pre>1\n2</pre><td><pre>a\nb</pre></table>")).toBe("a\nb");
    expect(textOf("<div><button title=Copy>Copy</button><span class=lang>js</span><pre>a()</pre></div>")).toBe("a()");
    expect(textOf("<div><div class=head><span class=language-name>svelte</span></div><pre>a()</pre></div>")).toBe(
      "a()",
    );
    expect(textOf("<div>JavaScript</div><pre>a()</pre>")).toBe("a()");
    expect(textOf("<div>server.js</div><pre>a()</pre>")).toBe("server.js / a()");
  });
});

describe("what is left out", () => {
  it.each([
    ["scripts and styles", "<script>x</script><style>x</style><noscript>x</noscript><template>x</template>"],
    ["drawings and frames", "<svg><title>x</title><text>x</text></svg><iframe>x</iframe><canvas>x</canvas>"],
    ["form controls", "<label>x</label><select><option>x</select><textarea>x</textarea><button>x</button>"],
    ["hidden elements", "<p hidden>x</p><p aria-hidden=true>x</p><p style='display: none'>x</p><dialog>x</dialog>"],
    ["labels for screen readers", "<span class=sr-only>x</span><span class=visually-hidden>x</span>"],
    ["navigation", "<nav>x</nav><div role=navigation>x</div><div role=search>x</div><ul role=menu><li>x</ul>"],
    [
      "footers",
      '<footer>x</footer><div id=footer>x</div><div class="footer wide">x</div><div role=contentinfo>x</div><section class=article-footer>x</section>',
    ],
    [
      "links to other pages",
      "<a rel=next href=b>x</a><div class='pagination-nav x'>x</div><a class=prev-link href=a>x</a>",
    ],
    ["links to the source", "<a href=https://github.com/a/b/edit/main/c.md>x</a><p class=edit-link>x</p>"],
    ["advertisements", "<a rel='sponsored noopener' href=a>x</a>"],
    [
      "lists of the page's sections",
      "<ul><li><a href=#a>x</a><li><a href=#b>x</a></ul><div class=tocMobile_Ojys1><div class=toc>x</div></div>",
    ],
    [
      "named lists of sections",
      "<details><summary>On this page</summary><ul><li><a href=#a>Alpha one</a><li><a href=#b>Beta two</a></ul></details>",
    ],
    ["breadcrumbs", "<ol class=breadcrumbs><li>x</ol><div aria-label=Breadcrumb>x</div>"],
    ["asides of links", "<aside><a href=1>x</a> <a href=2>x</a> <a href=3>x</a></aside>"],
    ["notes' marks", "<sup><a role=doc-noteref href=#f>1</a></sup><a role=doc-backlink href=#r>x</a>"],
  ])("%s", (_, html) => {
    expect(textOf(`<p>before</p>${html}<p>after</p>`)).toBe("before / after");
  });

  it.each([
    ["an aside of prose", "<aside>Take care of <a href=1>this</a>.</aside>", "Take care of this."],
    ["a quotation's author", "<blockquote><p>To be.</p><footer>Hamlet</footer></blockquote>", "To be. / Hamlet"],
    ["text found by the browser's search", "<p hidden=until-found>x</p>", "x"],
    ["a shadow root", "<my-x><template shadowrootmode=open><p>x</p></template></my-x>", "x"],
    ["an open dialog", "<dialog open>x</dialog>", "x"],
    ["the button of a folded section", "<details><summary><button>x</button></summary></details>", "x"],
    [
      "a title that is hidden because its box is labelled",
      "<aside aria-label=Deprecated><p aria-hidden=true>Deprecated</p>x</aside>",
      "Deprecated / x",
    ],
    ["a class name that says chrome around the title", "<div class=page-footer><h1>T</h1><p>x</p></div>", "x"],
  ])("but not %s", (_, html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it("leaves out the title that a box has by default", () => {
    const box = (title: string) =>
      `<div class="custom-block warning"><p class="custom-block-title">${title}</p><p>x</p></div>`;
    expect(textOf(box("WARNING"))).toBe("x");
    expect(textOf(box("Mind the gap"))).toBe("Mind the gap / x");
  });

  it("leaves out what `ignore` selects, and says which selector is wrong", () => {
    expect(textOf("<p>a</p><p class=ad>b</p><i>c</i>", { ignore: [".ad", "main > i"] })).toBe("a");
    expect(() => pageOf("<p>a", { ignore: ["p["] })).toThrow(/"p\[" is no CSS selector/);
  });
});

import { describe, expect, it } from "vitest";
import { isSkipped } from "../../src/text/extract.ts";
import { extractMarkdown } from "../../src/text/markdown.ts";
import { outline } from "./pages.ts";

function read(source: string, path = "guide/a.html") {
  const page = extractMarkdown(source, { path });
  if (isSkipped(page)) throw new Error(page.detail);
  return page;
}

describe("extractMarkdown", () => {
  it("reads GitHub's flavour with GitHub's heading ids", () => {
    const page = read(
      "# Title\n\nLead *text*.\n\n## What's `new`?\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n## What's new?\n\n```js\na <b>\n```\n",
    );
    expect(page.title).toBe("Title");
    expect(outline(page.sections)).toEqual([
      "# : Lead text.",
      "#whats-new What's new?: a / b / x | y\n1 | 2",
      "#whats-new-1 What's new?: a <b>",
    ]);
    expect(page.sections.at(-1)?.blocks[0]?.kind).toBe("code");
  });

  it("honours custom and non-ASCII ids", () => {
    const { sections } = read("## Eins {#one}\n\nx\n\n## Zwei & drei Straßen\n\ny\n\n## 日本\n\nz");
    expect(sections.map(({ anchor, heading }) => `${anchor}|${heading}`)).toEqual([
      "one|Eins",
      "zwei--drei-straßen|Zwei & drei Straßen",
      "日本|日本",
    ]);
  });

  it("takes what the frontmatter says", () => {
    const page = read(
      '---\ntitle: "A <b> & c"\ndescription: D\nlang: de_AT\nauthor: Ada\ndate: 2024-01-02\nimage: /i.png\ntags: [x, y]\npermalink: /other/\n---\n# Other\n\ntext',
    );
    expect(page).toMatchObject({ title: "A <b> & c", description: "D", language: "de-AT", path: "other/" });
    expect(page.meta).toEqual({ author: "Ada", date: "2024-01-02", image: "/i.png" });
    expect(page.filters).toEqual({ tags: ["x", "y"] });
  });

  it.each(["search: false", "search:\n  exclude: true", "draft: true"])("leaves a page out: %s", (yaml) => {
    expect(extractMarkdown(`---\n${yaml}\n---\ntext`, { path: "a" })).toMatchObject({ skip: "excluded" });
  });

  it("names broken frontmatter, and takes a rule for none", () => {
    expect(() => read("---\na: [\n---\nx")).toThrow(/frontmatter is not YAML/);
    expect(read("---\n\nJust a rule above.\n").sections[0]?.blocks).toHaveLength(1);
  });

  it("drops MDX code and keeps what it wraps", () => {
    const source = [
      "import Card from './card'",
      "export const a = 1",
      "",
      "# T",
      "",
      "<Tabs>",
      '<TabItem label="x">',
      "",
      "Inside **bold**.",
      "",
      "</TabItem>",
      "</Tabs>",
      "",
      "{/* a comment */}",
      "{% aside %}",
      "",
      "Say <Badge>new</Badge>.",
      "",
      "```js",
      "import x from 'y'",
      "<Tabs>",
      "```",
    ].join("\n");
    expect(read(source).sections[0]?.blocks.map(({ text }) => text)).toEqual([
      "Inside bold.",
      "Say new.",
      "import x from 'y'\n<Tabs>",
    ]);
  });

  it("keeps the titles of boxes", () => {
    const source = ":::tip\nA.\n:::\n\n::: warning Mind the gap\nB.\n:::\n\n:::note[Own title]\nC.\n:::";
    expect(read(source).sections[0]?.blocks.map(({ text }) => text)).toEqual(["A.", "Mind the gap B.", "Own title C."]);
  });
});

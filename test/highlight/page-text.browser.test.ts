import { afterEach, expect, test } from "vitest";
import { findPassage } from "../../src/highlight/find-passage.ts";
import { markPassage } from "../../src/highlight/mark-passage.ts";
import { readPageText, toRange } from "../../src/highlight/page-text.ts";
import { parseDirective } from "../../src/highlight/text-directive.ts";

afterEach(() => document.body.replaceChildren());

/** The range of a directive in a page. */
function locate(html: string, directive: string): Range | undefined {
  document.body.innerHTML = html;
  const page = readPageText(document.body);
  const passage = findPassage(page.text, parseDirective(directive) ?? { start: "", end: "", prefix: "", suffix: "" });
  return passage && toRange(page, ...passage);
}

test.each([
  ["across inline elements", "<p>Turn <b>the <i>val</i>ve</b> off.</p>", "text=the%20valve%20off", "the valve off"],
  ["across blocks", "<h2>Leaks</h2><p>Turn it off</p>", "text=Leaks-,Turn,-it", "Turn"],
  ["whose words no space parts", "<ul><li>one</li><li>two</li></ul>", "text=one%20two", "onetwo"],
  ["across a line break", "<p>one<br>two</p>", "text=one%20two", "onetwo"],
  ["in cells", "<table><tr><td>a</td><td>b</td></tr></table>", "text=a-,b", "b"],
  ["not in text that is hidden", "<p hidden>one two</p><p>three one</p>", "text=one", "one"],
  [
    "not in scripts and styles",
    "<style>one{}</style><script type='x'>one</script><p>two one</p>",
    "text=two%20one",
    "two one",
  ],
])("text is found %s", (_, html, directive, expected) => {
  const range = locate(html, directive);
  expect(range?.toString()).toBe(expected);
  expect(range?.startContainer.parentElement?.checkVisibility()).toBe(true);
});

test("hidden text is not found", () => {
  expect(
    locate(
      "<p style='display: none'>one</p><p style='visibility: hidden'>two</p><details><p>six</p></details>",
      "text=one",
    ),
  ).toBeUndefined();
  expect(
    findPassage(readPageText(document.body).text, { start: "two", end: "", prefix: "", suffix: "" }),
  ).toBeUndefined();
  expect(
    findPassage(readPageText(document.body).text, { start: "six", end: "", prefix: "", suffix: "" }),
  ).toBeUndefined();
});

test("a passage is marked without touching the text, until Escape or a click", () => {
  const html = "<p>Turn <b>the valve</b> off.</p>";
  for (const end of [
    () => document.body.click(),
    () => dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })),
  ]) {
    markPassage(locate(html, "text=the%20valve") as Range);
    expect([...(CSS.highlights.get("semantic-search") ?? [])].map(String)).toEqual(["the valve"]);
    expect(document.body.innerHTML).toBe(html);
    end();
    expect(CSS.highlights.has("semantic-search")).toBe(false);
  }
});

test("without custom highlights, the element around it is outlined", () => {
  const registry = Object.getOwnPropertyDescriptor(CSS, "highlights") as PropertyDescriptor;
  Object.defineProperty(CSS, "highlights", { value: undefined, configurable: true });
  try {
    markPassage(locate("<p>Turn <b>the valve</b> off.</p>", "text=valve") as Range);
    const element = document.querySelector("b") as HTMLElement;
    expect(getComputedStyle(element).outlineStyle).toBe("solid");
    element.click();
    expect(getComputedStyle(element).outlineStyle).toBe("none");
  } finally {
    Object.defineProperty(CSS, "highlights", registry);
  }
});

test("it is scrolled to, in a long element and in a box that scrolls", () => {
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i}`).join("\n");
  for (const html of [
    `<pre>${lines}</pre>`,
    `<div style="height: 200px; overflow: auto"><p style="height: 3000px"></p><p>line 300</p></div>`,
  ]) {
    scrollTo(0, 0);
    const range = locate(html, "text=line%20300") as Range;
    markPassage(range);
    const { top, bottom } = range.getBoundingClientRect();
    expect(top).toBeGreaterThan(0);
    expect(bottom).toBeLessThan(innerHeight);
    document.body.click();
  }
});

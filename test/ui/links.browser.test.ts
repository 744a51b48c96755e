import { expect, test } from "vitest";
import type { PageHit } from "../../src/core/search.ts";
import { rowHref, textDirective } from "../../src/ui/links.ts";
import { answer, excerpt, page, section } from "./fixtures.ts";
import { ask, mountOpen, settled } from "./harness.ts";

const rowOf = (url: string, marked = "plain") => ({
  page: page("Page", [], []),
  section: section(url, "Heading", marked),
});

test.each([
  ["a marked word, with the words beside it", "Then [undo] the last change.", "text=Then-,undo,-the%20last"],
  ["a word that was only typed in part, whole", "The [deploy]ment was undone.", "text=The-,deployment,-was%20undone."],
  ["a word marked at its end", "a re[deploy] b", "text=a-,redeploy,-b"],
  [
    "a long sentence, by both ends",
    "[If a release goes wrong, switch back.] More.",
    "text=If%20a%20release,wrong%2C%20switch%20back.",
  ],
  ["only the first mark", "[one] two three [four]", "text=one,-two%20three"],
  ["without the ellipses of the excerpt", "…of the [deploy]…", "text=of%20the-,deploy"],
  ["syntax characters escaped", "a, b-c & [x-y,z] d", "text=b%2Dc%20%26-,x%2Dy%2Cz,-d"],
  [
    "a clause of a text without spaces",
    "検索は[意味]で行う。",
    `text=${encodeURIComponent("検索は意味で行う")},-${encodeURIComponent("。")}`,
  ],
  ["nothing when nothing is marked", "No mark.", ""],
])("a text fragment names %s", (_, marked, directive) => {
  expect(textDirective(excerpt(marked))).toBe(directive);
});

test("links carry the section and the passage", () => {
  const base = new URL("/guide/", document.baseURI).href;
  expect(rowHref(rowOf("/guide/#a", "x [y] z"))).toBe(`${base}#a:~:text=x-,y,-z`);
  expect(rowHref(rowOf("/guide/", "x [y] z"))).toBe(`${base}#:~:text=x-,y,-z`);
  expect(rowHref(rowOf("/guide/#a", "x [y] z"), { textFragments: false })).toBe(`${base}#a`);
  expect(rowHref(rowOf("/guide/#a", "x [y] z"), { supported: false })).toBe(`${base}#a`);
  expect(rowHref(rowOf("https://example.com/a?b=c#d"))).toBe("https://example.com/a?b=c#d");
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "blob:https://example.com/x",
  "file:///etc/passwd",
  "https://",
])("%j is no link", (url) => {
  expect(rowHref(rowOf(url))).toBeNull();
});

const HOSTILE = `<img src=x onerror="window.hacked=true"><script>window.hacked=true</script>`;

test("whatever an index holds is shown as text", async () => {
  const hostile: PageHit = page(
    HOSTILE,
    [HOSTILE],
    [
      section("/a/#b", HOSTILE, `before [${HOSTILE}] after ${HOSTILE}`, { ancestors: [HOSTILE], match: "both" }),
      section("javascript:window.hacked=true", HOSTILE, HOSTILE),
    ],
  );
  const mounted = await mountOpen({}, (search) =>
    search.answer(answer(search.query, [{ ...hostile, language: `"><b>` }])),
  );
  await ask(mounted, HOSTILE);
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.root.querySelectorAll("img, script, b")).toHaveLength(0);
  expect(mounted.find("[part=title]").textContent).toBe(HOSTILE);
  expect(mounted.find("mark").textContent).toBe(HOSTILE);

  const [, trap] = mounted.options;
  expect(trap?.hasAttribute("href")).toBe(false);
  expect(trap?.getAttribute("aria-disabled")).toBe("true");
  trap?.click();
  expect(mounted.dialog.open).toBe(true);
  expect("hacked" in window).toBe(false);
});

test("a hostile query is shown as text when nothing is found", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, [])));
  await ask(mounted, HOSTILE);
  await settled(mounted, () => mounted.root.querySelector("[part=nothing]") !== null);
  expect(mounted.find("[part=nothing]").textContent).toContain(HOSTILE);
  expect(mounted.root.querySelector("img")).toBeNull();
});

test("nothing is styled by attribute, so that a strict policy can hold", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, [])));
  await ask(mounted, "undo");
  expect(mounted.root.querySelectorAll("[style], style")).toHaveLength(0);
});

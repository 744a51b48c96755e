import { describe, expect, it } from "vitest";
import type { PageDocument } from "../../src/core/document.ts";
import { isSkipped } from "../../src/text/extract.ts";
import { readRecords } from "../../src/text/json-records.ts";
import { outline } from "./pages.ts";

const read = (value: unknown) =>
  readRecords(typeof value === "string" ? value : JSON.stringify(value), { file: "x.json", language: "fr" });
const pagesOf = (value: unknown) => read(value).filter((each): each is PageDocument => !isSkipped(each));

describe("readRecords", () => {
  const record = { url: "/a", title: "A", content: "One.\n\nTwo." };

  it.each([
    ["an array", [record]],
    ["pages", { pages: [record] }],
    ["records", { records: [record] }],
    ["one record", record],
    ["JSON Lines", `\uFEFF${JSON.stringify(record)}\n\n{broken\n${JSON.stringify({ ...record, url: "/b" })}\n`],
  ])("reads %s", (_, value) => {
    expect(pagesOf(value)[0]).toMatchObject({ path: "a", title: "A", language: "fr" });
  });

  it("reads plain text, headings, and what goes with a page", () => {
    const [page] = pagesOf({
      ...record,
      path: "https://x.y/guide/a%20b/?v=1#frag",
      headings: [{ text: "H", id: "h", content: "Under h." }, { text: "I", level: 3 }, { text: " " }],
      trail: ["Guide"],
      language: "de_at",
      canonical: "https://x.y/a",
      description: " D ",
      meta: { n: 1, b: true },
      filters: { t: "x", u: ["y"] },
      sort: { date: 5 },
    });
    expect(page).toMatchObject({
      path: "guide/a b/?v=1",
      trail: ["Guide"],
      language: "de-AT",
      canonical: "https://x.y/a",
      description: "D",
      meta: { n: "1", b: "true" },
      filters: { t: ["x"], u: ["y"] },
      sort: { date: "5" },
    });
    expect(outline(page?.sections ?? [])).toEqual(["# : One. / Two.", "#h H: Under h.", "#i I: ".replace("#i", "#")]);
    expect(page?.sections.at(-1)?.ancestors).toEqual(["H"]);
  });

  it.each([
    ["/50% off", "50%25 off"],
    ["/50%25%20off", "50%25 off"],
    ["/c%23/%3F", "c%23/%3F"],
    ["p.php?id=3&of=%41", "p.php?id=3&of=%41"],
    ["/%ff%41", "%ff%41"],
  ])("keeps of %s what means something else in a URL", (url, path) => {
    expect(pagesOf({ ...record, url })[0]?.path).toBe(path);
  });

  it("reads HTML and Markdown as pages", () => {
    const [html, markdown] = pagesOf([
      { url: "a", html: "<h1>T</h1><p>x &amp; y</p><nav>no</nav><h2 id=b>B</h2>z" },
      { url: "b", markdown: "# T\n\nx\n\n## B\n\nz" },
    ]);
    expect(outline(html?.sections ?? [])).toEqual(["# : x & y", "#b B: z"]);
    expect(outline(markdown?.sections ?? [])).toEqual(["# : x", "#b B: z"]);
    expect(html?.title).toBe("T");
  });

  it("skips what is not valid, by its index", () => {
    const skipped = read([
      record,
      { title: "no path" },
      { url: 5 },
      { url: "a", content: "x", html: "y" },
      "text",
      { url: "e" },
    ]).filter(isSkipped);
    expect(skipped.map(({ skip, detail }) => `${skip} ${detail}`)).toEqual([
      expect.stringMatching(/^invalid Record 1: `url` or `path` is missing/),
      expect.stringMatching(/^invalid Record 2: `url`: /),
      expect.stringMatching(/^invalid Record 3: only one of/),
      expect.stringMatching(/^invalid Record 4: /),
      expect.stringMatching(/^empty /),
    ]);
    expect(read(`{"url":"/a","content":"x"}\n{broken`).filter(isSkipped)).toMatchObject([
      { detail: "Record 1: It is no JSON." },
    ]);
  });

  it("refuses what is no JSON", () => {
    expect(() => read("<html>")).toThrow(/neither JSON nor JSON Lines/);
  });
});

import { describe, expect, it } from "vitest";
import { emptyBoilerplate } from "../../src/indexer/boilerplate.ts";
import type { SitePage } from "../../src/indexer/site-page.ts";
import { madeUpPage } from "./made-up-pages.ts";

/** That many pages, of which the first `having` say "None." under a heading. */
function site(count: number, having: number, note = "None."): SitePage[] {
  return Array.from({ length: count }, (_, i) =>
    madeUpPage(`page-${i}`, { "": [`Text of page ${i}.`], Notes: [i < having ? note : `Note ${i}.`] }),
  );
}

const emptied = (pages: readonly SitePage[]) =>
  emptyBoilerplate(pages).filter((page) => page.passages().some(({ text }) => text === "")).length;

describe("emptyBoilerplate", () => {
  it("empties what stands on 20 pages and on 1 % of them", () => {
    expect(emptied(site(100, 19))).toBe(0);
    expect(emptied(site(100, 20))).toBe(20);
    expect(emptied(site(3000, 29))).toBe(0);
    expect(emptied(site(3000, 30))).toBe(30);
  });

  it("counts a page once, however often it says so", () => {
    const pages = Array.from({ length: 19 }, (_, i) => madeUpPage(`${i}`, { A: ["None."], B: ["None."] }));
    expect(emptied(pages)).toBe(0);
    expect(emptied([...pages, madeUpPage("20", { A: ["None."], B: ["Other."] })])).toBe(20);
  });

  it("leaves long texts and those that only begin alike", () => {
    expect(emptied(site(30, 30, "x".repeat(999)))).toBe(30);
    expect(emptied(site(30, 30, "x".repeat(1000)))).toBe(0);
    expect(emptied(Array.from({ length: 30 }, (_, i) => madeUpPage(`${i}`, { A: [`None. ${i}`] })))).toBe(0);
  });

  it("keeps sections, headings and the numbers of chunks, and does not touch what it was given", () => {
    const pages = site(20, 20);
    const before = pages.map((page) => page.text());
    const page = emptyBoilerplate(pages)[7];
    expect(pages.map((each) => each.text())).toEqual(before);
    expect(page?.lengths).toEqual(["Text of page 7.".length, 0]);
    expect(page?.passages()).toEqual([
      { title: "Title of page-7", headings: [], text: "Text of page 7." },
      { title: "Title of page-7", headings: ["Notes"], text: "" },
    ]);
    expect(page?.text().sections[1]).toEqual({
      ...before[7]?.sections[1],
      chunks: [{ text: "", sentenceEnds: [], sketches: new Uint8Array() }],
    });
  });

  it("gives pages without boilerplate back as they are", () => {
    const pages = site(40, 20);
    const result = emptyBoilerplate(pages);
    expect(result[20]).toBe(pages[20]);
    expect(result[0]).not.toBe(pages[0]);
  });
});

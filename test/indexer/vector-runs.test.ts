import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vectorRuns } from "../../src/indexer/vector-runs.ts";
import { madeUpPage } from "./made-up-pages.ts";

const x = (length: number) => "x".repeat(length);
/** Numbers of chunks in the runs of one page with texts of these lengths. */
const counts = (...lengths: number[]) => [...vectorRuns([madeUpPage("a", { H: lengths.map(x) })]).counts];

describe("vectorRuns", () => {
  it.each([
    { name: "nothing", lengths: [], expected: [] },
    { name: "below 600 is joined", lengths: [599, 301], expected: [2] },
    { name: "600 is enough", lengths: [600, 1], expected: [1, 1] },
    { name: "900 is the most", lengths: [599, 302], expected: [1, 1] },
    { name: "a long one stands alone", lengths: [100, 5000, 100, 100], expected: [1, 1, 2] },
    { name: "until there is enough", lengths: [200, 200, 200, 200, 200], expected: [3, 2] },
    { name: "headings alone, at most 16", lengths: Array(40).fill(0), expected: [16, 16, 8] },
  ])("$name", ({ lengths, expected }) => {
    expect(counts(...lengths)).toEqual(expected);
  });

  it("never joins chunks of two pages", () => {
    const runs = vectorRuns([madeUpPage("a", { H: ["one"] }), madeUpPage("b", {}), madeUpPage("c", { H: ["two"] })]);
    expect([...runs.firsts]).toEqual([0, 1]);
    expect([...runs.counts]).toEqual([1, 1]);
  });

  it("joins texts by lines, with the headings that are new", () => {
    const page = madeUpPage("a", { Start: ["One."], Then: ["Two.", ""], Empty: [""] });
    const { passages } = vectorRuns([page]);
    expect(passages).toMatchObject([
      { title: "Title of a", headings: ["Start"], text: "One.\nThen\nTwo.\nThen\nEmpty" },
    ]);
  });

  it("takes a single chunk as it is", () => {
    const page = madeUpPage("a", { Start: [x(700)], Then: [""] });
    const { passages } = vectorRuns([page]);
    expect(passages).toHaveLength(2);
    expect(passages).toMatchObject(page.passages());
  });

  it("has every chunk once, in order", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 1200 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(lengths, { maxLength: 8 }), (site) => {
        const pages = site.map((own, i) => madeUpPage(`${i}`, { H: own.map(x) }));
        const { firsts, counts: sizes, passages } = vectorRuns(pages);
        expect(passages).toHaveLength(firsts.length);
        let next = 0;
        firsts.forEach((first, run) => {
          expect(first).toBe(next);
          next += sizes[run] as number;
        });
        expect(next).toBe(site.flat().length);
      }),
    );
  });
});

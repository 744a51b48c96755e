import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderPages, type PagePlace } from "../../src/indexer/page-order.ts";
import { madeUpPage } from "./made-up-pages.ts";

/** Pages with that many chunks each, by path. */
type Site = Readonly<Record<string, number>>;

const pagesOf = (site: Site) =>
  Object.entries(site).map(([path, chunks]) =>
    madeUpPage(path, { H: Array.from({ length: chunks }, (_, i) => `${i}`) }),
  );
const order = (site: Site, last?: readonly PagePlace[]) =>
  orderPages(pagesOf(site), last).map(({ document, chunkCount }) => ({ path: document.path, chunks: chunkCount }));
const paths = (places: readonly PagePlace[]) => places.map(({ path }) => path);
const sorted = (places: readonly PagePlace[]) => places.toSorted((a, b) => (a.path < b.path ? -1 : 1));

/** `p100`, `p102`, …, one chunk each. */
const SITE: Site = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p${100 + 2 * i}`, 1]));
const LAST = order(SITE);

describe("orderPages", () => {
  it("sorts by code units", () => {
    expect(paths(order({ b: 1, "": 1, B: 2, "a/": 1, é: 1, a: 0 }))).toEqual(["", "B", "a", "a/", "b", "é"]);
  });

  it("puts new pages behind those that keep their numbers", () => {
    expect(paths(order({ ...SITE, p101: 1, a: 3 }, LAST))).toEqual([...paths(LAST), "a", "p101"]);
  });

  it.each([
    ["is gone", Object.fromEntries(Object.entries({ ...SITE, p101: 1 }).slice(1))],
    ["has another number of chunks", { ...SITE, p101: 1, p110: 2 }],
    ["is one of many new ones", { ...SITE, a: 1, b: 1, c: 1, d: 1 }],
  ])("sorts them all when a page %s", (_, site) => {
    expect(paths(order(site, LAST))).toEqual(Object.keys(site).sort());
  });

  it("sorts them all when there were many new ones, bit by bit", () => {
    const second = order({ ...SITE, a: 1, b: 1 }, LAST);
    const third = order({ ...SITE, a: 1, b: 1, c: 1 }, second);
    expect(paths(third)).toEqual([...paths(LAST), "a", "b", "c"]);
    const last = order({ ...SITE, a: 1, b: 1, c: 1, d: 1 }, third);
    expect(last).toEqual(sorted(last));
  });

  it("has every page once, whatever the last build had", () => {
    const site = fc.dictionary(fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(site, site, (before, now) => {
        const places = order(now, order(before));
        expect(sorted(places)).toEqual(order(now));
      }),
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { groupRows, type Row, rowUrl, settleRows, toRows } from "../../src/ui/rows.ts";
import { page, section } from "./fixtures.ts";

/** Rows written as page and section: `a1 a2 b1`. */
const rows = (names: string): Row[] =>
  names
    .split(" ")
    .filter(Boolean)
    .map((name) => {
      const [letter = ""] = name;
      const hit = section(`/${letter}/#${name}`, name, name);
      return { page: page(letter, [], [hit]), section: hit };
    });
const names = (list: readonly Row[]) => list.map((row) => row.section?.heading).join(" ");

test.each([
  ["a1 b1", "b1 a1", 0, "b1 a1"],
  ["a1 b1", "c1 b1 a1", 1, "a1 c1 b1"],
  ["a1 b1", "c1", 2, "a1 b1 c1"],
  ["a1 a2 b1", "b1 a3 a1 a2", 1, "a1 a3 a2 b1"],
  ["a1 b1", "a1 a2 b1", 2, "a1 b1"],
  ["", "a1", 0, "a1"],
])("%j then %j, holding %i, gives %j", (shown, next, held, expected) => {
  expect(names(settleRows(rows(shown), rows(next), held))).toBe(expected);
});

const list = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.integer({ min: 1, max: 4 })), { selector: String })
  .map((pairs) =>
    pairs
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([letter, n]) => `${letter}${n}`)
      .join(" "),
  )
  .map(rows);

test("held rows stay, no row is shown twice, every page is one block", () => {
  fc.assert(
    fc.property(list, list, fc.nat(16), (shown, next, held) => {
      const merged = settleRows(shown, next, held);
      expect(merged.slice(0, Math.min(held, shown.length))).toEqual(shown.slice(0, held));
      expect(new Set(merged.map(rowUrl)).size).toBe(merged.length);
      const groups = groupRows(merged);
      expect(new Set(groups.map((group) => group.page.url)).size).toBe(groups.length);
    }),
  );
});

test("hits become rows, and rows groups again", () => {
  const hits = [page("a", [], [section("/a/#1", "1", "1"), section("/a/#2", "2", "2")]), page("b", [], [])];
  const flat = toRows(hits);
  expect(flat.map((row) => row.section?.heading)).toEqual(["1", "2", undefined]);
  expect(groupRows(flat).map(({ start, rows }) => [start, rows.length])).toEqual([
    [0, 2],
    [2, 1],
  ]);
});

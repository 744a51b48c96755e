import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countOf,
  displayName,
  type FilterChoice,
  initialChoice,
  menuValues,
  toggle,
  without,
} from "../../src/ui/filter-choice.ts";

const NONE: FilterChoice = new Map();
const names = fc.constantFrom("version", "section", "__proto__", "constructor", "");
const values = fc.oneof(fc.string(), fc.constantFrom("__proto__", "2.0", "a&b=c", "<b>"));
const choices = fc
  .array(fc.tuple(names, values))
  .map((pairs) => pairs.reduce((choice, [name, value]) => toggle(choice, name, value), NONE));

describe("initialChoice", () => {
  const own = { version: ["2.0"], section: ["Guide", "Start"] };
  const preset = { filters: "", scope: "", own: {} };

  it("reads a query string, and ignores names that the index does not have", () => {
    const filters = "?version=2.0&version=1.9&version=2.0&colour=red&section=";
    expect([...initialChoice(["section", "version"], { ...preset, filters })]).toEqual([["version", ["2.0", "1.9"]]]);
  });

  it("takes the page's own values of the names in scope", () => {
    const scope = " version  colour ";
    expect([...initialChoice(["version", "section"], { ...preset, scope, own })]).toEqual([["version", ["2.0"]]]);
  });

  it("lets what is given for a name, also that it is none, go before the page's own value", () => {
    const all = { scope: "version section", own, filters: "version=1.9&section=" };
    expect([...initialChoice(["version", "section"], all)]).toEqual([["version", ["1.9"]]]);
  });

  it("has no value for a name that only looks like one of an object", () => {
    expect(initialChoice(["constructor"], { ...preset, scope: "constructor" }).size).toBe(0);
  });

  it("gives back any choice from its query string", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 })),
        (chosen) => {
          const pairs = Object.entries(chosen).flatMap(([name, list]) => list.map((value) => [name, value]));
          // Half a character does not survive an address.
          const filters = String(new URLSearchParams(pairs));
          fc.pre(JSON.stringify([...new URLSearchParams(filters)]) === JSON.stringify(pairs));
          const choice = initialChoice(Object.keys(chosen), { ...preset, filters });
          expect(Object.fromEntries(choice)).toEqual(chosen);
        },
      ),
    );
  });
});

describe("toggle and without", () => {
  it("twice is not at all, but for the order", () => {
    fc.assert(
      fc.property(choices, names, values, (choice, name, value) => {
        const twice = toggle(toggle(choice, name, value), name, value);
        const sorted = (of: FilterChoice) => [...of].map(([key, list]) => [key, [...list].sort()]).sort();
        expect(sorted(twice)).toEqual(sorted(choice));
      }),
    );
  });

  it("keeps no name without a value, and leaves the other names alone", () => {
    fc.assert(
      fc.property(choices, names, (choice, name) => {
        expect([...choice.values()].every((list) => list.length > 0)).toBe(true);
        const left = without(choice, name);
        expect(left.has(name)).toBe(false);
        expect([...left]).toEqual([...choice].filter(([other]) => other !== name));
      }),
    );
  });
});

describe("menuValues", () => {
  const all = {
    kind: { zebra: 1, ape: 4, "Émile's": 2, eagle: 3, bear: 0 },
    version: { "1.9": 1, "1.10": 1, "2.0": 1 },
  };
  const source = { all, now: all, choice: NONE, locale: "en" };

  it("lists by name, those without a page behind", () => {
    expect(menuValues("kind", source)).toEqual(["ape", "eagle", "Émile's", "zebra", "bear"]);
  });

  it("lists the highest number first", () => {
    expect(menuValues("version", source)).toEqual(["2.0", "1.10", "1.9"]);
  });

  it("lists chosen values first, also those that the index does not have", () => {
    const choice = new Map([["kind", ["zebra", "unicorn"]]]);
    expect(menuValues("kind", { ...source, choice })).toEqual(["unicorn", "zebra", "ape", "eagle", "Émile's", "bear"]);
  });

  it("lists every value once", () => {
    const facets = fc.dictionary(names, fc.dictionary(values, fc.nat()));
    fc.assert(
      fc.property(facets, facets, choices, names, (all, now, choice, name) => {
        const listed = menuValues(name, { all, now, choice, locale: "en" });
        const known = Object.hasOwn(all, name) ? Object.keys(all[name] ?? {}) : [];
        expect([...listed].sort()).toEqual([...new Set([...known, ...(choice.get(name) ?? [])])].sort());
      }),
    );
  });
});

it("counts nothing that is not there", () => {
  expect(countOf({ kind: { ape: 4 } }, "kind", "ape")).toBe(4);
  expect(countOf({ kind: {} }, "kind", "constructor")).toBe(0);
  expect(countOf({}, "__proto__", "toString")).toBe(0);
});

it.each([
  ["version", "Version"],
  ["last-updated", "Last updated"],
  ["content_type", "Content type"],
  ["2-0", "2-0"],
  ["ürün", "Ürün"],
  ["__proto__", "__proto__"],
  ["", ""],
])("%j is shown as %j", (name, shown) => {
  expect(displayName(name, { locale: "en" })).toBe(shown);
});

it("shows the names that a page gives", () => {
  const strings = { locale: "tr", filterNames: { version: "Sürüm" } };
  expect([displayName("version", strings), displayName("isim", strings)]).toEqual(["Sürüm", "İsim"]);
});

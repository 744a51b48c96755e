import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { isoTime } from "../../src/core/iso-date.ts";
import { decodeSort, encodeSort } from "../../src/core/sort-file.ts";
import { sortRanks } from "../../src/indexer/sort-ranks.ts";

const ranks = (values: readonly (string | undefined)[], language = "en") => [...sortRanks(values, language)];

describe("sortRanks", () => {
  it("sorts numbers as numbers, and gives equal ones equal ranks", () => {
    expect(ranks(["10", "9", undefined, "1e1", " ", "-2.5"])).toEqual([3, 2, 0, 3, 0, 1]);
  });

  it("sorts ISO 8601 dates by their time, whatever their form and zone", () => {
    expect(ranks(["2024-05-01T00:30:00+02:00", "2024-04-30T22:30Z", "2024-05", "2023"])).toEqual([2, 2, 3, 1]);
  });

  it("sorts anything else as the language does", () => {
    expect(ranks(["v10", "v2", "V2"], "en")).toEqual([3, 1, 2]);
    expect(ranks(["zebra", "ärlig"], "de")).toEqual([2, 1]);
    expect(ranks(["zebra", "ärlig"], "sv")).toEqual([1, 2]);
    expect(ranks(["2024-01-01", "soon", "9"])).toHaveLength(3);
    expect(ranks(["b", "a"], "no such language")).toEqual([2, 1]);
  });

  it.each(["und", "no such language", "", "en", "zxx"])("does not sort %j as the machine does", (language) => {
    const { Collator } = Intl;
    const asked: unknown[] = [];
    onTestFinished(() => void Object.assign(Intl, { Collator }));
    Object.assign(Intl, {
      Collator: class extends Collator {
        constructor(...args: ConstructorParameters<typeof Collator>) {
          super(...args);
          asked.push([args[0]].flat().at(-1));
        }
      },
    });
    ranks(["b", "a"], language);
    expect(asked).toEqual(["en"]);
  });

  it("is the plain sort of any numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (values) => {
        const sorted = [...new Set(values.filter((value) => value !== undefined))].sort((a, b) => a - b);
        expect(ranks(values.map((value) => value?.toString()))).toEqual(
          values.map((value) => (value === undefined ? 0 : sorted.indexOf(value) + 1)),
        );
      }),
    );
  });
});

describe("isoTime", () => {
  it("knows dates from what looks like them", () => {
    expect(isoTime("2024-02-03")).toBe(Date.UTC(2024, 1, 3));
    expect(isoTime("2024-02-03 04:05")).toBe(Date.UTC(2024, 1, 3, 4, 5));
    expect(isoTime("2024-02-03T04:05:06,5-0130")).toBe(Date.UTC(2024, 1, 3, 5, 35, 6, 500));
    for (const none of ["", "May 2024", "2024-13-01", "20240203", "2024-02-03T", "12:00"]) {
      expect(isoTime(none)).toBeUndefined();
    }
  });
});

describe("encodeSort", () => {
  it("gives back any ranks, and refuses those of another index", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 20)), (values) => {
        const bytes = encodeSort(Uint32Array.from(values));
        expect([...decodeSort(bytes, "s.bin", values.length)]).toEqual(values);
        expect(() => decodeSort(bytes, "s.bin", values.length + 1)).toThrow("s.bin holds");
        if (values.length > 0) expect(() => decodeSort(bytes, "s.bin", values.length - 1)).toThrow("s.bin holds");
      }),
    );
  });
});

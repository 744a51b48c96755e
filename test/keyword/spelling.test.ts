import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corrections, editDistance } from "../../src/keyword/edit-distance.ts";
import { Ranges, separator } from "../../src/keyword/ranges.ts";
import { decodeSpelling, encodeSpelling, reverse } from "../../src/keyword/spelling.ts";

const word = fc.oneof(fc.stringMatching(/^[abc]{0,7}$/), fc.stringMatching(/^[a𝒜𝒞é]{0,4}$/u));

/** By the definition. */
function levenshtein(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const [shortA, shortB] = [a.slice(0, -1), b.slice(0, -1)];
  return Math.min(levenshtein(shortA, shortB) + same, levenshtein(shortA, b) + 1, levenshtein(a, shortB) + 1);
}

describe("editDistance", () => {
  it("is Levenshtein's up to a limit", () => {
    const short = fc.stringMatching(/^[abc]{0,5}$/);
    fc.assert(
      fc.property(short, short, fc.nat(4), (a, b, max) => {
        expect(Math.min(editDistance(a, b, max), max + 1)).toBe(Math.min(levenshtein(a, b), max + 1));
      }),
    );
  });
});

describe("corrections", () => {
  it("are the nearest first, each once", () => {
    const words = ["route", "rout", "router", "route", "reroute"];
    expect(corrections("routs", words, 2)).toEqual([
      { word: "rout", edits: 1 },
      { word: "route", edits: 1 },
      { word: "router", edits: 2 },
    ]);
  });
});

describe("encodeSpelling", () => {
  it("holds every word by its beginning and by its end", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word.filter((own) => own.length > 0)),
        fc.integer({ min: 1, max: 5 }),
        (words, size) => {
          const sorted = words.toSorted((a, b) => (a < b ? -1 : 1));
          const { forward, backward } = encodeSpelling(sorted, { wordsPerFile: size });
          const read = (ranges: typeof forward) => ranges.flatMap(({ bytes }) => decodeSpelling(bytes, "words.bin"));
          expect(read(forward)).toEqual(sorted);
          if (backward.length > 0) expect(read(backward).map(reverse).sort()).toEqual(words.toSorted());
          else expect(forward.length).toBeLessThan(2);
        },
      ),
    );
  });
});

describe("Ranges", () => {
  it("tells where a string stands and where its continuations can", () => {
    const ranges = new Ranges(["", "ca", "cb", "d"]);
    expect(["", "a", "c", "ca", "cat", "cb", "z"].map((text) => ranges.at(text))).toEqual([0, 0, 0, 1, 1, 2, 3]);
    expect(ranges.covering("c")).toEqual([0, 1, 2]);
    expect(ranges.covering("cat")).toEqual([1]);
    expect(ranges.covering("e")).toEqual([3]);
    expect(new Ranges([]).at("a")).toBe(-1);
    expect(new Ranges([]).covering("a")).toEqual([]);
  });

  it("begin after the last string of the range before, and not after their first", () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 2 }), (pair) => {
        const [last, first] = pair.toSorted((a, b) => (a < b ? -1 : 1)) as [string, string];
        const start = separator(last, first);
        expect(last < start && start <= first).toBe(true);
        expect(new TextDecoder().decode(new TextEncoder().encode(start))).toBe(start);
      }),
    );
  });
});

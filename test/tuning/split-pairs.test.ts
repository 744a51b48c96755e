import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Pair, pairKey } from "../../src/tuning/link-pairs.ts";
import { splitQuestions, toQuestions } from "../../src/tuning/split-pairs.ts";

const word = fc.constantFrom(
  "slot",
  "slots",
  "named",
  "naming",
  "Guide",
  "guides",
  "the",
  "useState",
  "日本語",
  "café",
);
const pair: fc.Arbitrary<Pair> = fc.record({
  text: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" ")),
  path: fc.constantFrom("a", "b", "c"),
  anchor: fc.constantFrom("", "x"),
});
const pairs = fc.array(pair, { maxLength: 60 });

describe("the parts", () => {
  it("have no query in common, in other inflections either, and lose none", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), (list, seed) => {
        const parts = splitQuestions(toQuestions(list), seed);
        const keys = [parts.train, parts.test].map(
          (part) => new Set(part.flatMap(({ targets }) => targets.map(({ text }) => pairKey(text)))),
        );
        const all = keys.flatMap((part) => [...part]);
        expect(new Set(all).size).toBe(all.length);
        expect(new Set(all)).toEqual(new Set(list.map(({ text }) => pairKey(text))));
      }),
    );
  });

  it("depend on the seed alone, not on the order of the pairs", () => {
    const texts = (list: readonly Pair[], seed: number) =>
      splitQuestions(toQuestions(list), seed).test.map(({ text }) => pairKey(text));
    fc.assert(
      fc.property(pairs, fc.nat(), (list, seed) => {
        expect(texts(list.toReversed(), seed)).toEqual(texts(list, seed));
      }),
    );
    const many = Array.from({ length: 50 }, (_, i) => ({ text: `word${i}`, path: "a", anchor: "" }));
    expect(texts(many, 1)).toHaveLength(10);
    expect(texts(many, 1)).not.toEqual(texts(many, 2));
  });
});

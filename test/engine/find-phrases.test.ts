import { expect, it } from "vitest";
import { holdsPhrases } from "../../src/engine/find-phrases.ts";

const PAGE = {
  path: "",
  title: "Command line",
  trail: [],
  meta: {},
  firstChunk: 0,
  sections: [
    {
      anchor: "",
      heading: "Options that matter",
      level: 2,
      ancestors: [],
      chunks: [
        {
          text: "Pass --base=/docs/ when\nyou  deploy. Don’t forget it.",
          sentenceEnds: [],
          sketches: new Uint8Array(),
        },
        { text: "検索エンジンを作る。", sentenceEnds: [], sketches: new Uint8Array() },
      ],
    },
  ],
};

it.each([
  ["command LINE", true],
  ["options that", true],
  ["when you deploy", true],
  ["--base", true],
  ["--base=/docs/", true],
  ["don't forget", true],
  ["エンジン", true],
  // Parts of words, and words of two passages, are none.
  ["ptions that", false],
  ["you dep", false],
  ["matter pass", false],
])("%s: %s", (phrase, expected) => {
  expect(holdsPhrases(PAGE, [phrase])).toBe(expected);
});

it("wants every phrase", () => {
  expect(holdsPhrases(PAGE, ["command line", "you deploy"])).toBe(true);
  expect(holdsPhrases(PAGE, ["command line", "never said"])).toBe(false);
});

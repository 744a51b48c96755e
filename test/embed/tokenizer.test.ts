import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_WORD_LENGTH, splitPieces, splitWords } from "../../src/embed/tokenizer.ts";

const words = (text: string) => splitWords(text).map(({ whole, parts }) => (parts.length ? [whole, ...parts] : whole));

describe("splitWords", () => {
  test.each([
    ["", []],
    [" \n\t.,;:!?()[]{}<>/\\|&*^%$#@+=-–—“” ", []],
    ["Café’s naïve Ångström", ["cafe", "naive", "angstrom"]],
    ["cafe\u0301", ["cafe"]],
    ["ﬁne ①", ["fine", "1"]],
    ["don't the user's", ["dont", "the", "user"]],
    ["useState", [["usestate", "use", "state"]]],
    ["XMLHttpRequest", [["xmlhttprequest", "xml", "http", "request"]]],
    ["URLs and APIs", ["urls", "and", "apis"]],
    ["snake_case __init__ _", [["snake_case", "snake", "case"], "init"]],
    [
      "node.js. console.log()",
      [
        ["node.js", "node", "js"],
        ["console.log", "console", "log"],
      ],
    ],
    [
      "utf8 h264",
      [
        ["utf8", "utf", "8"],
        ["h264", "h", "264"],
      ],
    ],
    ["v1.2.30 3.14 2024", [["v1.2.30", "v", "1", "2", "30"], ["3.14", "3", "14"], "2024"]],
    ["e-mail/address", ["e", "mail", "address"]],
    ["検索 全文検索エンジン", ["検索", ["全文検索エンジン", "全文", "検索", "エンジン"]]],
    ["한국어 русский й", ["한국어", "русский", "й"]],
    ["👍🏽 family 👨‍👩‍👧 emoji😀x", ["family", "emoji", "x"]],
    ["\ud800 lone", ["lone"]],
  ])("%j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test("takes linear time", () => {
    const start = performance.now();
    for (const unit of ["a", "aB", "A", "a.", "_", "'", "漢", "e\u0301", "\u0301", "1a", "."])
      splitWords(unit.repeat(100_000));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("a whole word is lower case and never empty; splitting it again changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        for (const { whole } of splitWords(text)) {
          expect(whole).not.toBe("");
          expect(whole).toBe(whole.toLowerCase());
          expect(splitWords(whole).map((word) => word.whole)).toEqual([whole]);
        }
      }),
    );
  });
});

describe("splitPieces", () => {
  const pieces = new Set(["^re", "^r", "~quest", "~q", "~s", "^s"]);

  test.each([
    ["requests", ["^re", "~quest", "~s"]],
    ["rs", ["^r", "~s"]],
    ["s", ["^s"]],
    ["", []],
    ["re漢quest", ["^re", "~quest"]],
    ["漢漢", []],
  ])("%s", (word, expected) => {
    expect(splitPieces(word, pieces)).toEqual(expected);
  });

  test("looks at a bounded part of a word", () => {
    expect(splitPieces("s".repeat(100_000), pieces)).toHaveLength(MAX_WORD_LENGTH);
  });
});

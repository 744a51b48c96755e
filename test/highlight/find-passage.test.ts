import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { findPassage } from "../../src/highlight/find-passage.ts";
import { parseDirective } from "../../src/highlight/text-directive.ts";
import { textDirective } from "../../src/ui/links.ts";

const found = (text: string, directive: string) => {
  const parsed = parseDirective(directive);
  const passage = parsed && findPassage(text, parsed);
  return passage && text.slice(...passage);
};

describe("a text directive", () => {
  test.each([
    ["text=a", { start: "a", end: undefined, prefix: "", suffix: "" }],
    ["text=a-,b,c,-d", { start: "b", end: "c", prefix: "a", suffix: "d" }],
    ["text=a%2Cb-,c%2Dd%20e", { start: "c-d e", end: undefined, prefix: "a,b", suffix: "" }],
    ["other=1&text=a,-b", { start: "a", end: undefined, prefix: "", suffix: "b" }],
    ["text=a&text=b", { start: "a", end: undefined, prefix: "", suffix: "" }],
  ])("%s is read", (text, { end = "", ...expected }) => {
    expect(parseDirective(text)).toEqual({ ...expected, end });
  });

  test.each(["", "text=", "text=a,b,c", "text=a-,-b", "text=%", "pretext=a", "#a"])("%j is none", (text) => {
    expect(parseDirective(text)).toBeUndefined();
  });
});

describe("a passage", () => {
  it("is the one between its prefix and its suffix", () => {
    const text = "Stop it. Then stop the pump. Never stop the music.";
    expect(findPassage(text, { start: "stop", end: "", prefix: "never", suffix: "" })?.[0]).toBe(
      text.lastIndexOf("stop"),
    );
    expect(findPassage(text, { start: "stop", end: "", prefix: "", suffix: "the pump" })?.[0]).toBe(
      text.indexOf("stop"),
    );
  });

  it.each([
    [
      "whatever white space stands between its words",
      "one\n  two\u00a0three",
      "text=one%20two%20three",
      "one\n  two\u00a0three",
    ],
    ["in capitals", "Read the MANUAL first", "text=manual", "MANUAL"],
    ["as a whole word, even if part of one stands earlier", "undone, then do it", "text=do", "do"],
    [
      "as a part of a word, if it is nowhere else",
      "日本語の検索は意味で行う。",
      `text=${encodeURIComponent("検索")}`,
      "検索",
    ],
    [
      "from its first words to its last",
      "a If it fails, go back. b go back.",
      "text=If%20it,go%20back.",
      "If it fails, go back.",
    ],
    [
      "with signs that mean something in a pattern",
      "Use f(x)? [a|b] \\d $1 now",
      "text=f(x)%3F%20%5Ba%7Cb%5D%20%5Cd%20%241",
      "f(x)? [a|b] \\d $1",
    ],
    ["between brackets that touch it", "run (deploy) now", "text=run%20(-,deploy,-)%20now", "deploy"],
  ])("is found %s", (_, text, directive, expected) => {
    expect(found(text, directive)).toBe(expected);
  });

  it.each(["text=absent", "text=Stop,-elsewhere", "text=elsewhere-,Stop", "text=Stop,absent"])(
    "%s is not found",
    (directive) => {
      expect(found("Stop it.", directive)).toBeUndefined();
    },
  );

  it("is found by the directive that a result links with, where it first stands in that context", () => {
    const word = fc.stringMatching(/^[a-dé(]?[a-cü]{1,3}[-,.)?]{0,2}$/);
    const words = fc.array(word, { minLength: 1, maxLength: 40 });
    const gap = fc.constantFrom(" ", "\n", " \u00a0 ");
    fc.assert(
      fc.property(
        words,
        fc.array(gap, { minLength: 40, maxLength: 40 }),
        fc.nat(),
        fc.nat({ max: 12 }),
        (list, gaps, from, count) => {
          const [first, last] = [from % list.length, Math.min((from % list.length) + count, list.length - 1)];
          const before = list.slice(0, first).join(" ");
          const marked = list.slice(first, last + 1).join(" ");
          const start = before ? before.length + 1 : 0;
          const excerpt = { text: list.join(" "), marks: [[start, start + marked.length]] as const };
          const page = list.map((text, i) => text + gaps[i]).join("");
          const passage = found(page, textDirective(excerpt))?.replace(/\s+/g, " ");
          const [opening, closing] = [list.slice(first, first + 3).join(" "), list.slice(last - 2, last + 1).join(" ")];
          // A long one is named by its ends, which may stand nearer to each other elsewhere.
          if (last - first < 6) expect(passage).toBe(marked);
          else expect([passage?.startsWith(opening), passage?.endsWith(closing)]).toEqual([true, true]);
        },
      ),
    );
  });
});

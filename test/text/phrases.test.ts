import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginningsOf, completePhrase, phraseKey, restsOf, typedWords } from "../../src/text/phrases.ts";

const complete = (text: string, query: string) => {
  const found = completePhrase(text, typedWords(query));
  return found && { marked: found.marks.map((range) => text.slice(...range)), isPrefix: found.isPrefix };
};

describe("completePhrase", () => {
  it("completes the last word, and knows whether the phrase begins so", () => {
    expect(complete("React hooks", "react ho")).toEqual({ marked: ["React", "ho"], isPrefix: true });
    expect(complete("React hooks", "ho")).toEqual({ marked: ["ho"], isPrefix: false });
    expect(complete("React hooks", "hooks rea")).toEqual({ marked: ["Rea", "hooks"], isPrefix: false });
    expect(complete("React hooks", "react x")).toBeUndefined();
    expect(complete("React hooks", "ooks")).toBeUndefined();
  });

  it("takes every word of the phrase for one word of the query", () => {
    expect(complete("React hooks", "react react")).toBeUndefined();
    expect(complete("a ab", "a ab")).toEqual({ marked: ["a", "ab"], isPrefix: true });
    expect(complete("ab a", "a ab")).toEqual({ marked: ["ab", "a"], isPrefix: false });
  });

  it("folds case, accents and width, and marks what is written", () => {
    expect(complete("Größe ändern", "GROSSE a")).toEqual({ marked: ["Größe", "ä"], isPrefix: true });
    expect(complete("Größe ändern", "gros")).toEqual({ marked: ["Größ"], isPrefix: true });
    expect(complete("cafe\u0301 au lait", "café")).toEqual({ marked: ["cafe\u0301"], isPrefix: true });
    expect(complete("ＡＰＩ", "ap")).toEqual({ marked: ["ＡＰ"], isPrefix: true });
  });

  it("begins at the parts of identifiers, and goes on to their end", () => {
    expect(complete("IntersectionObserver.observe()", "obs")?.marked).toEqual(["Obs"]);
    expect(complete("useIntersectionObserver", "intersectionobs")?.marked).toEqual(["IntersectionObs"]);
    expect(complete("v-model", "v-mo")).toEqual({ marked: ["v", "mo"], isPrefix: true });
  });

  it("begins at the words of scripts without spaces, wherever a word that is typed is cut", () => {
    expect(complete("全文検索エンジン", "検索エ")).toEqual({ marked: ["検索エ"], isPrefix: false });
    expect(complete("プロパティ", "プロパ")).toEqual({ marked: ["プロパ"], isPrefix: true });
  });

  it("gives marks within the text, in order, for any phrase that it completes", () => {
    const text = fc.string({ unit: fc.constantFrom(..."aAbß é-_1検索😀e\u0301".split("")), maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(20), (phrase, length) => {
        const typed = phrase.slice(0, length);
        const found = completePhrase(phrase, typedWords(typed));
        let last = 0;
        for (const [start, end] of found?.marks ?? []) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(phrase.length);
      }),
    );
  });

  it("completes any phrase from any of its beginnings", () => {
    const word = fc.stringMatching(/^[a-c]{1,4}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.nat(3), (words, which, length) => {
        const typed = (words[which % words.length] as string).slice(0, 1 + length);
        expect(completePhrase(words.join(" "), [typed])).toBeDefined();
      }),
    );
  });
});

describe("phraseKey", () => {
  it("tells languages apart that signs tell apart, and nothing else", () => {
    expect(phraseKey("  The  Élan!")).toBe(phraseKey("the elan"));
    expect(new Set(["C", "C++", "C#"].map(phraseKey)).size).toBe(3);
  });
});

describe("restsOf", () => {
  it("goes from each beginning to the end of the phrase", () => {
    expect(restsOf("Größe: useMap()")).toEqual(["grosse usemap", "usemap", "map"]);
    expect(restsOf("— …")).toEqual([]);
  });
});

describe("beginningsOf", () => {
  it("is empty for what has no letters", () => {
    expect(beginningsOf("— … 😀")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { phrasesOf, shapeOf } from "../../src/engine/query-shape.ts";

describe("shapeOf", () => {
  it.each([
    ...["useState", "snake_case", "import.meta.env", "v-model", "E404", "--base", "-f", "foo()", "<script>"],
    ...["@scope/name", "std::vector", "node:fs", "utf8", "[slug]"],
  ])("%s is an identifier", (query) => {
    expect(shapeOf(query, 3)).toBe("identifier");
  });

  it.each([
    ["router", 1, "word"],
    ["404", 1, "word"],
    ["what is hydration", 1, "word"],
    ["search?", 1, "word"],
    ["props validation", 2, "pair"],
    ["How do I validate props by hand", 3, "question"],
    ["my build fails, why?", 3, "question"],
    ["なぜ ビルド 失敗？", 3, "question"],
    ["howling winds at night", 3, "words"],
    ["use v-model on components", 4, "words"],
  ] as const)("%s, %i words that count: %s", (query, words, expected) => {
    expect(shapeOf(query, words)).toBe(expected);
  });

  it("is quick on a long query", () => {
    const started = performance.now();
    for (const unit of ["a", "a.", "-", "é"]) shapeOf(unit.repeat(1000), 1);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("phrasesOf", () => {
  it.each([
    ['say "hello world" and “good bye”', ["hello world", "good bye"]],
    ["« bonjour tout le monde » salut", ["bonjour tout le monde"]],
    ["„guten Tag“", ["guten Tag"]],
    ['an "unclosed quote', []],
    ['"" "—"', []],
    ["it's 5' tall", []],
  ])("%s", (query, expected) => {
    expect(phrasesOf(query)).toEqual(expected);
  });
});

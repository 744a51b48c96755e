import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSentences } from "../../src/text/sentences.ts";

const split = (text: string, language?: string) =>
  splitSentences(text, language).map(({ start, end }) => text.slice(start, end));

describe("splitSentences", () => {
  it.each([
    ["en", "One. Two!  Three?", ["One.", "Two!", "Three?"]],
    ["en", "A line\nand another.\n\nLast", ["A line", "and another.", "Last"]],
    ["en", "Use a framework, e.g. Vue, or none. Done.", ["Use a framework, e.g. Vue, or none.", "Done."]],
    ["en", "As D. Knuth and Dr. Jones wrote. So be it.", ["As D. Knuth and Dr. Jones wrote.", "So be it."]],
    [
      "en",
      "Never write !important here. Use a ?? b or a?.b instead.",
      ["Never write !important here.", "Use a ?? b or a?.b instead."],
    ],
    ["fr", "Pourquoi ? Parce que. Ah !", ["Pourquoi ?", "Parce que.", "Ah !"]],
    ["en", "1. Open the file. 2. Save it.", ["1. Open the file.", "2. Save it."]],
    ["en", "It was made in 2024. Then it grew.", ["It was made in 2024.", "Then it grew."]],
    ["en", "Node.js 20.1 reads x.y.z. Fine.", ["Node.js 20.1 reads x.y.z.", "Fine."]],
    ["en", '"Stop." He ran.', ['"Stop."', "He ran."]],
    ["de", "Das gilt z. B. für Vue. Und bzw. Oder. Ja.", ["Das gilt z. B. für Vue.", "Und bzw. Oder.", "Ja."]],
    ["ja", "日本語です。次の文！最後？はい", ["日本語です。", "次の文！", "最後？", "はい"]],
    ["zh", "真的吗?是的.好", ["真的吗?", "是的.", "好"]],
    ["no such tag!", "One. Two.", ["One.", "Two."]],
  ])("%s: %s", (language, text, sentences) => {
    expect(split(text, language)).toEqual(sentences);
  });

  it("gives nothing for nothing", () => {
    expect(split("")).toEqual([]);
    expect(split(" \n ")).toEqual([]);
  });

  it("is quick on long text of any script", () => {
    expect(split("日本語の文章。".repeat(20_000), "ja")).toHaveLength(20_000);
    expect(split("語".repeat(100_000), "ja").join("")).toHaveLength(100_000);
  });

  it("finds ordered spans that hold everything but white space", () => {
    const words = fc.constantFrom(
      "a",
      "B.",
      "e.g.",
      "x!",
      "?",
      "。",
      "日本",
      "\n",
      " ",
      "3.",
      "«",
      "…",
      "👩‍👩‍👧",
      "\uD800",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), fc.constantFrom("en", "ja", "und"), (parts, language) => {
        const text = parts.join("");
        const sentences = split(text, language);
        expect(sentences.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
        for (const sentence of sentences) expect(sentence).toBe(sentence.trim());
      }),
    );
  });
});

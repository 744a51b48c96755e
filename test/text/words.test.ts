import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzerFor, eachWord, isStopWord, splitWords, termsOf } from "../../src/text/words.ts";

describe("termsOf", () => {
  it.each([
    ["Running the installers", ["run", "the", "instal"]],
    ["Don't panic, it’s Anna's", ["dont", "panic", "it", "anna"]],
    // Stemmed like any word, so that `usestate`, typed without its capital, is the same term.
    ["useState", ["usest", "us", "state"]],
    ["XMLHttpRequest", ["xmlhttprequest", "xml", "http", "request"]],
    ["snake_case_name __init__", ["snake_case_name", "snake", "case", "name", "init"]],
    ["utf8 v2.10", ["utf8", "utf", "v2", "v210", "10"]],
    ["v-model in import.meta.env", ["v", "vmodel", "model", "in", "import", "importmetaenv", "meta", "env"]],
    ["E-mails, email", ["e", "email", "mail", "email"]],
    ["std::vector a-b — end.", ["std", "stdvector", "vector", "a", "b", "end"]],
    ["café naïve ÅNGSTRÖM", ["cafe", "naiv", "angstrom"]],
    ["ＦＵＬＬ ﬁn", ["full", "fin"]],
    ["", []],
    ["🎉 — … !", []],
  ])("%s", (text, expected) => {
    expect(termsOf(text, "english")).toEqual(expected);
  });

  it.each([
    [
      "french",
      ["tables table", "chevaux cheval", "adresses adresse", "utiliser utilisée", "l'API API", "qu’elle elle"],
    ],
    ["german", ["Häuser Haus", "Tabellen Tabelle", "Straßen Strasse", "Schlüsseln Schlüssel"]],
    ["italian", ["tabelle tabella", "dell'utente utente"]],
    ["portuguese", ["configurações configuração", "papéis papel", "páginas página"]],
    ["russian", ["книгами книга", "страницы страница"]],
    ["spanish", ["ciudades ciudad", "veces vez", "casas casa", "páginas página"]],
  ] as const)("%s: a word and its other forms are one term", (analyzer, pairs) => {
    for (const pair of pairs) {
      const [a, b] = termsOf(pair, analyzer);
      expect([pair, a]).toEqual([pair, b]);
    }
  });

  it("stems by the language, and leaves those that it does not know", () => {
    expect(termsOf("Les installations", "plain")).toEqual(["les", "installations"]);
    const languages = ["fr", "pt-BR", "de_AT", "en-GB", "und", "", "nl", "den"];
    expect(languages.map(analyzerFor)).toEqual([
      ...["french", "portuguese", "german", "english", "english", "english"],
      ...["plain", "plain"],
    ]);
  });

  it("cuts Chinese and Japanese into words", () => {
    expect(termsOf("検索エンジンを作る", "plain")).toContain("検索");
    expect(termsOf("我喜欢搜索引擎", "plain")).toContain("喜欢");
  });

  it("keeps vowel signs that are not accents", () => {
    expect(termsOf("हिन्दी", "plain")).toEqual(["हिन्दी"]);
  });

  it("cuts a word of 100,000 letters and goes on", () => {
    const terms = termsOf(`${"a".repeat(100_000)} end`, "english");
    expect(terms[0]).toHaveLength(64);
    expect(terms.at(-1)).toBe("end");
  });
});

describe("splitWords", () => {
  it("tells where each word stands", () => {
    const text = "Say “getUserName” — 検索する.";
    for (const { range } of splitWords(text, "english")) expect(text.slice(...range)).toMatch(/^[\p{L}]+$/u);
  });
});

describe("eachWord", () => {
  const sign = fc.constantFrom(..."abZ09_-.: '’é̈ßЖा—\n\u00ad𝒳🎉");

  it("visits runs of letters and digits of any script, also where ASCII and others meet", () => {
    const run = /[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{M}]+)*/gu;
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 30 }), (signs) => {
        const text = signs.join("");
        const visited: string[] = [];
        eachWord(text, "plain", (start, end) => visited.push(`${start} ${text.slice(start, end)}`));
        // A run of underscores alone is no word.
        const runs = [...text.matchAll(run)].filter(([match]) => termsOf(match, "plain").length > 0);
        expect(visited).toEqual(runs.map(({ 0: match, index }) => `${index} ${match}`));
      }),
      { numRuns: 2000 },
    );
  });

  it("gives each word of a chain its own terms, and the first that of the whole", () => {
    const words = splitWords("a v-model::x, __.b", "plain");
    expect(words.map(({ terms }) => terms)).toEqual([["a"], ["v", "vmodelx"], ["model"], ["x"], ["b"]]);
  });
});

describe("isStopWord", () => {
  it("knows function words in their stemmed form too", () => {
    expect(["the", "wa", "thi", "router"].map(isStopWord)).toEqual([true, true, true, false]);
  });
});

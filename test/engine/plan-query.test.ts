import { describe, expect, it } from "vitest";
import { DEFAULT_FUSION } from "../../src/core/fusion.ts";
import type { IndexManifest } from "../../src/core/manifest.ts";
import type { SearchOptions } from "../../src/core/search.ts";
import { planQuery } from "../../src/engine/plan-query.ts";

/** What planning a query looks at. */
const MANIFEST = {
  keyword: { analyzers: ["english"], boosts: { title: 3, headings: 2, text: 1 } },
  fusion: DEFAULT_FUSION,
  languages: ["en"],
} as unknown as IndexManifest;

const plan = (query: string, options: SearchOptions = {}) => planQuery(query, options, MANIFEST);
const prefixes = (query: string) => plan(query, { asYouType: true }).words.map(({ prefix }) => prefix);

/** Distinct words, none of which says nothing. */
const many = (count: number) => Array.from({ length: count }, (_, i) => `w${i + 100}`);

describe("planQuery", () => {
  it("completes the last word from its second letter on", () => {
    expect([prefixes("r"), prefixes("ro"), prefixes("page r"), prefixes("page ro"), prefixes("ro ")]).toEqual([
      [false],
      [true],
      [false, false],
      [false, true],
      [false],
    ]);
    expect([prefixes("3"), prefixes("\u044f"), prefixes("\u8a9e")]).toEqual([[false], [false], [true]]);
  });

  it("looks up the first 32 words that say something", () => {
    const words = many(80);
    const query = words.map((word) => `the ${word}`).join(" ");
    const found = plan(query).words.map(({ terms }) => terms[0]);
    expect(found).toEqual(words.slice(0, 32));
    expect(plan(query).shape).toBe("words");
  });

  it("takes as many of the quoted words", () => {
    const pair = (word: string) => `"${word} ${word}x"`;
    const { phrases } = plan(many(40).map(pair).join(" "));
    expect(phrases).toHaveLength(16);
    expect(phrases.flatMap(({ words }) => words)).toHaveLength(32);
    const [whole] = plan(`"${many(60).join(" ")}"`).phrases;
    expect(whole?.words).toHaveLength(32);
    expect(whole?.text).toContain("w159");
  });

  it("knows by all words of a query whether half of it is quoted", () => {
    expect(plan(`${many(60).join(" ")} "quoted words"`).phrases).toEqual([]);
  });
});

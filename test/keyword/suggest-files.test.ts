import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import {
  decodePhrases,
  encodeSuggest,
  SuggestDirectory,
  type SuggestFiles,
  type TypedPhrase,
} from "../../src/keyword/suggest-files.ts";

const word = fc.oneof(fc.stringMatching(/^[ab]{1,4}$/), fc.stringMatching(/^[a𝒜𝒞é検]{1,3}$/u));
/** Phrases of words, which are typed from any of them to the end. */
const site = fc
  .uniqueArray(
    fc.record({ words: fc.array(word, { minLength: 1, maxLength: 3 }), languages: fc.subarray(["de", "en"]) }),
    {
      maxLength: 40,
      selector: ({ words }) => words.join(" "),
    },
  )
  .map((phrases) =>
    phrases.map(({ words, languages }): TypedPhrase => {
      const beginnings = words.map((_, i) => words.slice(i).join(" "));
      return { text: words.join(" "), kind: "heading", beginnings: [...new Set(beginnings)], languages };
    }),
  );

function open({ files, directory }: SuggestFiles) {
  const names = files.map((_, i) => `suggest/${i.toString(16).padStart(16, "0")}.bin`);
  const read = new SuggestDirectory(directory(names), "suggest.bin");
  const phrases = (file: string) => decodePhrases(files[names.indexOf(file)] as Uint8Array, file);
  const texts = (found: readonly string[]) => found.flatMap(phrases).map(({ text }) => text);
  return { names, read, texts };
}

/** By the definition: those of a language with a beginning for each word. */
function completed(phrases: readonly TypedPhrase[], typed: readonly string[], language?: string): TypedPhrase[] {
  const has = ({ beginnings }: TypedPhrase, each: string) => beginnings.some((beginning) => beginning.startsWith(each));
  const own = phrases.filter(({ languages }) => language === undefined || languages?.includes(language));
  return own.filter((phrase) => typed.every((each) => has(phrase, each)));
}

const textsOf = (phrases: readonly TypedPhrase[]) => phrases.map(({ text }) => text);
const language = fc.constantFrom(undefined, "de", "en");

describe("encodeSuggest", () => {
  it("has one file for whatever is typed, in any language, with the best that complete it", () => {
    fc.assert(
      fc.property(site, word, fc.integer({ min: 1, max: 6 }), language, (phrases, typed, perFile, language) => {
        const { read, texts } = open(encodeSuggest(phrases, { perFile }));
        const files = read.find([typed], language);
        expect(files.length).toBeLessThanOrEqual(1);
        const found = texts(files);
        expect(found.length).toBeLessThanOrEqual(perFile);
        // What a file does not say of its phrases is which language they are of.
        const others = textsOf(completed(phrases, [], language));
        if (others.length > 0) expect(others).toEqual(expect.arrayContaining(found));
        const own = completed(phrases, [typed], language);
        const isFirst = ({ beginnings }: TypedPhrase) => beginnings[0]?.startsWith(typed);
        const best = [...own.filter(isFirst), ...own.filter((phrase) => !isFirst(phrase))].slice(0, perFile);
        const all = textsOf(phrases);
        const wanted = textsOf(best).sort((a, b) => all.indexOf(a) - all.indexOf(b));
        expect(found.filter((text) => own.some((phrase) => phrase.text === text))).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it("finds all that complete several words when one of them begins few", () => {
    fc.assert(
      fc.property(site, fc.uniqueArray(word, { minLength: 2, maxLength: 3 }), language, (phrases, typed, language) => {
        const { read, texts } = open(encodeSuggest(phrases, { perFile: 8 }));
        const found = texts(read.find(typed, language));
        const few = typed.some((each) => completed(phrases, [each], language).length <= 8);
        if (few) expect(found).toEqual(expect.arrayContaining(textsOf(completed(phrases, typed, language))));
      }),
    );
  });

  it("finds those that have several words one after the other, whatever these begin", () => {
    fc.assert(
      fc.property(site, fc.array(word, { minLength: 2, maxLength: 3 }), language, (phrases, typed, language) => {
        const { read, texts } = open(encodeSuggest(phrases, { perFile: 2 }));
        const found = texts(read.find(typed, language));
        const joined = textsOf(completed(phrases, [typed.join(" ")], language));
        expect(found.filter((text) => joined.includes(text)).length).toBeGreaterThanOrEqual(Math.min(2, joined.length));
      }),
      { numRuns: 500 },
    );
  });

  it("names every file, each phrase that can be completed is in one, and the same phrases give the same bytes", () => {
    fc.assert(
      fc.property(site, (phrases) => {
        const built = encodeSuggest(phrases, { perFile: 4 });
        const { names, read, texts } = open(built);
        expect(read.files()).toEqual(names);
        const isSeldom = ({ text }: TypedPhrase) => completed(phrases, [text]).length <= 4;
        expect(texts(names)).toEqual(expect.arrayContaining(textsOf(phrases.filter(isSeldom))));
        expect(encodeSuggest(phrases, { perFile: 4 }).files).toEqual(built.files);
      }),
    );
  });

  it("has no file for what nobody types", () => {
    const phrases = Array.from({ length: 9 }, (_, i): TypedPhrase => {
      return { text: `a${i}`, kind: "title", beginnings: [`a${i}`], languages: ["de"] };
    });
    // Three for what begins with "a" and three for it in German, one each for "a" and for it in German.
    expect(encodeSuggest(phrases, { perFile: 3 }).files).toHaveLength(8);
  });

  it("refuses a directory and a file whose parts do not fit together", () => {
    const phrases = ["one", "two"].map((text): TypedPhrase => ({ text, kind: "title", beginnings: [text] }));
    const { files, directory } = encodeSuggest(phrases);
    expect(() => new SuggestDirectory(directory([]), "d.bin")).toThrow("d.bin is not a usable index file");
    expect(() => decodePhrases(directory([]), "p.bin")).toThrow(SearchError);
    const whole = files[0] as Uint8Array;
    for (let at = 0; at < whole.length; at++) {
      for (const damaged of [whole.slice(0, at), whole.with(at, 255)]) {
        try {
          decodePhrases(damaged, "p.bin");
        } catch (error) {
          expect(error).toBeInstanceOf(SearchError);
        }
      }
    }
  });
});

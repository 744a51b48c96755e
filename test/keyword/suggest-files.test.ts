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
const site = fc
  .uniqueArray(fc.array(word, { minLength: 1, maxLength: 3 }), {
    maxLength: 40,
    selector: (words) => words.join(" "),
  })
  .map((phrases) =>
    phrases.map((words): TypedPhrase => ({ text: words.join(" "), kind: "heading", beginnings: [...new Set(words)] })),
  );

function open({ files, directory }: SuggestFiles) {
  const names = files.map((_, i) => `suggest/${i.toString(16).padStart(16, "0")}.bin`);
  const read = new SuggestDirectory(directory(names), "suggest.bin");
  const phrases = (file: string | undefined) =>
    file === undefined ? [] : decodePhrases(files[names.indexOf(file)] as Uint8Array, file).map(({ text }) => text);
  return { names, read, phrases };
}

/** By the definition. */
function completed(phrases: readonly TypedPhrase[], typed: readonly string[]): string[] {
  const all = phrases.filter(({ beginnings }) =>
    typed.every((each) => beginnings.some((beginning) => beginning.startsWith(each))),
  );
  return all.map(({ text }) => text);
}

describe("encodeSuggest", () => {
  it("has one file for whatever is typed, with the best that complete it", () => {
    fc.assert(
      fc.property(site, word, fc.integer({ min: 1, max: 6 }), (phrases, typed, perFile) => {
        const { read, phrases: inFile } = open(encodeSuggest(phrases, { perFile }));
        const found = inFile(read.find([typed]));
        expect(found.length).toBeLessThanOrEqual(perFile);
        const own = phrases.filter(({ beginnings }) => beginnings.some((beginning) => beginning.startsWith(typed)));
        const isFirst = ({ beginnings }: TypedPhrase) => beginnings[0]?.startsWith(typed);
        const best = [...own.filter(isFirst), ...own.filter((phrase) => !isFirst(phrase))].slice(0, perFile);
        const texts = phrases.map(({ text }) => text);
        const wanted = best.map(({ text }) => text).sort((a, b) => texts.indexOf(a) - texts.indexOf(b));
        expect(found.filter((text) => own.some((phrase) => phrase.text === text))).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it("finds all that complete several words when one of them begins few", () => {
    fc.assert(
      fc.property(site, fc.uniqueArray(word, { minLength: 2, maxLength: 3 }), (phrases, typed) => {
        const { read, phrases: inFile } = open(encodeSuggest(phrases, { perFile: 8 }));
        const found = inFile(read.find(typed));
        const few = typed.some((each) => completed(phrases, [each]).length <= 8);
        if (few) expect(found).toEqual(expect.arrayContaining(completed(phrases, typed)));
      }),
    );
  });

  it("names every file, each phrase is in one, and the same phrases give the same bytes", () => {
    fc.assert(
      fc.property(site, (phrases) => {
        const built = encodeSuggest(phrases, { perFile: 4 });
        const { names, read, phrases: inFile } = open(built);
        expect(read.files()).toEqual(names);
        expect(new Set(names.flatMap(inFile))).toEqual(new Set(phrases.map(({ text }) => text)));
        expect(encodeSuggest(phrases, { perFile: 4 }).files).toEqual(built.files);
      }),
    );
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

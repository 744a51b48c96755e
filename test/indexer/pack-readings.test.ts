import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PageDocument } from "../../src/core/document.ts";
import { packReadings, unpackReadings } from "../../src/indexer/pack-readings.ts";
import type { FileReading } from "../../src/indexer/page-reader.ts";
import { isPrepared, preparePage } from "../../src/indexer/prepare-page.ts";
import { KeywordBuilder } from "../../src/keyword/keyword-builder.ts";
import { TermCounter } from "../../src/keyword/page-terms.ts";

const document = (path: string, texts: readonly string[]): PageDocument => ({
  path,
  title: `Title of ${path}`,
  trail: ["Up"],
  language: "en",
  meta: { image: "a.png" },
  filters: { kind: ["guide"] },
  sort: {},
  sections: texts.map((text, i) => ({
    anchor: `s${i}`,
    heading: `Heading ${i}\n😀`,
    level: 2,
    ancestors: [],
    blocks: [{ kind: "prose", text }],
  })),
});
const reading = (file: string, pages: FileReading["pages"]): FileReading => ({
  bytes: file.length,
  pages,
  skipped: [],
});

/** All of a reading: bodies as they are, and terms as the keyword files that they lead to. */
function whole(readings: readonly FileReading[]) {
  return readings.map(({ pages, ...rest }) => ({
    ...rest,
    pages: pages.map((page) => {
      if (!isPrepared(page)) return page;
      const { body, terms, ...head } = page;
      const builder = new KeywordBuilder();
      builder.addPage(terms);
      return { ...head, body: body(), files: builder.finish().files };
    }),
  }));
}

describe("packReadings", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  const site = fc.array(fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 3 }), { maxLength: 5 });

  it("gives back pages as they were read, and prepared ones with their texts and terms", () => {
    fc.assert(
      fc.property(site, fc.boolean(), (files, isShared) => {
        const shared = new TermCounter();
        const readings = files.map((pages, i) =>
          reading(
            `${i}.html`,
            pages.map((texts, n) => {
              const page = document(`${i}/${n}`, texts);
              return i === 1 ? page : preparePage(page, {}, isShared ? shared : new TermCounter());
            }),
          ),
        );
        const again = unpackReadings(packReadings(readings));
        expect(whole(again)).toEqual(whole(readings));
        // What was unpacked can be packed again, with the pages of others.
        expect(whole(unpackReadings(packReadings([...again, ...readings])))).toEqual(whole([...readings, ...readings]));
      }),
      { numRuns: 60 },
    );
  });

  it("refuses bytes that are cut off", () => {
    const packed = packReadings([reading("a.html", [preparePage(document("a", ["Some."]), {}, new TermCounter())])]);
    for (let length = 0; length < packed.length; length++) {
      const readAll = () => whole(unpackReadings(packed.slice(0, length)));
      expect(readAll).toThrow(Error);
    }
  });
});

describe("preparePage", () => {
  const keyOf = (page: PageDocument) => preparePage(page, {}, new TermCounter()).outline.key;

  it("has another key for every change that shows", () => {
    const page = document("a", ["Some text.", "More."]);
    const [first, second] = page.sections as [PageDocument["sections"][0], PageDocument["sections"][0]];
    const others: PageDocument[] = [
      { ...page, path: "b" },
      { ...page, title: "Other" },
      { ...page, trail: [] },
      { ...page, meta: {} },
      { ...page, description: "About" },
      { ...page, sections: [first] },
      { ...page, sections: [first, { ...second, anchor: "other" }] },
      { ...page, sections: [first, { ...second, level: 3 }] },
      { ...page, sections: [first, { ...second, blocks: [{ kind: "prose", text: "More!" }] }] },
    ];
    expect(new Set([page, ...others].map(keyOf)).size).toBe(others.length + 1);
    expect(keyOf(structuredClone(page))).toBe(keyOf(page));
  });
});

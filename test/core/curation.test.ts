import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldQuery, webUrl } from "../../src/core/curated-query.ts";
import { decodeCuration, encodeCuration } from "../../src/core/curation.ts";

const text = fc
  .string({ minLength: 1, unit: "grapheme" })
  .filter((value) => !value.includes("\0") && !value.includes("\u001f"));
const texts = fc.array(text, { minLength: 1, maxLength: 4 });
const PAGES = 300;
const curation = fc.record({
  synonyms: fc.array(
    fc.oneof(
      texts.map((from) => ({ from, to: from })),
      fc.record({ from: texts, to: texts }),
    ),
  ),
  pins: fc.array(fc.record({ queries: texts, pages: fc.array(fc.nat({ max: PAGES - 1 }), { maxLength: 5 }) })),
  redirects: fc.array(fc.record({ queries: texts, url: text, title: text })),
  suggestions: fc.array(text),
});

describe("the curation file of an index", () => {
  it("gives back what was written", () => {
    fc.assert(
      fc.property(curation, (stored) => {
        expect(decodeCuration(encodeCuration(stored), "c.bin", PAGES)).toEqual(stored);
      }),
    );
  });

  it("may not pin pages that the index has not got", () => {
    const pins = [{ queries: ["a"], pages: [2, 7] }];
    const bytes = encodeCuration({ synonyms: [], pins, redirects: [], suggestions: [] });
    expect(decodeCuration(bytes, "c.bin", 8).pins).toEqual(pins);
    expect(() => decodeCuration(bytes, "c.bin", 7)).toThrow(expect.objectContaining({ code: "file-invalid" }));
    expect(() => decodeCuration(bytes, "c.bin", 1)).toThrow(/pins 2 of 1 pages/);
  });

  it("is an error or a curation, whatever is damaged", () => {
    fc.assert(
      fc.property(curation, fc.nat(), fc.integer({ min: 1, max: 255 }), (stored, at, change) => {
        const bytes = encodeCuration(stored);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] as number) ^ change;
        try {
          expect(decodeCuration(bytes, "c.bin", PAGES)).toHaveProperty("pins");
        } catch (error) {
          expect(error).toMatchObject({ name: "SearchError", remedy: expect.any(String) });
        }
      }),
    );
  });
});

describe("foldQuery", () => {
  it.each([
    ["How do I deploy?", "how do i deploy"],
    ["  getting \n started! ", "getting started"],
    ["CAFÉ", "cafe"],
    ["Straße", "strasse"],
    ["ｉｎｓｔａｌｌ", "install"],
    ["“sign in”", "sign in"],
    ["v-model", "v model"],
    ["検索、方法", "検索 方法"],
    ["हिन्दी", "हिन्दी"],
  ])("takes %j for %j", (query, folded) => {
    expect(foldQuery(query)).toBe(folded);
    expect(foldQuery(foldQuery(query))).toBe(folded);
  });

  it("keeps C, C++ and C# apart", () => {
    expect(new Set(["C", "C++", "C#"].map(foldQuery)).size).toBe(3);
  });
});

describe("webUrl", () => {
  it.each([
    ["https://status.example.com/", "https://site.example/docs/", "https://status.example.com/"],
    ["guide/", "https://site.example/docs/", "https://site.example/docs/guide/"],
    ["/guide/?a=1#b", "https://site.example/docs/", "https://site.example/docs/guide/?a=1#b"],
    ["/guide/", "/", "/guide/"],
    ["guide/ü", "/", "/guide/%C3%BC"],
    ["http://a.example", "/", "http://a.example/"],
  ])("leads from %s at %s to %s", (url, root, expected) => {
    expect(webUrl(url, root)).toBe(expected);
  });

  it.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "/javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "mailto:a@b.example",
    "blob:https://a.example/1",
    "https://",
  ])("refuses %j", (url) => {
    for (const root of ["/", "https://site.example/docs/"]) expect(webUrl(url, root)).toBeUndefined();
  });

  it("leads to http, https or a path whatever is written", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), fc.constantFrom("/", "https://a.example/b/"), (url, root) => {
        expect(webUrl(url, root) ?? "/").toMatch(root === "/" ? /^(?:https?:\/\/|\/)/ : /^(?:https?:\/\/.|\/$)/);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerpt } from "../../src/text/excerpt.ts";

const TEXT =
  "Routes map paths to pages. A lazy route loads its code when it is first visited. " +
  "Guards run before a route is entered and may redirect. Nothing else is needed.";
const ENDS = [...TEXT.matchAll(/\. ?/g)].map(({ index, 0: end }) => index + end.length);

function marked({ text, marks }: { text: string; marks: readonly (readonly [number, number])[] }): string[] {
  return marks.map(([start, end]) => text.slice(start, end));
}

describe("excerpt", () => {
  it("marks matching words in any form", () => {
    const result = excerpt(TEXT, { terms: new Map([["rout", 1]]), analyzer: "english", sentenceEnds: ENDS });
    expect(marked(result)).toEqual(["Routes", "route", "route"]);
  });

  it("shows the passage where the rarest words stand together", () => {
    const terms = new Map([
      ["guard", 3],
      ["redirect", 3],
      ["rout", 1],
    ]);
    const result = excerpt(TEXT, { terms, analyzer: "english", sentenceEnds: ENDS, maxLength: 60 });
    expect(result.text).toContain("Guards run");
    expect(marked(result)).toEqual(["Guards", "route", "redirect"]);
  });

  it("shows and marks the closest sentence when no word matches", () => {
    const result = excerpt(TEXT, { terms: new Map(), analyzer: "english", sentenceEnds: ENDS, closest: 1 });
    expect(marked(result)).toEqual(["A lazy route loads its code when it is first visited."]);
  });

  it("never marks outside its text, whatever the input", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.nat(120),
        fc.nat(3),
        (text, maxLength, closest) => {
          const sentenceEnds = text.length > 4 ? [2, text.length] : [text.length];
          for (const terms of [new Map<string, number>(), new Map([["a", 1]])]) {
            const result = excerpt(text, {
              terms,
              analyzer: "plain",
              sentenceEnds,
              closest,
              maxLength: maxLength + 20,
            });
            let previous = 0;
            for (const [start, end] of result.marks) {
              expect(start).toBeGreaterThanOrEqual(previous);
              expect(end).toBeGreaterThanOrEqual(start);
              expect(end).toBeLessThanOrEqual(result.text.length);
              previous = end;
            }
          }
        },
      ),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block, BlockKind, Section } from "../../src/core/document.ts";
import { chunkSection } from "../../src/text/chunk.ts";
import { estimateTokens } from "../../src/text/tokens.ts";

const section = (...blocks: Block[]): Section => ({ anchor: "a", heading: "H", level: 2, ancestors: [], blocks });
const prose = (text: string): Block => ({ kind: "prose", text });
const words = (text: string) => text.split(/\s+/).filter(Boolean).length;
const texts = (parts: Section, options = {}) =>
  chunkSection(parts, { countTokens: words, maxTokens: 6, overlapTokens: 0, ...options }).map(({ text }) => text);

describe("chunkSection", () => {
  it("leaves a section that fits in one piece, its blocks on lines", () => {
    expect(chunkSection(section(prose("One."), { kind: "code", text: "a\n  b" }))).toEqual([
      { text: "One.\na\n  b", weight: 1 },
    ]);
  });

  it("makes one empty chunk of a heading alone, and none of nothing", () => {
    expect(chunkSection(section())).toEqual([{ text: "", weight: 1 }]);
    expect(chunkSection({ ...section(), heading: "" })).toEqual([]);
  });

  it("cuts prose between sentences, code and tables between lines", () => {
    expect(texts(section(prose("One two three. Four five six. Seven eight nine.")))).toEqual([
      "One two three. Four five six.",
      "Seven eight nine.",
    ]);
    expect(texts(section({ kind: "code", text: "if (a. b) {\n  c d\n}\ne f" }))).toEqual([
      "if (a. b) {\n  c d",
      "}\ne f",
    ]);
    expect(texts(section({ kind: "table", text: "a | b\nc | d\ne | f" }))).toEqual(["a | b\nc | d", "e | f"]);
  });

  it("repeats whole sentences of the chunk before, as many as fit", () => {
    const text = "One two. Three. Four five six. Seven eight. Nine ten eleven.";
    expect(texts(section(prose(text)), { overlapTokens: 3 })).toEqual([
      "One two. Three. Four five six.",
      "Four five six. Seven eight.",
      "Seven eight. Nine ten eleven.",
    ]);
  });

  it("cuts a long sentence between words and a long word anywhere", () => {
    expect(texts(section(prose("a b c d e f g h")))).toEqual(["a b c d e f", "g h"]);
    const letters = (text: string) => text.length;
    expect(texts(section(prose(`ab ${"x".repeat(14)} c`)), { countTokens: letters })).toEqual([
      "ab",
      "xxxxxx",
      "xxxxxx",
      "xx c",
    ]);
    expect(texts(section(prose("😀😀😀")), { countTokens: letters, maxTokens: 3 }).join("")).toBe("😀😀😀");
  });

  it("cuts Chinese and Japanese at their punctuation", () => {
    const characters = (text: string) => text.length;
    expect(texts(section(prose("一二三，四五六，七八九。")), { countTokens: characters, maxTokens: 8 })).toEqual([
      "一二三，四五六，",
      "七八九。",
    ]);
  });

  it("puts no space between sentences that had none, and no empty lines at the ends", () => {
    const characters = (text: string) => text.length;
    const japanese = prose("一二。三四。五六。七八。");
    expect(texts(section(japanese), { countTokens: characters })).toEqual(["一二。三四。", "五六。七八。"]);
    expect(texts(section({ kind: "code", text: "a b c\n\n\nd e f g" }))).toEqual(["a b c", "d e f g"]);
  });

  it("keeps blocks of different weight apart", () => {
    const chunks = chunkSection(
      section({ kind: "prose", text: "a", weight: 2 }, { kind: "prose", text: "b", weight: 2 }, prose("c")),
    );
    expect(chunks).toEqual([
      { text: "a\nb", weight: 2 },
      { text: "c", weight: 1 },
    ]);
  });

  it("cuts a word of 100,000 letters within its budget, in no time", () => {
    const chunks = chunkSection(section(prose("x".repeat(100_000))), { overlapTokens: 0 });
    expect(chunks.map(({ text }) => text).join("")).toHaveLength(100_000);
    expect(Math.max(...chunks.map(({ text }) => estimateTokens(text)))).toBeLessThanOrEqual(200);
  });
});

describe("estimateTokens", () => {
  it.each([
    ["", 0],
    ["one two three", 3.9],
    ["internationalisation", 2.5],
    ["naïve Straße Привет", 3.9],
    ["日本語", 2],
    ["日本語 text", 3.3],
    ["ภาษาไทย", 14 / 3],
    ["foo.bar()", 2.6 + 0.75],
  ])("%s", (text, tokens) => {
    expect(estimateTokens(text)).toBeCloseTo(tokens, 5);
  });
});

const line = fc
  .array(fc.constantFrom("alpha", "e.g.", "Beta.", "c!", "日本語。", "x".repeat(90), "|", "(d)", "9."), {
    minLength: 1,
    maxLength: 30,
  })
  .map((parts) => parts.join(" "));
const block = fc
  .record({
    kind: fc.constantFrom<BlockKind>("prose", "code", "table"),
    text: fc.array(line, { minLength: 1, maxLength: 4 }),
  })
  .map(({ kind, text }): Block => ({ kind, text: text.join(kind === "prose" ? " " : "\n") }));
const bare = (text: string) => text.replace(/\s/g, "");

describe("chunks of any section", () => {
  it("cover all of the text, within the budget", () => {
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 5 }),
        fc.integer({ min: 5, max: 60 }),
        fc.integer({ min: 0, max: 30 }),
        (blocks, maxTokens, overlapTokens) => {
          const chunks = chunkSection(section(...blocks), { maxTokens, overlapTokens }).map(({ text }) => text);
          for (const chunk of chunks) expect(estimateTokens(chunk)).toBeLessThanOrEqual(maxTokens + 1e-6);
          expect(covers(bare(blocks.map(({ text }) => text).join("")), chunks.map(bare))).toBe(true);
        },
      ),
    );
  });

  it("are parts of the text one after the other, without overlap", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), fc.integer({ min: 5, max: 60 }), (blocks, maxTokens) => {
        const chunks = chunkSection(section(...blocks), { maxTokens, overlapTokens: 0 });
        expect(bare(chunks.map(({ text }) => text).join(""))).toBe(bare(blocks.map(({ text }) => text).join("")));
      }),
    );
  });
});

/** Whether chunks that overlap, one after the other, hold a text from end to end. */
function covers(text: string, chunks: readonly string[]): boolean {
  let ends = new Set([0]);
  for (const chunk of chunks) {
    const next = new Set<number>();
    for (const end of ends) {
      for (let start = Math.max(0, end - chunk.length); start <= end; start++) {
        if (text.startsWith(chunk, start)) next.add(Math.max(end, start + chunk.length));
      }
    }
    ends = next;
  }
  return ends.has(text.length);
}

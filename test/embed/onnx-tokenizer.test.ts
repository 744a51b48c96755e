import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OnnxTokenizer } from "../../src/embed/onnx-tokenizer.ts";
import { makeBpe, makeUnigram, makeWordPiece } from "../models/tokenizers.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const makers = { WordPiece: makeWordPiece, Unigram: makeUnigram, BPE: makeBpe };
const words = README.split(/\s+/).filter((word) => /^[A-Za-z]+[.,]?$/.test(word));

/** Texts of the README's words, of any words of ASCII letters, and of both. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...words), fc.stringMatching(/^[a-z]{1,12}$/)), { minLength: 1, maxLength: 12 })
  .map((list) => list.join(" "));

for (const [name, make] of Object.entries(makers)) {
  describe(name, () => {
    const made = make(README);
    const tokenizer = new OnnxTokenizer(made.files);

    it("gives the tokens that the algorithm gives", () => {
      fc.assert(
        fc.property(text, (input) => void expect(tokenizer.encode(input, 1000).ids).toEqual(made.encode(input))),
      );
    });

    it("gives two texts as the model wants them", () => {
      fc.assert(
        fc.property(text, text, (first, second) => {
          const { ids, types } = tokenizer.encodePair(first, second, 1000);
          expect({ ids, types }).toEqual(made.encodePair(first, second));
        }),
      );
    });

    it("cuts the text's end, never what stands around it", () => {
      const whole = made.encode(words.slice(0, 40).join(" "));
      const { ids, types, isCut } = tokenizer.encode(words.slice(0, 40).join(" "), 16);
      expect(ids).toEqual([...whole.slice(0, 15), whole.at(-1)]);
      expect(types).toHaveLength(16);
      expect(isCut).toBe(true);
    });

    it("cuts the second text of two", () => {
      const [first, second] = [words.slice(0, 3).join(" "), words.slice(3, 60).join(" ")];
      const whole = made.encodePair(first, second).ids;
      const { ids, isCut } = tokenizer.encodePair(first, second, 32);
      expect(ids).toEqual([...whole.slice(0, 31), whole.at(-1)]);
      expect(isCut).toBe(true);
    });

    it("cuts the first text only where it takes more than half", () => {
      const long = words.slice(0, 60).join(" ");
      const { ids } = tokenizer.encodePair(long, "to", 33);
      expect(ids.slice(0, 10)).toEqual(made.encode(long).slice(0, 10));
      expect(ids.length).toBeLessThanOrEqual(33);
      expect(ids.slice(-2)).toEqual(made.encodePair(long, "to").ids.slice(-2));
    });

    it("pads with the model's token", () => expect(tokenizer.padding).toBe(made.padding));
  });
}

describe("a text that the model does not know", () => {
  const tokenizer = new OnnxTokenizer(makeWordPiece(README).files);

  it.each(["", "  ", "漢字", "☃"])("%j", (input) => expect(tokenizer.encode(input, 64).isKnown).toBe(false));
  it("is known by one word", () => expect(tokenizer.encode("漢字 search", 64).isKnown).toBe(true));
});

describe("damaged files", () => {
  const files = makeWordPiece(README).files;

  it("says which file is missing", () => {
    expect(() => new OnnxTokenizer(new Map())).toThrow(/has no tokenizer\.json/);
  });

  it.each([
    ["half", files.get("tokenizer.json")?.slice(0, 500)],
    ["null", new TextEncoder().encode("null")],
    ["another file", new TextEncoder().encode('{"hidden_size": 384}')],
    ["an unknown kind", new TextEncoder().encode('{"model":{"type":"Word2Vec"},"added_tokens":[],"normalizer":null}')],
  ])("refuses %s", (_, bytes) => {
    const damaged = new Map([...files, ["tokenizer.json", bytes ?? new Uint8Array()]]);
    expect(() => new OnnxTokenizer(damaged)).toThrow(expect.objectContaining({ code: "file-invalid" }));
  });
});

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeContainer, packStrings } from "../../src/core/container.ts";
import { SearchError } from "../../src/core/errors.ts";
import { decodeTextShard, encodeTextShard, type PageText } from "../../src/text/text-shard.ts";

const SKETCH_BYTES = 2;
/** What ends or parts strings in the file does not stand in them. */
const shown = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .filter((text) => !["\0", "\u001f", "\ufeff"].some((sign) => text.includes(sign)));
const listed = fc.array(
  shown.filter((text) => text !== ""),
  { maxLength: 3 },
);

const chunk = fc.record({ text: shown, cuts: fc.array(fc.nat(20), { maxLength: 3 }) }).map(({ text, cuts }) => {
  const inside = [...new Set(cuts.filter((cut) => cut > 0 && cut < text.length))].sort((a, b) => a - b);
  const sentenceEnds = text === "" ? [] : [...inside, text.length];
  const stored = sentenceEnds.length * SKETCH_BYTES;
  return { text, sentenceEnds, sketches: Uint8Array.from({ length: stored }, (_, i) => i * 37) };
});

const section = fc.record({
  anchor: shown,
  heading: shown,
  level: fc.integer({ min: 0, max: 6 }),
  ancestors: listed,
  chunks: fc.array(chunk, { maxLength: 3 }),
});

const pages: fc.Arbitrary<PageText[]> = fc.array(
  fc.record({
    path: shown,
    title: shown,
    trail: listed,
    meta: fc.dictionary(shown, shown, { maxKeys: 2, noNullPrototype: true }),
    firstChunk: fc.nat(1000),
    sections: fc.array(section, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

const PAGE: PageText = {
  path: "guide/",
  title: "Guide",
  trail: ["Docs"],
  meta: { author: "A" },
  firstChunk: 3,
  sections: [
    {
      anchor: "b",
      heading: "B",
      level: 3,
      ancestors: ["A"],
      chunks: [
        { text: "One. Two.", sentenceEnds: [5, 9], sketches: Uint8Array.of(1, 2, 3, 4) },
        { text: "", sentenceEnds: [], sketches: new Uint8Array() },
      ],
    },
  ],
};

function outcome(bytes: Uint8Array): unknown {
  try {
    return decodeTextShard(bytes, "text/a/0.bin").pages;
  } catch (error) {
    return error instanceof SearchError ? error.code : error;
  }
}

describe("text shard", () => {
  it("comes back", () => {
    fc.assert(
      fc.property(pages, (written) => {
        const bytes = encodeTextShard(written, { sketchBytes: SKETCH_BYTES });
        expect(decodeTextShard(bytes, "f").pages).toEqual(written);
      }),
    );
  });

  it("comes back without sketches", () => {
    fc.assert(
      fc.property(pages, (written) => {
        const read = decodeTextShard(encodeTextShard(written), "f");
        expect(read.container.has("sketches")).toBe(false);
        expect(read.pages.flatMap(({ sections }) => sections.flatMap(({ chunks }) => chunks))).toEqual(
          written
            .flatMap(({ sections }) => sections.flatMap(({ chunks }) => chunks))
            .map((each) => ({ ...each, sketches: new Uint8Array() })),
        );
      }),
    );
  });

  it("holds the sections of others beside its own", () => {
    const bytes = encodeTextShard([PAGE], { sketchBytes: 2, sections: { codes: Int8Array.of(-1, 1) } });
    const { pages: read, container } = decodeTextShard(bytes, "f");
    expect(read).toEqual([PAGE]);
    expect([...container.get("codes", Int8Array)]).toEqual([-1, 1]);
    expect(() => encodeTextShard([PAGE], { sections: { strings: new Uint8Array() } })).toThrow(RangeError);
  });

  it("refuses sketches of another length", () => {
    expect(() => encodeTextShard([PAGE], { sketchBytes: 3 })).toThrow(RangeError);
  });

  it("costs little where there is little", () => {
    expect(gzipSync(encodeTextShard([])).length).toBeLessThan(80);
  });

  it.each([
    { name: "fewer strings than told", shape: [1, 0, 0, 0, 0, 0], strings: ["p", "t", ""] },
    { name: "more chunks than any memory has", shape: [0, 0, 4294967295, 0], strings: [] },
    { name: "sections of no page", shape: [1, 1, 0, 0, 0, 0, 2, 0], strings: ["p", "t", "", "", "a", "h", ""] },
    { name: "chunks of no section", shape: [1, 0, 1, 0, 0, 0], strings: ["p", "t", "", "", "x"] },
    { name: "meta that is not JSON", shape: [1, 0, 0, 0, 0, 0], strings: ["p", "t", "", "<html>"] },
  ])("refuses $name", ({ shape, strings }) => {
    const bytes = encodeContainer("text", { shape: varints(shape), strings: packStrings(strings) });
    expect(outcome(bytes)).toBe("file-invalid");
  });

  it("refuses more sentences than the file can tell of", () => {
    const shape = varints([1, 1, 1, 0, 0, 1, 2, 1, 4294967295]);
    const bytes = encodeContainer("text", { shape, strings: packStrings(["p", "t", "", "", "a", "h", "", "x"]) });
    expect(outcome(bytes)).toBe("file-invalid");
  });

  it("meets any damage with a SearchError", () => {
    const whole = encodeTextShard([PAGE, PAGE], { sketchBytes: 2, sections: { codes: Int8Array.of(1) } });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, cut) => {
        const damaged = whole.slice(0, cut < 8 ? whole.length - cut * 8 : whole.length);
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        const result = outcome(damaged);
        expect(Array.isArray(result) || result === "file-invalid" || result === "file-version").toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function varints(values: readonly number[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) => {
      const bytes: number[] = [];
      let rest = value;
      for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
      return [...bytes, rest];
    }),
  );
}

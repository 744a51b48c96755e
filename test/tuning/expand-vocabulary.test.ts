import { describe, expect, it } from "vitest";
import { StaticEmbedder } from "../../src/embed/static-embedder.ts";
import type { StaticModel } from "../../src/embed/static-model.ts";
import { expandVocabulary } from "../../src/tuning/expand-vocabulary.ts";
import { mixTables, toStaticModel, toTunable } from "../../src/tuning/tunable-model.ts";
import { createToyModel } from "../embed/toy-model.ts";

const TEXTS = [
  "The useCounter state of webpack, with pages of pages",
  "useCounter and webpack: node.js 2026 café",
  "webpack webpack search",
];

async function vectorOf(model: StaticModel, text: string): Promise<number[]> {
  const { vector } = await StaticEmbedder.fromModel(model).embedQuery(text);
  return [...vector];
}

describe("a larger vocabulary", () => {
  const base = createToyModel();
  const { model, added } = expandVocabulary(toTunable(base), TEXTS, { minPassages: 2 });

  it("has the site's words that the model lacks, the most frequent first", () => {
    expect(added).toEqual(["webpack", "usecounter"]);
    expect(toStaticModel(model).tokens).toEqual([...base.tokens, ...added].sort());
    expect(expandVocabulary(toTunable(base), TEXTS, { minPassages: 2, maxWords: 1 }).added).toEqual(["webpack"]);
  });

  it("changes no vector before training", async () => {
    for (const text of [...TEXTS, "useCounter", "webpack", "a useCounter hook", "searching", "検索 webpack"]) {
      const before = await vectorOf(base, text);
      const after = await vectorOf(toStaticModel(model), text);
      // 8 bits a number: what is left is rounding.
      expect(dot(before, after)).toBeGreaterThan(0.9999);
    }
  });

  it("takes words in other scripts, which have no pieces, at no weight", async () => {
    const japanese = expandVocabulary(toTunable(base), ["ガイド search", "ガイド page"], { minPassages: 2 });
    expect(japanese.added).toEqual(["ガイド"]);
    expect(await vectorOf(toStaticModel(japanese.model), "ガイド search")).toEqual(await vectorOf(base, "search"));
  });
});

describe("rows", () => {
  it("survive being made tunable and back, but for rounding them again", () => {
    for (const bits of [4, 8] as const) {
      const model = toTunable(createToyModel({ bits }));
      const again = toTunable(toStaticModel(model));
      expect([again.tokens, again.words, again.parameters]).toEqual([model.tokens, model.words, model.parameters]);
      const error = again.table.reduce((sum, value, i) => sum + (value - (model.table[i] as number)) ** 2, 0);
      expect(error / model.table.reduce((sum, value) => sum + value ** 2, 0)).toBeLessThan(bits === 8 ? 1e-5 : 0.01);
    }
  });

  it("mix between two tables", () => {
    expect([...mixTables(Float32Array.of(1, 2), Float32Array.of(3, 2), 0.5)]).toEqual([2, 2]);
  });
});

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

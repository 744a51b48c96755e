import { describe, expect, it } from "vitest";
import { addRow, rowBytes } from "../../src/embed/quantize.ts";
import type { StaticModel } from "../../src/embed/static-model.ts";
import { splitWords } from "../../src/embed/tokenizer.ts";
import { createWordEncoder, mixRows, toTunable } from "../../src/tuning/tunable-model.ts";
import { createToyModel } from "../embed/toy-model.ts";

describe.each([2, 4, 8] as const)("a model whose rows can be changed (%i bits)", (bits) => {
  const model = createToyModel({ bits });
  const { dims } = model.parameters;
  const tunable = toTunable(model);
  const rowOf = (token: string) => {
    const at = tunable.tokens.indexOf(token) * dims;
    return tunable.table.subarray(at, at + dims);
  };

  it("has its rows, words before pieces", () => {
    expect(tunable.tokens.toSorted()).toEqual([...model.tokens]);
    expect(tunable.tokens.slice(0, tunable.words).filter((token) => /^[~^]/.test(token))).toEqual([]);
    for (const token of model.tokens) expect([...rowOf(token)]).toEqual(decodedRow(model, token));
  });

  it("goes part of the way to the trained rows, and leaves the bits of all others", () => {
    const trained = tunable.table.slice();
    const at = tunable.tokens.indexOf("state") * dims;
    trained.set(rowOf("router"), at);
    const mixed = mixRows(model, tunable, { trained, share: 0.5 });
    expect(mixed.tokens).toEqual(model.tokens);
    expect(mixed.parameters).toMatchObject({ ...model.parameters, alphabet: expect.any(String) });
    for (const token of model.tokens) {
      if (token !== "state") expect(bitsOf(mixed, token), token).toEqual(bitsOf(model, token));
    }
    const wanted = rowOf("state").map((value, d) => (value + (rowOf("router")[d] as number)) / 2);
    expect(cosine(decodedRow(mixed, "state"), wanted)).toBeGreaterThan(bits === 2 ? 0.9 : 0.98);
  });
});

it("takes words apart as search does", () => {
  const tunable = toTunable(createToyModel());
  const encode = createWordEncoder(tunable);
  const tokens = splitWords("The state of useState: webpack").flatMap(encode);
  expect(tokens.map((token) => tunable.tokens[token])).toEqual(["state", "usestate", "^web", "~pack"]);
});

function decodedRow(model: StaticModel, token: string): number[] {
  const row = new Float64Array(model.parameters.dims);
  addRow(row, model, { index: model.tokens.indexOf(token), bits: model.parameters.bits });
  return [...Float32Array.from(row)];
}

function bitsOf({ tokens, rows, scales, parameters }: StaticModel, token: string): number[] {
  const bytes = rowBytes(parameters.dims, parameters.bits);
  const index = tokens.indexOf(token);
  return [...rows.subarray(index * bytes, (index + 1) * bytes), scales[index] as number];
}

function cosine(a: readonly number[], b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0) / (Math.hypot(...a) * Math.hypot(...b));
}

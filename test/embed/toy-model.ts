import { createRandom } from "../../src/core/random.ts";
import { createStaticModel, type StaticModel } from "../../src/embed/static-model.ts";

const WORDS = "search meaning words browser index page use state request http node.js usestate cafe server 404 router";
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];

/** A small model with random rows. */
export function createToyModel({
  dims = 32,
  bits = 8,
}: {
  readonly dims?: number;
  readonly bits?: 2 | 4 | 8;
} = {}): StaticModel {
  const tokens = [...WORDS.split(" "), ...LETTERS.flatMap((letter) => [`^${letter}`, `~${letter}`]), "^web", "~pack"];
  const random = createRandom(1);
  const rows = Float32Array.from({ length: tokens.length * dims }, () => random() - 0.5);
  return createStaticModel(tokens, rows, {
    id: "static",
    revision: "toy",
    languages: ["en"],
    dims,
    bits,
    alphabet: [...LETTERS, "."].join(""),
    ignored: ["the", "of"],
    contextWeight: 3,
  });
}

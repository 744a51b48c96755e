import { createStaticModel, type StaticModel } from "../../src/embed/static-model.ts";

/** Words by topic: those of one topic mean the same to the model. */
const TOPICS = [
  ["bicycle", "bike", "wheel", "cycling"],
  ["puncture", "flat", "leak", "air"],
  ["bread", "dough", "loaf", "bake"],
  ["yeast", "rise", "sourdough"],
  ["guitar", "music", "chord", "song"],
];

/** A model that knows a few words: one dimension per topic. */
export function tinyModel(): StaticModel {
  const dims = 16;
  const tokens = TOPICS.flat();
  const rows = new Float32Array(tokens.length * dims);
  tokens.forEach((token, i) => {
    rows[i * dims + TOPICS.findIndex((topic) => topic.includes(token))] = 1;
  });
  return createStaticModel(tokens, rows, {
    id: "static",
    revision: "tiny",
    languages: ["en"],
    dims,
    bits: 8,
    alphabet: "abcdefghijklmnopqrstuvwxyz",
    ignored: ["the", "my", "a"],
    contextWeight: 1,
  });
}

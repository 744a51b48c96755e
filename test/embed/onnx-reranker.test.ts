import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rerankerSpec } from "../../src/embed/encoder-spec.ts";
import { OnnxReranker } from "../../src/embed/onnx-reranker.ts";
import { NodeRuntime } from "../../src/indexer/onnx-runtime-node.ts";
import { bertLogit } from "../models/bert-forward.ts";
import { configsOf, makeEncoder } from "../models/tiny-encoder.ts";
import { makeUnigram, makeWordPiece } from "../models/tokenizers.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const QUERY = "search by meaning";
const TEXTS = ["In the browser.", "The index is a folder of small files for the search of a static site.", "Words"];
const runtime = new NodeRuntime({ threads: 0, engine: "onnxruntime-web" });
const encoder = makeEncoder(makeWordPiece(README), { output: "logits" });
const spec = rerankerSpec("tiny/ranker", configsOf(encoder), { dtype: "fp32" });

let reranker: OnnxReranker;
beforeAll(async () => {
  reranker = await OnnxReranker.open({ spec, files: encoder.files, runtime });
});
afterAll(() => reranker.close());

function expectedScore(ids: readonly number[], types: readonly number[]): number {
  return bertLogit(encoder.weights, ids, types);
}

it("scores every text with the query, in order", async () => {
  const scores = await reranker.score(QUERY, TEXTS);
  TEXTS.forEach((text, i) => {
    const { ids, types } = encoder.tokenizer.encodePair(QUERY, text);
    expect(scores[i]).toBeCloseTo(expectedScore(ids, types), 4);
  });
  expect(new Set(scores).size).toBe(TEXTS.length);
});

it("leaves out the end of a text that is too long", async () => {
  const long = TEXTS.join(" ").repeat(3);
  const { ids, types } = encoder.tokenizer.encodePair(QUERY, long);
  expect(ids.length).toBeGreaterThan(spec.maxTokens);
  const [score] = await reranker.score(QUERY, [long]);
  const cut = [...ids.slice(0, spec.maxTokens - 1), 3];
  expect(score).toBeCloseTo(expectedScore(cut, types.slice(0, spec.maxTokens)), 4);
});

it("gives nothing for nothing", async () => {
  expect(await reranker.score(QUERY, [])).toEqual(new Float32Array());
});

it("stops when it is aborted", async () => {
  await expect(reranker.score(QUERY, TEXTS, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
});

it("reads pairs as XLM-RoBERTa's kin want them", async () => {
  const other = makeEncoder(makeUnigram(README), { output: "logits" });
  const ranker = await OnnxReranker.open({ spec, files: other.files, runtime });
  const { ids, types } = other.tokenizer.encodePair(QUERY, "Words");
  expect((await ranker.score(QUERY, ["Words"]))[0]).toBeCloseTo(bertLogit(other.weights, ids, types), 4);
  await ranker.close();
});

it("refuses a model that gives vectors", async () => {
  const wrong = makeEncoder(makeWordPiece(README));
  const ranker = await OnnxReranker.open({ spec, files: wrong.files, runtime });
  await expect(ranker.score(QUERY, TEXTS)).rejects.toMatchObject({ code: "model-mismatch" });
  await ranker.close();
});

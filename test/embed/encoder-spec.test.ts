import { describe, expect, it } from "vitest";
import { DTYPES, onnxFileFor } from "../../src/core/model-files.ts";
import {
  type EncoderConfigs,
  type EncoderOptions,
  encoderFingerprint,
  encoderSpec,
  rerankerSpec,
} from "../../src/embed/encoder-spec.ts";

const BERT = { model_type: "bert", hidden_size: 384, max_position_embeddings: 512 };
const REPRESENT = "Represent this sentence for searching relevant passages: ";

function specOf(id: string, configs: EncoderConfigs = {}, options: EncoderOptions = {}) {
  return encoderSpec(id, { "config.json": BERT, ...configs }, options);
}

describe("families known by name", () => {
  // Pooling and prefixes as on the models' pages.
  it.each([
    ["Xenova/all-MiniLM-L6-v2", "mean", "", "", ["en"]],
    ["sentence-transformers/all-mpnet-base-v2", "mean", "", "", ["en"]],
    ["Xenova/paraphrase-multilingual-MiniLM-L12-v2", "mean", "", "", []],
    ["sentence-transformers/multi-qa-mpnet-base-dot-v1", "cls", "", "", ["en"]],
    ["Xenova/multi-qa-MiniLM-L6-cos-v1", "mean", "", "", ["en"]],
    ["BAAI/bge-base-en-v1.5", "cls", REPRESENT, "", ["en"]],
    ["BAAI/bge-small-zh-v1.5", "cls", "为这个句子生成表示以用于检索相关文章：", "", ["zh"]],
    ["BAAI/bge-m3", "cls", "", "", []],
    ["TaylorAI/bge-micro-v2", "mean", "", "", ["en"]],
    ["intfloat/e5-base-v2", "mean", "query: ", "passage: ", ["en"]],
    ["Xenova/multilingual-e5-small", "mean", "query: ", "passage: ", []],
    ["thenlper/gte-base", "mean", "", "", ["en"]],
    ["Alibaba-NLP/gte-large-en-v1.5", "cls", "", "", ["en"]],
    ["onnx-community/gte-multilingual-base", "cls", "", "", []],
    ["nomic-ai/nomic-embed-text-v1.5", "mean", "search_query: ", "search_document: ", ["en"]],
    ["Snowflake/snowflake-arctic-embed-m-v1.5", "cls", REPRESENT, "", ["en"]],
    ["Snowflake/snowflake-arctic-embed-l-v2.0", "cls", "query: ", "", []],
    ["Xenova/jina-embeddings-v2-base-en", "mean", "", "", ["en"]],
    ["Xenova/jina-embeddings-v2-base-de", "mean", "", "", ["de"]],
    ["mixedbread-ai/mxbai-embed-large-v1", "cls", REPRESENT, "", ["en"]],
    ["./models/e5-small/", "mean", "query: ", "passage: ", ["en"]],
  ])("%s", (id, pooling, queryPrefix, passagePrefix, languages) => {
    expect(specOf(id)).toMatchObject({ id, pooling, queryPrefix, passagePrefix, languages, dtype: "q8" });
  });
});

describe("a model's own files", () => {
  const pooled = (config: object) => ({ "1_Pooling/config.json": { word_embedding_dimension: 384, ...config } });

  it.each([
    [{ pooling_mode_mean_tokens: true, pooling_mode_cls_token: false }, "mean"],
    [{ pooling_mode_mean_tokens: false, pooling_mode_cls_token: true }, "cls"],
    [{ pooling_mode_lasttoken: true }, "last-token"],
    [{ pooling_mode: "cls" }, "cls"],
  ])("say how to pool: %j", (config, pooling) => {
    expect(specOf("someone/encoder", pooled(config)).pooling).toBe(pooling);
  });

  it("count more than the name, and options more than both", () => {
    const configs = {
      ...pooled({ pooling_mode_cls_token: true }),
      "config_sentence_transformers.json": { prompts: { query: "Q: ", document: "D: " } },
    };
    expect(specOf("intfloat/e5-base", configs)).toMatchObject({
      pooling: "cls",
      queryPrefix: "Q: ",
      passagePrefix: "D: ",
    });
    const options = { pooling: "mean", queryPrefix: "", passagePrefix: "P: ", languages: ["nl"] } as const;
    expect(specOf("intfloat/e5-base", configs, options)).toMatchObject(options);
  });

  it.each([
    ["max", { pooling_mode_max_tokens: true }],
    ["two at once", { pooling_mode_mean_tokens: true, pooling_mode_cls_token: true }],
    ["without the prompt", { pooling_mode_mean_tokens: true, include_prompt: false }],
  ])("are refused when they pool otherwise: %s", (_, config) => {
    expect(() => specOf("someone/encoder", pooled(config))).toThrow(expect.objectContaining({ code: "bad-option" }));
  });

  it("are refused when they say nothing of the pooling, for an unknown name", () => {
    expect(() => specOf("someone/encoder")).toThrow(/pooling|vector of its tokens/);
    expect(specOf("someone/encoder", {}, { pooling: "mean" }).pooling).toBe("mean");
  });

  it("tell of layers behind the pooling", () => {
    const modules = ["Transformer", "Pooling", "Dense", "Normalize"].map((name) => ({
      type: `sentence_transformers.models.${name}`,
    }));
    const configs = { "modules.json": modules, "2_Dense/config.json": { in_features: 384, out_features: 512 } };
    expect(specOf("sentence-transformers/all-x", configs)).toMatchObject({ hasHead: true, hiddenDims: 512 });
    expect(specOf("sentence-transformers/all-x", { "modules.json": modules.slice(0, 2) }).hasHead).toBe(false);
  });
});

describe("lengths", () => {
  it.each([
    ["the position table", {}, 512],
    ["sentence-transformers", { "sentence_bert_config.json": { max_seq_length: 256 } }, 256],
    ["the tokeniser", { "tokenizer_config.json": { model_max_length: 128 } }, 128],
    ["the table, for a tokeniser without a limit", { "tokenizer_config.json": { model_max_length: 1e30 } }, 512],
    ["the table, for more than it has", { "tokenizer_config.json": { model_max_length: 8192 } }, 512],
    [
      "a table that begins later",
      { "config.json": { ...BERT, model_type: "xlm-roberta", max_position_embeddings: 514 } },
      512,
    ],
  ])("by %s", (_, configs, maxTokens) => expect(specOf("all-x", configs).maxTokens).toBe(maxTokens));

  it("as asked for, within the table", () => {
    expect(specOf("all-x", {}, { maxTokens: 64 }).maxTokens).toBe(64);
    for (const maxTokens of [0, 2, 513, Number.NaN]) {
      expect(() => specOf("all-x", {}, { maxTokens })).toThrow(expect.objectContaining({ code: "bad-option" }));
    }
  });

  it.each(["hidden_size", "d_model", "dim", "n_embd"])("of vectors from %s", (key) => {
    expect(encoderSpec("all-x", { "config.json": { [key]: 96, n_positions: 512 } }).hiddenDims).toBe(96);
  });

  it("shortened, and centred for Nomic's", () => {
    expect(specOf("all-x", {}, { dims: 128 })).toMatchObject({ dims: 128, hiddenDims: 384, centred: false });
    expect(specOf("nomic-embed-text-v1.5", {}, { dims: 128 }).centred).toBe(true);
    expect(specOf("nomic-embed-text-v1.5").centred).toBe(false);
    for (const dims of [0, 385, 1.5]) expect(() => specOf("all-x", {}, { dims })).toThrow(/384 dimensions/);
  });

  it.each([undefined, null, [], "x", { hidden_size: "many" }])(
    "of a config.json that is %j are asked for",
    (config) => {
      expect(() => encoderSpec("all-x", { "config.json": config })).toThrow(
        expect.objectContaining({ code: "bad-option" }),
      );
    },
  );
});

describe("files", () => {
  it("have the exporters' names", () => {
    expect(onnxFileFor("fp32")).toEqual(["onnx/model.onnx", "model.onnx"]);
    expect(onnxFileFor("fp16")[0]).toBe("onnx/model_fp16.onnx");
    expect(onnxFileFor("q8").slice(0, 4)).toEqual([
      "onnx/model_quantized.onnx",
      "model_quantized.onnx",
      "onnx/model_int8.onnx",
      "model_int8.onnx",
    ]);
    expect(onnxFileFor("q4")[0]).toBe("onnx/model_q4.onnx");
    expect(new Set(DTYPES.flatMap(onnxFileFor)).size).toBe(DTYPES.flatMap(onnxFileFor).length);
  });

  it("and everything that changes a vector make the fingerprint", () => {
    const spec = specOf("all-x");
    const files = new Map([["onnx/model.onnx", "aa"]]);
    const of = (change: object) => encoderFingerprint({ ...spec, ...change }, files);
    expect(of({})).toMatch(/^[0-9a-f]{32}$/);
    expect(of({ languages: ["fr"] })).toBe(of({}));
    const others = [
      { pooling: "cls" },
      { queryPrefix: "q" },
      { passagePrefix: "p" },
      { dims: 128 },
      { maxTokens: 64 },
      { centred: true },
    ].map(of);
    others.push(encoderFingerprint(spec, new Map([["onnx/model.onnx", "ab"]])));
    expect(new Set([of({}), ...others]).size).toBe(others.length + 1);
  });

  it("of an unknown kind are refused", () => {
    expect(() => specOf("all-x", {}, { dtype: "int3" as "q4" })).toThrow(/fp32, fp16, q8, q4/);
  });
});

describe("rerankers", () => {
  const config = { model_type: "bert", max_position_embeddings: 512 };
  it("give one number", () => {
    const one = { "config.json": { ...config, id2label: { 0: "LABEL_0" } } };
    expect(rerankerSpec("x/ranker", one)).toEqual({ id: "x/ranker", maxTokens: 512, dtype: "q8" });
    const three = { "config.json": { ...config, id2label: { 0: "no", 1: "maybe", 2: "yes" } } };
    expect(() => rerankerSpec("x/nli", three)).toThrow(/3 classes/);
  });
});

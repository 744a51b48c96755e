import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Dtype } from "../../src/core/model-files.ts";
import { bertOnnx } from "../models/bert-onnx.ts";
import { bertWeights, MINILM } from "../models/bert-weights.ts";
import { makeWordPiece } from "../models/tokenizers.ts";

/** Where each kind of weights stands, as on the Hugging Face hub. */
export const GRAPHS: Readonly<Partial<Record<Dtype, string>>> = {
  fp32: "onnx/model.onnx",
  q8: "onnx/model_quantized.onnx",
};

/**
 * A model of all-MiniLM-L6-v2's shape with random weights, as a repository that transformers.js reads too; the weights of
 * 8 bits as `quantize_dynamic` stores them. Its vocabulary is filled up to the size with words that no text has.
 *
 * @param text Its words are in the vocabulary.
 * @returns The names of its files.
 */
export async function writeMiniLm(folder: string, text: string): Promise<readonly string[]> {
  const tokenizer = JSON.parse(new TextDecoder().decode(makeWordPiece(text).files.get("tokenizer.json")));
  const { vocab } = tokenizer.model as { vocab: Record<string, number> };
  for (let id = Object.keys(vocab).length; id < MINILM.vocabulary; id++) vocab[`filler${id}`] = id;
  const weights = bertWeights(MINILM, { seed: 1 });
  const files = new Map<string, string | Uint8Array>([
    ["tokenizer.json", JSON.stringify(tokenizer)],
    [
      "tokenizer_config.json",
      JSON.stringify({
        tokenizer_class: "BertTokenizer",
        pad_token: "[PAD]",
        unk_token: "[UNK]",
        cls_token: "[CLS]",
        sep_token: "[SEP]",
        model_max_length: MINILM.positions,
      }),
    ],
    [
      "config.json",
      JSON.stringify({
        model_type: "bert",
        architectures: ["BertModel"],
        hidden_size: MINILM.hidden,
        num_hidden_layers: MINILM.layers,
        num_attention_heads: MINILM.heads,
        intermediate_size: MINILM.intermediate,
        max_position_embeddings: MINILM.positions,
        vocab_size: MINILM.vocabulary,
        type_vocab_size: 2,
        pad_token_id: 0,
      }),
    ],
    ["onnx/model.onnx", bertOnnx(weights, { dtype: "fp32" }).model],
    ["onnx/model_quantized.onnx", bertOnnx(weights, { dtype: "q8-dynamic" }).model],
  ]);
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return [...files.keys()];
}

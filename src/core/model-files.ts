/** A piece of a model's file in the index folder, small enough for every host. */
export interface ModelFilePart {
  /** Path relative to `index.json`, named by the content. */
  readonly file: string;
  /** Bytes of the model's file that it holds. */
  readonly bytes: number;
  /** Hex SHA-256 of these bytes. */
  readonly sha256: string;
  /** Bytes as stored if that is as gzip; absent for a part that is stored as it is. */
  readonly gzipBytes?: number | undefined;
}

/** Bytes of a part as stored. */
export function storedBytes({ bytes, gzipBytes }: ModelFilePart): number {
  return gzipBytes ?? bytes;
}

/** A file of a model, or of its runtime, cut into parts. */
export interface ModelFileRef {
  /** Path in the model's repository, such as `onnx/model_quantized.onnx`. */
  readonly name: string;
  readonly bytes: number;
  /** Hex SHA-256 of the whole. */
  readonly sha256: string;
  /** In order; they make up the file. */
  readonly parts: readonly ModelFilePart[];
}

/** What says how a model is used, and the tokeniser's part of it; each may be missing. */
export const MODEL_CONFIG_FILES = [
  "config.json",
  "tokenizer_config.json",
  "modules.json",
  "1_Pooling/config.json",
  "2_Dense/config.json",
  "config_sentence_transformers.json",
  "sentence_bert_config.json",
] as const;

/** How the weights are stored: as 32-bit or 16-bit numbers, or in about 8 or 4 bits each. */
export const DTYPES = ["fp32", "fp16", "q8", "q4"] as const;
export type Dtype = (typeof DTYPES)[number];

/** The names that the exporters of Transformers.js, Optimum and Sentence Transformers give. */
const GRAPH_NAMES: Readonly<Record<Dtype, readonly string[]>> = {
  fp32: ["model"],
  fp16: ["model_fp16"],
  q8: [
    "model_quantized",
    "model_int8",
    "model_uint8",
    // Made for one processor, and right on any.
    "model_quint8_avx2",
    "model_qint8_arm64",
    "model_qint8_avx512",
    "model_qint8_avx512_vnni",
  ],
  q4: ["model_q4", "model_q4f16", "model_bnb4"],
};

/** Names that a model's graph may go by in its repository, best first. */
export function onnxFileFor(dtype: Dtype): readonly string[] {
  return GRAPH_NAMES[dtype].flatMap((name) => [`onnx/${name}.onnx`, `${name}.onnx`]);
}

/** Names, among the files of an encoder's space, of its vectors and of the links between them. */
export const VECTORS_NAME = "vectors.bin";
export const LINKS_NAME = "links.bin";
/** Before the names of a second model's files, which reads the best results again. */
export const RERANKER_FOLDER = "reranker/";
/** Files of ONNX Runtime, under the names of its package. */
export const WASM_NAME = "ort-wasm-simd-threaded.wasm";
export const GPU_WASM_NAME = "ort-wasm-simd-threaded.asyncify.wasm";

/** What of a space's files its vectors depend on: SHA-256 by name. */
export function modelHashes(files: readonly Pick<ModelFileRef, "name" | "sha256">[]): ReadonlyMap<string, string> {
  const others = new Set<string>([VECTORS_NAME, LINKS_NAME, WASM_NAME]);
  const own = files.filter(({ name }) => !others.has(name) && !name.startsWith(RERANKER_FOLDER));
  return new Map(own.map(({ name, sha256 }) => [name, sha256]));
}

import { type BertWeights, type Weight, weightOf } from "./bert-weights.ts";
import {
  type Initializer,
  ONNX_TYPES,
  type OnnxFiles,
  type OnnxNode,
  type OnnxType,
  type OnnxValue,
  writeOnnx,
} from "./onnx-writer.ts";

/**
 * How weights are stored: `q8` as bytes that are multiplied out as they are used, `q8-dynamic` with activations rounded
 * to bytes too, which is what `quantize_dynamic` makes of most models on the Hugging Face hub; `q4` in blocks of 32.
 */
export type BertDtype = "fp32" | "fp16" | "q8" | "q8-dynamic" | "q4";

/** What a graph gives: a vector per token, one per text (the mean), or a relevance per text. */
export type BertOutput = "last_hidden_state" | "token_embeddings" | "sentence_embedding" | "logits";

export interface BertOnnxOptions {
  readonly dtype?: BertDtype;
  readonly output?: BertOutput;
  /** Whether the graph asks for `position_ids` in place of `token_type_ids`. */
  readonly positionIds?: boolean;
  /** See `writeOnnx`. */
  readonly dataFile?: string;
}

const BLOCK = 32;
const EPSILON = { float: 1e-12 };

/** A BERT encoder as an ONNX file, as the usual exporters write it. */
export function bertOnnx(
  weights: BertWeights,
  { dtype = "fp32", output = "last_hidden_state", positionIds = false, dataFile }: BertOnnxOptions = {},
): OnnxFiles {
  const graph = new Graph(weights, dtype);
  const { layers } = weights.shape;
  let x = graph.embed(positionIds);
  const mask = graph.attentionBias();
  for (let layer = 0; layer < layers; layer++) x = graph.layer(x, mask, layer);
  const inputs = ["input_ids", "attention_mask", positionIds ? "position_ids" : "token_type_ids"];
  const { name, dims } = graph.finish(x, output);
  return writeOnnx(
    {
      nodes: graph.nodes,
      initializers: graph.initializers,
      inputs: inputs.map((input): OnnxValue => ({ name: input, type: "int64", dims: ["batch", "sequence"] })),
      outputs: [{ name, type: graph.float, dims }],
    },
    dataFile ? { dataFile } : {},
  );
}

class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly float: "float32" | "float16";
  readonly #weights: BertWeights;
  readonly #dtype: BertDtype;
  /** Inputs that are rounded to bytes already, with the names of their bytes, scale and zero point. */
  readonly #rounded = new Map<string, readonly string[]>();
  #count = 0;

  constructor(weights: BertWeights, dtype: BertDtype) {
    this.#weights = weights;
    this.#dtype = dtype;
    this.float = dtype === "fp16" ? "float16" : "float32";
  }

  /** The sum of the embeddings of tokens, positions and segments, normalised. */
  embed(positionIds: boolean): string {
    const words = this.#gatherRows("word", "input_ids");
    const position = positionIds ? "position_ids" : this.#positions();
    const sum = this.#add("Add", [words, this.#add("Gather", [this.#weight("position"), position])]);
    const types = positionIds ? this.#firstRow("type") : this.#add("Gather", [this.#weight("type"), "token_type_ids"]);
    return this.#norm(this.#add("Add", [sum, types]), "norm");
  }

  /** 0 for tokens, a large negative number for padding: batch × 1 × 1 × sequence. */
  attentionBias(): string {
    const mask = this.#add("Cast", ["attention_mask"], { to: ONNX_TYPES[this.float] });
    const wide = this.#add("Unsqueeze", [mask, this.#integers([1, 2])]);
    return this.#add("Mul", [this.#add("Sub", [this.#number(1), wide]), this.#number(-10_000)]);
  }

  layer(x: string, mask: string, layer: number): string {
    const { hidden, heads } = this.#weights.shape;
    const split = (name: string, perm: readonly number[]) => {
      const shape = this.#integers([0, 0, heads, hidden / heads]);
      return this.#add("Transpose", [this.#add("Reshape", [this.#linear(x, `${layer}.${name}`), shape])], { perm });
    };
    const scores = this.#add("MatMul", [split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1])]);
    const scaled = this.#add("Div", [scores, this.#number(Math.sqrt(hidden / heads))]);
    const attention = this.#add("Softmax", [this.#add("Add", [scaled, mask])], { axis: -1 });
    const context = this.#add("Transpose", [this.#add("MatMul", [attention, split("value", [0, 2, 1, 3])])], {
      perm: [0, 2, 1, 3],
    });
    const joined = this.#add("Reshape", [context, this.#integers([0, 0, hidden])]);
    const first = this.#norm(this.#add("Add", [this.#linear(joined, `${layer}.output`), x]), `${layer}.norm1`);
    const up = this.#gelu(this.#linear(first, `${layer}.up`));
    return this.#norm(this.#add("Add", [this.#linear(up, `${layer}.down`), first]), `${layer}.norm2`);
  }

  /** The graph's output: its name and shape. */
  finish(x: string, output: BertOutput): { readonly name: string; readonly dims: readonly (string | number)[] } {
    const { hidden } = this.#weights.shape;
    if (output === "logits") {
      const first = this.#add("Gather", [x, this.#scalar(0)], { axis: 1 });
      this.#name(this.#linear(first, "classifier"), output);
      return { name: output, dims: ["batch", 1] };
    }
    this.#name(output === "sentence_embedding" ? this.#mean(x) : x, output);
    return { name: output, dims: output === "sentence_embedding" ? ["batch", hidden] : ["batch", "sequence", hidden] };
  }

  #mean(x: string): string {
    const mask = this.#add("Cast", ["attention_mask"], { to: ONNX_TYPES[this.float] });
    const wide = this.#add("Unsqueeze", [mask, this.#integers([2])]);
    const axes = this.#integers([1]);
    const sum = this.#add("ReduceSum", [this.#add("Mul", [x, wide]), axes], { keepdims: 0 });
    return this.#add("Div", [sum, this.#add("ReduceSum", [wide, axes], { keepdims: 0 })]);
  }

  #positions(): string {
    const length = this.#add("Gather", [this.#add("Shape", ["input_ids"]), this.#scalar(1)]);
    return this.#add("Range", [this.#scalar(0), length, this.#scalar(1)]);
  }

  /** Gelu (Hendrycks and Gimpel 2016) by the error function. */
  #gelu(x: string): string {
    const erf = this.#add("Erf", [this.#add("Div", [x, this.#number(Math.SQRT2)])]);
    const sum = this.#add("Add", [erf, this.#number(1)]);
    return this.#add("Mul", [this.#add("Mul", [x, sum]), this.#number(0.5)]);
  }

  #norm(x: string, name: string): string {
    const inputs = [x, this.#weight(`${name}.weight`), this.#weight(`${name}.bias`)];
    return this.#add("LayerNormalization", inputs, { axis: -1, epsilon: EPSILON });
  }

  #linear(x: string, name: string): string {
    return this.#add("Add", [this.#product(x, `${name}.weight`), this.#weight(`${name}.bias`)]);
  }

  #product(x: string, name: string): string {
    const weight = weightOf(this.#weights, name);
    if (this.#dtype === "q4" && (weight.dims[1] ?? 0) > 1) return this.#product4(x, name, weight);
    if (this.#dtype === "q8-dynamic") return this.#product8(x, name, weight);
    if (this.#dtype !== "q8") return this.#add("MatMul", [x, this.#weight(name)]);
    const { values, scales } = toColumnBytes(weight, 127);
    const cast = this.#add("Cast", [this.#bytes(name, "int8", weight.dims, values)], { to: ONNX_TYPES.float32 });
    return this.#add("MatMul", [x, this.#add("Mul", [cast, this.#floats(`${name}.scale`, scales)])]);
  }

  /** As ONNX Runtime's `quantize_dynamic` with `per_channel` and `reduce_range` writes it. */
  #product8(x: string, name: string, weight: Weight): string {
    const { values, scales } = toColumnBytes(weight, 63);
    let rounded = this.#rounded.get(x);
    if (!rounded) {
      rounded = ["bytes", "scale", "zero"].map((part) => `${x}.${part}`);
      this.nodes.push({ op: "DynamicQuantizeLinear", inputs: [x], outputs: rounded });
      this.#rounded.set(x, rounded);
    }
    const [bytes = "", scale = "", zero = ""] = rounded;
    const inputs = [bytes, this.#bytes(name, "int8", weight.dims, values), zero];
    const product = this.#add("Cast", [this.#add("MatMulInteger", inputs)], { to: ONNX_TYPES.float32 });
    return this.#add("Mul", [product, this.#add("Mul", [scale, this.#floats(`${name}.scale`, scales)])]);
  }

  #product4(x: string, name: string, weight: Weight): string {
    const [rows = 0, columns = 0] = weight.dims;
    const { packed, scales } = toBlocks(weight);
    const blocks = rows / BLOCK;
    const inputs = [
      x,
      this.#bytes(name, "uint8", [columns, blocks, BLOCK / 2], packed),
      this.#floats(`${name}.scale`, scales),
    ];
    const output = this.#next();
    const attributes = { K: rows, N: columns, bits: 4, block_size: BLOCK };
    this.nodes.push({ op: "MatMulNBits", domain: "com.microsoft", inputs, outputs: [output], attributes });
    return output;
  }

  #gatherRows(name: string, ids: string): string {
    if (this.#dtype !== "q8" && this.#dtype !== "q8-dynamic") return this.#add("Gather", [this.#weight(name), ids]);
    const { dims, values } = weightOf(this.#weights, name);
    const scale = largest(values) / 127;
    const bytes = Int8Array.from(values, (value) => Math.round(value / scale));
    const rows = this.#add("Gather", [this.#bytes(name, "int8", dims, bytes), ids]);
    return this.#add("Mul", [this.#add("Cast", [rows], { to: ONNX_TYPES.float32 }), this.#number(scale)]);
  }

  #firstRow(name: string): string {
    return this.#add("Gather", [this.#weight(name), this.#scalar(0)]);
  }

  #add(op: string, inputs: readonly string[], attributes: NonNullable<OnnxNode["attributes"]> = {}): string {
    const output = this.#next();
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  #name(value: string, name: string): void {
    this.nodes.push({ op: "Identity", inputs: [value], outputs: [name] });
  }

  #next(): string {
    return `v${this.#count++}`;
  }

  #weight(name: string): string {
    if (this.initializers.some((known) => known.name === name)) return name;
    const { dims, values } = weightOf(this.#weights, name);
    return this.#constant({ name, type: this.float, dims, bytes: this.#encode(values) });
  }

  #floats(name: string, values: Float32Array): string {
    return this.#constant({ name, type: "float32", dims: [values.length], bytes: toBytes(values) });
  }

  #bytes(name: string, type: OnnxType, dims: readonly number[], values: ArrayBufferView): string {
    return this.#constant({ name, type, dims, bytes: toBytes(values) });
  }

  #number(value: number): string {
    return this.#constant({ name: this.#next(), type: this.float, dims: [], bytes: this.#encode([value]) });
  }

  #scalar(value: number): string {
    const bytes = toBytes(BigInt64Array.of(BigInt(value)));
    return this.#constant({ name: this.#next(), type: "int64", dims: [], bytes });
  }

  #integers(values: readonly number[]): string {
    const bytes = toBytes(BigInt64Array.from(values, BigInt));
    return this.#constant({ name: this.#next(), type: "int64", dims: [values.length], bytes });
  }

  #constant(constant: Initializer): string {
    this.initializers.push(constant);
    return constant.name;
  }

  #encode(values: ArrayLike<number>): Uint8Array {
    return toBytes(this.float === "float16" ? Uint16Array.from(values, toHalf) : Float32Array.from(values));
  }
}

/** A matrix as bytes with one scale per column. */
function toColumnBytes(
  { dims, values }: Weight,
  limit: number,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const columns = dims[1] ?? 0;
  const scales = new Float32Array(columns);
  values.forEach((value, i) => {
    scales[i % columns] = Math.max(scales[i % columns] ?? 0, Math.abs(value) / limit);
  });
  return { values: Int8Array.from(values, (value, i) => Math.round(value / (scales[i % columns] ?? 1))), scales };
}

/** A matrix by columns, in blocks of 32 values of 4 bits (8 is zero, the first of a pair in the low bits). */
function toBlocks({ dims, values }: Weight): { readonly packed: Uint8Array; readonly scales: Float32Array } {
  const [rows = 0, columns = 0] = dims;
  const packed = new Uint8Array((rows * columns) / 2);
  const scales = new Float32Array((rows * columns) / BLOCK);
  for (let block = 0; block < scales.length; block++) {
    const column = Math.floor((block * BLOCK) / rows);
    const start = (block * BLOCK) % rows;
    const part = Float32Array.from({ length: BLOCK }, (_, i) => values[(start + i) * columns + column] ?? 0);
    const scale = largest(part) / 7 || 1;
    scales[block] = scale;
    part.forEach((value, i) => {
      const at = (block * BLOCK + i) >> 1;
      packed[at] = (packed[at] ?? 0) | ((Math.round(value / scale) + 8) << (4 * (i % 2)));
    });
  }
  return { packed, scales };
}

function largest(values: Float32Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

function toBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The bits of the nearest IEEE 754 half-precision number; ties away from zero, which is near enough here. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const mantissa = Math.round((size / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + mantissa);
}

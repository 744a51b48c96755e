/** Element types of ONNX tensors (`TensorProto.DataType`). */
export const ONNX_TYPES = { float32: 1, uint8: 2, int8: 3, int64: 7, float16: 10 } as const;
export type OnnxType = keyof typeof ONNX_TYPES;

/** A constant of a graph. */
export interface Initializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  /** Little-endian elements. */
  readonly bytes: Uint8Array;
}

/** An operator; attributes are integers, lists of integers, or Float32 numbers given as `{ float }`. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;
  /** Default: ONNX's own operators. */
  readonly domain?: string;
}

/** An input or output of a graph; a dimension given by name is free. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** An ONNX file, and the file of its weights where they stand apart. */
export interface OnnxFiles {
  readonly model: Uint8Array;
  readonly data: Uint8Array | undefined;
}

const IR_VERSION = 10;
const OPSET = 21;
/** Kinds of attributes (`AttributeProto.AttributeType`). */
const FLOAT = 1;
const INT = 2;
const INTS = 7;

/**
 * A graph as an ONNX file: Protocol Buffers as in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto),
 * with ONNX's operators of version 21 and ONNX Runtime's own ("com.microsoft").
 *
 * @param options.dataFile Name of a file that takes the weights of 1 KB and more. Default: none, all in the model.
 */
export function writeOnnx(graph: OnnxGraph, { dataFile }: { readonly dataFile?: string } = {}): OnnxFiles {
  const external: Uint8Array[] = [];
  let offset = 0;
  const place = (bytes: Uint8Array): Uint8Array[] => {
    if (!dataFile || bytes.length < 1024) return [bytesField(9, bytes)];
    external.push(bytes);
    const entries = { location: dataFile, offset: String(offset), length: String(bytes.length) };
    offset += bytes.length;
    const fields = Object.entries(entries).map(([key, value]) =>
      message(13, [stringField(1, key), stringField(2, value)]),
    );
    return [...fields, intField(14, 1)];
  };
  const initializers = graph.initializers.map(({ name, type, dims, bytes }) =>
    message(5, [
      ...dims.map((dim) => intField(1, dim)),
      intField(2, ONNX_TYPES[type]),
      stringField(8, name),
      ...place(bytes),
    ]),
  );
  const model = concat([
    intField(1, IR_VERSION),
    stringField(2, "semantic-search-element tests"),
    message(7, [
      ...graph.nodes.map((node) => message(1, encodeNode(node))),
      stringField(2, "graph"),
      ...initializers,
      ...graph.inputs.map((value) => message(11, encodeValue(value))),
      ...graph.outputs.map((value) => message(12, encodeValue(value))),
    ]),
    message(8, [stringField(1, ""), intField(2, OPSET)]),
    message(8, [stringField(1, "com.microsoft"), intField(2, 1)]),
  ]);
  return { model, data: dataFile ? concat(external) : undefined };
}

function encodeNode({ op, inputs, outputs, attributes = {}, domain = "" }: OnnxNode): Uint8Array[] {
  return [
    ...inputs.map((name) => stringField(1, name)),
    ...outputs.map((name) => stringField(2, name)),
    stringField(3, outputs[0] ?? ""),
    stringField(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, [stringField(1, name), ...encodeAttribute(value)])),
    stringField(7, domain),
  ];
}

function encodeAttribute(value: number | readonly number[] | { readonly float: number }): Uint8Array[] {
  if (typeof value === "number") return [intField(3, value), intField(20, INT)];
  if ("float" in value) return [floatField(2, value.float), intField(20, FLOAT)];
  return [...value.map((item) => intField(8, item)), intField(20, INTS)];
}

function encodeValue({ name, type, dims }: OnnxValue): Uint8Array[] {
  const shape = dims.map((dim) => message(1, [typeof dim === "number" ? intField(1, dim) : stringField(2, dim)]));
  return [stringField(1, name), message(2, [message(1, [intField(1, ONNX_TYPES[type]), message(2, shape)])])];
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return bytesField(field, concat(parts));
}

function stringField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function intField(field: number, value: number): Uint8Array {
  return concat([varint(field * 8), varint(value)]);
}

function floatField(field: number, value: number): Uint8Array {
  return concat([varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

/** Negative numbers as 64-bit two's complement. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.of(...bytes, Number(rest));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

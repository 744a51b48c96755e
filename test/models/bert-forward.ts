import { type BertWeights, weightOf } from "./bert-weights.ts";

/** A row per token. */
type Rows = readonly Float64Array[];

/**
 * What a BERT encoder gives for one text, computed in double precision from the paper's formulas (Devlin et al. 2019,
 * Vaswani et al. 2017), without any library: the tests' oracle. A row per token.
 */
export function bertForward(weights: BertWeights, ids: readonly number[], types: readonly number[] = []): Rows {
  let rows = norm(
    weights,
    "norm",
    ids.map((id, position) =>
      add(
        row(weights, "word", id),
        add(row(weights, "position", position), row(weights, "type", types[position] ?? 0)),
      ),
    ),
  );
  for (let layer = 0; layer < weights.shape.layers; layer++) {
    const context = linear(weights, `${layer}.output`, attend(weights, layer, rows));
    const middle = norm(weights, `${layer}.norm1`, addRows(context, rows));
    const up = linear(weights, `${layer}.up`, middle).map((values) => values.map(gelu));
    rows = norm(weights, `${layer}.norm2`, addRows(linear(weights, `${layer}.down`, up), middle));
  }
  return rows;
}

/** The relevance that the model's head gives a pair of texts. */
export function bertLogit(weights: BertWeights, ids: readonly number[], types: readonly number[]): number {
  const [first] = bertForward(weights, ids, types);
  return linear(weights, "classifier", [first as Float64Array])[0]?.[0] as number;
}

function attend(weights: BertWeights, layer: number, rows: Rows): Rows {
  const { hidden, heads } = weights.shape;
  const width = hidden / heads;
  const [queries, keys, values] = ["query", "key", "value"].map((name) =>
    linear(weights, `${layer}.${name}`, rows),
  ) as [Rows, Rows, Rows];
  return queries.map((query) => {
    const out = new Float64Array(hidden);
    for (let head = 0; head < heads; head++) {
      const part = (values: Float64Array) => values.subarray(head * width, (head + 1) * width);
      const shares = softmax(keys.map((key) => dot(part(query), part(key)) / Math.sqrt(width)));
      values.forEach((value, token) => {
        part(value).forEach((number, d) => {
          out[head * width + d] = (out[head * width + d] ?? 0) + (shares[token] ?? 0) * number;
        });
      });
    }
    return out;
  });
}

function linear(weights: BertWeights, name: string, rows: Rows): Rows {
  const { dims, values } = weightOf(weights, `${name}.weight`);
  const { values: bias } = weightOf(weights, `${name}.bias`);
  const columns = dims[1] ?? 0;
  return rows.map((x) => {
    const out = Float64Array.from(bias);
    x.forEach((value, i) => {
      for (let j = 0; j < columns; j++) out[j] = (out[j] ?? 0) + value * (values[i * columns + j] ?? 0);
    });
    return out;
  });
}

function norm(weights: BertWeights, name: string, rows: Rows): Rows {
  const { values: gain } = weightOf(weights, `${name}.weight`);
  const { values: bias } = weightOf(weights, `${name}.bias`);
  return rows.map((x) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    return x.map((value, d) => ((value - mean) / Math.sqrt(variance + 1e-12)) * (gain[d] ?? 0) + (bias[d] ?? 0));
  });
}

function softmax(values: readonly number[]): readonly number[] {
  const max = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - max));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

/** The error function by its Maclaurin series, which converges for every argument; 1 where doubles cannot tell. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function row(weights: BertWeights, name: string, index: number): Float64Array {
  const { dims, values } = weightOf(weights, name);
  const [count = 0, width = 0] = dims;
  if (index >= count) throw new RangeError(`${name} has no row ${index}`);
  return Float64Array.from(values.subarray(index * width, (index + 1) * width));
}

function addRows(a: Rows, b: Rows): Rows {
  return a.map((values, i) => add(values, b[i] as Float64Array));
}

function add(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, d) => value + (b[d] ?? 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0);
}

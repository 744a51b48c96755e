import { SearchError } from "../core/errors.ts";
import type { OnnxFeeds, OnnxInput } from "./onnx-session.ts";
import type { Encoding } from "./onnx-tokenizer.ts";

/** A text to run, and its place among the results. */
export interface Row {
  readonly encoding: Encoding;
  readonly index: number;
}

/** Options of {@link runRows}. */
export interface RunOptions {
  /** Tokens of a run, with the padding; a longer text is run alone. */
  readonly batchTokens: number;
  /** Runs under way at once. */
  readonly parallel: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Run texts in batches of about the same length, so that little is padded, the longest first: what takes most memory
 * fails at once or not at all.
 *
 * @throws What `run` throws; the signal's reason, before the next batch.
 */
export async function runRows(
  rows: readonly Row[],
  { batchTokens, parallel, signal }: RunOptions,
  run: (batch: readonly Row[]) => Promise<void>,
): Promise<void> {
  const batches = cutBatches(rows, batchTokens).values();
  let isFailed = false;
  const work = async (): Promise<void> => {
    for (const batch of batches) {
      signal?.throwIfAborted();
      if (isFailed) return;
      await run(batch).catch((error: unknown) => {
        isFailed = true;
        throw error;
      });
    }
  };
  signal?.throwIfAborted();
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
}

/** The inputs that a model asks for, padded to the longest text of the batch. */
export function toFeeds(batch: readonly Encoding[], inputNames: readonly string[], padding: number): OnnxFeeds {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const input = (value: (encoding: Encoding, token: number) => number | undefined, fill: number): OnnxInput => {
    const data = new BigInt64Array(batch.length * length);
    batch.forEach((encoding, i) => {
      for (let token = 0; token < length; token++) data[i * length + token] = BigInt(value(encoding, token) ?? fill);
    });
    return { dims: [batch.length, length], data };
  };
  const makers: Readonly<Record<string, () => OnnxInput>> = {
    input_ids: () => input(({ ids }, token) => ids[token], padding),
    attention_mask: () => input(({ ids }, token) => (token < ids.length ? 1 : 0), 0),
    token_type_ids: () => input(({ types }, token) => types[token], 0),
    position_ids: () => input((_, token) => token, 0),
  };
  return Object.fromEntries(
    inputNames.map((name) => {
      const make = makers[name];
      if (make) return [name, make()];
      throw new SearchError("model-mismatch", `The ONNX file asks for "${name}", which a text does not have.`, {
        remedy: `Choose a model that takes only ${Object.keys(makers).join(", ")}.`,
      });
    }),
  );
}

function cutBatches(rows: readonly Row[], batchTokens: number): readonly (readonly Row[])[] {
  const sorted = [...rows].sort((a, b) => b.encoding.ids.length - a.encoding.ids.length || a.index - b.index);
  const batches: Row[][] = [];
  let longest = 0;
  for (const row of sorted) {
    const last = batches.at(-1);
    if (last && (last.length + 1) * longest <= batchTokens) last.push(row);
    else {
      batches.push([row]);
      longest = row.encoding.ids.length;
    }
  }
  return batches;
}

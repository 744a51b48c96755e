import type { Dtype } from "../../../src/core/model-files.ts";

/** What a worker measured, in milliseconds. */
export interface BrowserTimes {
  /** From the worker's first line to a model that is ready: reading its files from this machine, too. */
  readonly startMs: number;
  readonly firstMs: number;
  readonly queriesMs: readonly number[];
  readonly vector: readonly number[];
}

/** What a worker is asked. */
export interface BrowserTask {
  readonly dtype: Dtype;
  /** Name of the ONNX file. */
  readonly graph: string;
  readonly queries: readonly string[];
}

/** Answer one task: open a model, embed all queries one after the other. */
export function serve(open: (dtype: Dtype, graph: string) => Promise<(query: string) => Promise<Float32Array>>): void {
  const run = async ({ dtype, graph, queries }: BrowserTask): Promise<BrowserTimes> => {
    const start = performance.now();
    const embed = await open(dtype, graph);
    const startMs = performance.now() - start;
    const times: number[] = [];
    let vector = new Float32Array();
    for (const query of queries) {
      const before = performance.now();
      const result = await embed(query);
      times.push(performance.now() - before);
      if (times.length === 1) vector = Float32Array.from(result);
    }
    const [firstMs = 0, ...queriesMs] = times;
    return { startMs, firstMs, queriesMs, vector: [...vector] };
  };
  self.onmessage = ({ data }: MessageEvent<BrowserTask>) =>
    run(data).then(
      (times) => self.postMessage(times),
      (error: unknown) => self.postMessage({ error: String(error) }),
    );
}

import type { Dtype } from "../../../src/core/model-files.ts";
import { serve } from "./serve.ts";

/** What is used of transformers.js, which is not installed with this package. */
interface Transformers {
  readonly env: {
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useBrowserCache: boolean;
    readonly backends: { readonly onnx: { readonly wasm: { wasmPaths: string; numThreads: number } } };
  };
  pipeline(
    task: "feature-extraction",
    model: string,
    options: { readonly dtype: Dtype; readonly device: "wasm" },
  ): Promise<(text: string, options: { pooling: "mean"; normalize: true }) => Promise<{ readonly data: Float32Array }>>;
}

serve(async (dtype: Dtype) => {
  const { env, pipeline } = (await import("@huggingface/transformers" as string)) as Transformers;
  const base = new URL(".", self.location.href).href;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  // It finds no tokeniser at a whole address.
  env.localModelPath = "/models/";
  env.useBrowserCache = false;
  env.backends.onnx.wasm.wasmPaths = `${base}peer/`;
  env.backends.onnx.wasm.numThreads = 1;
  const extract = await pipeline("feature-extraction", "minilm", { dtype, device: "wasm" });
  return async (query) => (await extract(query, { pooling: "mean", normalize: true })).data;
});

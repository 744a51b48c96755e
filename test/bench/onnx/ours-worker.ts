import type { Dtype } from "../../../src/core/model-files.ts";
import { encoderSpec } from "../../../src/embed/encoder-spec.ts";
import { OnnxEmbedder } from "../../../src/embed/onnx-embedder.ts";
import { BrowserRuntime } from "../../../src/embed/onnx-runtime.ts";
import { serve } from "./serve.ts";

serve(async (dtype: Dtype, graph: string) => {
  const read = async (name: string) => new Uint8Array(await (await fetch(name)).arrayBuffer());
  const names = ["config.json", "tokenizer.json", "tokenizer_config.json", graph];
  const contents = await Promise.all(names.map(async (name) => [name, await read(`models/minilm/${name}`)] as const));
  const config = JSON.parse(new TextDecoder().decode(contents[0]?.[1]));
  const embedder = await OnnxEmbedder.open({
    spec: encoderSpec("all-minilm", { "config.json": config }, { dtype }),
    files: new Map(contents),
    runtime: new BrowserRuntime({ wasm: () => read("ort-wasm-simd-threaded.wasm") }),
    fingerprint: "",
  });
  return async (query) => (await embedder.embedQuery(query)).vector;
});

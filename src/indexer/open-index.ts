import { resolve } from "node:path";
import type { LoadedSpace, SearchBackend } from "../core/search.ts";
import type { OpenEncoder } from "../engine/encoder-space.ts";
import { Engine } from "../engine/engine.ts";
import { openEncoder, openOnnx } from "../engine/open-encoder.ts";
import { folderReader } from "./index-folder.ts";
import { findEngine, NodeRuntime } from "./onnx-runtime-node.ts";

/**
 * Open the index in a folder and answer queries in this process. URLs of hits are paths from the site's root.
 * @throws SearchError `file-missing`, `index-invalid`, `file-version`.
 */
export async function openIndex(dir: string): Promise<SearchBackend> {
  return Engine.open(folderReader(resolve(dir)), { openEncoder: openInNode });
}

const openInNode: OpenEncoder = async (manifest, context) => {
  if (manifest.model.type !== "onnx") return openEncoder(manifest, context);
  const engine = await findEngine();
  const state: LoadedSpace = { device: engine === "onnxruntime-node" ? "native" : "wasm" };
  const runtime = new NodeRuntime({ engine, threads: 1 });
  return openOnnx(manifest, { files: context.files, runtime, state: () => state });
};

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { SearchError } from "../core/errors.ts";
import { type AdaptOptions, adaptModel } from "../embed/adapt-model.ts";
import { StaticEmbedder } from "../embed/static-embedder.ts";
import { decodeStaticModel, type StaticModel, shardStaticModel } from "../embed/static-model.ts";
import type { BuildSpace, MakeSpace } from "./build-index.ts";

/** The model that ships with this package. */
const EMBEDDED_MODEL = new URL("../../public/static-en/model.bin", import.meta.url);

/**
 * Read a static model.
 * @param file Default: the embedded one.
 * @throws SearchError `not-found`, `file-invalid`, `file-version`.
 */
export async function loadStaticModel(file: string = fileURLToPath(EMBEDDED_MODEL)): Promise<StaticModel> {
  return decodeStaticModel(await readModel(file), file);
}

async function readModel(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SearchError("not-found", `The model ${file} cannot be read.`, {
      remedy: "Check the path given as `model`, or leave it out for the embedded model.",
      file,
      cause,
    });
  }
}

/** What a build needs of a static model: its embedder, and its row shards for the visitors. */
export async function staticSpace(model: StaticModel): Promise<BuildSpace> {
  const { manifest, files } = await shardStaticModel(model);
  return {
    embedder: StaticEmbedder.fromModel(model),
    model: { ...manifest },
    files: new Map(files.map(({ name, bytes }) => [manifest.path + name, bytes])),
  };
}

/** The same with the model adapted to the site's own texts (see `adaptModel`). */
export function adaptedSpace(model: StaticModel, options: AdaptOptions = {}): MakeSpace {
  return async (passages) => staticSpace(await adaptModel(model, passages, options));
}

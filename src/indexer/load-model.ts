import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { SearchError } from "../core/errors.ts";
import { type AdaptOptions, adaptModel } from "../embed/adapt-model.ts";
import { StaticEmbedder } from "../embed/static-embedder.ts";
import { decodeStaticModel, type StaticModel, shardStaticModel } from "../embed/static-model.ts";
import { sketchBytesFor } from "../vectors/sketch.ts";
import type { BuildSpace, MakeSpace } from "./build-index.ts";

/** The model that ships with this package. */
const EMBEDDED_FILE = fileURLToPath(new URL("../../public/static-en/model.bin", import.meta.url));

/**
 * Read a static model.
 * @param file Default: the embedded one.
 * @throws SearchError `not-found`, `file-invalid`, `file-version`.
 */
export async function loadStaticModel(file: string = EMBEDDED_FILE): Promise<StaticModel> {
  return decodeStaticModel(await readModel(file), file);
}

/**
 * SHA-256 of a model's file in hex; undefined without a model.
 * @throws SearchError `not-found`.
 */
export async function modelHash(file: string | false = EMBEDDED_FILE): Promise<string | undefined> {
  return file === false
    ? undefined
    : createHash("sha256")
        .update(await readModel(file))
        .digest("hex");
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
  const { manifest, files } = await shardStaticModel(model, { compress: (bytes) => gzipSync(bytes) });
  const { dims } = model.parameters;
  return {
    embedder: StaticEmbedder.fromModel(model),
    sentences: StaticEmbedder.fromModel(model, { dims: Math.min(dims, sketchBytesFor(dims) * 8) }),
    model: { ...manifest },
    files: new Map(files.map(({ name, bytes }) => [manifest.path + name, bytes])),
  };
}

/** The same with the model adapted to the site's own texts (see `adaptModel`). */
export function adaptedSpace(model: StaticModel, options: AdaptOptions = {}): MakeSpace {
  return async (passages) => staticSpace(await adaptModel(model, passages, options));
}

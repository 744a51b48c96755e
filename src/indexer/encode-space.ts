import type { Embedder } from "../core/embedder.ts";
import { ENCODER_FUSION, type FusionParams } from "../core/fusion.ts";
import type { EncoderManifest, VectorPrecision } from "../core/manifest.ts";
import { LINKS_NAME, type ModelFileRef, VECTORS_NAME } from "../core/model-files.ts";
import { encodeHnsw, HNSW_FROM_ROWS } from "../vectors/hnsw.ts";
import { buildHnsw } from "../vectors/hnsw-build.ts";
import { toCodeRows } from "../vectors/hnsw-rows.ts";
import { encodeRowFile } from "../vectors/row-file.ts";
import { cutModelFile } from "./model-parts.ts";
import type { VectorRuns } from "./vector-runs.ts";

/** A sentence encoder, and what the query side needs of it. */
export interface BuildEncoder {
  readonly embedder: Embedder;
  readonly model: EncoderManifest["model"];
  /** Files of the model and of what runs it, which are in the index folder already. */
  readonly files: readonly ModelFileRef[];
  readonly gpuFiles?: readonly ModelFileRef[] | undefined;
  /** Default {@link ENCODER_FUSION}. */
  readonly fusion?: FusionParams | undefined;
}

/** Options of {@link encodeSpace}. */
export interface EncodeSpaceOptions {
  readonly runs: VectorRuns;
  /** Row-major, one row per run. */
  readonly vectors: Float32Array;
  readonly precision: VectorPrecision;
  /** Number of vectors from which they are linked. Default {@link HNSW_FROM_ROWS}. */
  readonly linkFrom?: number | undefined;
  readonly onLink?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Vectors are cut into smaller parts than models: a changed page changes one. */
const VECTOR_PART_BYTES = 1024 * 1024;

/** The space of an encoder: what the manifest says of it, and the files of its vectors and links by their names. */
export async function encodeSpace(
  { embedder, model, files: modelFiles, gpuFiles, fusion = ENCODER_FUSION }: BuildEncoder,
  { runs, vectors, precision, linkFrom = HNSW_FROM_ROWS, onLink, signal }: EncodeSpaceOptions,
): Promise<{ readonly manifest: EncoderManifest; readonly files: ReadonlyMap<string, Uint8Array> }> {
  const { id, fingerprint, dims } = embedder.info;
  const { firsts, counts } = runs;
  const parts = [
    cutModelFile(VECTORS_NAME, encodeRowFile(vectors, { dims, precision, firsts, counts }), VECTOR_PART_BYTES),
  ];
  if (firsts.length >= linkFrom) {
    const graph = await buildHnsw(toCodeRows(vectors, dims), { onProgress: onLink, signal });
    parts.push(cutModelFile(LINKS_NAME, encodeHnsw(graph), VECTOR_PART_BYTES));
  }
  const files = [...parts.map(({ ref }) => ref), ...modelFiles];
  return {
    manifest: {
      id,
      fingerprint,
      dims,
      precision,
      model,
      vectors: firsts.length,
      files,
      ...(gpuFiles && { gpuFiles }),
      fusion,
    },
    files: new Map(parts.flatMap((part) => [...part.files])),
  };
}

import * as v from "valibot";
import { SearchError } from "../core/errors.ts";
import { QUERY_SHAPES } from "../core/fusion.ts";
import { ANALYZERS, type IndexManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from "../core/manifest.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const fileRef = { file: v.string(), bytes: count };
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const fusion = v.object({
  method: v.picklist(["convex", "rrf"]),
  semanticWeight: share,
  rrfK: v.number(),
  shapes: v.optional(v.partial(v.object(v.entriesFromList(QUERY_SHAPES, share)))),
  feedback: v.optional(v.object({ chunks: v.pipe(count, v.minValue(1)), weight: v.pipe(v.number(), v.minValue(0)) })),
});
const space = {
  id: v.string(),
  fingerprint: v.string(),
  dims: count,
  precision: v.picklist(["float32", "int8"]),
  model: v.looseObject({ type: v.string() }),
  vectors: count,
};
const modelFile = v.object({
  name: v.string(),
  bytes: count,
  sha256: v.string(),
  parts: v.array(v.object({ file: v.string(), bytes: count, sha256: v.string(), gzipBytes: v.optional(count) })),
});

/** The parts that the engine relies on; unknown keys are left for newer readers. */
const SCHEMA = v.object({
  format: v.literal(MANIFEST_FORMAT),
  version: v.literal(MANIFEST_VERSION),
  generator: v.string(),
  build: v.string(),
  siteRoot: v.string(),
  languages: v.array(v.string()),
  counts: v.object({ pages: count, sections: count, chunks: count }),
  filters: v.array(v.string()),
  sorts: v.optional(v.array(v.object({ ...fileRef, name: v.string() }))),
  suggest: v.optional(v.object(fileRef)),
  pages: v.object(fileRef),
  paths: v.object(fileRef),
  curation: v.optional(v.object(fileRef)),
  keyword: v.object({
    terms: v.object(fileRef),
    averageLengths: v.array(v.number()),
    boosts: v.object({ title: v.number(), headings: v.number(), text: v.number() }),
    analyzers: v.array(v.picklist(ANALYZERS)),
  }),
  spaces: v.array(v.object({ ...space, cells: v.object(fileRef) })),
  encoders: v.optional(
    v.array(v.object({ ...space, files: v.array(modelFile), gpuFiles: v.optional(v.array(modelFile)), fusion })),
  ),
  related: v.optional(
    v.object({ ...fileRef, shards: v.pipe(count, v.minValue(1)), group: v.pipe(count, v.minValue(1)) }),
  ),
  fusion,
});

const REBUILD = "Build the index again and deploy the whole folder.";

/**
 * Read `index.json`.
 * @param file Its name or URL, for errors.
 * @throws SearchError `index-invalid` when it is not a manifest, `file-version` when it is of another version.
 */
export function parseManifest(bytes: Uint8Array, file: string): IndexManifest {
  const json = parseJson(bytes, file);
  const { format, version } = (json ?? {}) as { format?: unknown; version?: unknown };
  if (format !== MANIFEST_FORMAT) {
    throw new SearchError("index-invalid", `${file} is not a search index: its format is ${JSON.stringify(format)}.`, {
      remedy: 'Point `src` at the index.json that "semantic-search index" wrote.',
      file,
    });
  }
  if (typeof version === "number" && version !== MANIFEST_VERSION) {
    throw new SearchError("file-version", `${file} has version ${version}, this code reads ${MANIFEST_VERSION}.`, {
      remedy: "Build the index and load the element with the same version of semantic-search-element.",
      file,
    });
  }
  const result = v.safeParse(SCHEMA, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SearchError("index-invalid", `${file} is damaged at "${v.getDotPath(issue)}": ${issue.message}.`, {
    remedy: REBUILD,
    file,
  });
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const isHtml = /^\s*</.test(text);
    throw new SearchError(
      "index-invalid",
      isHtml ? `The server answered ${file} with an HTML page.` : `${file} is not JSON; it was cut off or changed.`,
      { remedy: isHtml ? `Check that ${file} is deployed.` : REBUILD, file, cause },
    );
  }
}

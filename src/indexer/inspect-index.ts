import type { FusionParams } from "../core/fusion.ts";
import { gunzip } from "../core/gzip.ts";
import { MANIFEST_FILE, type SpaceManifest } from "../core/manifest.ts";
import { PagesTable } from "../core/pages-table.ts";
import type { FacetCounts } from "../core/search.ts";
import { parseManifest } from "../engine/parse-manifest.ts";
import { bytesByKind, folderReader, folderSizes } from "./index-folder.ts";

/** A vector space of an index. */
export interface SpaceSummary extends Pick<SpaceManifest, "id" | "dims" | "precision" | "fingerprint"> {
  /** How its ranking and that by words become one. */
  readonly fusion: FusionParams;
}

/** What an index holds, read from its folder. */
export interface IndexSummary {
  readonly build: string;
  /** Version of the file format. */
  readonly format: number;
  /** Name and version of the program that wrote it. */
  readonly generator: string;
  readonly pages: number;
  readonly sections: number;
  readonly chunks: number;
  readonly languages: readonly string[];
  /** Number of files. */
  readonly files: number;
  /** Bytes on disk by kind of file. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly spaces: readonly SpaceSummary[];
  /** Filter name → value → number of pages. */
  readonly filters: FacetCounts;
  /** Names of sort keys. */
  readonly sorts: readonly string[];
  readonly fusion: FusionParams;
}

/**
 * Read what an index folder holds.
 * @throws SearchError `file-missing`, `index-invalid`, `file-version`, `file-invalid`.
 */
export async function inspectIndex(dir: string): Promise<IndexSummary> {
  const read = folderReader(dir);
  const manifest = parseManifest(await read(MANIFEST_FILE), MANIFEST_FILE);
  const { file } = manifest.pages;
  const table = new PagesTable(await gunzip(await read(file), file), file);
  const sizes = await folderSizes(dir);
  return {
    build: manifest.build,
    format: manifest.version,
    generator: manifest.generator,
    ...manifest.counts,
    languages: manifest.languages,
    files: sizes.size,
    bytes: bytesByKind(sizes),
    spaces: [...manifest.spaces, ...(manifest.encoders ?? [])].map(({ id, dims, precision, fingerprint, ...space }) => {
      return { id, dims, precision, fingerprint, fusion: "fusion" in space ? space.fusion : manifest.fusion };
    }),
    filters: table.allFacets(),
    sorts: (manifest.sorts ?? []).map(({ name }) => name),
    fusion: manifest.fusion,
  };
}

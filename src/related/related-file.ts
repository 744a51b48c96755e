import { encodeContainer, readOnlySection } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import type { RelatedManifest } from "../core/manifest.ts";
import { countNames, packNames, unpackName } from "../core/names.ts";
import { fnv1a } from "../embed/hash.ts";
import { pageKey } from "../text/extract-paths.ts";

/** A page that is near to another in meaning. */
export interface RelatedPage {
  /** Relative to the site's root. */
  readonly path: string;
  readonly title: string;
  /** What it stands under, the innermost; empty when that is not known. */
  readonly trail: string;
  /** Cosine of the two pages, 0–1, by hundredths. */
  readonly score: number;
}

/** A page, and those near to it. */
export interface RelatedEntry {
  readonly path: string;
  /** Nearest first. */
  readonly related: readonly RelatedPage[];
}

const KIND = "related";
const GROUPS_KIND = "relgroup";
const FOLDER = "related";
const SECTION = "json";
const NAMES = "names";

/** The number of the shard with a page's entry. */
export function relatedShardOf(path: string, shards: number): number {
  return fnv1a(pageKey(path)) % shards;
}

/** Entries as the bytes of a shard: a container with compact JSON, in the order of their paths. */
export function encodeRelated(entries: readonly RelatedEntry[]): Uint8Array {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const json = sorted.map(({ path, related }) => [
    path,
    related.map(({ path, title, trail, score }) => [path, title, trail, Math.round(score * 100)]),
  ]);
  return encodeContainer(KIND, { [SECTION]: new TextEncoder().encode(JSON.stringify(json)) });
}

/**
 * The inverse of {@link encodeRelated}.
 * @throws SearchError `file-invalid`.
 */
export function decodeRelated(bytes: Uint8Array, file: string): RelatedEntry[] {
  try {
    return JSON.parse(new TextDecoder().decode(readOnlySection(bytes, KIND))).map(
      ([path, related]: [string, unknown[][]]) => ({
        path: `${path}`,
        related: related.map(([path, title, trail, score]) => {
          return { path: `${path}`, title: `${title}`, trail: `${trail}`, score: Number(score) / 100 };
        }),
      }),
    );
  } catch (cause) {
    throw invalid(file, cause);
  }
}

/** Hashes of the groups of shards, in order. */
export function encodeRelatedGroups(hashes: readonly string[]): Uint8Array {
  return encodeContainer(GROUPS_KIND, { [NAMES]: packNames(hashes.map((hash) => `${FOLDER}/${hash}.bin`)) });
}

/** File of the nth shard of a group. */
export function relatedShardFile(hash: string, n: number): string {
  return `${FOLDER}/${hash}/${n}.bin`;
}

/** The files of all shards. */
export class RelatedFiles {
  readonly #manifest: RelatedManifest;
  readonly #names: Uint8Array;

  /**
   * @param bytes The file that `manifest` names.
   * @throws SearchError `file-invalid`.
   */
  constructor(bytes: Uint8Array, manifest: RelatedManifest) {
    this.#manifest = manifest;
    const { file, shards, group } = manifest;
    this.#names = readOnlySection(bytes, GROUPS_KIND) ?? new Uint8Array();
    if (countNames(this.#names) !== Math.ceil(shards / group)) throw invalid(file);
  }

  /** The file with a page's entry. */
  fileOf(path: string): string {
    return this.#file(relatedShardOf(path, this.#manifest.shards));
  }

  all(): string[] {
    return Array.from({ length: this.#manifest.shards }, (_, shard) => this.#file(shard));
  }

  #file(shard: number): string {
    const { group } = this.#manifest;
    const name = unpackName(FOLDER, this.#names, Math.floor(shard / group));
    return `${name.slice(0, -".bin".length)}/${shard % group}.bin`;
  }
}

function invalid(file: string, cause?: unknown): SearchError {
  return new SearchError("file-invalid", `${file} does not hold what it should.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
    cause,
  });
}

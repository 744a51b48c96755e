import type { RelatedManifest } from "../core/manifest.ts";
import {
  encodeRelated,
  encodeRelatedGroups,
  type RelatedEntry,
  relatedShardFile,
  relatedShardOf,
} from "../related/related-file.ts";
import { DEFAULT_MAX_FILES, type FileSet, type LastBuild, type RelatedBasis } from "./file-set.ts";
import { type RelatedPagesOptions, relatedPages } from "./related-pages.ts";
import type { SitePage } from "./site-page.ts";

/** Options of {@link addRelated}. */
export interface AddRelatedOptions extends Omit<RelatedPagesOptions, "centres" | "onProgress"> {
  /** Whether to. Default true. */
  readonly related?: boolean | undefined;
  /** Fingerprint of the space. */
  readonly fingerprint: string;
  readonly last?: LastBuild | undefined;
  /** Most files of the whole index. Default {@link DEFAULT_MAX_FILES}. */
  readonly maxFiles?: number | undefined;
  /** Pages whose nearest ones are known so far, and in all. */
  readonly onRelate?: ((done: number, total: number) => void) | undefined;
}

/** Bytes of a shard before compression, which leaves a quarter: a visitor reads one for each page. */
const MAX_SHARD_BYTES = 14_000;
/** The rest of the files is for texts above all. */
const FILES_SHARE = 1 / 8;
/** Most names that a visitor reads for it, of 8 bytes each. */
const MAX_GROUPS = 64;

/**
 * Find what is related to each page, and add its shards. By the hash of its path a page's shard is known without a list;
 * shards are named in groups, so that the list of names is short, and a changed page renames few of them.
 *
 * @returns What the manifest says of it: undefined when no page is related to another. And what the next build can use.
 * @throws DOMException `AbortError` when the signal fires.
 */
export async function addRelated(
  files: FileSet,
  pages: readonly SitePage[],
  { related: isWanted = true, fingerprint, last, onRelate: onProgress, ...options }: AddRelatedOptions,
): Promise<{ readonly manifest?: RelatedManifest; readonly related?: RelatedBasis }> {
  if (!isWanted) return {};
  const known = last?.related?.fingerprint === fingerprint ? last.related.centres : undefined;
  const { entries, centres } = await relatedPages(pages, { ...options, centres: known, onProgress });
  const related = { fingerprint, centres };
  return entries.length > 0 ? { manifest: addShards(files, entries, options), related } : { related };
}

function addShards(
  files: FileSet,
  entries: readonly RelatedEntry[],
  { maxFiles = DEFAULT_MAX_FILES }: Pick<AddRelatedOptions, "maxFiles">,
): RelatedManifest {
  const contents = cutShards(entries, Math.max(1, maxFiles * FILES_SHARE)).map(encodeRelated);
  const group = Math.ceil(contents.length / MAX_GROUPS);
  const hashes: string[] = [];
  for (let at = 0; at < contents.length; at += group) {
    hashes.push(files.addGroup(contents.slice(at, at + group), relatedShardFile));
  }
  return { ...files.addRoot("related", encodeRelatedGroups(hashes)), shards: contents.length, group };
}

/** By powers of two, so that the number of shards changes seldom as the site grows. */
function cutShards(entries: readonly RelatedEntry[], maxShards: number): RelatedEntry[][] {
  for (let count = 1; ; count *= 2) {
    const shards: RelatedEntry[][] = Array.from({ length: count }, () => []);
    for (const entry of entries) shards[relatedShardOf(entry.path, count)]?.push(entry);
    const isDone = shards.every((shard) => shard.length < 2 || encodeRelated(shard).length <= MAX_SHARD_BYTES);
    if (isDone || count * 2 > maxShards) return shards;
  }
}

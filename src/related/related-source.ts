import { SearchError } from "../core/errors.ts";
import { gunzip } from "../core/gzip.ts";
import { type IndexManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from "../core/manifest.ts";
import { pageKey } from "../text/extract-paths.ts";
import { decodeRelated, type RelatedEntry, RelatedFiles } from "./related-file.ts";

/** What an index says of a page. */
export interface RelatedAnswer {
  /** Where the paths begin. */
  readonly root: URL;
  /** Undefined for a page that is not in the index, or that nothing is related to. */
  readonly entry: RelatedEntry | undefined;
}

const REMEDY = "Check `src`, and deploy the whole index folder.";

/** Those that were opened, by the URL of their `index.json`: elements of one page share them. */
const indexes = new Map<string, Promise<RelatedIndex>>();

/**
 * What is related to a page: reads `index.json` and a list of names once, and a shard for each page.
 *
 * @param indexUrl Absolute URL of `index.json`.
 * @param page Its URL, or its path relative to the site's root.
 * @returns Undefined when the index says nothing about any page.
 * @throws SearchError `network`, `file-missing`, `file-invalid`, `file-version`, `index-invalid`.
 */
export async function findRelated(indexUrl: string, page: string): Promise<RelatedAnswer | undefined> {
  const isOpen = indexes.has(indexUrl);
  try {
    return await findIn(await open(indexUrl), page);
  } catch (error) {
    indexes.delete(indexUrl);
    // A page that stays open while the site is deployed again knows files by their former names.
    if (isOpen && error instanceof SearchError && error.code === "file-missing") return findRelated(indexUrl, page);
    throw error;
  }
}

function open(indexUrl: string): Promise<RelatedIndex> {
  const known = indexes.get(indexUrl);
  if (known) return known;
  const index = openIndex(indexUrl);
  indexes.set(indexUrl, index);
  return index;
}

interface RelatedIndex {
  readonly url: string;
  readonly root: URL;
  /** Undefined where the index says nothing about any page. */
  readonly files: RelatedFiles | undefined;
}

async function openIndex(url: string): Promise<RelatedIndex> {
  const { siteRoot, related } = parse(await read(url, "no-cache"), url);
  const files = related && new RelatedFiles(await readFile(related.file, url), related);
  return { url, root: new URL(siteRoot, url), files };
}

async function findIn({ url, root, files }: RelatedIndex, page: string): Promise<RelatedAnswer | undefined> {
  if (!files) return undefined;
  const { pathname, search } = new URL(page, root);
  // An absolute root may name another host than the one that shows a preview of the site.
  if (!pathname.startsWith(root.pathname)) return { root, entry: undefined };
  const path = pathname.slice(root.pathname.length);
  const lookUp = async (own: string) => {
    const file = files.fileOf(own);
    const entries = decodeRelated(await readFile(file, url), file);
    return entries.find((entry) => entry.path === own) ?? entries.find((entry) => pageKey(entry.path) === pageKey(own));
  };
  // A query tells pages apart on some sites; on most it says where a visitor comes from.
  return { root, entry: (search && (await lookUp(path + search))) || (await lookUp(path)) };
}

async function readFile(file: string, indexUrl: string): Promise<Uint8Array> {
  return gunzip(await read(new URL(file, indexUrl).href, "default"), file);
}

async function read(url: string, cache: RequestCache): Promise<Uint8Array> {
  let status: number;
  try {
    const response = await fetch(url, { cache });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    status = response.status;
  } catch (cause) {
    throw new SearchError("network", `${url} could not be loaded.`, { remedy: REMEDY, file: url, cause });
  }
  throw new SearchError("file-missing", `${url} answered ${status}.`, { remedy: REMEDY, file: url });
}

/** The little of `index.json` that is needed; the search checks all of it. */
function parse(bytes: Uint8Array, file: string): Pick<IndexManifest, "siteRoot" | "related"> {
  let manifest: Partial<IndexManifest> | undefined;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {}
  const { format, version, siteRoot, related } = manifest ?? {};
  const isIndex = format === MANIFEST_FORMAT && version === MANIFEST_VERSION && typeof siteRoot === "string";
  const isKnown = !related || (typeof related.file === "string" && related.shards >= 1 && related.group >= 1);
  if (isIndex && isKnown) return { siteRoot, related };
  throw new SearchError("index-invalid", `${file} is no search index of version ${MANIFEST_VERSION}.`, {
    remedy: REMEDY,
    file,
  });
}

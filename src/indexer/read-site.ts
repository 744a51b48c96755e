import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { glob } from "tinyglobby";
import { SearchError } from "../core/errors.ts";
import { pageKey } from "../text/extract-paths.ts";
import type { CutOptions } from "./cut-page.ts";
import type { PageCache } from "./page-cache.ts";
import { readFiles } from "./read-files.ts";
import { pagePath } from "./read-paths.ts";
import type { ReadPoolOptions } from "./read-pool.ts";
import { canonicalPath, surveySite } from "./read-survey.ts";
import type { SiteScan } from "./scan-site.ts";
import type { ReadOptions, ReadResult, SourceKind } from "./types.ts";

const PATTERNS: Readonly<Record<SourceKind, readonly string[]>> = {
  html: ["**/*.{html,htm,xhtml}"],
  markdown: ["**/*.{md,mdx,markdown,mdoc}"],
  json: ["**/*.{json,jsonl,ndjson}"],
};

/** Never pages: this package's own output, and dependencies. Folders whose names begin with a dot are passed over too. */
const ALWAYS_EXCLUDED = ["**/node_modules/**", "**/semantic-search/**"];

/**
 * The files that {@link readSite} will read, relative to `dir`, with `/`, in the order of their code units.
 *
 * @throws SearchError `not-found` when `dir` does not exist.
 */
export async function listFiles(options: ReadOptions): Promise<string[]> {
  const { dir, from = "html", include = PATTERNS[from], exclude = [] } = options;
  const entry = await stat(dir).catch((cause: unknown) => {
    const remedy = "Build the site first, or name the folder that the build writes.";
    throw new SearchError("not-found", `There is no folder "${dir}".`, { remedy, file: dir, cause });
  });
  if (entry.isFile()) return [basename(dir)];
  const files = await glob([...include], {
    cwd: dir,
    ignore: [...ALWAYS_EXCLUDED, ...exclude],
    onlyFiles: true,
    expandDirectories: false,
  });
  options.signal?.throwIfAborted();
  return files.sort();
}

/** What {@link readSite} can be spared. */
export interface ReadAids {
  /** What `listFiles` gave, to spare a second look at the disk. */
  readonly files?: readonly string[] | undefined;
  /** What `scanSite` gave for these files. */
  readonly scan?: SiteScan | undefined;
  /** Readings of earlier builds; needs a scan. */
  readonly cache?: PageCache | undefined;
  /** Whether pages come out as `PreparedPage`, and how they are cut. Default: as they were read. */
  readonly cut?: CutOptions | undefined;
  /** Threads to read with; 0 = the calling one. Default: by the bytes that the scan counted; 0 without one. */
  readonly threads?: number | undefined;
  /** Starts a thread; see `ReadPool`. */
  readonly start?: ReadPoolOptions["start"];
}

/**
 * Reads a site file by file, in the order of {@link listFiles}: each as the pages it holds or the reason why there is
 * none. A broken file is reported as `invalid` and the rest goes on. Neither the cache nor the number of threads changes
 * what comes out. A few batches of pages are held in memory at a time.
 *
 * Of pages that name another page of the site as canonical only that one is kept. When some page marks its content
 * (`data-search-body`, `data-pagefind-body`), pages that don't are `excluded`, as in Pagefind.
 *
 * @throws SearchError `bad-option` for an invalid selector, `not-found` when `dir` does not exist.
 */
export async function* readSite(options: ReadOptions, aids: ReadAids = {}): AsyncGenerator<ReadResult> {
  const { from = "html", root, ignore, language, cleanUrls, signal } = options;
  const files = aids.files ?? (await listFiles(options));
  const folder = await readFolder(options);
  const survey = from === "html" ? (aids.scan?.survey ?? (await surveySite(folder, files, signal))) : undefined;
  const markedOnly = survey?.marked === true && root === undefined;
  const task = { folder, from, root, ignore, language, cleanUrls, markedOnly, cut: aids.cut };
  const known = new Set(files.map((file) => pageKey(pagePath(file))));
  for await (const result of readFiles(files, task, { ...aids, signal })) {
    signal?.throwIfAborted();
    yield survey?.base ? withoutDuplicates(result, { base: survey.base, known }) : result;
  }
}

/** The folder that the names of files are relative to: `dir`, or where the file `dir` lies. */
export async function readFolder({ dir }: ReadOptions): Promise<string> {
  return (await stat(dir)).isFile() ? dirname(dir) : dir;
}

function withoutDuplicates(
  result: ReadResult,
  { base, known }: { readonly base: string; readonly known: ReadonlySet<string> },
): ReadResult {
  const { file } = result;
  const skipped = [...result.skipped];
  const pages = result.pages.filter((page) => {
    const target = page.canonical ? canonicalPath(page.canonical, base) : undefined;
    if (target === undefined || target === pageKey(page.path) || !known.has(target)) return true;
    skipped.push({ file, reason: "duplicate", detail: `Its canonical page is "${target || "/"}".` });
    return false;
  });
  return skipped.length > result.skipped.length ? { ...result, pages, skipped } : result;
}

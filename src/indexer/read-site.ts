import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { glob } from "tinyglobby";
import type { PageDocument } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import { extractPage, isSkipped, type SkippedDocument } from "../text/extract.ts";
import { barePath } from "../text/extract-paths.ts";
import { readRecords } from "../text/json-records.ts";
import { extractMarkdown } from "../text/markdown.ts";
import { decodeText } from "./read-bytes.ts";
import { markdownPath, pagePath } from "./read-paths.ts";
import { canonicalPath, type SiteSurvey, surveySite } from "./read-survey.ts";
import type { ReadOptions, ReadResult, SkippedPage, SourceKind } from "./types.ts";

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

/**
 * Reads a site file by file, in the order of {@link listFiles}: each as the pages it holds or the reason why there is
 * none. A broken file is reported as `invalid` and the rest goes on. One page is held in memory at a time.
 *
 * Of pages that name another page of the site as canonical only that one is kept. When some page marks its content
 * (`data-search-body`, `data-pagefind-body`), pages that don't are `excluded`, as in Pagefind.
 *
 * @param files What `listFiles` gave, to spare a second look at the disk.
 * @throws SearchError `bad-option` for an invalid selector, `not-found` when `dir` does not exist.
 */
export async function* readSite(options: ReadOptions, files?: readonly string[]): AsyncGenerator<ReadResult> {
  const { dir, from = "html", signal } = options;
  const listed = files ?? (await listFiles(options));
  const root = (await stat(dir)).isFile() ? dirname(dir) : dir;
  const readPage = await READERS[from](options, root, listed);
  for (const file of listed) {
    signal?.throwIfAborted();
    yield await readOne(join(root, file), file, readPage);
  }
}

type Reading = readonly (PageDocument | SkippedDocument | DuplicatePage)[];
type PageReader = (text: string, file: string) => Reading;
type ReaderFactory = (options: ReadOptions, root: string, files: readonly string[]) => Promise<PageReader>;

interface DuplicatePage {
  readonly skip: "duplicate";
  readonly detail: string;
}

const READERS: Readonly<Record<SourceKind, ReaderFactory>> = {
  html: htmlReader,
  markdown: async (options) => (text, file) => [
    extractMarkdown(text, { ...options, path: markdownPath(file, options) }),
  ],
  json: async (options) => (text, file) => readRecords(text, { ...options, file }),
};

async function readOne(path: string, file: string, readPage: PageReader): Promise<ReadResult> {
  let bytes = 0;
  try {
    const content = await readFile(path);
    bytes = content.length;
    return toResult(file, bytes, readPage(decodeText(content), file));
  } catch (thrown) {
    if (thrown instanceof SearchError && thrown.code === "bad-option") throw thrown;
    const { message, remedy } = SearchError.from(thrown);
    const detail = remedy ? `${message} ${remedy}` : message;
    return { file, bytes, pages: [], skipped: [{ file, reason: "invalid", detail }] };
  }
}

function toResult(file: string, bytes: number, reading: Reading): ReadResult {
  const pages: PageDocument[] = [];
  const skipped: SkippedPage[] = [];
  for (const each of reading) {
    if ("skip" in each) skipped.push({ file, reason: each.skip, detail: each.detail });
    else pages.push(each);
  }
  return { file, bytes, pages, skipped };
}

async function htmlReader(options: ReadOptions, root: string, files: readonly string[]): Promise<PageReader> {
  const survey = await surveySite(root, files, options.signal);
  const known = new Set(files.map((file) => barePath(pagePath(file))));
  return (html, file) => {
    if (!/<[a-z!][^>]*>/i.test(html)) return [{ skip: "invalid", detail: "It holds no HTML." }];
    const path = pagePath(file, options);
    const page = extractPage(html, { ...options, path, markedOnly: survey.marked && options.root === undefined });
    return [isSkipped(page) ? page : (duplicateOf(page, survey, known) ?? page)];
  };
}

function duplicateOf(page: PageDocument, { base }: SiteSurvey, known: ReadonlySet<string>): DuplicatePage | undefined {
  const target = base && page.canonical ? canonicalPath(page.canonical, base) : undefined;
  if (target === undefined || target === barePath(page.path) || !known.has(target)) return undefined;
  return { skip: "duplicate", detail: `Its canonical page is "${target || "/"}".` };
}

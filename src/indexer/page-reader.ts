import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PageDocument } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import type { TermCounter } from "../keyword/page-terms.ts";
import { extractPage, type SkippedDocument } from "../text/extract.ts";
import { readRecords } from "../text/json-records.ts";
import { extractMarkdown } from "../text/markdown.ts";
import type { CutOptions } from "./cut-page.ts";
import { preparePage } from "./prepare-page.ts";
import { decodeText } from "./read-bytes.ts";
import { markdownPath, pagePath } from "./read-paths.ts";
import type { ReadOptions, ReadResult, SkippedPage, SourceKind } from "./types.ts";

/** What decides, besides a file's name and bytes, what is read from it. Can be posted to a worker. */
export interface ReadTask extends Pick<ReadOptions, "from" | "root" | "ignore" | "language" | "cleanUrls"> {
  /** Folder that the names of files are relative to. */
  readonly folder: string;
  /** Whether pages that don't mark their content are left out. */
  readonly markedOnly: boolean;
  /** Whether pages come out as `PreparedPage`, and how they are cut. Default: as they were read. */
  readonly cut?: CutOptions | undefined;
}

/** What one file holds, without regard to the others of its site. */
export type FileReading = Omit<ReadResult, "file">;

/**
 * Read one file. Whatever is wrong with it is in the result, as a page that is `invalid`.
 *
 * @param counter Of the terms of prepared pages.
 * @throws SearchError `bad-option` for an invalid selector.
 */
export function readPageFile(file: string, task: ReadTask, counter: TermCounter): FileReading {
  let bytes = 0;
  try {
    const content = readFileSync(join(task.folder, file));
    bytes = content.length;
    const { from = "html", cut } = task;
    const { pages, skipped } = sortOut(PARSERS[from](decodeText(content), file, task), file);
    return { bytes, pages: cut ? pages.map((page) => preparePage(page, cut, counter)) : pages, skipped };
  } catch (thrown) {
    if (thrown instanceof SearchError && thrown.code === "bad-option") throw thrown;
    return { ...invalidFile(file, thrown), bytes };
  }
}

/** The reading of a file that could not be read. */
export function invalidFile(file: string, thrown: unknown): FileReading {
  const { message, remedy } = SearchError.from(thrown);
  const detail = remedy ? `${message} ${remedy}` : message;
  return { bytes: 0, pages: [], skipped: [{ file, reason: "invalid", detail }] };
}

type Parser = (text: string, file: string, task: ReadTask) => readonly (PageDocument | SkippedDocument)[];

const PARSERS: Readonly<Record<SourceKind, Parser>> = {
  html: (html, file, task) => {
    if (!/<[a-z!][^>]*>/i.test(html)) return [{ skip: "invalid", detail: "It holds no HTML." }];
    return [extractPage(html, { ...task, path: pagePath(file, task) })];
  },
  markdown: (text, file, task) => [extractMarkdown(text, { ...task, path: markdownPath(file, task) })],
  json: (text, file, task) => readRecords(text, { ...task, file }),
};

function sortOut(
  readings: readonly (PageDocument | SkippedDocument)[],
  file: string,
): Pick<FileReading, "pages" | "skipped"> {
  const pages: PageDocument[] = [];
  const skipped: SkippedPage[] = [];
  for (const each of readings) {
    if ("skip" in each) skipped.push({ file, reason: each.skip, detail: each.detail });
    else pages.push(each);
  }
  return { pages, skipped };
}

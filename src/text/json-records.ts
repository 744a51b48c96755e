import * as v from "valibot";
import type { Block, PageDocument, Section } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import { isoTime } from "../core/iso-date.ts";
import { extractPage, isSkipped, type SkippedDocument } from "./extract.ts";
import { canonicalLanguage } from "./extract-head.ts";
import { collapse } from "./extract-text.ts";
import { renderMarkdown } from "./markdown.ts";

const strings = v.record(v.string(), v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String)));

interface Contents {
  readonly content?: string | undefined;
  readonly html?: string | undefined;
  readonly markdown?: string | undefined;
}

const headingSchema = v.object({
  text: v.string(),
  id: v.optional(v.string()),
  level: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(6))),
  content: v.optional(v.string()),
});

const recordSchema = v.pipe(
  v.object({
    url: v.optional(v.string()),
    path: v.optional(v.string()),
    title: v.optional(v.string()),
    content: v.optional(v.string()),
    html: v.optional(v.string()),
    markdown: v.optional(v.string()),
    headings: v.optional(v.array(headingSchema)),
    trail: v.optional(v.array(v.string())),
    language: v.optional(v.string()),
    canonical: v.optional(v.string()),
    description: v.optional(v.string()),
    meta: v.optional(strings),
    filters: v.optional(
      v.record(
        v.string(),
        v.pipe(
          v.union([v.string(), v.array(v.string())]),
          v.transform((value) => (typeof value === "string" ? [value] : value)),
        ),
      ),
    ),
    sort: v.optional(strings),
  }),
  v.check((record) => record.url !== undefined || record.path !== undefined, "`url` or `path` is missing"),
  v.check((record) => countContents(record) <= 1, "only one of `content`, `html` and `markdown` can be given"),
);

/** One page in a JSON file. Of `content` (plain text), `html` and `markdown` one is given. */
export type PageRecord = v.InferInput<typeof recordSchema>;

/** How records are read. */
export interface RecordOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Language of records that name none. Default `und`. */
  readonly language?: string | undefined;
  /** CSS selectors of elements to leave out of `html`. */
  readonly ignore?: readonly string[] | undefined;
}

/**
 * Pages from JSON: an array of {@link PageRecord}s, an object that holds it as `pages` or `records`, one record, or
 * JSON Lines. A record that is not valid is skipped, its index and its fault named; the rest is read.
 *
 * @throws SearchError `page-invalid` when the file is no JSON.
 */
export function readRecords(json: string, options: RecordOptions): (PageDocument | SkippedDocument)[] {
  return parseRecords(json, options.file).map((value, i) => {
    if (value instanceof SearchError) return { skip: "invalid", detail: `Record ${i}: ${value.message}` };
    const result = v.safeParse(recordSchema, value);
    if (result.success) return readRecord(result.output, options);
    const [issue] = result.issues;
    const key = v.getDotPath(issue);
    return { skip: "invalid", detail: `Record ${i}: ${key ? `\`${key}\`: ` : ""}${issue.message}.` };
  });
}

function parseRecords(json: string, file: string): unknown[] {
  const source = json.replace(/^\uFEFF/, "");
  try {
    const value: unknown = JSON.parse(source);
    return listIn(value);
  } catch (cause) {
    const lines = source.split("\n").filter((line) => line.trim() !== "");
    if (lines.length > 1 && lines[0]?.trim().startsWith("{")) return lines.map(parseLine);
    throw new SearchError("page-invalid", "It is neither JSON nor JSON Lines.", { file, cause });
  }
}

function listIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return [value];
  const list = "pages" in value ? value.pages : "records" in value ? value.records : undefined;
  return Array.isArray(list) ? list : [value];
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    return new SearchError("page-invalid", "It is no JSON.", { cause });
  }
}

type ValidRecord = v.InferOutput<typeof recordSchema>;

function countContents({ content, html, markdown }: Contents): number {
  return [content, html, markdown].filter((each) => each !== undefined).length;
}

function readRecord(record: ValidRecord, options: RecordOptions): PageDocument | SkippedDocument {
  const path = recordPath(record);
  const markup = record.html ?? (record.markdown === undefined ? undefined : renderMarkdown(record.markdown));
  const read = markup === undefined ? undefined : extractPage(markup, { path, ignore: options.ignore });
  if (read && isSkipped(read)) return read;
  const sections = [...(read?.sections ?? []), ...plainSections(record)];
  const title = collapse(record.title ?? "") || read?.title || path || "/";
  if (sections.length === 0) return { skip: "empty", detail: `The record of "${path}" has no text.` };
  const { date = "" } = record.meta ?? {};
  const language = [record.language, read?.language, options.language].find((tag) => tag && tag !== "und") ?? "und";
  return {
    path,
    title,
    trail: record.trail ?? [],
    language: canonicalLanguage(language) ?? "und",
    ...(record.canonical !== undefined && { canonical: record.canonical }),
    ...(record.description !== undefined && { description: collapse(record.description) }),
    meta: { ...read?.meta, ...record.meta },
    filters: { ...read?.filters, ...record.filters },
    sort: { ...(isoTime(date) !== undefined && { date }), ...read?.sort, ...record.sort },
    sections,
  };
}

/** The path of a URL, without the leading slash and the fragment; a query stays. */
function recordPath({ path, url }: ValidRecord): string {
  const { pathname, search } = new URL(path ?? url ?? "", "http://site.invalid/");
  return (decodePath(pathname) + search).replace(/^\/+/, "");
}

/** Readable, unless a decoded sign would mean something else; `%` is always escaped. */
function decodePath(pathname: string): string {
  const escaped = pathname.replace(/%(?![\da-f]{2})/gi, "%25");
  try {
    return decodeURI(escaped.replaceAll("%25", "%2525"));
  } catch {
    return escaped;
  }
}

function plainSections({ content, headings = [] }: ValidRecord): Section[] {
  const blocks = paragraphs(content);
  const intro: Section[] = blocks.length > 0 ? [{ anchor: "", heading: "", level: 0, ancestors: [], blocks }] : [];
  const open: Section[] = [];
  for (const { text, id = "", level = 2, content: below } of headings) {
    const heading = collapse(text);
    if (heading === "") continue;
    while ((open.at(-1)?.level ?? 0) >= level) open.pop();
    const section = {
      anchor: id,
      heading,
      level,
      ancestors: open.map((each) => each.heading),
      blocks: paragraphs(below),
    };
    open.push(section);
    intro.push(section);
  }
  return intro;
}

/** Paragraphs of plain text: empty lines part them. */
function paragraphs(text = ""): Block[] {
  const texts = text.split(/\n\s*\n/).map(collapse);
  return texts.filter(Boolean).map((each) => ({ kind: "prose", text: each }));
}

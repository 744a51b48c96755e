import { readFile, stat } from "node:fs/promises";
import * as v from "valibot";
import { parse as parseYaml } from "yaml";
import { closest } from "../core/closest.ts";
import { webUrl } from "../core/curated-query.ts";
import type { StoredCuration } from "../core/curation.ts";
import { SearchError } from "../core/errors.ts";
import { pageKey } from "../text/extract-paths.ts";

/** What the owner of a site says of queries. Texts are compared without case, accents and punctuation. */
export interface Curation {
  /** A list of texts that mean the same, or texts that are also looked for by others. */
  readonly synonyms?: readonly (readonly string[] | OneWaySynonym)[] | undefined;
  readonly pins?: readonly Pin[] | undefined;
  readonly redirects?: readonly CuratedRedirect[] | undefined;
  /** Queries offered before the first letter. */
  readonly suggestions?: readonly string[] | undefined;
}

/** Whoever searches for `from` also finds `to`, and not the other way round. */
export interface OneWaySynonym {
  readonly from: string | readonly string[];
  readonly to: string | readonly string[];
}

/** Pages that come first for a query. */
export interface Pin {
  /** The whole query, or several. */
  readonly query: string | readonly string[];
  /** Paths from the site's root, with or without `index.html`, `.html` and slashes at either end. */
  readonly pages: string | readonly string[];
}

/** A place outside of the index for a query. */
export interface CuratedRedirect {
  /** The whole query, or several. */
  readonly query: string | readonly string[];
  /** With http(s), or relative to the site's root. */
  readonly url: string;
  /** Default: the URL. */
  readonly title?: string | undefined;
}

/** A larger file is not one that somebody wrote. */
const MAX_BYTES = 1024 * 1024;
const MAX_RULES = 5000;
const MAX_LIST = 50;
const MAX_TEXT = 200;
const MAX_URL = 2000;

const REMEDY = "Correct it; the page on curation in the documentation shows the shape.";

const text = v.pipe(
  v.string("expected text"),
  v.trim(),
  v.maxLength(MAX_TEXT, `expected at most ${MAX_TEXT} characters`),
  v.regex(/[\p{L}\p{N}]/u, "expected text with a letter or a digit"),
);
const path = v.pipe(
  v.string("expected a path"),
  v.trim(),
  v.maxLength(MAX_URL, `expected at most ${MAX_URL} characters`),
);
const url = v.pipe(
  path,
  v.minLength(1, "expected a URL"),
  v.check(
    (value) => webUrl(value, "/") !== undefined,
    "expected a URL with http(s)://, or relative to the site's root",
  ),
);
const list = <T extends typeof text | typeof path>(item: T, least = 1) =>
  v.pipe(
    v.array(item, "expected a list"),
    v.minLength(least, `expected ${least} or more`),
    v.maxLength(MAX_LIST, `expected at most ${MAX_LIST}`),
  );
/** One or several; the shape that is meant, so that errors name the entry at fault. */
const some = <T extends typeof text | typeof path>(item: T) => {
  const one = v.pipe(
    item,
    v.transform((value) => [value]),
  );
  const many = list(item);
  return v.lazy((input) => (Array.isArray(input) ? many : one));
};
const rules = <T extends v.GenericSchema>(item: T) =>
  v.optional(v.pipe(v.array(item, "expected a list"), v.maxLength(MAX_RULES, `expected at most ${MAX_RULES}`)), []);

const group = v.pipe(
  list(text, 2),
  v.transform((all) => ({ from: all, to: all })),
);
const oneWay = v.strictObject({ from: some(text), to: some(text) }, "expected a list, or an object with from and to");

const SCHEMA = v.strictObject(
  {
    synonyms: rules(v.lazy((input): typeof group | typeof oneWay => (Array.isArray(input) ? group : oneWay))),
    pins: rules(v.strictObject({ query: some(text), pages: some(path) }, "expected an object with query and pages")),
    redirects: rules(
      v.strictObject({ query: some(text), url, title: v.optional(text) }, "expected an object with query and url"),
    ),
    suggestions: v.optional(list(text, 0), []),
  },
  "expected an object with synonyms, pins, redirects or suggestions",
);

/** A curation whose lists are lists, and whose URLs may be followed. */
export type CheckedCuration = v.InferOutput<typeof SCHEMA>;

/**
 * Read the curation of a site and check it.
 *
 * @param source Path of a YAML or JSON file, or what stands in one.
 * @throws SearchError `config-invalid` naming the file and every wrong key.
 */
export async function readCuration(source: string | Curation): Promise<CheckedCuration> {
  if (typeof source !== "string") return checkCuration(source);
  return checkCuration(await parseFile(source), source);
}

/**
 * @param file Named in errors. Default: the key of a config file.
 * @throws SearchError `config-invalid` naming every wrong key.
 */
export function checkCuration(value: unknown, file?: string): CheckedCuration {
  const name = file ?? "curation";
  // A list passes for an object without keys.
  const result = v.safeParse(SCHEMA, Array.isArray(value) ? null : value);
  if (result.success) return result.output;
  const shown = result.issues.slice(0, 5).map(describeIssue);
  const more = result.issues.length - shown.length;
  const problems = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  throw new SearchError("config-invalid", `${name} is not valid: ${problems}.`, { remedy: REMEDY, file });
}

async function parseFile(file: string): Promise<unknown> {
  const fail = (reason: string, cause?: unknown) =>
    new SearchError("config-invalid", `${file} cannot be read: ${reason}.`, { remedy: REMEDY, file, cause });
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw fail(`it has ${size} bytes, ${MAX_BYTES} are allowed`);
    const content = await readFile(file, "utf8");
    // Without a schema, so that a version is not taken for a number, nor `no` for false.
    return file.endsWith(".json") ? JSON.parse(content) : parseYaml(content, { schema: "failsafe" });
  } catch (cause) {
    if (cause instanceof SearchError) throw cause;
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw fail(reason.replace(/[.:]$/, ""), cause);
  }
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue) ?? "";
  if (issue.expected !== "never") return `${key && `${key}: `}${issue.message}, got ${issue.received}`;
  const suggestion = closest(key.slice(key.lastIndexOf(".") + 1), KNOWN_KEYS);
  return `unknown key "${key}"${suggestion ? ` (did you mean "${suggestion}"?)` : ""}`;
}

const KNOWN_KEYS = [...Object.keys(SCHEMA.entries), "from", "to", "query", "pages", "url", "title"];

/** Numbers of pages by their paths, however these are written. */
class PageNumbers {
  readonly #exact: ReadonlyMap<string, number>;
  readonly #byKey: ReadonlyMap<string, number>;

  /** @param paths In the order of the pages' numbers. */
  constructor(paths: readonly string[]) {
    this.#exact = new Map(paths.map((path, number) => [path, number]));
    this.#byKey = new Map(paths.map((path, number) => [pageKey(path), number]));
  }

  get(path: string): number | undefined {
    return this.#exact.get(path.replace(/^\//, "")) ?? this.#byKey.get(pageKey(path));
  }
}

/**
 * Pinned pages that a site does not have, each once.
 * @param paths Of the site's pages.
 */
export function missingPins({ pins }: CheckedCuration, paths: readonly string[]): string[] {
  const numbers = new PageNumbers(paths);
  return [...new Set(pins.flatMap(({ pages }) => pages.filter((page) => numbers.get(page) === undefined)))];
}

/**
 * A curation as an index holds it; undefined for one that says nothing. Pins of missing pages are left out.
 * @param paths Of all pages, in the order of their numbers.
 */
export function storedCuration(curation: CheckedCuration, paths: readonly string[]): StoredCuration | undefined {
  const numbers = new PageNumbers(paths);
  const { synonyms, redirects, suggestions } = curation;
  const pins = curation.pins.flatMap(({ query: queries, pages }) => {
    const known = new Set(pages.flatMap((page) => numbers.get(page) ?? []));
    return known.size > 0 ? [{ queries, pages: [...known] }] : [];
  });
  if ([synonyms, redirects, suggestions, pins].every((rules) => rules.length === 0)) return undefined;
  return {
    synonyms,
    pins,
    redirects: redirects.map(({ query: queries, url, title = url }) => ({ queries, url, title })),
    suggestions,
  };
}

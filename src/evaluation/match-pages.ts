import { closest } from "../core/closest.ts";
import type { Judgments } from "./metrics.ts";
import type { JudgedPage, JudgedQuery } from "./read-queries.ts";

/** A judged page and where it stands in the index. */
export interface MatchedPage {
  /** As written in the query file. */
  readonly url: string;
  /** As in the index; null when it is not there. */
  readonly path: string | null;
  readonly grade: number;
}

/** A query whose pages were looked up in the index. */
export interface MatchedQuery {
  readonly query: string;
  readonly pages: readonly MatchedPage[];
  /** Grade by path. Pages that are not in the index are there by their URL, which no result can have. */
  readonly judgments: Judgments;
}

/** A right page that is not in the index. */
export interface MissingPage {
  readonly query: string;
  readonly url: string;
  /** `file:line`, if known. */
  readonly source: string | null;
  /** Path of a page that may have been meant. */
  readonly suggestion: string | null;
}

/** Queries as they can be asked of one index. */
export interface Matches {
  readonly queries: readonly MatchedQuery[];
  readonly missing: readonly MissingPage[];
  /** Queries left out because none of their right pages is in the index; with `skipMissing` only. */
  readonly skipped: readonly string[];
  /** Path of the site's root within its host, as the URLs have it: empty or `docs/`. */
  readonly base: string;
}

/** Options of {@link matchPages}. */
export interface MatchOptions {
  /** As in the index's manifest. Default: guessed from what the URLs have in common. */
  readonly siteRoot?: string | undefined;
  /** Forget pages that are not in the index, and queries with no others. Default: they count as never found. */
  readonly skipMissing?: boolean | undefined;
}

/** More suggestions than this help nobody, and each costs a pass over all paths. */
const MAX_SUGGESTIONS = 50;
const SUGGESTION_EDITS = 3;

/**
 * Look up the pages of judged queries among the paths of an index. A URL is compared without its host, query and
 * `#anchor`, percent-decoded, and with `index.html`, `.html` and a trailing slash taken off, on both sides; an exact
 * path wins. So whole pages are judged: a URL with an anchor means its page.
 *
 * @param paths Paths of all pages of the index.
 */
export function matchPages(
  queries: readonly JudgedQuery[],
  paths: readonly string[],
  { siteRoot, skipMissing = false }: MatchOptions = {},
): Matches {
  const lookup = new PathLookup(paths);
  const base = findBase(
    queries.flatMap(({ pages }) => pages.map(({ url }) => url)),
    lookup,
    siteRoot,
  );
  const missing: MissingPage[] = [];
  const matched: MatchedQuery[] = [];
  const skipped: string[] = [];
  for (const { query, pages } of queries) {
    const found = mergePages(pages.map(({ url, grade }) => ({ url, grade, path: lookup.find(url, base) })));
    missing.push(...listMissing({ query, pages }, { found, lookup, base, known: missing.length }));
    const kept = skipMissing ? found.filter(({ path }) => path !== null) : found;
    if (skipMissing && !kept.some(({ grade }) => grade > 0)) skipped.push(query);
    else matched.push({ query, pages: kept, judgments: new Map(kept.map((page) => [keyOf(page), page.grade])) });
  }
  return { queries: matched, missing, skipped, base };
}

/** Key of a page in the judgments: a URL is told from a path by the space before it. */
function keyOf({ url, path }: MatchedPage): string {
  return path ?? ` ${url}`;
}

/** One entry per page: two anchors of a page are one page, of the better grade. */
function mergePages(pages: readonly MatchedPage[]): MatchedPage[] {
  const merged = new Map<string, MatchedPage>();
  for (const page of pages) {
    const known = merged.get(keyOf(page));
    if (!known || known.grade < page.grade) merged.set(keyOf(page), page);
  }
  return [...merged.values()];
}

interface MissingContext {
  readonly found: readonly MatchedPage[];
  readonly lookup: PathLookup;
  readonly base: string;
  readonly known: number;
}

function listMissing(
  { query, pages }: JudgedQuery,
  { found, lookup, base, known }: MissingContext,
): readonly MissingPage[] {
  const sourceOf = (wanted: string) => pages.find(({ url }: JudgedPage) => url === wanted)?.source ?? null;
  return found
    .filter(({ path, grade }) => path === null && grade > 0)
    .map(({ url }, i) => ({
      query,
      url,
      source: sourceOf(url),
      suggestion: known + i < MAX_SUGGESTIONS ? lookup.suggest(url, base) : null,
    }));
}

/** Paths by what they have in common with the ways to write them. */
class PathLookup {
  readonly #paths: ReadonlySet<string>;
  readonly #byKey = new Map<string, string>();
  readonly #byName = new Map<string, string | null>();

  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths);
    for (const path of paths) {
      for (const key of [plainPath(path), plainPath(path.replaceAll("%", "%25"))]) {
        if (!this.#byKey.has(key)) this.#byKey.set(key, path);
      }
      const name = nameOf(plainPath(path));
      this.#byName.set(name, this.#byName.has(name) ? null : path);
    }
  }

  find(url: string, base: string): string | null {
    if (this.#paths.has(url)) return url;
    const bare = url.replace(/^\//, "");
    if (isRooted(url) && base === "" && this.#paths.has(bare)) return bare;
    return this.#byKey.get(belowBase(url, base)) ?? null;
  }

  /** A page of the same name elsewhere, else one of a similar path. */
  suggest(url: string, base: string): string | null {
    const key = belowBase(url, base);
    const moved = key ? this.#byName.get(nameOf(key)) : undefined;
    if (moved !== undefined && moved !== null) return moved;
    const near = closest(key, [...this.#byKey.keys()], SUGGESTION_EDITS);
    return near === undefined ? null : (this.#byKey.get(near) ?? null);
  }
}

/**
 * The folders that a site below its host's root has in all its URLs: as the index says, else those that most URLs
 * have in common and by which most are found; the shorter of two as good.
 */
function findBase(urls: readonly string[], lookup: PathLookup, siteRoot = ""): string {
  const rooted = urls.filter(isRooted);
  const candidates = isRooted(siteRoot) ? [folderPath(siteRoot), ""] : ["", ...commonFolders(rooted)];
  let best = "";
  let most = -1;
  for (const base of candidates) {
    const count = rooted.filter((url) => lookup.find(url, base) !== null).length;
    if (count > most) [best, most] = [base, count];
  }
  return best;
}

/** Folders that more than half of the URLs begin with, shortest first; they lie within each other. */
function commonFolders(urls: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const url of urls) {
    const parts = plainPath(url).split("/");
    for (let end = 1; end <= parts.length; end++) {
      const folder = `${parts.slice(0, end).join("/")}/`;
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  const common = [...counts].filter(([, count]) => count * 2 > urls.length).map(([folder]) => folder);
  return common.filter((folder) => folder !== "/").sort((a, b) => a.length - b.length);
}

function folderPath(url: string): string {
  const path = plainPath(url);
  return path && `${path}/`;
}

function belowBase(url: string, base: string): string {
  const path = plainPath(url);
  if (!base || !isRooted(url)) return path;
  return `${path}/` === base ? "" : path.startsWith(base) ? path.slice(base.length) : path;
}

/** A full URL, or a path from the root of the host. */
function isRooted(url: string): boolean {
  return /^(\/|[a-z][a-z\d+.-]*:\/\/)/i.test(url);
}

/** Without host, query, anchor, `index.html`, `.html`, and slashes at either end; decoded. */
function plainPath(url: string): string {
  const [bare = ""] = url.split(/[?#]/, 1);
  const parts: string[] = [];
  for (const part of bare.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/]*/i, "").split("/")) {
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(decode(part));
  }
  return parts
    .join("/")
    .normalize("NFC")
    .replace(/(^|\/)index\.x?html?$/i, "")
    .replace(/\.x?html?$/i, "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { glob } from "tinyglobby";
import { createRandom } from "../../src/core/random.ts";
import { fnv1a } from "../../src/embed/hash.ts";

const ARCHIVES = fileURLToPath(new URL("../../../shared/data/sites", import.meta.url));

/** Titles read to make queries from. */
const MAX_TITLES = 400;

/** One word, identifiers, questions: what visitors of a site type. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  mdn: [
    "how do I center a div",
    "Array.prototype.flatMap",
    "prevent form submission",
    "content-security-policy",
    "flexbox",
    "why does my fetch request fail because of another origin",
    "async await",
    "IntersectionObserver",
    "run code when an element scrolls into view",
    "remove duplicates from a list",
    "cookies",
    "make text readable for blind people",
  ],
  starlight: [
    "how do I change the colours",
    "sidebar",
    "defineCollection",
    "add a page to the navigation",
    "i18n",
    "why is my logo not shown",
    "frontmatter",
    "social links in the header",
    "expressive-code",
    "put tabs around code",
    "deploy",
    "hide the table of contents",
  ],
};

/** A folder of HTML files to measure on, and what to ask there. */
export interface ScaleSite {
  readonly name: string;
  readonly dir: string;
  /** HTML files in it. */
  readonly files: readonly string[];
  /** Asked with an empty cache. */
  readonly queries: readonly string[];
  /** Asked one after another in one page, of words from the site's titles. */
  readonly warmQueries: readonly string[];
}

/** Options of {@link openSite}. */
export interface SiteChoice {
  /** Most queries with an empty cache. */
  readonly queries: number;
  readonly warmQueries: number;
  /** Pages to keep, chosen by {@link sample}. Default: all. */
  readonly pages?: number | undefined;
}

/** Unpack a shared site below `folder`; undefined when its archive is missing. */
export async function unpackShared(name: string, folder: string): Promise<string | undefined> {
  const archive = join(ARCHIVES, `${name}.tar.zst`);
  if (!existsSync(archive)) return undefined;
  await promisify(execFile)("tar", ["--zstd", "-xf", archive, "-C", folder]);
  return join(folder, name);
}

/**
 * Copy a site's HTML files, or a sample of them, to `dir`, where they may be written to.
 * @param source Folder of a built site.
 */
export async function openSite(
  { name, source, dir }: { readonly name: string; readonly source: string; readonly dir: string },
  { pages = Number.POSITIVE_INFINITY, queries, warmQueries }: SiteChoice,
): Promise<ScaleSite> {
  const files = sample(await glob("**/*.{html,htm}", { cwd: source, ignore: ["**/semantic-search/**"] }), pages);
  for (const file of files) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await cp(join(source, file), join(dir, file));
  }
  const titles = await readTitles(dir, sample(files, MAX_TITLES));
  return {
    name,
    dir,
    files,
    queries: (QUERIES[name] ?? queriesFromTitles(titles, { count: queries, seed: 2 })).slice(0, queries),
    warmQueries: queriesFromTitles(titles, { count: warmQueries, seed: 1 }),
  };
}

/** The `count` paths whose hashes are smallest, in order: a larger sample holds every smaller one. */
export function sample(paths: readonly string[], count: number): string[] {
  const byHash = paths.map((path) => ({ path, hash: fnv1a(`sample 1 ${path}`) }));
  byHash.sort((a, b) => a.hash - b.hash || (a.path < b.path ? -1 : 1));
  return byHash
    .slice(0, count)
    .map(({ path }) => path)
    .sort();
}

/**
 * Different queries of one to four words that stand together in a title, so that every engine has an answer. Fewer when
 * the titles have no more.
 */
export function queriesFromTitles(
  titles: readonly string[],
  { count, seed }: { readonly count: number; readonly seed: number },
): string[] {
  const texts = titles.map((title) => title.match(/[\p{L}\p{N}_.-]{2,}/gu) ?? []).filter(({ length }) => length > 0);
  const random = createRandom(seed);
  const pick = (length: number) => Math.floor(random() * length);
  const queries = new Set<string>();
  for (let tries = 0; queries.size < count && tries < count * 20; tries++) {
    const words = texts[pick(texts.length)] ?? [];
    const start = pick(words.length);
    queries.add(words.slice(start, start + 1 + pick(4)).join(" "));
  }
  queries.delete("");
  return [...queries];
}

/** Titles without the name of the site that follows them. */
async function readTitles(dir: string, files: readonly string[]): Promise<string[]> {
  const pages = await Promise.all(files.map((file) => readFile(join(dir, file), "utf8")));
  return pages.flatMap(
    (html) =>
      /<title[^>]*>([^<|]+)/i
        .exec(html)?.[1]
        ?.replace(/&[#\w]+;/g, " ")
        .trim() ?? [],
  );
}

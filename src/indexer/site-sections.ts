import type { PageDocument } from "../core/document.ts";
import { pageKey } from "../text/extract-paths.ts";
import { splitWords } from "../text/words.ts";

/** What decides which section a page is in. */
export type SectionPage = Pick<PageDocument, "path" | "title" | "trail" | "language" | "filters">;

/** Name of the filter. */
const SECTION = "section";
/** Fewer do not divide; of more, the largest are taken. */
const MIN_SECTIONS = 2;
const MAX_SECTIONS = 20;
/** A longer title says more than what a section is called. UTF-16 units. */
const MAX_NAME_LENGTH = 30;
/** So many letters of a folder's name begin a word of a title that is the same name: `docs`, "Documentation". */
const SAME_LETTERS = 3;
/** Pages of a section; smaller ones are left to the rest. */
const MIN_PAGES = 2;
/** Share of a language's pages that sections must cover, and that one of them may have. */
const MIN_COVERAGE = 0.5;
const MAX_SHARE = 0.9;

/**
 * The filters of all pages, with `section` where the site has none of that name and its pages fall into sections by
 * themselves: by the outermost entries of their breadcrumbs, else by their topmost folders, named by the titles of these
 * folders' own pages. Each language by itself, since their names differ.
 */
export function withSections(pages: readonly SectionPage[]): PageDocument["filters"][] {
  const filters = pages.map((page) => page.filters);
  if (filters.some((own) => Object.hasOwn(own, SECTION))) return filters;
  const sections = siteSections(pages);
  return filters.map((own, i) => (sections[i] === undefined ? own : { ...own, [SECTION]: [sections[i]] }));
}

/** The section of each page; undefined for a page in none. */
function siteSections(pages: readonly SectionPage[]): (string | undefined)[] {
  const sections = new Array<string | undefined>(pages.length);
  const languages = new Set(pages.map(({ language }) => language));
  for (const language of languages) {
    const places = pages.flatMap((page, i) => (page.language === language ? [i] : []));
    const own = places.map((place) => pages[place] as SectionPage);
    const found = settle(byTrail(own)) ?? settle(byFolder(own));
    if (found) for (const [i, place] of places.entries()) sections[place] = found[i];
  }
  return sections;
}

/** The outermost entry, unless it is a year; a page that has its name is in it as well. */
function byTrail(pages: readonly SectionPage[]): (string | undefined)[] {
  const names = new Set(pages.flatMap(({ trail: [first = ""] }) => (/\p{L}/u.test(first) ? [first] : [])));
  return pages.map(({ trail: [first], title }) => [first ?? title].find((name) => names.has(name)));
}

/** The topmost folder; one of the language's name does not count. */
function byFolder(pages: readonly SectionPage[]): (string | undefined)[] {
  const titles = new Map(pages.map(({ path, title }) => [pageKey(path), title]));
  const folders = new Set(pages.flatMap(({ path }) => pageKey(path).split("/").slice(0, -1)));
  return pages.map(({ path, language }) => {
    const names = pageKey(path).split("/");
    const [first = "", second = ""] = names;
    const isLanguage = [language, language.split("-")[0]].some((tag) => tag?.toLowerCase() === first.toLowerCase());
    const folder = isLanguage ? second : first;
    const isPage = names.length === (isLanguage ? 2 : 1);
    if (folder === "" || (isPage && !folders.has(folder))) return undefined;
    return folderName(folder, titles.get(isLanguage ? `${first}/${folder}` : folder));
  });
}

/** The title of the folder's own page if it is about the same; else the folder's name, written as a title. */
function folderName(folder: string, title = ""): string {
  const words = splitWords(title, "plain").flatMap(({ terms }) => terms);
  const isSame = words.some((word) => word.startsWith(folder.slice(0, SAME_LETTERS).toLowerCase()));
  if (isSame && title.length <= MAX_NAME_LENGTH) return title;
  const spaced = folder.replace(/[-_]+/g, " ").trim();
  return `${spaced.slice(0, 1).toUpperCase()}${spaced.slice(1)}`;
}

/** Sections without those of single pages; undefined when what is left is of no use to choose from. */
function settle(sections: readonly (string | undefined)[]): (string | undefined)[] | undefined {
  const counts = new Map<string, number>();
  for (const name of sections) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  const larger = [...counts].filter(([, count]) => count >= MIN_PAGES);
  const kept = larger.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MAX_SECTIONS);
  const covered = kept.reduce((sum, [, count]) => sum + count, 0);
  const largest = Math.max(...kept.map(([, count]) => count));
  const isUseful =
    kept.length >= MIN_SECTIONS && covered >= MIN_COVERAGE * sections.length && largest <= MAX_SHARE * covered;
  const names = new Set(kept.map(([name]) => name));
  return isUseful ? sections.map((name) => (name && names.has(name) ? name : undefined)) : undefined;
}

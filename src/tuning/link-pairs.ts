import { barePath } from "../text/extract-paths.ts";
import { analyzerFor, isStopWord, termsOf } from "../text/words.ts";
import type { PageLink, PageLinks } from "./page-links.ts";

/** A text that somebody wrote or typed, and the page that it means. */
export interface Pair {
  readonly text: string;
  /** `PageDocument.path` of the page. */
  readonly path: string;
  /** Heading on the page; empty for the page as a whole. */
  readonly anchor: string;
}

/** A page with its links. */
export interface LinkedPage {
  readonly path: string;
  readonly links: PageLinks;
}

/** Options of {@link linkPairs}. */
export interface LinkPairsOptions {
  /** URL of the site's root as its own absolute links have it, with a closing slash, if known. */
  readonly base?: string | undefined;
}

/** Stands for the site's address where the site does not say it. */
const NO_BASE = "http://site.invalid/";
/** A text that leads to more pages than this names none of them. */
const MAX_TARGETS = 3;
/** A link that so many pages have in their text is part of the template. */
const MAX_SHARE = 0.2;
const MIN_REPEATS = 8;
/** Longer texts are sentences or cards, not what somebody types. UTF-16 units. */
const MAX_LENGTH = 80;
/** Root-relative links that must lead to pages once a folder is taken off for it to be where the site is served. */
const PREFIX_SHARE = 0.5;
const MIN_PREFIXED = 3;

const URL_TEXT = /^(\w+:)?\/\/|^www\.|^[\w.-]+\.(com|org|net|io|dev)\b/i;
/** Texts that say "follow me" and nothing else, by their terms. */
const JUNK = new Set(
  [
    "here|click here|this|this page|this section|this guide|this article|this post|this link|this one|this example",
    "link|more|read more|learn more|see more|show more|find out more|more info|more information|more details|details",
    "see|see here|see below|see above|below|above|next|previous|prev|back|back to top|top|continue|continue reading",
    "docs|documentation|the docs|the documentation|page|section|guide|article|post|source|edit|view|example|examples",
    "read|read on|read the docs|full list|list|website|site|home|homepage|yes|no|demo|image|video|note|notes|jump to",
  ]
    .join("|")
    .split("|")
    .map((text) => pairKey(text)),
);

/**
 * What decides whether two texts are the same query: their stemmed words without function words, in any order; the
 * words as they are where there is nothing else.
 */
export function pairKey(text: string): string {
  const terms = termsOf(text, analyzerFor("en"));
  const telling = terms.filter((term) => !isStopWord(term));
  return [...new Set(telling.length > 0 ? telling : terms)].sort().join(" ");
}

/**
 * The pairs of text and target that the links in the pages' content give. Left out: links to other sites, to the page
 * itself and to what is not indexed; texts like "here" and "read more", URLs, sentences; a text with more than three
 * targets; a link that a menu or sidebar has with the same text, or that the text of many pages repeats.
 * Each pair of text and target comes once, in the order of the pages.
 */
export function linkPairs(pages: readonly LinkedPage[], { base }: LinkPairsOptions = {}): Pair[] {
  const resolver = new Resolver(pages, base);
  const menu = new Set<string>();
  for (const page of pages) {
    for (const link of page.links.surroundings) {
      const target = resolver.resolve(link, page.path);
      if (target) menu.add(`${pairKey(link.text)}\t${target.path}`);
    }
  }
  const found = new Map<string, Found>();
  for (const page of pages) {
    for (const link of page.links.content) {
      const target = isTelling(link.text) ? resolver.resolve(link, page.path) : undefined;
      if (target && target.path !== page.path) note(found, { ...target, text: link.text }, page.path);
    }
  }
  const often = Math.max(MIN_REPEATS, MAX_SHARE * pages.length);
  const kept = [...found].filter(
    ([key, { from, pair }]) => from.size < often && !menu.has(`${key.split("\t")[0]}\t${pair.path}`),
  );
  const targets = countTargets(kept.map(([key]) => key));
  return kept
    .filter(([key]) => (targets.get(key.split("\t")[0] as string)?.size ?? 0) <= MAX_TARGETS)
    .map(([, { pair }]) => pair);
}

interface Found {
  readonly pair: Pair;
  readonly from: Set<string>;
}

function note(found: Map<string, Found>, pair: Pair, from: string): void {
  const key = `${pairKey(pair.text)}\t${pair.path}\t${pair.anchor}`;
  const known = found.get(key);
  if (known) known.from.add(from);
  else found.set(key, { pair, from: new Set([from]) });
}

function countTargets(keys: readonly string[]): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  for (const each of keys) {
    const [key = "", path = ""] = each.split("\t");
    targets.set(key, (targets.get(key) ?? new Set<string>()).add(path));
  }
  return targets;
}

function isTelling(text: string): boolean {
  if (text.length < 2 || text.length > MAX_LENGTH || URL_TEXT.test(text) || !/\p{L}/u.test(text)) return false;
  const isSaying = termsOf(text, analyzerFor("en")).some((term) => !isStopWord(term));
  return isSaying && !JUNK.has(pairKey(text));
}

/** Where links lead, as paths of the pages that are indexed. */
export class Resolver {
  readonly #pages: ReadonlyMap<string, string>;
  readonly #base: URL;
  readonly #prefix: string;

  /** @param base See {@link LinkPairsOptions}. */
  constructor(pages: readonly LinkedPage[], base: string | undefined) {
    this.#pages = new Map(pages.map(({ path }) => [decode(barePath(path)), path]));
    this.#base = new URL(base ?? NO_BASE);
    this.#prefix = base === undefined ? findPrefix(pages, this.#pages) : this.#base.pathname;
  }

  /** @param from Path of the page that has the link. */
  resolve({ href }: Pick<PageLink, "href">, from: string): Omit<Pair, "text"> | undefined {
    const own = new URL(`./${from}`, new URL(this.#prefix, this.#base));
    if (!URL.canParse(href, own)) return undefined;
    const { origin, pathname, hash } = new URL(href, own);
    if (origin !== this.#base.origin || !pathname.startsWith(this.#prefix)) return undefined;
    const path = this.#pages.get(barePath(decode(pathname.slice(this.#prefix.length))));
    return path === undefined ? undefined : { path, anchor: decode(hash.slice(1)) };
  }
}

/** The folder that a site without canonical links is served from: one that it lacks and that its links begin with. */
function findPrefix(pages: readonly LinkedPage[], known: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  let total = 0;
  for (const { links } of pages) {
    for (const { href } of [...links.content, ...links.surroundings]) {
      if (!/^\/[^/]/.test(href)) continue;
      total++;
      const [, folder, rest] = /^\/([^/?#]+)\/([^?#]*)/.exec(href) ?? [];
      if (folder === undefined || known.has(barePath(`${folder}/${rest}`)) || !known.has(barePath(rest ?? "")))
        continue;
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most && most[1] >= Math.max(MIN_PREFIXED, PREFIX_SHARE * total) ? `/${most[0]}/` : "/";
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

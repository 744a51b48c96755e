import { attr, type Element, lineage, rawText } from "./extract-dom.ts";
import { collapse, sameText } from "./extract-text.ts";

/** A refresh later than this shows the page first: it reloads, and does not redirect. */
const MAX_REDIRECT_SECONDS = 30;

/** `<meta>` contents by lower-case `name`, `property` or `http-equiv`, the first of each. */
export function readMetas(elements: readonly Element[]): ReadonlyMap<string, string> {
  const metas = new Map<string, string>();
  for (const meta of elements) {
    if (meta.name !== "meta") continue;
    const key = (attr(meta, "name") ?? attr(meta, "property") ?? attr(meta, "http-equiv"))?.toLowerCase();
    const content = collapse(meta.attribs.content ?? "");
    const isScripted = [...lineage(meta)].some(({ name }) => name === "noscript" || name === "template");
    if (key && content && !metas.has(key) && !isScripted) metas.set(key, content);
  }
  return metas;
}

/** The robots rule that forbids indexing, if there is one. */
export function findNoindex(metas: ReadonlyMap<string, string>): string | undefined {
  return ["robots", "googlebot"].find((name) => /\b(noindex|none)\b/i.test(metas.get(name) ?? ""));
}

/** Where a `meta refresh` stub leads. */
export function findRedirect(metas: ReadonlyMap<string, string>): string | undefined {
  const [, seconds = "", url] = /^\s*([\d.]+)\s*[;,]\s*url\s*=\s*['"]?([^'"]+)/i.exec(metas.get("refresh") ?? "") ?? [];
  return Number(seconds) <= MAX_REDIRECT_SECONDS ? url : undefined;
}

/** The absolute canonical URL, if the page names one. */
export function findCanonical(elements: readonly Element[]): string | undefined {
  const link = elements.find((element) => {
    return element.name === "link" && (attr(element, "rel") ?? "").toLowerCase().split(/\s+/).includes("canonical");
  });
  const href = link && attr(link, "href");
  return href && /^https?:\/\//i.test(href) ? href : undefined;
}

/**
 * The language of the content: of the nearest element around it that says so, else of the page's metadata.
 * Fallback pages in an untranslated language are marked on `<main>`.
 */
export function findLanguage(content: Element | undefined, metas: ReadonlyMap<string, string>): string | undefined {
  const marked = content
    ? [...lineage(content)].map((element) => attr(element, "lang") ?? attr(element, "xml:lang"))
    : [];
  const named = ["content-language", "docsearch:language", "og:locale"].map((name) => metas.get(name));
  for (const tag of [...marked, ...named]) {
    const language = tag && canonicalLanguage(tag);
    if (language) return language;
  }
  return undefined;
}

/** A BCP 47 tag in its canonical form (`pt_br` → `pt-BR`), or `undefined` for what is none. */
export function canonicalLanguage(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

/** `<title>` as it stands. */
export function rawTitle(elements: readonly Element[]): string {
  const element = elements.find(({ name }) => name === "title");
  return element ? collapse(rawText(element)) : "";
}

/** `<title>` without the site's name. */
export function documentTitle(elements: readonly Element[], metas: ReadonlyMap<string, string>): string {
  const title = rawTitle(elements);
  const social = metas.get("og:title") ?? "";
  const site = metas.get("og:site_name") ?? "";
  if (social && title.startsWith(social) && !sameText(social, site)) return withoutSite(social, site);
  return withoutSite(title, site) || social;
}

const SEPARATOR = /\s+[|·—–•»:-]{1,2}\s+/g;

/** Cuts the site's name off either end; without one, the last part behind a separator. */
function withoutSite(title: string, site: string): string {
  const parts = title.split(SEPARATOR);
  const [first = ""] = parts;
  if (parts.length < 2) return title;
  if (site && sameText(first, site)) return title.slice(title.indexOf(parts[1] ?? "", first.length));
  const last = title.match(SEPARATOR)?.at(-1) ?? "";
  return title.slice(0, title.lastIndexOf(last));
}

/** Whether the file is the page that a host serves for what does not exist. */
export function isNotFoundPath(path: string): boolean {
  return /^([a-z]{2,3}(-[a-z0-9]+)?\/)?404(\.html?|\/|$)/i.test(path);
}

/** Whether a title is that of a page that does not exist, in the words of the common generators. */
export function saysNotFound(title: string): boolean {
  return /^(404\b|(page )?not found\b|error 404\b|oops\b)/i.test(title);
}

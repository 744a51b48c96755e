import type { PageDocument, Section } from "../core/document.ts";
import { addValue, hasDataAttr, ignoredPart, type PageAttributes, readAttributes } from "./extract-attributes.ts";
import { findContent, select } from "./extract-content.ts";
import { findDate } from "./extract-date.ts";
import { attr, type Element, findElement, hasAttr, lineage } from "./extract-dom.ts";
import { flatText, isLeftOut, type TextRules } from "./extract-flat.ts";
import {
  canonicalLanguage,
  documentTitle,
  findCanonical,
  findLanguage,
  findNoindex,
  findRedirect,
  isNotFoundPath,
  rawTitle,
  readMetas,
  saysNotFound,
} from "./extract-head.ts";
import { measureTree } from "./extract-measure.ts";
import { readSections } from "./extract-sections.ts";
import { readTrail } from "./extract-trail.ts";
import { parseHtml } from "./extract-tree.ts";

/** Which page is read, and how. */
export interface ExtractOptions {
  /** Where the page is served, as in {@link PageDocument.path}. */
  readonly path: string;
  /** CSS selector of the content, for pages that mark none themselves. Default: found by markup and density. */
  readonly root?: string | undefined;
  /** CSS selectors of elements to leave out, besides what is left out by itself. */
  readonly ignore?: readonly string[] | undefined;
  /** Language of a page that names none. Default `und`. */
  readonly language?: string | undefined;
  /** Whether the site marks its content: a page without `data-search-body` or `data-pagefind-body` is then excluded. */
  readonly markedOnly?: boolean | undefined;
}

/** Why a page has no document. */
export interface SkippedDocument {
  readonly skip: "noindex" | "excluded" | "redirect" | "not-found-page" | "empty" | "invalid";
  /** What exactly, for a person. */
  readonly detail: string;
}

/** Pages of "not found" hold little else. */
const MAX_NOT_FOUND_CHARACTERS = 400;

/**
 * A page's content as text, without its navigation and other surroundings, from the finished HTML of any generator.
 * Nothing in the result is HTML: text is decoded, and stays text whatever it says.
 *
 * @throws SearchError `bad-option` for an invalid selector, `page-invalid` for HTML beyond all measure.
 */
export function extractPage(html: string, options: ExtractOptions): PageDocument | SkippedDocument {
  const tree = parseHtml(html);
  const { elements } = tree;
  const metas = readMetas(elements);
  const skipped = skipByHead(elements, metas, options.path);
  if (skipped) return skipped;

  const measures = measureTree(tree.document);
  const content = findContent(tree, measures, options.root);
  const missing = skipByContent(content, options);
  if (missing) return missing;

  const ignored = new Set(options.ignore?.flatMap((selector) => select(selector, tree.document)));
  const rules: TextRules = { measures, ignored };
  const heading = findTitleHeading(elements, content, rules);
  const sections = readSections(content, { ...rules, title: heading });
  const attributes = readAttributes(elements, (element) => textOrContent(element, rules));
  const title = findTitle({ elements, metas, heading, sections, attributes, rules }) || options.path || "/";
  return (
    skipByText(sections, title) ?? {
      path: options.path,
      title,
      trail: readTrail(elements, { title, path: options.path }),
      language: findLanguage(content[0], metas) ?? canonicalLanguage(options.language ?? "und") ?? "und",
      ...optional("canonical", findCanonical(elements)),
      ...optional("description", metas.get("description") ?? metas.get("og:description")),
      meta: readMeta(metas, attributes),
      filters: readFilters(metas, attributes),
      sort: { ...optional("date", findDate(elements, content, metas)), ...Object.fromEntries(attributes.sort) },
      sections,
    }
  );
}

/** Tells a skipped page from a document. */
export function isSkipped(result: PageDocument | SkippedDocument): result is SkippedDocument {
  return "skip" in result;
}

function skipByHead(
  elements: readonly Element[],
  metas: ReadonlyMap<string, string>,
  path: string,
): SkippedDocument | undefined {
  if (isNotFoundPath(path)) return { skip: "not-found-page", detail: "Served for pages that do not exist." };
  const robots = findNoindex(metas);
  if (robots) return { skip: "noindex", detail: `<meta name="${robots}"> says ${metas.get(robots)}.` };
  const target = findRedirect(metas);
  if (target) return { skip: "redirect", detail: `Leads to ${target}.` };
  const shell = elements.find((each) => (each.name === "html" || each.name === "body") && isExcluded(each));
  return shell && { skip: "excluded", detail: `<${shell.name}> is marked to be left out of the search.` };
}

function isExcluded(element: Element): boolean {
  return hasAttr(element, "data-search-exclude") || ignoredPart(element) !== "none";
}

function skipByContent(content: readonly Element[], options: ExtractOptions): SkippedDocument | undefined {
  const [first] = content;
  if (options.markedOnly && !(first && hasDataAttr(first, "body"))) {
    const detail =
      "Other pages of the site mark their content with data-search-body or data-pagefind-body; this one does not.";
    return { skip: "excluded", detail };
  }
  if (!first && options.root !== undefined) return { skip: "excluded", detail: `Nothing matches "${options.root}".` };
  const marked = content.find((element) => [...lineage(element)].some(isExcluded));
  return marked && { skip: "excluded", detail: "The content is marked to be left out of the search." };
}

function skipByText(sections: readonly Section[], title: string): SkippedDocument | undefined {
  if (sections.length === 0) return { skip: "empty", detail: "No text was found in the content." };
  const length = sections.reduce((sum, { blocks }) => sum + blocks.reduce((all, { text }) => all + text.length, 0), 0);
  if (!saysNotFound(title) || length > MAX_NOT_FOUND_CHARACTERS) return undefined;
  return { skip: "not-found-page", detail: `Its title is "${title}".` };
}

/** The `h1` of the content. */
function findTitleHeading(
  elements: readonly Element[],
  content: readonly Element[],
  rules: TextRules,
): Element | undefined {
  for (const root of content) {
    const isTitle = (element: Element) => element.name === "h1" && flatText(element, rules) !== "";
    const heading = isTitle(root) ? root : findVisible(root, isTitle, rules);
    if (heading) return heading;
  }
  const title = rawTitle(elements);
  // Outside of the content an h1 may be the site's logo, which links home.
  return elements.find((heading) => {
    if (heading.name !== "h1") return false;
    const text = flatText(heading, rules);
    return text !== "" && title.startsWith(text) && !findElement(heading, isHomeLink);
  });
}

function isHomeLink(element: Element): boolean {
  return element.name === "a" && /^(\.{0,2}\/)*$/.test(attr(element, "href") ?? "-");
}

function findVisible(root: Element, test: (element: Element) => boolean, rules: TextRules): Element | undefined {
  for (const child of root.children) {
    if (!("attribs" in child) || isLeftOut(child, rules)) continue;
    const found = test(child) ? child : findVisible(child, test, rules);
    if (found) return found;
  }
  return undefined;
}

interface TitleSources {
  readonly elements: readonly Element[];
  readonly metas: ReadonlyMap<string, string>;
  readonly heading: Element | undefined;
  readonly sections: readonly Section[];
  readonly attributes: PageAttributes;
  readonly rules: TextRules;
}

function findTitle({ elements, metas, heading, sections, attributes, rules }: TitleSources): string {
  return (
    attributes.meta.get("title") ||
    (heading && flatText(heading, rules)) ||
    documentTitle(elements, metas) ||
    sections.find((section) => section.heading !== "")?.heading ||
    ""
  );
}

/** A `<meta>` has its text in `content`. */
function textOrContent(element: Element, rules: TextRules): string {
  return element.name === "meta" ? (attr(element, "content") ?? "") : flatText(element, rules);
}

function readMeta(metas: ReadonlyMap<string, string>, attributes: PageAttributes): Record<string, string> {
  const known = {
    image: metas.get("og:image") ?? metas.get("twitter:image"),
    author: metas.get("author") ?? metas.get("article:author"),
    date: metas.get("article:published_time") ?? metas.get("date"),
  };
  const entries = Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = [...attributes.meta].filter(([key]) => key !== "title");
  return Object.fromEntries([...entries, ...own]);
}

function readFilters(metas: ReadonlyMap<string, string>, { filters }: PageAttributes): Record<string, string[]> {
  for (const name of ["language", "version"]) {
    const values = metas.get(`docsearch:${name}`)?.split(",") ?? [];
    for (const value of values) if (value.trim()) addValue(filters, name, value.trim());
  }
  return Object.fromEntries(filters);
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

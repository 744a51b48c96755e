import { findContent, select } from "../text/extract-content.ts";
import { attr, childElements, type Element } from "../text/extract-dom.ts";
import { flatText, isLeftOut, type TextRules } from "../text/extract-flat.ts";
import { measureTree } from "../text/extract-measure.ts";
import { parseHtml } from "../text/extract-tree.ts";

/** A link as a page has it. */
export interface PageLink {
  /** What a reader sees of it, on one line. */
  readonly text: string;
  /** As written. */
  readonly href: string;
}

/** Links of one page. */
export interface PageLinks {
  /** In the text that is searched. */
  readonly content: readonly PageLink[];
  /** Everywhere else: menus, sidebars, contents lists, footers. */
  readonly surroundings: readonly PageLink[];
}

/** Which part of a page is its content; as for the index. */
export interface LinkOptions {
  readonly root?: string | undefined;
  readonly ignore?: readonly string[] | undefined;
}

/**
 * The links of a page, those in its content apart from those around it: by the rules by which the index tells the one
 * from the other.
 *
 * @throws SearchError `bad-option` for an invalid selector, `page-invalid` for HTML beyond all measure.
 */
export function readLinks(html: string, { root, ignore = [] }: LinkOptions = {}): PageLinks {
  const tree = parseHtml(html);
  const measures = measureTree(tree.document);
  const ignored = new Set(ignore.flatMap((selector) => select(selector, tree.document)));
  const rules: TextRules = { measures, ignored };
  const inContent = new Set<Element>();
  for (const element of findContent(tree, measures, root)) collectLinks(element, rules, inContent);
  const content: PageLink[] = [];
  const surroundings: PageLink[] = [];
  for (const element of tree.elements) {
    const href = element.name === "a" ? attr(element, "href") : undefined;
    if (href) (inContent.has(element) ? content : surroundings).push({ text: flatText(element, rules), href });
  }
  return { content, surroundings };
}

function collectLinks(element: Element, rules: TextRules, into: Set<Element>): void {
  if (isLeftOut(element, rules)) return;
  if (element.name === "a") into.add(element);
  for (const child of childElements(element)) collectLinks(child, rules, into);
}

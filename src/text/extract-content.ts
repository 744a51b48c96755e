import { selectAll } from "css-select";
import { SearchError } from "../core/errors.ts";
import { hasDataAttr } from "./extract-attributes.ts";
import {
  attr,
  childElements,
  type Document,
  Element,
  findElements,
  hasAttr,
  lineage,
  type PageTree,
  parentOf,
} from "./extract-dom.ts";
import { type Measures, measureOf } from "./extract-measure.ts";

/** A child that holds this much of its parent's prose is the way to the content. */
const MOST_PROSE = 0.7;
/** An article that holds less than this of its `<main>` is a teaser. */
const HALF = 0.5;

/**
 * The elements that hold the page's content, in document order; none inside another. First what the page marks
 * (`data-search-body`, `data-pagefind-body`), then `root`, `article` in `main`, `main`, `article`, else the smallest
 * element that holds most of the prose. Empty when `root` is given and nothing matches.
 */
export function findContent({ document, elements }: PageTree, measures: Measures, root?: string): Element[] {
  const marked = elements.filter((element) => hasDataAttr(element, "body"));
  if (marked.length > 0) return outermost(marked);
  if (root !== undefined) return outermost(select(root, document));
  const main = findMain(elements, measures);
  if (main) return [articleOf(main, measures) ?? main];
  const body = elements.find(({ name }) => name === "body") ?? elements.find(({ name }) => name === "html");
  return body ? [articleOf(body, measures) ?? densest(body, measures)] : [];
}

/** Every element that matches a CSS selector. @throws SearchError `bad-option` for an invalid selector. */
export function select(selector: string, document: Document): Element[] {
  try {
    return selectAll(selector, document).filter((node) => node instanceof Element);
  } catch (cause) {
    throw new SearchError("bad-option", `"${selector}" is no CSS selector.`, {
      remedy: "Correct the selector in `root` or `ignore`.",
      cause,
    });
  }
}

function outermost(elements: readonly Element[]): Element[] {
  const all = new Set(elements);
  return elements.filter((element) => {
    const parent = parentOf(element);
    return !parent || ![...lineage(parent)].some((above) => all.has(above));
  });
}

function findMain(elements: readonly Element[], measures: Measures): Element | undefined {
  const mains = elements.filter((element) => isMain(element) && !hasAttr(element, "hidden"));
  return most(mains, (element) => measureOf(measures, element).text);
}

function isMain(element: Element): boolean {
  return element.name === "main" || attr(element, "role") === "main";
}

/** The one article that is the page, not one of a list of teasers. */
function articleOf(within: Element, measures: Measures): Element | undefined {
  const articles = findElements(within, ({ name }) => name === "article");
  const largest = most(articles, (element) => measureOf(measures, element).prose);
  if (!largest) return undefined;
  return measureOf(measures, largest).prose > HALF * measureOf(measures, within).prose ? largest : undefined;
}

/** Goes down while one child holds most of the prose, and the page's title with it. */
function densest(element: Element, measures: Measures): Element {
  const total = measureOf(measures, element).prose;
  const children = childElements(element).filter((child) => !INLINE_OR_TEXT.has(child.name));
  const next = children.find((child) => measureOf(measures, child).prose > MOST_PROSE * total);
  return next && Boolean(titleIn(element)) === Boolean(titleIn(next)) ? densest(next, measures) : element;
}

/** The first `h1` outside of what surrounds content: there it is the site's name. */
function titleIn(element: Element): Element | undefined {
  return childElements(element).reduce<Element | undefined>((found, child) => {
    if (found || SURROUNDINGS.has(child.name)) return found;
    return child.name === "h1" ? child : titleIn(child);
  }, undefined);
}

const SURROUNDINGS = new Set(["nav", "header", "aside", "footer", "template", "noscript"]);

/** Going into these would leave a heading or the other rows behind. */
const INLINE_OR_TEXT = new Set(
  "p pre table ul ol dl blockquote figure details a span b i em strong code h1 h2 h3 h4 h5 h6 nav aside footer".split(
    " ",
  ),
);

function most<T>(items: readonly T[], amount: (item: T) => number): T | undefined {
  let best: T | undefined;
  for (const item of items) if (best === undefined || amount(item) > amount(best)) best = item;
  return best;
}

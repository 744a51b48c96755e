import { ignoredPart } from "./extract-attributes.ts";
import { isChrome } from "./extract-chrome.ts";
import { type AnyNode, attr, childrenOf, Element, findElement, hasAttr, isText, rawText } from "./extract-dom.ts";
import type { Measures } from "./extract-measure.ts";
import { collapse } from "./extract-text.ts";

const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
   form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td
   tfoot th thead tr ul`.split(/\s+/),
);

/** Whether an element stands on lines of its own. */
export function isBlock(element: Element): boolean {
  return BLOCKS.has(element.name);
}

/** What decides which elements have text of the page. */
export interface TextRules {
  readonly measures: Measures;
  /** Elements that the caller leaves out. */
  readonly ignored: ReadonlySet<Element>;
}

/** Whether an element and all below it stays out of the text. */
export function isLeftOut(element: Element, { measures, ignored }: TextRules): boolean {
  return ignored.has(element) || ignoredPart(element) !== "none" || isChrome(element, measures);
}

/** An element's own text on one line, as a reader sees it. */
export function flatText(element: Element, rules: TextRules): string {
  const out: string[] = [];
  pushFlat(element, rules, out);
  return collapse(out.join(""));
}

function pushFlat(node: AnyNode, rules: TextRules, out: string[]): void {
  if (isText(node)) out.push(node.data);
  if (!(node instanceof Element)) return;
  for (const child of childrenOf(node)) {
    if (!(child instanceof Element)) {
      pushFlat(child, rules, out);
    } else if (!isLeftOut(child, rules)) {
      const gap = isBlock(child) || isSideBySide(child) ? " " : "";
      const replaced = replacedText(child);
      out.push(gap);
      if (replaced === undefined) pushFlat(child, rules, out);
      else out.push(replaced);
      out.push(gap);
    }
  }
}

/** The text of an element that stands for other text than its children's; `undefined` for all others. */
export function replacedText(element: Element): string | undefined {
  if (element.name === "br") return " ";
  if (element.name === "img") return altText(element);
  return element.name === "math" ? mathText(element) : undefined;
}

/** A content image's description; none for a decoration or a file name. */
function altText(image: Element): string {
  const alt = attr(image, "alt") ?? "";
  return attr(image, "role") === "presentation" || NO_DESCRIPTION.test(alt) ? "" : ` ${alt} `;
}

/** A file name or a URL. */
const NO_DESCRIPTION = /^\S+\.(png|jpe?g|gif|svg|webp|avif)$|https?(:|%3A)/i;

/** TeX where a formula carries it, else its letters and signs. */
function mathText(math: Element): string {
  const tex = findElement(
    math,
    (element) => element.name === "annotation" && /tex/i.test(attr(element, "encoding") ?? ""),
  );
  return tex ? rawText(tex) : (attr(math, "alttext") ?? rawText(math));
}

const CONTAINERS: ReadonlySet<string> = new Set(["div", "nav", "section", "header", "menu"]);

/**
 * Links that fill a container, or spans that fill an `h1`, with no text between: style sheets set them apart.
 * Anywhere else an inline element never parts two words.
 */
export function isSideBySide(element: Element): boolean {
  const parent = element.parent;
  if (!(parent instanceof Element)) return false;
  const isLinkInBox = element.name === "a" && CONTAINERS.has(parent.name);
  const isSpanInTitle = element.name === "span" && parent.name === "h1" && hasAttr(element, "class");
  if (!isLinkInBox && !isSpanInTitle) return false;
  return hasNoText(parent);
}

/** Asked by every child, answered once. */
const textless = new WeakMap<Element, boolean>();

function hasNoText(parent: Element): boolean {
  const known = textless.get(parent);
  if (known !== undefined) return known;
  const answer = childrenOf(parent).every((node) => !isText(node) || node.data.trim() === "");
  textless.set(parent, answer);
  return answer;
}

import {
  attr,
  childElements,
  classesOf,
  type Element,
  findElement,
  hasAttr,
  lineage,
  parentOf,
  rawText,
  siblingElement,
} from "./extract-dom.ts";
import { type Measures, measureOf } from "./extract-measure.ts";
import { collapse, sameText } from "./extract-text.ts";

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

/** Never text of the page. Labels name form controls; a button is one unless a heading or summary holds it. */
const NO_TEXT = words(
  `script style noscript svg iframe object embed canvas audio video map link meta head title
   input select option optgroup datalist textarea label progress meter rp rt nav`,
);

const CHROME_ROLES = words(
  `navigation search banner contentinfo menu menubar toolbar tablist dialog alertdialog tooltip button switch
   doc-toc doc-noteref doc-backlink doc-pagelist`,
);

/** Classes and ids, as whole names, of what surrounds content in the common generators and themes. */
const CHROME_NAMES = words(
  `breadcrumb breadcrumbs toc table-of-contents tableofcontents on-this-page page-toc toc-mobile theme-doc-toc-mobile
   pagination pagination-nav pagination-links pager prev-next post-navigation page-navigation nav-links
   prev-link next-link edit-link edit-page edit-this-page theme-edit-this-page edit-info editlink page-edit
   page-footer article-footer site-footer doc-footer post-footer content-footer
   skip-link skip-links skip-nav skip-to-content share share-buttons social-share sharing newsletter
   masthead colophon cookie-banner cookie-consent cookie-notice copy-button copy-btn btn-copy copybtn code-copy page-actions
   article-actions page-feedback feedback comments disqus_thread giscus utterances advertisement carbonads
   footnote-ref footnote-backref footnote-back`,
);

/** Names that are chrome only when links make up most of the text: prose may stand in a "sidebar" as well. */
const LINKED_NAMES = /(^|[-_])(sidebar|sidenav|menu|navbar|nav|toc|topbar|banner|related|header|footer)([-_]|$)/;
const MOSTLY_LINKS = 0.6;
/** A short list can be outweighed by its own title. */
const HALF = 0.5;

const LABEL_NAMES = words("sr-only visually-hidden visuallyhidden screen-reader-text screenreader-only a11y-hidden");

const PERMALINK_NAMES = words(
  `header-anchor hash-link anchor-link anchorlink headerlink header-link heading-anchor heading-link anchorjs-link
   sl-anchor-link permalink direct-link octicon-link`,
);
const PERMALINK_SIGN = /^([#¶§🔗⚓\s]|\uFE0E|\uFE0F)*$/u;
const PERMALINK_LABEL = /^(permalink|permanent link|direct link|link to this|section titled|anchor( link)?$)/i;

const CODE_LABEL_NAMES = words("lang language-name code-lang code-language language-label");
const LINE_NUMBER_NAMES = words(
  "linenos lineno linenumber line-number line-numbers line-numbers-rows gutter ln rouge-gutter",
);

const EDIT_URL = /^https?:\/\/[^/]*(git|codeberg|bitbucket|gitea|forge)[^/]*\/.*\/_?edit\//i;

const HEADING = /^h[1-6]$/;

/**
 * Whether an element is no part of the page's text: hidden, a control, navigation, or a sign beside a heading or a code
 * block. Looks at one element; what stands inside a dropped element is dropped with it.
 */
export function isChrome(element: Element, measures: Measures): boolean {
  return (
    isNoText(element) ||
    isHidden(element) ||
    isPermalink(element) ||
    isPageLink(element) ||
    isLayout(element, measures) ||
    isContentsList(element, measures) ||
    isCodeLabel(element) ||
    repeatsItsKind(element)
  );
}

/** A link that only marks the place of its heading; one around the whole heading is the heading. */
function isPermalink(element: Element): boolean {
  if (element.name !== "a" || !attr(element, "href")?.includes("#")) return false;
  const heading = [...lineage(element)].find(({ name }) => HEADING.test(name));
  const text = collapse(rawText(element));
  if (heading && text && sameText(text, rawText(heading))) return false;
  if (PERMALINK_SIGN.test(text) && !findElement(element, ({ name }) => name === "img")) return true;
  return classesOf(element).some((name) => PERMALINK_NAMES.has(name)) || PERMALINK_LABEL.test(labelOf(element) || text);
}

/** A gutter of line numbers beside or inside code. */
export function isLineNumber(element: Element): boolean {
  return classesOf(element).some((name) => LINE_NUMBER_NAMES.has(name));
}

function isNoText(element: Element): boolean {
  const { name } = element;
  if (name === "template") return !hasAttr(element, "shadowrootmode");
  if (name === "dialog") return !hasAttr(element, "open");
  if (name === "button" || attr(element, "role") === "button") return !isInsideTitle(element);
  return NO_TEXT.has(name) || CHROME_ROLES.has(attr(element, "role") ?? "");
}

/** A disclosure button is the text of its heading, term or summary. */
function isInsideTitle(element: Element): boolean {
  const parent = parentOf(element);
  return parent !== undefined && (HEADING.test(parent.name) || parent.name === "dt" || parent.name === "summary");
}

function isHidden(element: Element): boolean {
  if (hasAttr(element, "hidden"))
    return attr(element, "role") !== "tabpanel" && attr(element, "hidden") !== "until-found";
  if (attr(element, "aria-hidden") === "true") return !namesItsParent(element);
  if (/display:\s*none|visibility:\s*hidden/i.test(element.attribs.style ?? ""))
    return attr(element, "role") !== "tabpanel";
  return classesOf(element).some((name) => LABEL_NAMES.has(name));
}

/** `<aside aria-label="Tip"><p aria-hidden="true">Tip</p>`: hidden because its parent's label says the same. */
function namesItsParent(element: Element): boolean {
  const parent = parentOf(element);
  const label = parent && attr(parent, "aria-label");
  return label !== undefined && label !== "" && sameText(label, rawText(element));
}

/** To the page before or after this one, to its source, or paid for. */
function isPageLink(element: Element): boolean {
  if (element.name !== "a") return false;
  return /\b(prev|next|sponsored)\b/.test(attr(element, "rel") ?? "") || EDIT_URL.test(attr(element, "href") ?? "");
}

function isLayout(element: Element, measures: Measures): boolean {
  const { name } = element;
  const names = namesOf(element);
  if (name === "footer" || (name === "div" && names.includes("footer"))) return !isAttribution(element);
  if (name === "header" && isSiteHeader(element, measures)) return true;
  const isNamed = names.some((each) => CHROME_NAMES.has(each));
  const isLinked = name === "aside" || names.some((each) => LINKED_NAMES.test(each));
  if (isNamed || isLinked) {
    if (findElement(element, (each) => each.name === "h1")) return false;
    return isNamed || isMostlyLinks(element, measures);
  }
  return /breadcrumb/i.test(attr(element, "aria-label") ?? "");
}

function namesOf(element: Element): string[] {
  const id = attr(element, "id");
  return id && !HEADING.test(element.name) ? [...classesOf(element), id.toLowerCase()] : classesOf(element);
}

/** A quotation's or figure's footer names its author. */
function isAttribution(footer: Element): boolean {
  const parent = parentOf(footer)?.name;
  return parent === "blockquote" || parent === "figure";
}

function isSiteHeader(header: Element, measures: Measures): boolean {
  if (measureOf(measures, header).headings > 0) return false;
  return findElement(header, ({ name }) => name === "nav" || name === "form") !== undefined;
}

function isMostlyLinks(element: Element, measures: Measures): boolean {
  const { text, links, linkText } = measureOf(measures, element);
  return links >= 3 && linkText / text > MOSTLY_LINKS;
}

const LISTS = words("ul ol details div section aside");

/** A list of the page's own sections, in any language: little else than links to `#…`. */
function isContentsList(element: Element, measures: Measures): boolean {
  if (!LISTS.has(element.name)) return false;
  const { text, hashLinks, hashText } = measureOf(measures, element);
  return hashLinks >= 2 && hashText / text > HALF;
}

/** "js" beside a code block. */
function isCodeLabel(element: Element): boolean {
  if (!classesOf(element).some((name) => CODE_LABEL_NAMES.has(name))) return false;
  if (rawText(element).length > 20) return false;
  const parent = parentOf(element);
  return isBesideCode(element) || (parent !== undefined && childElements(parent).length <= 3 && isBesideCode(parent));
}

const ADMONITION_TITLE = /(admonition|custom-block|aside|callout|alert)[\w-]*(title|heading|label)$/;

/** The title "Warning" that a box of the class `warning` has by default. */
function repeatsItsKind(element: Element): boolean {
  const parent = parentOf(element);
  if (!parent || !classesOf(element).some((name) => ADMONITION_TITLE.test(name))) return false;
  const kind = collapse(rawText(element)).toLowerCase();
  return classesOf(parent).some((name) => name.split(/[-_]+/).includes(kind));
}

function isBesideCode(element: Element): boolean {
  return siblingElement(element, "next")?.name === "pre" || siblingElement(element, "prev")?.name === "pre";
}

function labelOf(element: Element): string {
  return attr(element, "aria-label") || attr(element, "title") || "";
}

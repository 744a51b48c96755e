import {
  attr,
  childElements,
  classesOf,
  type Element,
  findElement,
  findElements,
  lineage,
  parentOf,
  rawText,
} from "./extract-dom.ts";
import { barePath } from "./extract-paths.ts";
import { collapse, sameText } from "./extract-text.ts";

const MAX_LABEL_LENGTH = 60;

/** What is known of the page whose trail is wanted. */
export interface TrailOptions {
  readonly title: string;
  readonly path: string;
}

/**
 * The way from the site's root to a page, outermost first, without home and the page itself: from its breadcrumb, else
 * from JSON-LD, else from the groups of the sidebar that its own link stands in.
 */
export function readTrail(elements: readonly Element[], options: TrailOptions): string[] {
  const breadcrumb = fromBreadcrumb(elements);
  const found = breadcrumb.length > 0 ? breadcrumb : fromJsonLd(elements);
  const trail = found.length > 0 ? found : fromSidebar(elements, options.path);
  return trail.filter((name, i) => name !== "" && !(i === trail.length - 1 && sameText(name, options.title)));
}

function fromBreadcrumb(elements: readonly Element[]): string[] {
  const breadcrumb = elements.find(isBreadcrumb);
  if (!breadcrumb) return [];
  const items = findElements(breadcrumb, ({ name }) => name === "li");
  const crumbs = items.length > 0 ? items : findElements(breadcrumb, ({ name }) => name === "a");
  return crumbs.filter((crumb) => !isHomeOrSelf(crumb)).map((crumb) => crumbText(crumb));
}

function isBreadcrumb(element: Element): boolean {
  const type = `${attr(element, "typeof") ?? ""} ${attr(element, "itemtype") ?? ""}`;
  return (
    /\bBreadcrumbList\b/.test(type) ||
    /breadcrumb/i.test(attr(element, "aria-label") ?? "") ||
    classesOf(element).some((name) => name === "breadcrumb" || name === "breadcrumbs")
  );
}

function isHomeOrSelf(crumb: Element): boolean {
  if (attr(crumb, "aria-current") || findElement(crumb, (element) => Boolean(attr(element, "aria-current"))))
    return true;
  if (classesOf(crumb).some((name) => /(^|[-_])active$/.test(name))) return true;
  const link = crumb.name === "a" ? crumb : findElement(crumb, ({ name }) => name === "a");
  return link !== undefined && /^(\.{0,2}\/)*$/.test(attr(link, "href") ?? "-");
}

/** A crumb's words without the separator that some themes write as text. */
function crumbText(crumb: Element): string {
  return collapse(rawText(crumb)).replace(/^[\s/›»>·|→]+|[\s/›»>·|→]+$/g, "");
}

function fromJsonLd(elements: readonly Element[]): string[] {
  for (const script of elements.filter(({ name }) => name === "script")) {
    const list = findBreadcrumbList(parseJson(rawText(script)));
    if (list) return listNames(list);
  }
  return [];
}

type JsonObject = Readonly<Record<string, unknown>>;

function findBreadcrumbList(value: unknown): JsonObject | undefined {
  if (Array.isArray(value)) return value.map(findBreadcrumbList).find(Boolean);
  if (!isObject(value)) return undefined;
  return value["@type"] === "BreadcrumbList" ? value : findBreadcrumbList(value["@graph"] ?? value.breadcrumb);
}

function listNames(list: JsonObject): string[] {
  const items = (Array.isArray(list.itemListElement) ? list.itemListElement : []).filter(isObject);
  const sorted = items.toSorted((a, b) => Number(a.position ?? 0) - Number(b.position ?? 0));
  return sorted.map(({ name, item }) => text(name) || (isObject(item) ? text(item.name) : ""));
}

function text(value: unknown): string {
  return typeof value === "string" ? collapse(value) : "";
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    // Broken metadata is the site's business; the page is still worth indexing.
    return undefined;
  }
}

function fromSidebar(elements: readonly Element[], path: string): string[] {
  const bars = elements.filter(({ name }) => name === "nav" || name === "aside");
  for (const bar of bars.filter((bar) => !bars.includes(parentOf(bar) ?? bar))) {
    const link = findElement(bar, (element) => element.name === "a" && leadsTo(element, path));
    const labels = link ? groupLabels(link, bar) : [];
    if (labels.length > 0) return labels;
  }
  return [];
}

function leadsTo(link: Element, path: string): boolean {
  if (attr(link, "aria-current") === "page") return true;
  const href = attr(link, "href");
  if (!href || href.startsWith("#")) return false;
  const base = `http://site.invalid/${path}`;
  return URL.canParse(href, base) && samePage(new URL(href, base), new URL(base));
}

function samePage(a: URL, b: URL): boolean {
  return a.host === b.host && barePath(a.pathname) === barePath(b.pathname);
}

function groupLabels(link: Element, bar: Element): string[] {
  const labels: string[] = [];
  let branch = link;
  for (const element of lineage(link)) {
    if (element === bar) break;
    if (element !== link && GROUPS.has(element.name)) {
      const label = groupLabel(element, branch);
      if (label && labels.at(-1) !== label) labels.push(label);
    }
    branch = element;
  }
  return labels.reverse();
}

const GROUPS: ReadonlySet<string> = new Set(["li", "section", "details", "div"]);

/** What stands first in a group, before the branch that holds the page's link. */
function groupLabel(group: Element, branch: Element): string {
  const [first] = childElements(group);
  if (!first || first === branch || first.name === "ul" || first.name === "ol") return "";
  const isTitle =
    first.name === "summary" || TITLES.has(first.name) || Boolean(findElement(first, (each) => TITLES.has(each.name)));
  if (!isTitle && !(group.name === "li" && (branch.name === "ul" || branch.name === "ol"))) return "";
  const label = collapse(rawText(first));
  return label.length <= MAX_LABEL_LENGTH ? label : "";
}

const TITLES: ReadonlySet<string> = new Set(["h2", "h3", "h4", "h5", "h6"]);

import { attr, type Element, hasAttr, lineage } from "./extract-dom.ts";

/** `data-search-*` is ours; Pagefind's attributes of the same meaning work as they are. Ours wins where both stand. */
export type DataAttribute =
  | "body"
  | "ignore"
  | "meta"
  | "default-meta"
  | "filter"
  | "sort"
  | "weight"
  | "index-attrs"
  | "exclude";

const OURS = "data-search-";
const PAGEFINDS = "data-pagefind-";

/** The value of `data-search-<name>` or `data-pagefind-<name>`. */
export function dataAttr(element: Element, name: DataAttribute): string | undefined {
  if (!isMarked(element)) return undefined;
  return attr(element, OURS + name) ?? attr(element, PAGEFINDS + name);
}

/** Whether either attribute is there. */
export function hasDataAttr(element: Element, name: DataAttribute): boolean {
  return dataAttr(element, name) !== undefined;
}

/** Whether an element has any attribute for the search; hardly one has, and this is asked of every one. */
function isMarked({ attribs }: Element): boolean {
  for (const name in attribs) if (name.startsWith(OURS) || name.startsWith(PAGEFINDS)) return true;
  return false;
}

/** `all` also hides metadata and filters inside the element; `index`, the default, only its text. */
export function ignoredPart(element: Element): "none" | "index" | "all" {
  const value = dataAttr(element, "ignore");
  if (value !== undefined) return value === "all" ? "all" : "index";
  return hasAttr(element, "data-search-exclude") && !/^h[1-6]$/.test(element.name) ? "all" : "none";
}

/** Relative weight of an element's words, from the nearest ancestor that sets one; 1 by default. */
export function weightOf(element: Element): number {
  for (const each of lineage(element)) {
    const weight = ownWeight(each);
    if (weight !== undefined) return weight;
  }
  return 1;
}

/** The weight that the element itself sets, kept within Pagefind's 0 to 10. */
export function ownWeight(element: Element): number | undefined {
  const value = Number.parseFloat(dataAttr(element, "weight") ?? "");
  return Number.isNaN(value) ? undefined : Math.min(10, Math.max(0, value));
}

/** What a page says about itself in `data-*-meta`, `-filter` and `-sort`. */
export interface PageAttributes {
  readonly meta: Map<string, string>;
  readonly filters: Map<string, string[]>;
  readonly sort: Map<string, string>;
}

/**
 * Reads `data-search-meta|filter|sort` and Pagefind's of all elements, inside and outside of the content.
 * `textOf` gives the text of an element that names no value.
 */
export function readAttributes(elements: readonly Element[], textOf: (element: Element) => string): PageAttributes {
  const found: PageAttributes = { meta: new Map(), filters: new Map(), sort: new Map() };
  const defaults = new Map<string, string>();
  for (const element of elements) {
    if (!isMarked(element) || [...lineage(element)].some((each) => ignoredPart(each) === "all")) continue;
    const read = (name: DataAttribute) => parseEntries(dataAttr(element, name), element, textOf);
    for (const [key, value] of read("meta")) setOnce(found.meta, key, value);
    for (const [key, value] of read("default-meta")) setOnce(defaults, key, value);
    for (const [key, value] of read("filter")) addValue(found.filters, key, value);
    for (const [key, value] of read("sort")) setOnce(found.sort, key, value);
  }
  for (const [key, value] of defaults) setOnce(found.meta, key, value);
  return found;
}

/**
 * A list as Pagefind defines it: `name` takes the element's text, `name[attribute]` an attribute,
 * `name:value` everything to the end of the list, commas included.
 */
function parseEntries(
  list: string | undefined,
  element: Element,
  textOf: (element: Element) => string,
): [key: string, value: string][] {
  const entries: [string, string][] = [];
  let rest = list ?? "";
  while (rest) {
    const [, name = "", sign = ""] = /^\s*([^,:[]*)([,:[]?)/.exec(rest) ?? [];
    const after = rest.slice(rest.indexOf(name) + name.length + sign.length);
    const [value, next] = readValue(sign, after, element, textOf);
    if (name.trim() && value) entries.push([name.trim(), value]);
    rest = next;
  }
  return entries;
}

function readValue(
  sign: string,
  after: string,
  element: Element,
  textOf: (element: Element) => string,
): [value: string, rest: string] {
  if (sign === ":") return [after.trim(), ""];
  if (sign !== "[") return [textOf(element), after];
  const [whole, name = ""] = /^([^\]]*)\]?\s*,?/.exec(after) ?? [""];
  return [attr(element, name.trim().toLowerCase()) ?? "", after.slice(whole.length)];
}

function setOnce(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

/** Adds a value to a facet, once. */
export function addValue(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key);
  if (!values) map.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}

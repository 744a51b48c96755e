import { type AnyNode, type Document, Element, isText } from "domhandler";

/** The nodes the extractor works on; `domhandler`'s, so that `css-select` works on them too. */
export type { AnyNode, Document } from "domhandler";
export { Element, isText, Text } from "domhandler";

/** An attribute's value, trimmed; `undefined` when it is absent. */
export function attr(element: Element, name: string): string | undefined {
  return Object.hasOwn(element.attribs, name) ? element.attribs[name]?.trim() : undefined;
}

/** Whether an attribute is there, with or without a value. */
export function hasAttr(element: Element, name: string): boolean {
  return Object.hasOwn(element.attribs, name);
}

/** A hash has a capital or a digit in it; the `title` of `aside__title` has not. */
const MODULE_HASH = /(?<=[^_])_(?=[\w-]*[A-Z0-9])[\w-]{4,5}$/;

/** Lower-case classes; the hash that CSS modules append (`tocMobile_Ojys`) is cut off. */
export function classesOf(element: Element): string[] {
  const value = element.attribs.class;
  return value ? value.split(/\s+/).map((name) => name.replace(MODULE_HASH, "").toLowerCase()) : [];
}

/** Child nodes of elements and documents; none of text. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  return "children" in node ? node.children : [];
}

/** Child elements. */
export function childElements(node: AnyNode): Element[] {
  return childrenOf(node).filter((child) => child instanceof Element);
}

/** The parent, if it is an element. */
export function parentOf(node: AnyNode): Element | undefined {
  return node.parent instanceof Element ? node.parent : undefined;
}

/** The element and its ancestors, innermost first. */
export function* lineage(element: Element): Generator<Element> {
  for (let at: Element | undefined = element; at; at = parentOf(at)) yield at;
}

/** The first element below a node that passes the test, in document order. */
export function findElement(node: AnyNode, test: (element: Element) => boolean): Element | undefined {
  for (const child of childrenOf(node)) {
    if (!(child instanceof Element)) continue;
    const found = test(child) ? child : findElement(child, test);
    if (found) return found;
  }
  return undefined;
}

/** Every element below a node that passes the test, in document order. */
export function findElements(node: AnyNode, test: (element: Element) => boolean): Element[] {
  const found: Element[] = [];
  collect(node, test, found);
  return found;
}

function collect(node: AnyNode, test: (element: Element) => boolean, found: Element[]): void {
  for (const child of childrenOf(node)) {
    if (!(child instanceof Element)) continue;
    if (test(child)) found.push(child);
    collect(child, test, found);
  }
}

/** All text below a node as written, hidden or not. */
export function rawText(node: AnyNode): string {
  if (isText(node)) return node.data;
  let text = "";
  for (const child of childrenOf(node)) text += rawText(child);
  return text;
}

/** The nearest element sibling before or after. */
export function siblingElement(element: Element, direction: "prev" | "next"): Element | undefined {
  for (let at = element[direction]; at; at = at[direction]) if (at instanceof Element) return at;
  return undefined;
}

/** A parsed page. Most questions are asked of the list: one walk of the tree answers them all. */
export interface PageTree {
  readonly document: Document;
  /** Every element, in document order. */
  readonly elements: readonly Element[];
}

import {
  attr,
  childrenOf,
  type Element,
  findElement,
  isText,
  parentOf,
  rawText,
  siblingElement,
} from "./extract-dom.ts";

/** How far up a wrapper may stand that carries its heading's id. */
const MAX_WRAPPERS = 3;

/**
 * The fragment that scrolls to a heading, without `#`; empty when there is none. Looked for, in this order: the
 * heading's own id, an id or name inside it, the target of its permalink, the id of a wrapper that it opens, an empty
 * anchor just before it.
 */
export function anchorOf(heading: Element): string {
  return (
    attr(heading, "id") ||
    innerId(heading) ||
    permalinkTarget(heading) ||
    wrapperId(heading) ||
    precedingAnchor(heading)
  );
}

function innerId(heading: Element): string {
  const inner = findElement(heading, (element) => Boolean(idOf(element)));
  return inner ? idOf(inner) : "";
}

function idOf(element: Element): string {
  return attr(element, "id") || (element.name === "a" && attr(element, "name")) || "";
}

function permalinkTarget(heading: Element): string {
  const link = findElement(heading, ({ name, attribs }) => name === "a" && /^#./.test(attribs.href ?? ""));
  return link ? decodeFragment((attr(link, "href") ?? "").slice(1)) : "";
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // A stray % is part of the id as it stands.
    return fragment;
  }
}

function wrapperId(heading: Element): string {
  let inner = heading;
  for (let i = 0; i < MAX_WRAPPERS; i++) {
    const parent = parentOf(inner);
    if (!parent || !WRAPPERS.has(parent.name) || !opens(parent, inner)) return "";
    const id = attr(parent, "id");
    if (id) return id;
    inner = parent;
  }
  return "";
}

const WRAPPERS: ReadonlySet<string> = new Set(["section", "div", "header", "hgroup", "li", "dt", "summary", "details"]);

/** Whether a child is the first thing to be read in its parent. */
function opens(parent: Element, child: Element): boolean {
  for (const node of childrenOf(parent)) {
    if (node === child) return true;
    if (isText(node) ? node.data.trim() : rawText(node).trim()) return false;
  }
  return false;
}

function precedingAnchor(heading: Element): string {
  const before = siblingElement(heading, "prev");
  if (!before || rawText(before).trim() !== "") return "";
  return before.name === "a" || before.name === "span" || before.name === "div" ? idOf(before) : "";
}

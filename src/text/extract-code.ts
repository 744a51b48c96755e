import { isLineNumber } from "./extract-chrome.ts";
import { attr, childrenOf, Element, hasAttr, isText } from "./extract-dom.ts";
import { isBlock } from "./extract-flat.ts";
import { tidyCode } from "./extract-text.ts";

/** A code block as written, line by line: block elements are lines, spans never part anything, line numbers are left out. */
export function codeText(element: Element): string {
  const out: string[] = [];
  pushCode(element, out);
  return tidyCode(out.join(""));
}

function pushCode(element: Element, out: string[]): void {
  for (const child of childrenOf(element)) {
    if (isText(child)) out.push(child.data);
    else if (child instanceof Element) pushCodeElement(child, out);
  }
}

function pushCodeElement(element: Element, out: string[]): void {
  if (isLineNumber(element) || isSilentInCode(element)) return;
  if (element.name === "br") {
    out.push("\n");
    return;
  }
  const isLine = isBlock(element);
  if (isLine) breakLine(out);
  pushCode(element, out);
  if (isLine) breakLine(out);
}

function isSilentInCode(element: Element): boolean {
  return (
    element.name === "button" ||
    element.name === "template" ||
    attr(element, "aria-hidden") === "true" ||
    hasAttr(element, "hidden")
  );
}

function breakLine(out: string[]): void {
  const last = out.findLast((text) => text !== "");
  if (last !== undefined && !last.endsWith("\n")) out.push("\n");
}

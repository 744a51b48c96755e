/**
 * Marks the passage that a result was chosen for, in browsers that know no text fragments. For the pages that results
 * lead to and those with the search; does nothing on a server, and nothing where the browser marks passages itself.
 */
import { findPassage } from "./highlight/find-passage.ts";
import { handOver, takeFromAddress, takeOver } from "./highlight/hand-over.ts";
import { markPassage } from "./highlight/mark-passage.ts";
import { readPageText, toRange } from "./highlight/page-text.ts";
import { parseDirective } from "./highlight/text-directive.ts";
import type { SelectEventDetail } from "./ui/events.ts";

if ("document" in globalThis && !("fragmentDirective" in globalThis.document)) {
  addEventListener("ss-select", onSelect);
  addEventListener("hashchange", showPassage);
  // A module runs when the whole page is there.
  showPassage();
}

/** A result is being opened, unless a router does it in its own way. */
function onSelect(event: Event): void {
  const { href, textDirective, newTab } = (event as CustomEvent<SelectEventDetail>).detail;
  if (event.defaultPrevented || !textDirective || !href.startsWith(`${location.origin}/`)) return;
  handOver(href, textDirective);
  // A link to where the page is already changes nothing that could be listened to.
  if (!newTab) setTimeout(() => href === location.href && showPassage());
}

function showPassage(): void {
  const directive = parseDirective(takeFromAddress(location) || takeOver(location.href));
  if (!directive) return;
  const page = readPageText(document.body);
  const passage = findPassage(page.text, directive);
  if (passage) markPassage(toRange(page, ...passage));
}

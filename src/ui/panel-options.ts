import type { PanelOptions } from "./panel.ts";
import type { SemanticSearchElement } from "./semantic-search-element.ts";

/** What an element's properties, and what it made of them, mean to its panel. */
export function panelOptions(
  element: SemanticSearchElement,
  own: Pick<PanelOptions, "keepAll" | "strings">,
): PanelOptions {
  const { limit, sectionsPerPage, model, filters, scope, renderHit, keys, noTextFragments, noRecent } = element;
  const [textFragments, recent] = [!noTextFragments, !noRecent];
  return { limit, sectionsPerPage, textFragments, model, filters, scope, recent, renderHit, keys, ...own };
}

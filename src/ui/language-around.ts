/** The language of the page around an element: the nearest `lang`, seen through shadow roots. Empty if nothing says it. */
export function languageAround(element: Element): string {
  const root = element.getRootNode();
  const holder = element.closest("[lang]");
  if (holder || !(root instanceof ShadowRoot)) return holder?.getAttribute("lang") ?? "";
  return languageAround(root.host);
}

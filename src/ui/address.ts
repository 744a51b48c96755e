/** An element that keeps its query in the page's address, under `?name=`. */
export interface AddressOwner extends Element {
  /** Empty switches it off. */
  readonly queryParam: string;
}

/** The query in the address, empty when there is none. */
export function queryInAddress(element: AddressOwner): string {
  return ownsAddress(element) ? (new URLSearchParams(location.search).get(element.queryParam)?.trim() ?? "") : "";
}

/** One element per page reads and writes the address, the first. A file has none that a script may change. */
export function ownsAddress(element: AddressOwner): boolean {
  const isWeb = /^https?:$/.test(location.protocol);
  return element.queryParam !== "" && isWeb && document.querySelector(element.localName) === element;
}

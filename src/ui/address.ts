/** An element that keeps its query in the page's address, under `?name=`. */
export interface AddressOwner extends Element {
  /** Empty switches it off. */
  readonly queryParam: string;
}

/** The query that an element finds in the address; empty when there is none, or it is another element's. */
export function queryInAddress(element: AddressOwner): string {
  const query = new URLSearchParams(location.search).get(element.queryParam)?.trim();
  return query && ownsAddress(element) ? query : "";
}

/**
 * One element per parameter reads and writes the address: of those beside it the first that can be seen. A file has
 * no address that a script may change.
 */
export function ownsAddress(element: AddressOwner): boolean {
  const { localName, queryParam } = element;
  const rivals = (element.getRootNode() as ParentNode).querySelectorAll<AddressOwner>(localName);
  const first = [...rivals].find(
    (one) => one.queryParam === queryParam && (one.checkVisibility?.() ?? one.isConnected),
  );
  return queryParam !== "" && location.protocol.startsWith("http") && first === element;
}

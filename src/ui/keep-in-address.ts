import { type AddressOwner, ownsAddress } from "./address.ts";

/**
 * Puts a query into the page's address, or takes it out when it is empty. Adds nothing to the history.
 * Returns what the address holds of the element's now.
 */
export function keepInAddress(element: AddressOwner, query: string): string {
  const { queryParam: name } = element;
  const url = new URL(location.href);
  if (!ownsAddress(element)) return "";
  if ((url.searchParams.get(name) ?? "") === query) return query;
  if (query) url.searchParams.set(name, query);
  else url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
  return query;
}

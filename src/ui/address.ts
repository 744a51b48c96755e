/**
 * The page's own address as the place where a query is kept, under `?name=`. One element per page reads and writes
 * it, the first; an empty `name` switches it off.
 */
export class Address {
  readonly #element: Element;

  constructor(element: Element) {
    this.#element = element;
  }

  /** The query in the address, empty when there is none. */
  read(name: string): string {
    return this.#isOwner(name) ? (new URLSearchParams(location.search).get(name)?.trim() ?? "") : "";
  }

  /** Puts the query into the address, or takes it out when it is empty. Adds nothing to the history. */
  write(name: string, query: string): void {
    const url = new URL(location.href);
    if (!this.#isOwner(name) || (url.searchParams.get(name) ?? "") === query) return;
    if (query) url.searchParams.set(name, query);
    else url.searchParams.delete(name);
    history.replaceState(history.state, "", url);
  }

  /** A file has no address that a script may change. */
  #isOwner(name: string): boolean {
    const isWeb = /^https?:$/.test(location.protocol);
    return name !== "" && isWeb && document.querySelector(this.#element.localName) === this.#element;
  }
}

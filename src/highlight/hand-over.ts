const KEY = "semantic-search-passage";
/** As long as a page may take to be there after the click. */
const LIFETIME_MS = 20_000;

/** What a page leaves for the one that it links to. */
interface HandOver {
  readonly url: string;
  readonly directive: string;
  readonly time: number;
}

/** Leaves a text directive for the page at an address of the same origin, in this tab or another. */
export function handOver(url: string, directive: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ url, directive, time: Date.now() } satisfies HandOver));
  } catch {
    // Without storage, the link leads to the section.
  }
}

/** Takes what was left a moment ago, once; empty when that was nothing, or for another page. */
export function takeOver(here: string): string {
  try {
    const { url, directive, time }: HandOver = JSON.parse(localStorage.getItem(KEY) ?? "");
    localStorage.removeItem(KEY);
    return place(url) === place(here) && Date.now() - time < LIFETIME_MS ? directive : "";
  } catch {
    return "";
  }
}

/** What stands in an address behind `:~:`, where a browser takes it for a part of the anchor. It is taken out of it. */
export function takeFromAddress(address: Pick<Location, "hash" | "replace">): string {
  const [anchor, directive = ""] = address.hash.split(":~:");
  if (directive) address.replace(anchor || "#");
  return directive;
}

/** An address without what a host may change by a redirect: `.html`, `index`, a slash at the end, the query. */
function place(url: string): string {
  const { origin, pathname, hash } = new URL(url);
  return origin + pathname.replace(/(\/index)?(\.html?)?\/?$/, "") + hash;
}

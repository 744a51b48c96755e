import { addVisit, readVisits, recommend } from "./reading-list.ts";
import type { RelatedEntry, RelatedPage } from "./related-file.ts";
import { findRelated } from "./related-source.ts";
import { relatedStrings } from "./strings.ts";

export { LOOK } from "./styles.ts";

/** Detail of `ss-related-select`: a page was chosen and is about to be opened. */
export interface RelatedSelectEventDetail {
  readonly page: RelatedPage;
  /** Its absolute address. */
  readonly href: string;
  readonly newTab: boolean;
  /** Whether it is named for what the visitor read, not for the page alone. */
  readonly forYou: boolean;
}

/** What an element shows. */
export interface RelatedViewOptions {
  /** Absolute URL of `index.json`. */
  readonly indexUrl: string;
  /** URL of the page whose neighbours are named, or its path below the site's root. */
  readonly page: string;
  readonly limit: number;
  /** Empty for the one of the language. */
  readonly heading: string;
  /** BCP 47 tag. */
  readonly language: string;
  readonly forYou: boolean;
  /** Whether the visitor is on that page, and so has read it. */
  readonly isHere: boolean;
  /** False when the page that was chosen is not to be opened. */
  readonly onSelect: (detail: RelatedSelectEventDetail) => boolean;
  readonly onForget: () => void;
}

/**
 * What is related to a page, or to those that the visitor read.
 *
 * @returns Undefined when there is nothing to show.
 * @throws SearchError see {@link findRelated}.
 */
export async function relatedView(options: RelatedViewOptions): Promise<HTMLElement | undefined> {
  const answer = await findRelated(options.indexUrl, options.page);
  if (!answer) return undefined;
  const { root, entry } = answer;
  const pages = options.forYou ? recommendPages(options, entry) : awayFromPager(entry?.related ?? [], root);
  const items = pages.flatMap((page) => renderPage(page, root, options) ?? []).slice(0, options.limit);
  return items.length > 0 ? renderFrame(items, options) : undefined;
}

function recommendPages({ indexUrl, isHere }: RelatedViewOptions, entry: RelatedEntry | undefined): RelatedPage[] {
  const visits = entry && isHere ? addVisit(indexUrl, { ...entry, at: Date.now() }) : readVisits(indexUrl);
  // The page alone has nothing to do with the visitor.
  return visits.some(({ path }) => path !== entry?.path) ? recommend(visits) : [];
}

/** The page's own links to the pages before and after it show these already: they come last. */
function awayFromPager(pages: readonly RelatedPage[], root: URL): RelatedPage[] {
  const links = document.querySelectorAll<HTMLAnchorElement>("[rel~=prev][href],[rel~=next][href]");
  const beside = new Set(Array.from(links, ({ href }) => href));
  const isBeside = (page: RelatedPage) => beside.has(addressOf(page, root).href);
  return [...pages.filter((page) => !isBeside(page)), ...pages.filter(isBeside)];
}

function addressOf({ path }: RelatedPage, root: URL): URL {
  return new URL(`./${path}`, root);
}

/** Undefined unless the page has a web address: an index is data, and data must not be able to run a script. */
function renderPage(page: RelatedPage, root: URL, { forYou, onSelect }: RelatedViewOptions): HTMLElement | undefined {
  const { href, protocol } = addressOf(page, root);
  if (!/^https?:$/.test(protocol)) return undefined;
  const link = render("a", "link", [
    ...(page.trail ? [render("span", "trail", [page.trail])] : []),
    render("span", "title", [page.title || page.path]),
  ]);
  link.href = href;
  link.addEventListener("click", (event) => {
    const newTab = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!onSelect({ page, href, newTab, forYou })) event.preventDefault();
  });
  return render("li", "item", [link]);
}

function renderFrame(items: readonly HTMLElement[], options: RelatedViewOptions): HTMLElement {
  const strings = relatedStrings(options.language);
  const heading = options.heading || (options.forYou ? strings.forYou : strings.next);
  const slot = document.createElement("slot");
  slot.name = "heading";
  slot.append(render("h2", "heading", [heading]));
  const list = render("ul", "list", items);
  // Safari takes a list without bullets for none.
  list.role = "list";
  const nav = render("nav", "base", [slot, list]);
  nav.ariaLabel = heading;
  if (options.forYou) {
    const forget = render("button", "forget", [strings.forget]);
    forget.type = "button";
    forget.addEventListener("click", options.onForget);
    nav.append(forget);
  }
  return nav;
}

/** Texts become text nodes. */
function render<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  part: string,
  children: readonly (Node | string)[],
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.setAttribute("part", part);
  element.append(...children);
  return element;
}

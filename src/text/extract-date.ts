import { isoTime } from "../core/iso-date.ts";
import { attr, type Element, findElements } from "./extract-dom.ts";

/** Names of `<meta>`, those of a first publication before those of a change. */
const NAMES = [
  "article:published_time",
  "date",
  "dc.date",
  "dcterms.created",
  "article:modified_time",
  "og:updated_time",
  "dcterms.modified",
];
/** `itemprop` of schema.org, in the same order. */
const PROPERTIES = ["datePublished", "dateCreated", "dateModified"];

/**
 * When the page was published or, if it does not say so, last changed: by its metadata, else by the one `<time>` in its
 * content. An ISO 8601 date; undefined for a page that tells none, or several.
 */
export function findDate(
  elements: readonly Element[],
  content: readonly Element[],
  metas: ReadonlyMap<string, string>,
): string | undefined {
  const named = NAMES.map((name) => metas.get(name));
  const marked = PROPERTIES.map((name) => elements.find((element) => attr(element, "itemprop") === name));
  const dates = [...named, ...marked.map((element) => element && dateOf(element))];
  return dates.find((date) => date !== undefined && isoTime(date) !== undefined) ?? onlyTime(content);
}

function onlyTime(content: readonly Element[]): string | undefined {
  const times = content.flatMap((root) => findElements(root, ({ name }) => name === "time")).flatMap(dateOf);
  const dates = [...new Set(times)].filter((date) => date !== undefined && isoTime(date) !== undefined);
  return dates.length === 1 ? dates[0] : undefined;
}

function dateOf(element: Element): string | undefined {
  return attr(element, "datetime") ?? attr(element, "content");
}

import type { SearchResults, Suggestion, TextRange } from "../core/search.ts";
import { safeUrl } from "./links.ts";
import type { Row } from "./rows.ts";

/** One option of the list. */
export type ListRow = ResultRow | HeadRow;
/** One that stands above the results. */
export type HeadRow = QueryRow | RedirectRow;

/** A result, which is opened. */
export interface ResultRow {
  readonly kind: "result";
  readonly hit: Row;
}

/** Another query, which is searched for: what was typed may become it or mean it, was searched for before, is offered. */
export interface QueryRow {
  readonly kind: "suggestion" | "correction" | "recent" | "suggested";
  readonly text: string;
  readonly marks: readonly TextRange[];
}

/** A place outside of the index, which is opened. */
export interface RedirectRow {
  readonly kind: "redirect";
  readonly title: string;
  readonly href: string;
}

/** What stands above the results of one answer. */
export interface Head {
  readonly rows: readonly HeadRow[];
  /** Whether a line says that no page has the words of the query. */
  readonly closest: boolean;
}

/** What an answer shows: results, and what stands around them. */
export interface Answer {
  readonly head: Head;
  readonly rows: readonly Row[];
  /** What belongs into the head, and came too late to push down the results: it stands below them. */
  readonly tail: Head;
}

/** The options of a list from top to bottom. */
export interface List {
  readonly rows: readonly ListRow[];
  /** Index of the one that Enter opens unless the visitor chose another; -1 for none. */
  readonly home: number;
}

export const NO_HEAD: Head = { rows: [], closest: false };

/** Most corrections that are offered; one line holds them. */
const MAX_CORRECTIONS = 3;

/** What stands above the results: suggestions, corrections, the place that the site sends this query to. */
export function headOf({ hits, didYouMean = [], redirect }: SearchResults, suggestions: readonly QueryRow[]): Head {
  // Results by meaning are what such a correction would find.
  const isOffered = hits.length === 0 ? didYouMean : didYouMean.filter(({ by }) => by === "spelling");
  const corrections = isOffered.slice(0, MAX_CORRECTIONS).map(({ query }) => queryRow("correction", query));
  const noWords = hits.every(({ sections }) => sections.every(({ match }) => match === "meaning"));
  const closest = hits.length > 0 && noWords && didYouMean.some(({ by }) => by === "meaning");
  const href = redirect && safeUrl(redirect.url)?.href;
  const redirects = href ? [{ kind: "redirect", title: redirect.title, href } as const] : [];
  return { rows: [...suggestions, ...corrections, ...redirects], closest };
}

/** What stands in a head and not in another. */
export function without({ rows }: Head, other: Head): Head {
  const others = JSON.stringify(other.rows);
  return { rows: rows.filter((row) => !others.includes(JSON.stringify(row))), closest: false };
}

/** The options of an answer. Enter opens where the site sends the query, else the first result, else it corrects. */
export function listOf({ head, rows: hits, tail }: Answer): List {
  const rows: ListRow[] = [...head.rows, ...hits.map((hit) => ({ kind: "result", hit }) as const)];
  const homes = (["redirect", "result", "correction"] as const).map((kind) =>
    rows.findIndex((row) => row.kind === kind),
  );
  return { rows: [...rows, ...tail.rows], home: homes.find((index) => index >= 0) ?? -1 };
}

/** Suggestions as options; none for a query that is one of them already. */
export function suggestionRows(suggestions: readonly Suggestion[], query: string): readonly QueryRow[] {
  const typed = query.trim().toLowerCase();
  if (suggestions.some(({ text }) => text.toLowerCase() === typed)) return [];
  return suggestions.map(({ text, marks }) => queryRow("suggestion", text, marks));
}

/** A query as an option. */
export function queryRow(kind: QueryRow["kind"], text: string, marks: readonly TextRange[] = []): QueryRow {
  return { kind, text, marks };
}

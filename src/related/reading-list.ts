import { readStored, writeStored } from "../ui/stored.ts";
import type { RelatedPage } from "./related-file.ts";
import { storageKey } from "./storage.ts";

/** A page that was read, and what is related to it. */
export interface Visit {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly related: readonly RelatedPage[];
}

const MAX_VISITS = 30;
const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
/** What a visit counts beside the one after it. */
const DECAY = 0.85;

/**
 * The pages of a site that a visitor read, latest first: those of the last 30 days, 30 at most. They are in this browser's
 * storage and nowhere else; where that is refused there are none.
 *
 * @param indexUrl Absolute URL of the site's `index.json`.
 */
export function readVisits(indexUrl: string, now = Date.now()): Visit[] {
  const stored = readStored(storageKey(indexUrl));
  return Array.isArray(stored) ? stored.filter(isVisit).filter(({ at }) => now - at < MAX_AGE_MS) : [];
}

/** Put a page before the others, and return them all. */
export function addVisit(indexUrl: string, visit: Visit): Visit[] {
  const others = readVisits(indexUrl, visit.at).filter(({ path }) => path !== visit.path);
  const visits = [visit, ...others].slice(0, MAX_VISITS);
  writeStored(storageKey(indexUrl), visits);
  return visits;
}

/**
 * Pages related to several that were read lately: each visit counts 0.85 times as much as the one after it, by how near
 * the page is. Those that were read are left out.
 *
 * @param visits Latest first.
 */
export function recommend(visits: readonly Visit[]): RelatedPage[] {
  const scores = new Map<string, RelatedPage>();
  for (const [i, { related }] of visits.entries()) {
    for (const page of related) {
      const score = (scores.get(page.path)?.score ?? 0) + DECAY ** i * page.score;
      scores.set(page.path, { ...page, score });
    }
  }
  for (const { path } of visits) scores.delete(path);
  return [...scores.values()].sort((a, b) => b.score - a.score);
}

/** Anything may stand in storage. */
function isVisit(value: Partial<Visit> | null): value is Visit {
  return (
    typeof value?.path === "string" &&
    typeof value.at === "number" &&
    Array.isArray(value.related) &&
    value.related.every(
      (page) =>
        typeof page?.path === "string" &&
        typeof page.title === "string" &&
        typeof page.trail === "string" &&
        typeof page.score === "number",
    )
  );
}

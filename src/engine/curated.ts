import type { Redirect, SearchOptions } from "../core/search.ts";
import type { SearchWarning } from "../core/warnings.ts";
import type { QuerySynonym } from "../keyword/keyword-index.ts";
import { abortable } from "./abortable.ts";
import { settle } from "./findings.ts";
import type { IndexFiles } from "./index-files.ts";
import type { QueryPlan } from "./plan-query.ts";

/** What the site's curation says of a query. */
export interface Curated {
  readonly synonyms: readonly QuerySynonym[];
  /** The query with its synonyms, to be embedded. */
  readonly text: string;
  /** Numbers of pages that come first, in that order. */
  readonly pins: readonly number[];
  readonly redirect?: Redirect | undefined;
  /** That the curation could not be read. */
  readonly warnings: readonly SearchWarning[];
}

/** The curation of a site, ready to be asked. */
export interface CurationRules {
  /** Queries offered before the first letter. */
  readonly suggestions: readonly string[];
  /** @param root URL of the site's root; a path where the index is opened without one. */
  forQuery(plan: QueryPlan, root: string): Omit<Curated, "warnings">;
}

/**
 * A plan with what the site's curation says of its query; as it is in an index without one. A curation that cannot be
 * read becomes a warning.
 *
 * @throws SearchError `aborted`.
 */
export async function curate(plan: QueryPlan, files: IndexFiles, context: CurateContext): Promise<QueryPlan> {
  if (!files.manifest.curation) return plan;
  const { root, sort, signal } = context;
  const outcome = await abortable(settle(files.curation()), signal);
  if ("error" in outcome) {
    const warnings: SearchWarning[] = [{ part: "curation", error: outcome.error.toJSON() }];
    return { ...plan, curated: { synonyms: [], text: plan.query, pins: [], warnings } };
  }
  const found = outcome.value?.forQuery(plan, root);
  // Who sorts by a value wants that order.
  return found ? { ...plan, curated: { ...found, ...(sort && { pins: [] }), warnings: [] } } : plan;
}

/** What {@link curate} needs besides. */
export interface CurateContext extends Pick<SearchOptions, "sort" | "signal"> {
  readonly root: string;
}

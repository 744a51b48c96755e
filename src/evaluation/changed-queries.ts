import type { QueryReport } from "./evaluate.ts";

/** Differences this small are rounding. */
export const EPSILON = 1e-9;

/** Queries that the hybrid answers better (`wins`) or worse (`losses`) than keyword alone, the most changed first. */
export function changedQueries(queries: readonly QueryReport[], direction: "wins" | "losses"): QueryReport[] {
  const sign = direction === "wins" ? 1 : -1;
  const gain = ({ difference }: QueryReport) => sign * (difference ?? 0);
  return queries.filter((query) => gain(query) > EPSILON).sort((a, b) => gain(b) - gain(a));
}

import { nothing } from "lit";
import { listbox } from "./listbox.ts";
import { type ResultList, resultList } from "./result-list.ts";
import type { SearchView } from "./search-session.ts";
import { errorState, loadingState, notes, nothingState } from "./states.ts";

/** What the results show, and whom they tell. */
export interface ResultsView extends Omit<ResultList, "head" | "hits" | "tail"> {
  readonly view: SearchView;
  onRetry(): void;
  /** Takes all filters back; undefined while none is chosen. */
  readonly onClearFilters: (() => void) | undefined;
}

/** The list, or the state that stands in its place, and what is missing from it. */
export function resultsView(results: ResultsView): unknown {
  return [body(results), notes(results.view, results.strings)];
}

function body({ view, onClearFilters, onRetry, ...list }: ResultsView): unknown {
  const { strings, query, rows, busy } = list;
  if (view.phase === "failed") return errorState(view.error, strings, onRetry);
  const isEmpty = rows.every(({ kind }) => kind === "suggestion" || kind === "correction");
  const { head, rows: hits, tail } = view;
  const loading = busy ? listbox(list, loadingState()) : nothing;
  return [
    rows.length > 0 ? resultList({ ...list, head, hits, tail }) : loading,
    view.phase === "settled" && isEmpty ? nothingState(query, strings, onClearFilters) : nothing,
  ];
}

import { nothing } from "lit";
import { type ResultList, resultList } from "./result-list.ts";
import type { SearchView } from "./search-session.ts";
import { errorState, loadingState, notes, nothingState } from "./states.ts";

/** What the results show, and whom they tell. */
export interface ResultsView extends Omit<ResultList, "rows"> {
  readonly view: SearchView;
  readonly query: string;
  onRetry(): void;
}

/** The list, or the state that stands in its place, and what is missing from it. */
export function resultsView(results: ResultsView): unknown {
  return [body(results), notes(results.view, results.strings)];
}

function body({ view, query, onRetry, ...list }: ResultsView): unknown {
  if (view.rows.length > 0) return resultList({ ...list, rows: view.rows });
  if (list.busy) return loadingState();
  if (view.phase === "settled") return nothingState(query, list.strings);
  return view.phase === "failed" ? errorState(view.error, list.strings, onRetry) : nothing;
}

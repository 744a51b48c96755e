import { html, nothing, type TemplateResult } from "lit";
import type { SearchError } from "../core/errors.ts";
import { fill } from "./fill.ts";
import { searchIcon } from "./icons.ts";
import { alertIcon, offlineIcon } from "./panel-icons.ts";
import { isOffline, type SearchView } from "./search-session.ts";
import type { Strings } from "./strings.ts";

/** The outline of results to come; it shows itself only when they take noticeably long. */
export function loadingState(): TemplateResult {
  return html`<div part="loading" class="loading" aria-hidden="true">
    ${[1, 2, 3].map(() => html`<div class="bone"><i></i><i></i><i></i></div>`)}
  </div>`;
}

/** The query was answered, by nothing; perhaps because of the filters chosen. */
export function nothingState(query: string, strings: Strings, onClearFilters?: () => void): TemplateResult {
  return html`<div part="nothing" class="state">
    ${searchIcon}<strong dir="auto">${fill(strings.nothing, { query })}</strong>
    <p>${onClearFilters ? strings.nothingFiltered : strings.nothingHint}</p>
    ${onClearFilters ? html`<button part="filter-clear" type="button" @click=${onClearFilters}>${strings.filtersClear}</button>` : nothing}
    <slot name="nothing"></slot>
  </div>`;
}

/** The search failed: what that means for the visitor, and folded away, what happened and what helps. */
export function errorState(error: SearchError, strings: Strings, onRetry: () => void): TemplateResult {
  if (isOffline(error)) return offlineState(strings);
  return html`<div part="error" class="state">
    ${alertIcon}<strong>${strings.failed}</strong>
    <p>${strings.failedHint}</p>
    <button part="retry" type="button" @click=${onRetry}>${strings.retry}</button>
    <details part="details">
      <summary>${strings.details}</summary>
      <p dir="auto">${error.message} ${error.remedy}</p>
    </details>
  </div>`;
}

/** What is missing from the results, quietly, with the reason for those who want to know it. */
export function notes(view: SearchView, strings: Strings): TemplateResult[] {
  if (view.phase !== "settled") return [];
  const texts = {
    semantic: strings.withoutMeaning,
    keyword: strings.withoutWords,
    text: strings.withoutText,
    model: strings.withoutModel,
    device: strings.otherDevice,
    curation: strings.interrupted,
  };
  const missing = view.results.warnings.map(({ part, error }) => note(texts[part], error));
  return view.error ? [...missing, note(strings.interrupted, view.error)] : missing;
}

/** A line that opens on the reason. */
export function note(
  text: string,
  { message, remedy }: { readonly message: string; readonly remedy?: string | undefined },
) {
  return html`<details part="note">
    <summary>${alertIcon}${text}</summary>
    <p dir="auto">${message} ${remedy}</p>
  </details>`;
}

function offlineState({ offline, offlineHint }: Strings): TemplateResult {
  return html`<div part="error" class="state">
    ${offlineIcon}<strong>${offline}</strong>
    <p>${offlineHint}</p>
  </div>`;
}

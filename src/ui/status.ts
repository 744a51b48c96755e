import { html, type TemplateResult } from "lit";
import { countText, fill } from "./fill.ts";
import { meaningIcon } from "./panel-icons.ts";
import { isOffline, type SearchView } from "./search-session.ts";
import type { Strings } from "./strings.ts";

/** The last line: what the keys do, and how the search is going. */
export function footer({ phase, rows }: SearchView, strings: Strings): TemplateResult {
  const count = rows.length > 0 ? countText(strings, rows.length) : "";
  const refining = html`${meaningIcon}${strings.refining}`;
  const status = { idle: "", failed: "", searching: strings.searching, partial: refining, settled: count }[phase];
  return html`<div part="footer" class=${status ? "" : "silent"}>
    <span class="hints" aria-hidden="true">
      <kbd>↑</kbd><kbd>↓</kbd><span>${strings.keyMove}</span>
      <kbd>↵</kbd><span>${strings.keyOpen}</span>
      <kbd>esc</kbd><span>${strings.keyClose}</span>
    </span>
    <span part="status"><bdi>${status}</bdi></span>
    <slot name="footer"></slot>
  </div>`;
}

/** What a screen reader says about an outcome; empty while there is none. */
export function spokenState(view: SearchView, query: string, strings: Strings): string {
  if (view.phase === "failed")
    return isOffline(view.error) ? strings.offline : `${strings.failed}. ${view.error.message}`;
  if (view.phase !== "settled") return "";
  return view.rows.length > 0 ? countText(strings, view.rows.length) : fill(strings.nothing, { query });
}

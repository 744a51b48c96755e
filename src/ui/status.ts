import { html, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { countText, fill } from "./fill.ts";
import { spokenCorrection, spokenRedirect, spokenSuggestions } from "./head-view.ts";
import { meaningIcon } from "./panel-icons.ts";
import { isOffline, type SearchView } from "./search-session.ts";
import type { Strings } from "./strings.ts";

/** The last line: what the keys do, and how the search is going, which is spoken by {@link spokenState}. */
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
    <span part="status" aria-hidden="true">${keyed(`${phase}${count}`, html`<bdi>${status}</bdi>`)}</span>
    <slot name="footer"></slot>
  </div>`;
}

/** What a screen reader says about how the search is going. */
export function spokenState(view: SearchView, query: string, strings: Strings): string {
  const { phase, rows, head, tail } = view;
  if (phase === "idle") return "";
  if (phase === "searching") return strings.searching;
  if (phase === "failed") {
    const { offline, offlineHint, failed, failedHint } = strings;
    return (isOffline(view.error) ? [offline, offlineHint] : [failed, failedHint]).join(". ");
  }
  const around = [...head.rows, ...tail.rows];
  const redirect = spokenRedirect(around, strings);
  const count = rows.length > 0 && countText(strings, rows.length);
  const nothing = !count && !redirect && fill(strings.nothing, { query });
  const found = head.closest ? `${strings.closest} ${count}` : count || nothing;
  const more = phase === "partial" ? strings.refining : spokenCorrection(around, strings);
  return [redirect, found, spokenSuggestions(around, strings), more].filter(Boolean).join(". ");
}

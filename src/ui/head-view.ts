import { html, nothing, type TemplateResult } from "lit";
import { fill, fillWith } from "./fill.ts";
import { rowId } from "./ids.ts";
import type { Head, HeadRow, QueryRow, RedirectRow } from "./list-rows.ts";
import { type Listbox, optionPart } from "./listbox.ts";
import { markedText } from "./marked-text.ts";
import { externalIcon } from "./panel-icons.ts";
import type { Strings } from "./strings.ts";

/**
 * What stands above the results, or what came late below them: a line of suggestions, one of corrections, where the site
 * sends the query. `start` is the index of its first row in the whole list.
 */
export function headView({ rows, closest }: Head, list: Listbox, start = 0): TemplateResult {
  const { strings } = list;
  const ofKind = (kind: HeadRow["kind"]) =>
    rows.flatMap((row, index) => (row.kind === kind ? [option(row, start + index, list)] : []));
  const suggestions = ofKind("suggestion");
  return html`
    ${suggestions.length > 0 ? html`<div part="suggestions" role="group" aria-label=${strings.suggestions}>${suggestions}</div>` : nothing}
    ${correctionLine(ofKind("correction"), spokenCorrection(rows, strings), strings)}
    ${ofKind("redirect")}
    ${closest ? html`<div part="correction">${strings.closest}</div>` : nothing}`;
}

/** The corrections in words, empty when there are none. */
export function spokenCorrection(rows: readonly HeadRow[], { didYouMean }: Strings): string {
  const queries = rows.flatMap((row) => (row.kind === "correction" ? [row.text] : []));
  return queries.length > 0 ? fill(didYouMean, { query: queries.join(", ") }) : "";
}

/** Where the site sends the query, empty for nowhere. */
export function spokenRedirect(rows: readonly HeadRow[], { redirect }: Strings): string {
  const row = rows.find(({ kind }) => kind === "redirect") as RedirectRow | undefined;
  return row ? fill(redirect, { title: row.title || row.href }) : "";
}

/** How many queries are offered in the place of what is typed, empty for none. */
export function spokenSuggestions(rows: readonly HeadRow[], { suggestions, locale }: Strings): string {
  const count = rows.filter(({ kind }) => kind === "suggestion").length;
  return count > 0 ? `${suggestions}: ${count.toLocaleString(locale)}` : "";
}

function correctionLine(options: readonly TemplateResult[], label: string, { didYouMean }: Strings): unknown {
  if (options.length === 0) return nothing;
  const separated = options.flatMap((option, i) => (i > 0 ? [" · ", option] : [option]));
  return html`<div part="correction" role="group" aria-label=${label}>${fillWith(didYouMean, separated)}</div>`;
}

function option(row: HeadRow, index: number, { active, strings }: Listbox): TemplateResult {
  const isActive = index === active;
  if (row.kind === "redirect") return redirect(row, index, isActive, strings);
  return query(row, index, isActive);
}

function query({ kind, text, marks }: QueryRow, index: number, isActive: boolean): TemplateResult {
  const part = optionPart(kind === "suggestion" ? kind : "query", isActive);
  return html`<bdi
    id=${rowId(index)} part=${part} role="option" data-index=${index} aria-selected=${isActive}
  >${markedText({ text, marks })}</bdi>`;
}

function redirect({ title, href }: RedirectRow, index: number, isActive: boolean, strings: Strings): TemplateResult {
  const { host } = new URL(href);
  return html`<a
    id=${rowId(index)} part=${optionPart("option redirect", isActive)} role="option" tabindex="-1"
    data-index=${index} href=${href} aria-selected=${isActive}
  >${externalIcon}<span class="line page-line">
    <span part="title">${fillWith(strings.redirect, html`<bdi>${title || href}</bdi>`)}</span>
    ${host === location.host ? nothing : html`<span part="trail" dir="ltr">${host}</span>`}
  </span></a>`;
}

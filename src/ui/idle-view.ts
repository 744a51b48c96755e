import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { fill } from "./fill.ts";
import { searchIcon } from "./icons.ts";
import { rowId } from "./ids.ts";
import type { QueryRow } from "./list-rows.ts";
import { type Listbox, listbox, optionPart } from "./listbox.ts";
import { clearIcon, recentIcon } from "./panel-icons.ts";
import type { Strings } from "./strings.ts";

/** What is there before the first letter, and whom it tells. */
export interface IdleView extends Omit<Listbox, "busy"> {
  readonly rows: readonly QueryRow[];
  readonly inline: boolean;
  onForget(query: string, index: number): void;
  onForgetAll(): void;
}

/** Queries to choose from, what the page says below them, or in their place. */
export function idleView(view: IdleView): TemplateResult {
  const { rows, strings, inline } = view;
  if (rows.length === 0 && inline) return html`<slot name="idle"></slot>`;
  if (rows.length === 0)
    return html`<div part="idle" class="state"><slot name="idle"><p>${strings.idle}</p></slot></div>`;
  const recent = rows.filter(({ kind }) => kind === "recent");
  const suggested = rows.filter(({ kind }) => kind === "suggested");
  const groups = [
    group("recent", recent, 0, strings.recent, view),
    group("suggested", suggested, recent.length, strings.suggested, view),
  ];
  return html`<div part="idle" class="queries">
    ${listbox({ ...view, busy: false }, groups, strings.suggestions)}${recent.length > 0 ? forgetButtons(recent, view) : nothing}
    <slot name="idle"></slot>
  </div>`;
}

function group(part: string, rows: readonly QueryRow[], start: number, label: string, { active }: IdleView): unknown {
  if (rows.length === 0) return nothing;
  return html`<div part=${part} role="group" aria-labelledby="label-${part}">
    <div id="label-${part}" class="label">${label}</div>
    ${rows.map((row, i) => option(row, start + i, start + i === active))}
  </div>`;
}

function option({ kind, text }: QueryRow, index: number, isActive: boolean): TemplateResult {
  return html`<div
    id=${rowId(index)} part=${optionPart("option query", isActive)} role="option" data-index=${index} aria-selected=${isActive}
  >${kind === "recent" ? recentIcon : searchIcon}<span dir="auto">${text}</span></div>`;
}

/** Beside the list, row by row: a listbox must not hold buttons. */
function forgetButtons(rows: readonly QueryRow[], { strings, onForget, onForgetAll }: IdleView): TemplateResult {
  return html`<div class="forget">
    <button part="recent-clear" type="button" aria-describedby="label-recent" @click=${onForgetAll}>${strings.recentClear}</button>
    ${rows.map(({ text }, i) =>
      keyed(
        text,
        forgetButton(text, strings, () => onForget(text, i)),
      ),
    )}
  </div>`;
}

function forgetButton(query: string, { recentRemove }: Strings, onClick: () => void): TemplateResult {
  return html`<button
    part="recent-remove" type="button" aria-label=${fill(recentRemove, { query })} @click=${onClick}
  >${clearIcon}</button>`;
}

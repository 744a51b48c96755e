import { html, nothing, type TemplateResult } from "lit";
import { LIST_ID, rowId } from "./active-row.ts";
import { clearIcon, meaningIcon, searchIcon } from "./icons.ts";
import { ariaShortcuts, keyCaps } from "./keys.ts";
import { isOffline, type SearchView } from "./search-session.ts";
import { countText, fill, type Strings } from "./strings.ts";

/** What the button shows, and whom it tells. */
export interface TriggerButton {
  readonly label: string;
  readonly opened: boolean;
  /** Chords that open the search from anywhere; the first is shown. */
  readonly chords: readonly string[];
  onClick(): void;
  /** The visitor points at it or focuses it. */
  onIntent(): void;
}

/** The button that opens the dialog. */
export function triggerButton({ label, opened, chords, onClick, onIntent }: TriggerButton): TemplateResult {
  const caps = chords.slice(0, 1).flatMap(keyCaps);
  return html`<button
    id="trigger" part="trigger" type="button" aria-label=${label} aria-haspopup="dialog" aria-expanded=${opened}
    aria-keyshortcuts=${ariaShortcuts(chords) || nothing} @click=${onClick} @pointerenter=${onIntent} @focus=${onIntent}
  ><slot name="trigger"
    >${searchIcon}<span part="trigger-label">${label}</span
    ><span part="trigger-keys" aria-hidden="true">${caps.map((cap) => html`<kbd>${cap}</kbd>`)}</span
  ></slot></button>`;
}

/** What the line with the input shows, and whom it tells. */
export interface SearchBar {
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly rowCount: number;
  /** Index of the row that Enter opens. */
  readonly active: number;
  readonly strings: Strings;
  onInput(event: Event): void;
  onIntent(): void;
  onClear(): void;
  /** Without it there is no button to close. */
  readonly onClose: (() => void) | undefined;
}

/** The input and its buttons. */
export function searchBar(bar: SearchBar): TemplateResult {
  const { query, strings, onClear, onClose } = bar;
  return html`<div part="search-bar">
    ${searchIcon}${searchInput(bar)}
    <button part="clear" type="button" aria-label=${strings.clear} ?hidden=${!query} @click=${onClear}>${clearIcon}</button>
    ${onClose ? closeButton(strings, onClose) : nothing}
  </div>`;
}

function searchInput({ label, placeholder, query, rowCount, active, onInput, onIntent }: SearchBar): TemplateResult {
  const hasRows = rowCount > 0;
  return html`<input
    id="input" part="input" type="text" role="combobox" aria-label=${label} aria-autocomplete="list"
    aria-expanded=${hasRows} aria-controls=${hasRows ? LIST_ID : nothing}
    aria-activedescendant=${hasRows ? rowId(active) : nothing} placeholder=${placeholder} dir="auto"
    inputmode="search" enterkeyhint="search" autocomplete="off" autocapitalize="off" spellcheck="false"
    .value=${query} @input=${onInput} @compositionend=${onInput} @focus=${onIntent}
  />`;
}

function closeButton({ close, cancel }: Strings, onClose: () => void): TemplateResult {
  return html`<button part="close" type="button" aria-label=${close} @click=${onClose}>
    <kbd aria-hidden="true">esc</kbd><span aria-hidden="true">${cancel}</span>
  </button>`;
}

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
    <span part="status" class=${phase} dir="auto">${status}</span>
    <slot name="footer"></slot>
  </div>`;
}

/** Before the first letter. */
export function idleState({ idle }: Strings, inline: boolean): TemplateResult {
  if (inline) return html`<slot name="idle"></slot>`;
  return html`<div part="idle" class="state"><slot name="idle"><p>${idle}</p></slot></div>`;
}

/** What a screen reader says about an outcome; empty while there is none. */
export function spokenState(view: SearchView, query: string, strings: Strings): string {
  if (view.phase === "failed")
    return isOffline(view.error) ? strings.offline : `${strings.failed}. ${view.error.message}`;
  if (view.phase !== "settled") return "";
  return view.rows.length > 0 ? countText(strings, view.rows.length) : fill(strings.nothing, { query });
}

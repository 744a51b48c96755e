import { html, nothing, type TemplateResult } from "lit";
import { ariaShortcuts, keyCaps } from "./chords.ts";
import { searchIcon } from "./icons.ts";
import { LIST_ID, rowId } from "./ids.ts";
import { FAILED } from "./language.ts";
import type { ShellStrings } from "./strings.ts";

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

/** A press that leaves the page's selection alone, which is searched for. */
const keepSelection = (event: Event) => event.preventDefault();

/** The button that opens the dialog. */
export function triggerButton({ label, opened, chords, onClick, onIntent }: TriggerButton): TemplateResult {
  const caps = chords.slice(0, 1).flatMap(keyCaps);
  return html`<button
    id="trigger" part="trigger" type="button" aria-haspopup="dialog" aria-expanded=${opened}
    aria-keyshortcuts=${ariaShortcuts(chords) || nothing}
    @mousedown=${keepSelection} @click=${onClick} @pointerenter=${onIntent} @focus=${onIntent}
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
  /** Index of the row that Enter opens, -1 for none; undefined without rows. */
  readonly activeRow: number | undefined;
  readonly strings: ShellStrings;
  /** The button that empties the input, once it has arrived. */
  readonly clear: TemplateResult | undefined;
  onInput(event: Event): void;
  onIntent(): void;
  /** Without it there is no button to close. */
  readonly onClose: (() => void) | undefined;
}

/** The input and its buttons. */
export function searchBar(bar: SearchBar): TemplateResult {
  const { clear, strings, onClose } = bar;
  return html`<div part="search-bar">
    ${searchIcon}${searchInput(bar)}${clear}${onClose ? closeButton(strings, onClose) : nothing}
  </div>`;
}

function searchInput({ label, placeholder, query, activeRow, onInput, onIntent }: SearchBar): TemplateResult {
  const hasRows = activeRow !== undefined;
  const isActive = hasRows && activeRow >= 0;
  return html`<input
    id="input" part="input" type="text" role="combobox" aria-label=${label} aria-autocomplete="list"
    aria-expanded=${hasRows} aria-controls=${hasRows ? LIST_ID : nothing}
    aria-activedescendant=${isActive ? rowId(activeRow) : nothing} placeholder=${placeholder} dir="auto"
    inputmode="search" enterkeyhint=${isActive ? "go" : "search"} autocomplete="off" autocapitalize="off" spellcheck="false"
    .value=${query} @input=${onInput} @compositionend=${onInput} @focus=${onIntent}
  />`;
}

function closeButton({ close }: ShellStrings, onClose: () => void): TemplateResult {
  return html`<button part="close" type="button" @click=${onClose}>
    <kbd aria-hidden="true">esc</kbd><span>${close}</span>
  </button>`;
}

/** Where the state before the first letter will stand, which comes with the rest of the element. */
export function placeOfIdle(inline: boolean): TemplateResult {
  return inline ? html`<slot name="idle"></slot>` : html`<div class="state"><p>\u00a0</p></div>`;
}

/** The rest of the element could not be loaded; with it, most of a language. */
export function failedState(failed = FAILED): TemplateResult {
  return html`<div part="error" class="state" role="alert"><p>${failed}</p></div>`;
}

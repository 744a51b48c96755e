import { html, type TemplateResult } from "lit";
import { LIST_ID } from "./ids.ts";
import type { ListRow } from "./list-rows.ts";
import type { Strings } from "./strings.ts";

/** What every list of options has, and whom it tells. */
export interface Listbox {
  /** In the order in which the content shows them, with their index as `data-index`. */
  readonly rows: readonly ListRow[];
  /** Index of the row that Enter opens; -1 for none. */
  readonly active: number;
  /** Whether better rows are on their way. */
  readonly busy: boolean;
  readonly strings: Strings;
  /** The pointer moved onto a row. */
  onPoint(index: number): void;
  /** A row was clicked, with any button and modifier; `href` is where its link leads, if it has one. */
  onClick(row: ListRow, href: string, event: MouseEvent): void;
}

/** The listbox that the input controls, around groups of options. */
export function listbox(list: Listbox, content: unknown, label = list.strings.results): TemplateResult {
  const { rows, busy, onPoint, onClick } = list;
  const point = (event: PointerEvent) => {
    const option = optionOf(event);
    if (option && event.pointerType === "mouse") onPoint(indexOf(option));
  };
  const click = (event: MouseEvent) => {
    const option = optionOf(event);
    const row = option && rows[indexOf(option)];
    if (row && event.button !== 2) onClick(row, (option as HTMLAnchorElement).href ?? "", event);
  };
  // Browsers let Tab stop at what scrolls, unless it is told otherwise: the keys of the input scroll this.
  return html`<div
    id=${LIST_ID} part="results" role="listbox" tabindex="-1" aria-label=${label} aria-busy=${busy}
    @mousedown=${keepFocus} @pointermove=${point} @click=${click} @auxclick=${click}
  >${content}</div>`;
}

/** The parts of an option, which the active one has one more of. */
export function optionPart(parts: string, isActive: boolean): string {
  return isActive ? `${parts} option-active` : parts;
}

/** The input keeps the focus, so that the keys go on working. */
function keepFocus(event: MouseEvent): void {
  if (event.button === 0) event.preventDefault();
}

function optionOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest("[role=option]");
}

function indexOf({ dataset }: HTMLElement): number {
  return Number(dataset.index);
}

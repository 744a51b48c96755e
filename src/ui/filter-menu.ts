import { html, type LitElement, nothing, type TemplateResult } from "lit";
import { checkIcon } from "./filter-icons.ts";

/** Letters typed closer together than this are one word. */
const TYPEAHEAD_MS = 700;
/** Rows that a page key goes. */
const PAGE_ROWS = 10;
/** Distance from the button, in pixels. */
const GAP = 4;
/** Least distance from the edges of window and panel, in pixels. */
const MARGIN = 8;

/** The `id` of the menu's element, for `aria-controls`. */
export const MENU_ID = "filter-menu";

/** The `id` of a button that opens a menu; a filter may have any name, an `id` may not. */
export const menuButtonId = (index: number): string => `filter-${index}`;

/** One line of a menu. */
export interface MenuEntry {
  readonly text: string;
  readonly isChecked: boolean;
  /** Shown behind the text. */
  readonly count?: string | undefined;
  /** Names it in place of the text and a bare number. */
  readonly spoken?: string | undefined;
  /** It would lead nowhere. */
  readonly isEmpty?: boolean | undefined;
}

/** What a menu holds, and whom it tells. */
export interface MenuContent {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Whether one entry is checked at a time; choosing it closes the menu. */
  readonly single: boolean;
  onChoose(index: number): void;
}

/** A menu below the button that opened it, over everything else. One at a time. */
export class FilterMenu {
  readonly #element: LitElement;
  #button: number | undefined;
  #typed = "";
  #typedAt = 0;
  #listening = new AbortController();

  constructor(element: LitElement) {
    this.#element = element;
  }

  /** Index of the button that it belongs to; undefined while it is closed. */
  get button(): number | undefined {
    return this.#button;
  }

  /** Opens it at a button, on what is checked or the first entry, or on the last one. */
  async open(button: number, { atEnd = false } = {}): Promise<void> {
    this.close();
    await this.#element.updateComplete;
    this.#button = button;
    this.#listen();
    this.#element.requestUpdate();
    await this.#element.updateComplete;
    // Older browsers have no top layer: there it is fixed within the dialog.
    this.#menu?.showPopover?.();
    this.#place();
    const entries = this.#entries;
    const checked = entries.find((entry) => entry.ariaChecked === "true");
    (atEnd ? entries.at(-1) : (checked ?? entries[0]))?.focus();
  }

  /** Closes it; the focus returns to its button. */
  close(): void {
    if (this.#button === undefined) return;
    if (this.#menu?.matches(":focus-within")) this.#anchor?.focus({ preventScroll: true });
    this.#listening.abort();
    this.#button = undefined;
    this.#element.requestUpdate();
  }

  render({ label, entries, single, onChoose }: MenuContent): TemplateResult {
    const role = single ? "menuitemradio" : "menuitemcheckbox";
    const click = (event: Event) => {
      const entry = entryOf(event);
      if (!entry) return;
      if (single) this.close();
      onChoose(Number(entry.dataset.index));
    };
    return html`<div
      id=${MENU_ID} part="filter-menu" role="menu" aria-label=${label} popover="manual"
      @keydown=${this.#onKey} @click=${click} @pointermove=${focusPointed}
    >${entries.map(
      ({ text, isChecked, count, spoken, isEmpty }, i) => html`<div
        part="filter-value" class=${isEmpty ? "empty" : nothing} role=${role} aria-checked=${isChecked}
        aria-label=${spoken ?? nothing} tabindex="-1"
        data-index=${i}
      >${checkIcon}<span dir="auto">${text}</span>${count === undefined ? nothing : html` <span part="filter-count" aria-hidden="true">${count}</span>`}</div>`,
    )}</div>`;
  }

  get #root(): ShadowRoot {
    return this.#element.renderRoot as ShadowRoot;
  }

  get #menu(): HTMLElement | null {
    return this.#root.querySelector(`#${MENU_ID}`);
  }

  get #anchor(): HTMLElement | null {
    return this.#root.querySelector(`#${menuButtonId(this.#button ?? 0)}`);
  }

  get #entries(): HTMLElement[] {
    return [...(this.#menu?.querySelectorAll<HTMLElement>("[data-index]") ?? [])];
  }

  #listen(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const options = { capture: true, passive: true, signal };
    document.addEventListener("pointerdown", this.#onPointerDown, options);
    document.addEventListener("scroll", this.#place, options);
    this.#root.addEventListener("scroll", this.#place, options);
    addEventListener("resize", this.#place, options);
  }

  /** A press elsewhere closes it; one on the dialog's backdrop closes no more than that. */
  readonly #onPointerDown = (event: Event): void => {
    const path = event.composedPath();
    const isOwn = [this.#menu, this.#anchor].some((own) => own && path.includes(own));
    if (isOwn) return;
    if (path[0] instanceof HTMLDialogElement) event.stopPropagation();
    this.close();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // From the button on, the focus goes where it would have gone.
    if (event.key === "Tab") this.close();
    else if (this.#obey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  /** False for a key that means nothing here. */
  #obey(key: string): boolean {
    const entries = this.#entries;
    const at = entries.indexOf(this.#root.activeElement as HTMLElement);
    const last = entries.length - 1;
    const goals: Record<string, number> = {
      ArrowDown: at < last ? at + 1 : 0,
      ArrowUp: at > 0 ? at - 1 : last,
      Home: 0,
      End: last,
      PageDown: Math.min(last, at + PAGE_ROWS),
      PageUp: Math.max(0, at - PAGE_ROWS),
    };
    if (Object.hasOwn(goals, key)) entries[goals[key] ?? 0]?.focus();
    else if (key === "Enter" || key === " ") entries[at]?.click();
    else if (key === "Escape") this.close();
    else if ([...key].length === 1) this.#findTyped(key, entries, at);
    else return false;
    return true;
  }

  /** Goes to the next entry that begins with the letters typed; the same letter again goes to the one after. */
  #findTyped(letter: string, entries: readonly HTMLElement[], at: number): void {
    const now = performance.now();
    const isNew = now - this.#typedAt > TYPEAHEAD_MS;
    this.#typedAt = now;
    this.#typed = isNew || this.#typed === letter ? letter : this.#typed + letter;
    const from = this.#typed.length > letter.length ? at : at + 1;
    const typed = this.#typed.toLocaleLowerCase();
    [...entries.slice(from), ...entries.slice(0, from)]
      .find((entry) => entry.textContent?.trim().toLocaleLowerCase().startsWith(typed))
      ?.focus();
  }

  /** Below its button, or above where there is more room; at its start, or its end where the panel ends. */
  readonly #place = (event?: Event): void => {
    const [menu, anchor] = [this.#menu, this.#anchor];
    if (!menu || !anchor || event?.target === menu) return;
    const { left, right, top, bottom } = anchor.getBoundingClientRect();
    const [above, below] = [top, innerHeight - bottom].map((room) => room - GAP - MARGIN) as [number, number];
    const isAbove = menu.offsetHeight > below && above > below;
    menu.style.setProperty("--_room", `${isAbove ? above : below}px`);
    const { offsetWidth, offsetHeight, parentElement } = menu;
    const panel = (parentElement ?? anchor).getBoundingClientRect();
    const [least, most] = [panel.left + MARGIN, panel.right - MARGIN - offsetWidth];
    const isRtl = getComputedStyle(menu).direction === "rtl";
    const atRight = right - offsetWidth;
    const wanted = isRtl ? (atRight < least ? left : atRight) : left > most ? atRight : left;
    const x = Math.max(least, Math.min(wanted, most));
    const y = isAbove ? top - GAP - offsetHeight : bottom + GAP;
    Object.assign(menu.style, { left: `${x}px`, top: `${y}px` });
  };
}

function focusPointed(event: PointerEvent): void {
  if (event.pointerType === "mouse") entryOf(event)?.focus({ preventScroll: true });
}

function entryOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest("[data-index]");
}

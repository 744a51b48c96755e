import { html, nothing, type ReactiveController, type TemplateResult } from "lit";
import type { FacetCounts, IndexInfo, SearchBackend, SearchOptions, SortOrder } from "../core/search.ts";
import { countText, fill } from "./fill.ts";
import {
  countOf,
  displayName,
  type FilterChoice,
  initialChoice,
  menuValues,
  toggle,
  without,
} from "./filter-choice.ts";
import { openIcon, sortIcon } from "./filter-icons.ts";
import { FilterMenu, MENU_ID, type MenuContent, menuButtonId } from "./filter-menu.ts";
import { filterStyles } from "./filter-styles.ts";
import type { FilteringHost } from "./filtering.ts";
import { clearIcon } from "./panel-icons.ts";
import type { SearchView } from "./search-session.ts";

/** Longest time that a search waits for the values of the page itself; then it is a search everywhere. */
const SCOPE_WAIT_MS = 2000;

/** What of an index concerns filters. */
export type FilterInfo = Pick<IndexInfo, "build" | "filters" | "facets" | "sorts">;

/** The line of filters between input and results: what is chosen, and the menus to choose from. */
export class FilterBar implements ReactiveController {
  readonly #host: FilteringHost;
  readonly #info: FilterInfo;
  readonly #menu: FilterMenu;
  #choice: FilterChoice = new Map();
  #sort: SortOrder | undefined;
  /** Of the pages found last, or of all. */
  #counts: FacetCounts;
  /** Values of the open menu: they keep their places while it is open. */
  #values: readonly string[] = [];
  #preset = "";
  #ready: Promise<void>;
  #isShown: boolean;
  /** What was searched for when the line was ready. */
  #firstQuery: string | undefined;

  /** Takes the place of another line, if there was one. */
  constructor(host: FilteringHost, info: FilterInfo, other?: FilterBar) {
    this.#host = host;
    this.#info = info;
    this.#counts = info.facets;
    this.#isShown = other?.remove() ?? false;
    this.#menu = new FilterMenu(host.element);
    this.#ready = this.#takePreset();
    adopt(host.element.renderRoot as ShadowRoot);
    host.element.addController(this);
    host.element.requestUpdate();
  }

  get build(): string {
    return this.#info.build;
  }

  /** Settles when the choice to begin with is known. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  get options(): Pick<SearchOptions, "filters" | "sort"> {
    return {
      ...(this.#choice.size > 0 && { filters: Object.fromEntries(this.#choice) }),
      ...(this.#sort && { sort: this.#sort }),
    };
  }

  /** Takes all filters back; undefined while none is chosen. */
  get clear(): (() => void) | undefined {
    return this.#choice.size > 0 ? () => this.#change(new Map(), 0) : undefined;
  }

  /** Whether it was on screen. */
  remove(): boolean {
    this.#menu.close();
    this.#host.element.removeController(this);
    return this.#isShown;
  }

  hostUpdate(): void {
    if (this.#isClosed) this.#menu.close();
    if (this.#preset !== this.#presetKey) this.#ready = this.#takePreset().then(() => this.#host.changed());
  }

  hostDisconnected(): void {
    this.#menu.close();
  }

  render(view: SearchView, query: string): TemplateResult | undefined {
    this.#isShown ||= this.#mayAppear(view, query);
    if (!this.#isShown) return undefined;
    if ("results" in view) this.#counts = view.results.facets;
    if (view.phase === "idle") this.#counts = this.#info.facets;
    const { filters, sorts } = this.#info;
    const strings = this.#host.strings();
    return html`<div part="filters" role="group" aria-label=${strings.filters}>
        ${filters.map((name, i) => this.#filter(name, i))}
        ${this.#choice.size > 1 ? html`<button part="filter-clear" type="button" @click=${this.clear}>${strings.filtersClear}</button>` : nothing}
        ${sorts.length > 0 ? this.#sorting() : nothing}
      </div>
      ${this.#menu.button === undefined ? nothing : this.#menu.render(this.#content(this.#menu.button))}`;
  }

  // The choice

  /** The filters that the page sets; whatever was chosen before is forgotten. */
  async #takePreset(): Promise<void> {
    const key = this.#presetKey;
    this.#preset = key;
    const { filters, scope } = this.#host.preset();
    const own = scope ? await ownValues(this.#host.backend()) : {};
    if (key !== this.#preset) return;
    this.#choice = initialChoice(this.#info.filters, { filters, scope, own });
    this.#host.element.requestUpdate();
  }

  /** What the preset depends on: also on the page, which routers change without loading another. */
  get #presetKey(): string {
    const { filters, scope } = this.#host.preset();
    return JSON.stringify([filters, scope, scope && location.pathname]);
  }

  /** Searches with another choice. A button that is no more gives the focus to that of a menu. */
  #change(choice: FilterChoice, button?: number): void {
    this.#choice = choice;
    const { element } = this.#host;
    if (button !== undefined) element.renderRoot.querySelector<HTMLElement>(`#${menuButtonId(button)}`)?.focus();
    element.requestUpdate();
    this.#host.changed();
  }

  #changeSort(sort: SortOrder | undefined): void {
    this.#sort = sort;
    this.#change(this.#choice);
  }

  // The line

  /** A line that comes late must not move what the visitor may be about to press. */
  #mayAppear({ phase, rows }: SearchView, query: string): boolean {
    this.#firstQuery ??= query;
    if (this.#isClosed) return true;
    if (phase !== "idle") return rows.length === 0 || (phase !== "searching" && query !== this.#firstQuery);
    const { element } = this.#host;
    const offers = element.renderRoot.querySelector("[role=option], [part~=idle] :is(a, button)");
    return this.#dialog !== null && !offers && !element.querySelector("[slot=idle]");
  }

  /** Null for an inline search. */
  get #dialog(): HTMLDialogElement | null {
    return this.#host.element.renderRoot.querySelector("dialog");
  }

  get #isClosed(): boolean {
    return this.#dialog?.open === false;
  }

  #filter(name: string, index: number): TemplateResult {
    const strings = this.#host.strings();
    const values = this.#choice.get(name) ?? [];
    const label = displayName(name, strings);
    const removal = fill(strings.filterRemove, { name: label, value: values.join(", ") });
    const remove = () => this.#change(without(this.#choice, name), index);
    const [first] = values;
    const text = html`<bdi>${label}</bdi>${
      first
        ? html` <bdi class="value">${first}</bdi>${values.length > 1 ? html` <span>+${values.length - 1}</span>` : nothing}`
        : nothing
    }`;
    return html`<span part=${first ? "filter filter-chosen" : "filter"} class="chip">
      ${this.#menuButton(index, text)}
      ${first ? html`<button part="filter-remove" type="button" aria-label=${removal} @click=${remove}>${clearIcon}</button>` : nothing}
    </span>`;
  }

  #sorting(): TemplateResult {
    const { sort } = this.#host.strings();
    const text = html`${sortIcon}<bdi>${sort}</bdi>${this.#sort ? html` <bdi class="value">${this.#sortText(this.#sort)}</bdi>` : nothing}`;
    return html`<span part="sort" class="chip">${this.#menuButton(this.#info.filters.length, text)}</span>`;
  }

  #menuButton(index: number, text: TemplateResult): TemplateResult {
    const isOpen = this.#menu.button === index;
    const open = (atEnd = false) => {
      this.#values = this.#valuesOf(this.#info.filters[index] ?? "");
      this.#menu.open(index, { atEnd });
    };
    const key = (event: KeyboardEvent) => {
      if (!/^Arrow(Up|Down)$/.test(event.key)) return;
      event.preventDefault();
      open(event.key === "ArrowUp");
    };
    return html`<button
      id=${menuButtonId(index)} type="button" aria-haspopup="menu" aria-expanded=${isOpen}
      aria-controls=${isOpen ? MENU_ID : nothing} @click=${() => (isOpen ? this.#menu.close() : open())} @keydown=${key}
    >${text}${openIcon}</button>`;
  }

  // The menus

  /** The menu of a filter, or, behind them, that of the order. */
  #content(index: number): MenuContent {
    const name = this.#info.filters[index];
    return name === undefined ? this.#sortMenu() : this.#filterMenu(name);
  }

  #filterMenu(name: string): MenuContent {
    const strings = this.#host.strings();
    const chosen = this.#choice.get(name) ?? [];
    return {
      label: displayName(name, strings),
      single: false,
      entries: this.#values.map((value) => {
        const count = countOf(this.#counts, name, value);
        return {
          text: value,
          isChecked: chosen.includes(value),
          count: count.toLocaleString(strings.locale),
          spoken: `${value}, ${countText(strings, count)}`,
          isEmpty: count === 0,
        };
      }),
      onChoose: (index) => this.#change(toggle(this.#choice, name, this.#values[index] ?? "")),
    };
  }

  #sortMenu(): MenuContent {
    const { sort, sortRelevance } = this.#host.strings();
    const orders = this.#info.sorts.flatMap((by): SortOrder[] => [
      { by, order: "ascending" },
      { by, order: "descending" },
    ]);
    const isChosen = ({ by, order }: SortOrder) => by === this.#sort?.by && order === this.#sort.order;
    return {
      label: sort,
      single: true,
      entries: [
        { text: sortRelevance, isChecked: !this.#sort },
        ...orders.map((order) => ({ text: this.#sortText(order), isChecked: isChosen(order) })),
      ],
      onChoose: (index) => this.#changeSort(orders[index - 1]),
    };
  }

  #sortText({ by, order }: SortOrder): string {
    const strings = this.#host.strings();
    const text = order === "descending" ? strings.sortDescending : strings.sortAscending;
    return fill(text, { name: displayName(by, strings) });
  }

  #valuesOf(name: string): readonly string[] {
    const { locale } = this.#host.strings();
    return menuValues(name, { all: this.#info.facets, now: this.#counts, choice: this.#choice, locale });
  }
}

/** The values of the page itself; none where they are not known, or not in time. */
async function ownValues(backend: SearchBackend): Promise<Readonly<Record<string, readonly string[]>>> {
  const late = new Promise<Record<string, never>>((resolve) => setTimeout(resolve, SCOPE_WAIT_MS, {}));
  const own = backend.filtersOf?.(location.href).catch(() => ({}));
  return Promise.race([own ?? {}, late]);
}

function adopt(root: ShadowRoot): void {
  const { styleSheet } = filterStyles;
  if (styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
}

import { adoptStyles, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { SearchError } from "../core/errors.ts";
import type { SearchBackend, SearchResults } from "../core/search.ts";
import { ActiveRow } from "./active-row.ts";
import { Address } from "./address.ts";
import { Announcer } from "./announcer.ts";
import { emit, type SearchProgress } from "./events.ts";
import { commandOf, DEFAULT_KEYS, isPrintable, isTyping, type KeyCommand, type KeyMap } from "./keys.ts";
import { Modal } from "./modal.ts";
import { isOnDarkPage, selectedText } from "./page.ts";
import type * as Results from "./results-view.ts";
import type { Row } from "./rows.ts";
import { SearchSession, type SearchView } from "./search-session.ts";
import { footer, idleState, searchBar, spokenState, triggerButton } from "./shell.ts";
import { EN, type Strings } from "./strings.ts";
import { styles } from "./styles.ts";

/** Makes the backend that an element with a `src` searches in. */
export type BackendFactory = (
  indexUrl: URL,
  options: { readonly onProgress: (progress: SearchProgress) => void },
) => SearchBackend;

/**
 * Searches a static site by words and by meaning, in the visitor's browser.
 *
 * A button that opens a dialog, or, with `inline`, a search box with its results below. Nothing is fetched before
 * the visitor points at it, focuses it or presses its shortcut.
 *
 * @summary Search by meaning for static sites.
 *
 * @slot trigger - What the button shows in place of icon, label and key caps.
 * @slot idle - Shown before the first letter is typed: suggestions, links.
 * @slot nothing - Shown below “Nothing found”: a way to report what is missing.
 * @slot footer - Shown at the end of the footer.
 *
 * @csspart trigger - The button that opens the dialog.
 * @csspart trigger-label - Its text.
 * @csspart trigger-keys - Its key caps.
 * @csspart dialog - The `<dialog>`; its `::backdrop` is set by `--ss-backdrop`.
 * @csspart panel - All of the search: the dialog's content, or the inline search.
 * @csspart search-bar - The line with the input.
 * @csspart input - The input.
 * @csspart clear - The button that empties the input.
 * @csspart close - The button that closes the dialog.
 * @csspart progress - The line that moves while results are on their way.
 * @csspart results - The list of results.
 * @csspart page - The results of one page.
 * @csspart option - One result.
 * @csspart option-active - The result that Enter opens.
 * @csspart title - A page's title.
 * @csspart trail - The way to a page.
 * @csspart heading - A section's heading.
 * @csspart excerpt - The passage that answers the query.
 * @csspart mark - What is marked in it.
 * @csspart badge - How a result was found; also `badge-words`, `badge-meaning`, `badge-both`.
 * @csspart idle - The state before the first letter.
 * @csspart loading - The outline of results to come.
 * @csspart nothing - The state when nothing was found.
 * @csspart error - The state when the search failed, or the visitor is offline.
 * @csspart retry - The button that tries again.
 * @csspart note - What is missing from the results.
 * @csspart footer - The last line.
 * @csspart status - The number of results, or what is going on.
 *
 * @cssproperty --ss-accent - The one strong colour. Default: the accent of VitePress, Starlight, Docusaurus or Material for MkDocs where the page has one, else a blue.
 * @cssproperty --ss-background - Behind everything.
 * @cssproperty --ss-surface - Behind key caps and buttons.
 * @cssproperty --ss-text - Titles and what is typed.
 * @cssproperty --ss-muted - Everything less important; keep its contrast with the background above 4.5.
 * @cssproperty --ss-border - Lines.
 * @cssproperty --ss-active - Behind the active result.
 * @cssproperty --ss-mark - Behind marked words.
 * @cssproperty --ss-danger - The sign of an error.
 * @cssproperty --ss-backdrop - Over the page behind the dialog.
 * @cssproperty --ss-shadow - Of the dialog.
 * @cssproperty --ss-radius - Of the dialog's corners; the other corners follow. Default 14px.
 * @cssproperty --ss-font - Default: the page's.
 * @cssproperty --ss-font-size - Of what is typed; the rest follows. Default `max(1rem, 16px)`.
 * @cssproperty --ss-width - Of the dialog. Default 40rem.
 * @cssproperty --ss-height - Most height of the dialog. Default 40rem.
 * @cssproperty --ss-top - Distance of the dialog from the top. Default 12dvh.
 *
 * @event {CustomEvent<SearchEventDetail>} ss-search - A query was answered.
 * @event {CustomEvent<SelectEventDetail>} ss-select - A result was chosen; cancel it to open it yourself.
 * @event {CustomEvent<ErrorEventDetail>} ss-error - A search failed.
 * @event {CustomEvent<SearchProgress>} ss-progress - A file of the index arrived.
 */
export class SemanticSearchElement extends LitElement {
  /** Set by the entry that registers the element; without it, every element needs a `backend`. */
  static createBackend: BackendFactory | undefined;

  static override readonly styles = styles;

  static override readonly properties = {
    src: {},
    inline: { type: Boolean, reflect: true },
    opened: { type: Boolean, reflect: true },
    theme: { reflect: true },
    label: {},
    placeholder: {},
    shortcut: {},
    limit: { type: Number },
    sectionsPerPage: { type: Number, attribute: "sections-per-page" },
    queryParam: { attribute: "query-param" },
    noTextFragments: { type: Boolean, attribute: "no-text-fragments" },
    backend: { attribute: false },
    keys: { attribute: false },
    strings: { attribute: false },
  };

  /** URL of the index's `index.json`, relative to the page. */
  declare src: string;
  /** A search box in the page instead of a button and a dialog. */
  declare inline: boolean;
  /** Whether the dialog is open. */
  declare opened: boolean;
  /** Default `auto`: as the page is. */
  declare theme: "auto" | "light" | "dark";
  /** Names the button and the search. Default: `strings.label`. */
  declare label: string;
  /** Default: `strings.placeholder`. */
  declare placeholder: string;
  /** Keys that open the search from anywhere, separated by spaces; empty for none. Default `mod+k /`. */
  declare shortcut: string;
  /** Most pages to list. Default 10. */
  declare limit: number;
  /** Most sections to list under a page. Default 3. */
  declare sectionsPerPage: number;
  /** Parameter of the page's address that holds the query; empty for none. Default `q`. */
  declare queryParam: string;
  /** Link to the section, not to the exact passage. */
  declare noTextFragments: boolean;
  /** Answers the queries. Default: one made from `src` when it is first needed. */
  declare backend: SearchBackend | undefined;
  /** Other keys for some of the commands. */
  declare keys: Partial<KeyMap>;
  /** Other texts for some of the element's. */
  declare strings: Partial<Strings>;

  readonly #active = new ActiveRow(this);
  readonly #address = new Address(this);
  readonly #announcer = new Announcer(this);
  readonly #modal = new Modal(() => this.close());
  readonly #session = new SearchSession({
    backend: () => this.#backend(),
    options: () => ({ limit: this.limit, sectionsPerPage: this.sectionsPerPage }),
    heldRows: () => this.#active.heldRows(),
    changed: (view, previous) => this.#viewChanged(view, previous),
  });
  #query = "";
  #ownBackend: SearchBackend | undefined;
  #warmed = false;
  #hasPanel = false;
  #results: typeof Results | undefined;
  #onDark = false;

  constructor() {
    super();
    this.src = "";
    this.inline = false;
    this.opened = false;
    this.theme = "auto";
    this.label = "";
    this.placeholder = "";
    this.shortcut = DEFAULT_KEYS.toggle.join(" ");
    this.limit = 10;
    this.sectionsPerPage = 3;
    this.queryParam = "q";
    this.noTextFragments = false;
    this.keys = {};
    this.strings = {};
  }

  /** What is typed. */
  get query(): string {
    return this.#query;
  }

  /** The answer on screen, if any. */
  get results(): SearchResults | undefined {
    const { view } = this.#session;
    return "results" in view ? view.results : undefined;
  }

  /** Opens the dialog; focuses the input of an inline search. */
  open(): void {
    if (this.inline) this.focus();
    else this.#setOpened(true);
  }

  /** Closes the dialog. What was typed stays for the next time. */
  close(): void {
    this.#setOpened(false);
  }

  /** Searches for a query, in the dialog or inline. `ss-search` or `ss-error` tells how it went. */
  search(query: string): void {
    this.#query = query;
    this.#session.run(query);
    if (!this.inline) this.open();
  }

  /** Focuses the button, or the input of an inline search. */
  override focus(options?: FocusOptions): void {
    this.renderRoot?.querySelector<HTMLElement>(this.inline ? "#input" : "#trigger")?.focus(options);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#onDocumentKey);
    addEventListener("online", this.#onOnline);
    if (this.#session.interrupted) this.#session.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#onDocumentKey);
    removeEventListener("online", this.#onOnline);
    this.#setOpened(false);
    // An element that is only being moved is connected again by then, and its search goes on.
    queueMicrotask(() => this.isConnected || this.#release());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated && (changed.has("src") || changed.has("backend"))) this.#retry();
    if (this.opened || this.inline) this.#onDark = isOnDarkPage(this);
    this.#hasPanel ||= this.opened;
  }

  protected override firstUpdated(): void {
    const query = this.#address.read(this.queryParam);
    if (query) this.search(query);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("opened")) this.#syncDialog();
  }

  protected override render(): TemplateResult {
    if (this.inline) return this.#renderPanel();
    const { onPointerDown, onClick } = this.#modal;
    return html`${this.#renderTrigger()}
      <dialog
        part="dialog" aria-label=${this.#label} data-scheme=${this.#onDark ? "dark" : nothing}
        @close=${this.close} @pointerdown=${onPointerDown} @click=${onClick}
      >${this.#hasPanel ? this.#renderPanel() : nothing}</dialog>`;
  }

  #renderTrigger(): TemplateResult {
    return triggerButton({
      label: this.#label,
      opened: this.opened,
      chords: this.#keys.toggle,
      onClick: () => this.#onTrigger(),
      onIntent: () => this.#warm(),
    });
  }

  #renderPanel(): TemplateResult {
    const { view } = this.#session;
    const busy = view.phase === "searching" || view.phase === "partial";
    return html`<div
      part="panel" role=${this.inline ? "search" : nothing} aria-label=${this.inline ? this.#label : nothing}
      data-scheme=${this.inline && this.#onDark ? "dark" : nothing} @keydown=${this.#onPanelKey}
    >
      ${this.#renderSearchBar(view)}
      <div part="progress" class=${busy ? "busy" : view.phase}></div>
      ${this.#renderBody(view)}${footer(view, this.#texts)}${this.#announcer.render()}
    </div>`;
  }

  #renderSearchBar({ rows }: SearchView): TemplateResult {
    const strings = this.#texts;
    return searchBar({
      strings,
      label: this.#label,
      placeholder: this.placeholder || strings.placeholder,
      query: this.#query,
      rowCount: rows.length,
      active: this.#active.index,
      onInput: (event) => this.#onInput(event),
      onIntent: () => this.#warm(),
      onClear: () => this.#clear(),
      onClose: this.inline ? undefined : () => this.close(),
    });
  }

  #renderBody(view: SearchView): unknown {
    if (view.phase === "idle") return idleState(this.#texts, this.inline);
    return this.#results?.resultsView({
      view,
      query: this.#query.trim(),
      active: this.#active.index,
      strings: this.#texts,
      textFragments: !this.noTextFragments,
      onPoint: (index) => this.#active.choose(index),
      onClick: (row, href, event) => this.#onRowClick(row, href, event),
      onRetry: () => this.#retry(),
    });
  }

  get #texts(): Strings {
    return { ...EN, ...this.strings };
  }

  get #label(): string {
    return this.label || this.#texts.label;
  }

  get #keys(): KeyMap {
    return { ...DEFAULT_KEYS, toggle: this.shortcut.split(/\s+/).filter(Boolean), ...this.keys };
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot?.querySelector("input") ?? null;
  }

  // Searching

  #backend(): SearchBackend {
    if (this.backend) return this.backend;
    this.#ownBackend ??= this.#createBackend();
    return this.#ownBackend;
  }

  #createBackend(): SearchBackend {
    const create = SemanticSearchElement.createBackend;
    if (!create || !this.src) {
      throw new SearchError("bad-option", "This search has no index.", {
        remedy: 'Point its "src" attribute at the index.json that was built with the site.',
      });
    }
    const onProgress = (progress: SearchProgress) => emit(this, "ss-progress", progress);
    return create(new URL(this.src, document.baseURI), { onProgress });
  }

  /** The visitor shows intent: what a first query needs is fetched. A failure is met again, and shown, by that query. */
  async #warm(): Promise<void> {
    if (this.#warmed) return;
    this.#warmed = true;
    this.#loadResults();
    try {
      await this.#backend().warm?.();
    } catch {}
  }

  async #loadResults(): Promise<void> {
    if (this.#results) return;
    this.#results = await import("./results-view.ts");
    const { elementStyles } = this.constructor as typeof SemanticSearchElement;
    adoptStyles(this.renderRoot as ShadowRoot, [...elementStyles, ...this.#results.resultsStyles]);
    this.requestUpdate();
  }

  #release(): void {
    this.#session.stop();
    this.#ownBackend?.close();
    this.#ownBackend = undefined;
    this.#warmed = false;
  }

  #retry(): void {
    this.#release();
    this.#session.run();
  }

  #type(query: string): void {
    if (query === this.#query) return;
    this.#query = query;
    this.#active.release();
    this.#session.type(query);
  }

  #clear(): void {
    this.#type("");
    this.#input?.focus();
  }

  #viewChanged(view: SearchView, previous: SearchView): void {
    const isOtherList = view.phase === "partial" || (view.phase === "settled" && previous.phase !== "partial");
    if (isOtherList) this.#active.reset();
    this.#active.clamp(view.rows.length);
    this.#announcer.say(spokenState(view, this.#query.trim(), this.#texts));
    this.#report(view);
    this.requestUpdate();
  }

  #report(view: SearchView): void {
    const query = this.#query.trim();
    const isShown = this.inline || this.opened;
    if (isShown && (view.phase === "settled" || view.phase === "idle")) this.#address.write(this.queryParam, query);
    if (view.phase === "settled") emit(this, "ss-search", { query, results: view.results });
    if ("error" in view && view.error) emit(this, "ss-error", { error: view.error });
  }

  // Choosing a result

  #onRowClick(row: Row, href: string, event: MouseEvent): void {
    const newTab = event.button === 1 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (!this.#select(row, href, newTab)) event.preventDefault();
  }

  #openActive(newTab: boolean): void {
    const { phase, rows } = this.#session.view;
    // Rows of the query before are not what was asked for, unless they were chosen on purpose.
    if (phase === "searching" && !this.#active.chosen) return;
    const row = rows[this.#active.index];
    const link = this.#active.element;
    if (!newTab) link?.click();
    else if (row && link?.href && this.#select(row, link.href, true)) window.open(link.href, "_blank", "noopener");
  }

  /** Tells the page that a result is about to be opened; false when it must not be. */
  #select(row: Row, href: string, newTab: boolean): boolean {
    const proceed = emit(this, "ss-select", { ...row, href, newTab, query: this.#query.trim() });
    if (!newTab) this.close();
    return proceed;
  }

  // Keys and input

  readonly #onDocumentKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || commandOf(event, this.#keys) !== "toggle") return;
    if ((isPrintable(event) && isTyping(event)) || !this.#isInReach(event)) return;
    event.preventDefault();
    if (this.opened) this.close();
    else this.#openOnSelection();
  };

  /** Whether a shortcut can mean this element: not when it is hidden, or another one has the focus. */
  #isInReach(event: KeyboardEvent): boolean {
    const isOther = (target: EventTarget) => target instanceof SemanticSearchElement && target !== this;
    return (this.checkVisibility?.() ?? true) && !event.composedPath().some(isOther);
  }

  #openOnSelection(): void {
    const text = selectedText();
    if (text) this.search(text);
    this.open();
    this.#input?.select();
  }

  #onPanelKey(event: KeyboardEvent): void {
    const command = commandOf(event, this.#keys);
    const isForPanel = command === "dismiss" || event.target === this.#input;
    if (command && command !== "toggle" && isForPanel && this.#obey(command)) event.preventDefault();
  }

  /** Carries out a command; false when there is nothing to do, and the key keeps its meaning. */
  #obey(command: Exclude<KeyCommand, "toggle">): boolean {
    const { length } = this.#session.view.rows;
    if (command === "dismiss") return this.#dismiss();
    if (command === "next") this.#active.move(1, length);
    if (command === "previous") this.#active.move(-1, length);
    if (command === "open") this.#openActive(false);
    if (command === "openInNewTab") this.#openActive(true);
    return true;
  }

  #dismiss(): boolean {
    const acts = this.#query !== "" || this.opened;
    if (this.#query) this.#clear();
    else this.close();
    return acts;
  }

  #onInput(event: Event): void {
    const isComposing = event instanceof InputEvent && event.isComposing;
    if (!isComposing) this.#type((event.target as HTMLInputElement).value);
  }

  #onTrigger(): void {
    this.focus(); // Safari does not focus a button that is clicked, and the dialog returns the focus to where it was.
    this.open();
    this.#input?.select();
  }

  readonly #onOnline = (): void => {
    const { view } = this.#session;
    if (view.phase === "failed" && view.error.code === "network") this.#retry();
  };

  // The dialog

  #setOpened(opened: boolean): void {
    if (opened === this.opened) return;
    this.opened = opened;
    // At once, because iOS shows its keyboard only for an input that is focused while the tap is handled.
    if (this.hasUpdated) this.performUpdate();
  }

  #syncDialog(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (!dialog || !this.#modal.sync(dialog, this.opened)) return;
    if (this.opened) this.#input?.focus();
    if (this.opened) this.#warm();
    this.#address.write(this.queryParam, this.opened && this.results ? this.#query.trim() : "");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "semantic-search": SemanticSearchElement;
  }
}

import { adoptStyles, html, isServer, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { SearchError } from "../core/errors.ts";
import type { SearchBackend, SearchResults } from "../core/search.ts";
import { Address } from "./address.ts";
import type { BackendFactory } from "./backend-source.ts";
import { isChord, isPrintable, isTyping } from "./chords.ts";
import type { KeyMap } from "./commands.ts";
import { emit } from "./events.ts";
import { savesData, whenIdle } from "./idle.ts";
import { Modal } from "./modal.ts";
import { isOnDarkPage, selectedText } from "./page.ts";
import type { PanelOptions, SearchPanel } from "./panel.ts";
import { failedState, idleState, searchBar, triggerButton } from "./shell.ts";
import { SHELL_EN, type ShellStrings, type Strings } from "./strings.ts";
import { styles } from "./styles.ts";

/**
 * Searches a static site by words and by meaning, in the visitor's browser.
 *
 * A button that opens a dialog, or, with `inline`, a search box with its results below. Without `load="all"`, nothing is
 * fetched before the visitor points at it, focuses it or presses its shortcut.
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
 * @csspart model - The line about a larger model: that it may be had, or how far it is.
 * @csspart model-progress - Its progress bar.
 * @csspart model-load - The button that fetches it.
 * @csspart model-decline - The button that stops it.
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
 * @event {CustomEvent<ErrorEventDetail>} ss-error - A search failed, or the index could not be kept.
 * @event {CustomEvent<SearchProgress>} ss-progress - A file of the index arrived, or was kept.
 * @event {CustomEvent<ModelEventDetail>} ss-model - A larger model is there and answers from now on.
 */
export class SemanticSearchElement extends LitElement {
  /**
   * Loads what makes the backend of an element with a `src`. Set by the entry that registers the element; without it,
   * every element needs a `backend`.
   */
  static loadBackend: (() => Promise<BackendFactory>) | undefined;

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
    model: {},
    load: {},
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
  /**
   * Which model answers by meaning: `static` for the embedded one, the name of a larger one that the index was built with,
   * or `auto` (default): the larger one once it has been fetched, which waits for the first answer, and is only offered on
   * a device or a connection that it would weigh on.
   */
  declare model: string;
  /**
   * What is fetched: `demand` (default), what a query needs, or `all`: the whole index, which is then kept on the device.
   * As an attribute of the page it waits until the browser is idle, and spares visitors who save data.
   */
  declare load: "demand" | "all";
  /** Answers the queries. Default: one made from `src` when it is first needed. */
  declare backend: SearchBackend | undefined;
  /** Other keys for some of the commands of the input. */
  declare keys: Partial<KeyMap>;
  /** Other texts for some of the element's. */
  declare strings: Partial<Strings>;

  readonly #address = new Address(this);
  readonly #modal = new Modal(() => this.close());
  #query = "";
  #panel: SearchPanel | undefined;
  #loading: Promise<void> | undefined;
  #loadError: SearchError | undefined;
  #hasDialog = false;
  #onDark = false;
  #keepAll = false;

  constructor() {
    super();
    this.src = "";
    this.inline = false;
    this.opened = false;
    this.theme = "auto";
    this.label = "";
    this.placeholder = "";
    this.shortcut = "mod+k /";
    this.limit = 10;
    this.sectionsPerPage = 3;
    this.queryParam = "q";
    this.noTextFragments = false;
    this.model = "auto";
    this.load = "demand";
    this.keys = {};
    this.strings = {};
  }

  /** What is typed. */
  get query(): string {
    return this.#query;
  }

  /** The answer on screen, if any. */
  get results(): SearchResults | undefined {
    return this.#panel?.results;
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
    this.requestUpdate();
    if (this.#panel) this.#panel.run(query);
    else if (this.hasUpdated) this.#load();
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
    this.#panel?.resume();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#onDocumentKey);
    removeEventListener("online", this.#onOnline);
    this.#setOpened(false);
    // An element that is only being moved is connected again by then, and its search goes on.
    queueMicrotask(() => this.isConnected || this.#panel?.stop());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (isServer) return;
    // Later it is somebody's wish.
    if (changed.has("load")) this.#keepAll = this.load === "all" && (this.hasUpdated || !savesData());
    if (!this.hasUpdated) this.#readAddress();
    else if (changed.has("src") || changed.has("backend") || changed.has("model")) this.#panel?.retry();
    if (this.opened || this.inline) this.#onDark = isOnDarkPage(this);
    this.#hasDialog ||= this.opened;
  }

  protected override firstUpdated(): void {
    if (this.#query) this.#load();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("opened")) this.#syncDialog();
    if (changed.has("load") && this.#keepAll) whenIdle(() => this.#loadAll());
  }

  protected override render(): TemplateResult {
    if (this.inline) return this.#renderPanel();
    const { onPointerDown, onClick } = this.#modal;
    return html`${this.#renderTrigger()}
      <dialog
        part="dialog" aria-label=${this.#label} data-scheme=${this.#onDark ? "dark" : nothing}
        @close=${this.#onDialogClosed} @pointerdown=${onPointerDown} @click=${onClick}
      >${this.#hasDialog ? this.#renderPanel() : nothing}</dialog>`;
  }

  #renderTrigger(): TemplateResult {
    return triggerButton({
      label: this.#label,
      opened: this.opened,
      chords: this.#chords,
      onClick: () => this.#onTrigger(),
      onIntent: () => this.#load(),
    });
  }

  #renderPanel(): TemplateResult {
    const state = this.#panel?.busy ? "busy" : this.#query.trim() ? "" : "idle";
    return html`<div
      part="panel" role=${this.inline ? "search" : nothing} aria-label=${this.inline ? this.#label : nothing}
      data-scheme=${this.inline && this.#onDark ? "dark" : nothing} @keydown=${this.#onKey}
    >
      ${this.#renderSearchBar()}
      <div part="progress" class=${state}></div>
      ${this.#renderBody(state === "idle")}
    </div>`;
  }

  #renderBody(isIdle: boolean): unknown {
    if (this.#loadError) return failedState(this.#loadError, this.#texts);
    return [isIdle ? idleState(this.#texts, this.inline) : nothing, this.#panel?.render()];
  }

  #renderSearchBar(): TemplateResult {
    const strings = this.#texts;
    return searchBar({
      strings,
      label: this.#label,
      placeholder: this.placeholder || strings.placeholder,
      query: this.#query,
      activeRow: this.#panel?.activeIndex,
      onInput: (event) => this.#onInput(event),
      onIntent: () => this.#load(),
      onClear: () => this.#clear(),
      onClose: this.inline ? undefined : () => this.close(),
    });
  }

  get #texts(): ShellStrings {
    return { ...SHELL_EN, ...this.strings };
  }

  get #label(): string {
    return this.label || this.#texts.label;
  }

  get #chords(): string[] {
    return this.shortcut.split(/\s+/).filter(Boolean);
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot?.querySelector("input") ?? null;
  }

  // Searching

  /** Fetches the part that a page needs only when it is searched. */
  protected importPanel(): Promise<typeof import("./panel.ts")> {
    return import("./panel.ts");
  }

  /** The visitor shows intent: what a first query needs is fetched, once. */
  #load(): void {
    this.#loading ??= this.#loadPanel().catch((cause) => this.#loadFailed(cause));
  }

  /** Without intent, too. */
  #loadAll(): void {
    if (!this.isConnected) return;
    this.#load();
    this.#panel?.keep();
  }

  async #loadPanel(): Promise<void> {
    const parts = [this.importPanel(), SemanticSearchElement.loadBackend?.()] as const;
    const [{ SearchPanel, panelStyles }, createBackend] = await Promise.all(parts);
    const { elementStyles } = this.constructor as typeof SemanticSearchElement;
    adoptStyles(this.renderRoot as ShadowRoot, [...elementStyles, ...panelStyles]);
    this.#loadError = undefined;
    this.#panel = new SearchPanel({
      element: this,
      createBackend,
      options: () => this.#panelOptions,
      onAnswer: (query) => this.#keepInAddress(query),
      onLeave: () => this.close(),
      onDismiss: () => this.#dismiss(),
    });
    this.#panel.run(this.#query);
  }

  #loadFailed(cause: unknown): void {
    this.#loading = undefined;
    this.#loadError = new SearchError("network", "A part of the search could not be loaded.", { cause });
    emit(this, "ss-error", { error: this.#loadError });
    this.requestUpdate();
  }

  get #panelOptions(): PanelOptions {
    const { limit, sectionsPerPage, model, keys, strings } = this;
    const [textFragments, keepAll] = [!this.noTextFragments, this.#keepAll];
    return { limit, sectionsPerPage, textFragments, model, keepAll, keys, strings };
  }

  #type(query: string): void {
    if (query === this.#query) return;
    this.#query = query;
    this.requestUpdate();
    if (this.#panel) this.#panel.type(query);
    else this.#load();
  }

  #clear(): void {
    this.#type("");
    this.#input?.focus();
  }

  #readAddress(): void {
    this.#query ||= this.#address.read(this.queryParam);
    if (this.#query && !this.inline) this.opened = true;
  }

  #keepInAddress(query: string): void {
    if (this.inline || this.opened) this.#address.write(this.queryParam, query);
  }

  // Keys and input

  readonly #onDocumentKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || !this.#chords.some((chord) => isChord(event, chord))) return;
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

  /** Escape means the same before the rest of the element has arrived as after. */
  #onKey(event: KeyboardEvent): void {
    if (this.#panel) this.#panel.onKey(event);
    else if (event.key === "Escape" && !event.isComposing && this.#dismiss()) event.preventDefault();
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
    this.#panel?.reconnect();
  };

  // The dialog

  #setOpened(opened: boolean): void {
    if (opened === this.opened) return;
    this.opened = opened;
    // At once, because iOS shows its keyboard only for an input that is focused while the tap is handled.
    if (this.hasUpdated) this.performUpdate();
  }

  /** The browser closed the dialog. The event comes late: by then the dialog may be open again. */
  #onDialogClosed(): void {
    if (!this.renderRoot.querySelector("dialog")?.open) this.close();
  }

  #syncDialog(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (!dialog || !this.#modal.sync(dialog, this.opened)) return;
    if (this.opened) this.#input?.focus();
    if (this.opened) this.#load();
    this.#address.write(this.queryParam, this.opened && this.results ? this.#query.trim() : "");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "semantic-search": SemanticSearchElement;
  }
}

import { adoptStyles, html, isServer, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { SearchError } from "../core/errors.ts";
import type { SearchBackend, SearchResults } from "../core/search.ts";
import { queryInAddress } from "./address.ts";
import type { BackendFactory } from "./backend-source.ts";
import { isChord, isPrintable, isTyping } from "./chords.ts";
import type { KeyMap } from "./commands.ts";
import { emit } from "./events.ts";
import { savesData, whenIdle } from "./idle.ts";
import { interfaceLanguage, loadStrings, shellStrings } from "./language.ts";
import { languageAround } from "./language-around.ts";
import { Modal } from "./modal.ts";
import { isOnDarkPage, isUnfinished, selectedText } from "./page.ts";
import type { SearchPanel } from "./panel.ts";
import type { RenderHit } from "./rows.ts";
import { failedState, placeOfIdle, searchBar, triggerButton } from "./shell.ts";
import type { ShellStrings, Strings } from "./strings.ts";
import { styles } from "./styles.ts";

/** Values of the properties that have one from the start. */
const DEFAULTS = {
  src: "",
  inline: false,
  opened: false,
  theme: "auto",
  label: "",
  placeholder: "",
  shortcut: "mod+k /",
  limit: 10,
  sectionsPerPage: 3,
  queryParam: "q",
  noTextFragments: false,
  model: "auto",
  load: "demand",
  filters: "",
  scope: "",
  noRecent: false,
  locale: "",
  keys: {},
  strings: {},
} satisfies Partial<SemanticSearchElement>;

/** A property that has a value from the start. */
export type DefaultedProperty = keyof typeof DEFAULTS;

/**
 * Searches a static site by words and by meaning, in the visitor's browser.
 *
 * A button that opens a dialog, or, with `inline`, a search box with its results below. Without `load="all"`, nothing is
 * fetched before the visitor points at it, focuses it or presses its shortcut.
 *
 * @summary Search by meaning for static sites.
 *
 * @slot trigger - What the button shows in place of icon, label and key caps.
 * @slot header - Shown between the input and the results.
 * @slot idle - Shown before the first letter is typed, below the queries that are offered: links, advice.
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
 * @csspart filters - The line with the filters, where the index has any.
 * @csspart filter - One filter.
 * @csspart filter-chosen - One of which values are chosen.
 * @csspart filter-remove - The button that takes them back.
 * @csspart filter-clear - The button that takes all of them back, here and below “Nothing found”.
 * @csspart sort - What the results are sorted by.
 * @csspart filter-menu - The menu of a filter, or of what to sort by.
 * @csspart filter-value - A line of the menu.
 * @csspart filter-count - The number of pages that have a value.
 * @csspart results - The list of results.
 * @csspart page - The results of one page.
 * @csspart option - One result, or one of the queries that are offered before the first letter.
 * @csspart option-active - What Enter opens or searches for.
 * @csspart suggestions - The line of queries that what is typed may become.
 * @csspart suggestion - One of them.
 * @csspart correction - The line with other queries that may be meant, or that says that results are only close in meaning.
 * @csspart redirect - The row that leads to where the site sends the query; also an `option`.
 * @csspart recent - The queries that were searched for before.
 * @csspart recent-clear - The button that forgets them all.
 * @csspart recent-remove - The button that forgets one.
 * @csspart suggested - The queries that the site offers before the first letter.
 * @csspart query - One query, in a correction or, as an `option`, before the first letter.
 * @csspart title - A page's title.
 * @csspart trail - The way to a page.
 * @csspart heading - A section's heading.
 * @csspart excerpt - The passage that answers the query.
 * @csspart mark - What is marked in it.
 * @csspart badge - How a result was found.
 * @csspart badge-words - That of a result by words.
 * @csspart badge-meaning - That of a result by meaning.
 * @csspart badge-both - That of a result by both.
 * @csspart badge-pinned - That of a page that the site puts first.
 * @csspart idle - The state before the first letter.
 * @csspart loading - The outline of results to come.
 * @csspart nothing - The state when nothing was found.
 * @csspart error - The state when the search failed, or the visitor is offline.
 * @csspart retry - The button that tries again.
 * @csspart details - The technical reason of an error, folded away.
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
 * @cssproperty --ss-title-font - Of titles and headings. Default: `--ss-font`.
 * @cssproperty --ss-title-weight - Of titles. Default 600.
 * @cssproperty --ss-excerpt-size - Font size of excerpts. Default 0.875em.
 * @cssproperty --ss-space - How far rows and lines are apart, as a factor: less than 1 is dense, more is roomy. Default 1.
 * @cssproperty --ss-width - Of the dialog. Default 40rem.
 * @cssproperty --ss-height - Height of the dialog from the first letter on, as far as it fits. Default 40rem.
 * @cssproperty --ss-top - Distance of the dialog from the top. Default 12dvh.
 *
 * @event {CustomEvent<SearchEventDetail>} ss-search - A query was answered, or answered again by a larger model.
 * @event {CustomEvent<SelectEventDetail>} ss-select - A result was chosen; cancel it to open it yourself.
 * @event {CustomEvent<ErrorEventDetail>} ss-error - A search failed, a part of the element could not be loaded, the index could not be kept, or `renderHit` threw.
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
    theme: { reflect: true, useDefault: true },
    label: {},
    placeholder: {},
    shortcut: {},
    limit: { type: Number },
    sectionsPerPage: { type: Number, attribute: "sections-per-page" },
    queryParam: { attribute: "query-param" },
    noTextFragments: { type: Boolean, attribute: "no-text-fragments" },
    model: {},
    load: {},
    filters: {},
    scope: {},
    noRecent: { type: Boolean, attribute: "no-recent" },
    locale: {},
    backend: { attribute: false },
    keys: { attribute: false },
    strings: { attribute: false },
    renderHit: { attribute: false },
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
  /** Filters chosen from the start, as a query string: `version=2.0&section=Guide`. The visitor can change them. */
  declare filters: string;
  /** Names of filters, separated by spaces, that begin with the value that this page itself has: `version section`. */
  declare scope: string;
  /** Neither show nor remember what was searched for; what was remembered before is removed. */
  declare noRecent: boolean;
  /** BCP 47 tag of the language of the texts. Default: that of the page around the element (`lang`). */
  declare locale: string;
  /** Answers the queries. Default: one made from `src` when it is first needed. */
  declare backend: SearchBackend | undefined;
  /** Other keys for some of the commands of the input. */
  declare keys: Partial<KeyMap>;
  /** Other texts for some of the element's. */
  declare strings: Partial<Strings>;
  /** Makes the content of a result in place of the element's own; undefined to leave one as it is. */
  declare renderHit: RenderHit | undefined;

  readonly #modal = new Modal(() => this.close());
  #listening: AbortController | undefined;
  #query = "";
  /** What the address holds of the query, as far as is known. */
  #inAddress = "";
  /** Of the page, when the search was last opened. */
  #selection = "";
  #panel: SearchPanel | undefined;
  #loading: Promise<void> | undefined;
  #hasFailed = false;
  #hasDialog = false;
  #onDark = false;
  #keepAll = false;
  #language = "en";
  /** Of the interface, where it is not that of the page. */
  #lang: string | undefined;
  #loadedStrings: Partial<Strings> = {};
  #langObserver: MutationObserver | undefined;

  constructor() {
    super();
    Object.assign(this, DEFAULTS);
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
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("keydown", this.#onDocumentKey, { signal });
    addEventListener("online", this.#onOnline, { signal });
    addEventListener("popstate", this.#followAddress, { signal });
    addEventListener("pageshow", this.#followAddress, { signal });
    globalThis.navigation?.addEventListener("currententrychange", this.#followAddress, { signal });
    this.#langObserver = new MutationObserver(() => this.requestUpdate());
    this.#langObserver.observe(document, { subtree: true, attributeFilter: ["lang"] });
    this.#panel?.resume();
    // Where one page is put in the place of another, the address comes last.
    setTimeout(() => this.#start());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listening?.abort();
    this.#langObserver?.disconnect();
    this.#setOpened(false);
    // An element that is only being moved is connected again by then, and its search goes on.
    queueMicrotask(() => this.isConnected || this.#panel?.stop());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#fillDefaults();
    this.#chooseLanguage();
    if (isServer) return;
    // Later it is somebody's wish.
    if (changed.has("load")) this.#keepAll = this.load === "all" && (this.hasUpdated || !savesData());
    if (changed.has("src") || changed.has("backend") || changed.has("model")) this.#panel?.retry();
    if (this.inline) this.opened = false;
    if (this.opened || this.inline) this.#onDark = isOnDarkPage(this);
    this.#hasDialog ||= this.opened;
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
      lang=${this.#lang ?? nothing}
      data-scheme=${this.inline && this.#onDark ? "dark" : nothing} @keydown=${this.#onKey}
    >
      ${this.#renderSearchBar()}
      <div part="progress" class=${state}></div>
      ${this.#renderBody(state === "idle")}
    </div>`;
  }

  #renderBody(isIdle: boolean): unknown {
    if (this.#hasFailed) return failedState(this.#texts.failed);
    return this.#panel?.render() ?? (isIdle ? placeOfIdle(this.inline) : nothing);
  }

  #renderSearchBar(): TemplateResult {
    const strings = this.#texts;
    return searchBar({
      strings,
      label: this.#label,
      placeholder: this.placeholder || strings.placeholder,
      query: this.#query,
      clear: this.#panel?.renderClear(),
      activeRow: this.#panel?.activeIndex,
      onInput: (event) => this.#onInput(event),
      onIntent: () => this.#load(),
      onClose: this.inline ? undefined : () => this.close(),
    });
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

  // Language

  /** What there is in the language of the interface so far. */
  get #texts(): ShellStrings & Partial<Strings> {
    return this.#panel?.strings ?? this.#ownTexts;
  }

  /** From the start, from the language's file, from the page. */
  get #ownTexts(): ShellStrings & Partial<Strings> {
    return { ...shellStrings(this.#language), ...this.#loadedStrings, ...this.strings };
  }

  /** Frameworks set undefined or null to take a property back. */
  #fillDefaults(): void {
    const properties = this as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(DEFAULTS)) properties[name] ??= value;
  }

  #chooseLanguage(): void {
    const around = isServer ? "" : languageAround(this);
    const language = interfaceLanguage(this.locale || around);
    const tag = this.strings?.locale ?? language;
    this.#lang = around.toLowerCase().startsWith(tag) ? undefined : tag;
    const isNew = language !== this.#language;
    this.#language = language;
    if (isNew && this.#loading) this.#loadStrings();
  }

  /** The language's own file; without it, it is English. */
  async #loadStrings(): Promise<void> {
    const language = this.#language;
    const strings = await loadStrings(language);
    if (language !== this.#language) return;
    this.#loadedStrings = strings;
    this.requestUpdate();
  }

  // Searching

  /** Fetches the part that a page needs only when it is searched. */
  protected importPanel(): Promise<typeof import("./panel.ts")> {
    return import("./panel.ts");
  }

  /** What waited for the element to be in its place. */
  #start(): void {
    this.#syncDialog();
    if (this.#query) this.#load();
    else this.#followAddress();
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
    // No text is to change its language later.
    const parts = [this.importPanel(), SemanticSearchElement.loadBackend?.(), this.#loadStrings()] as const;
    const [{ SearchPanel, panelOptions, panelStyles }, createBackend] = await Promise.all(parts);
    if (!this.isConnected) {
      this.#loading = undefined;
      return;
    }
    const { elementStyles } = this.constructor as typeof SemanticSearchElement;
    adoptStyles(this.renderRoot as ShadowRoot, [...elementStyles, ...panelStyles]);
    this.#hasFailed = false;
    this.#panel = new SearchPanel({
      element: this,
      createBackend,
      options: () => panelOptions(this, { keepAll: this.#keepAll, strings: this.#ownTexts }),
      onAnswer: (query) => this.#keepInAddress(query),
      onDismiss: () => this.#dismiss(),
    });
    this.#panel.run(this.#query);
  }

  #loadFailed(cause: unknown): void {
    this.#loading = undefined;
    this.#hasFailed = true;
    const error = new SearchError("network", "A part of the search could not be loaded.", { cause });
    emit(this, "ss-error", { error });
    this.requestUpdate();
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

  // The address

  /** Also sites that load their pages into one another. What only replaces the address is no other place. */
  readonly #followAddress = (event?: Partial<NavigationCurrentEntryChangeEvent>): void => {
    const query = queryInAddress(this);
    if (query === this.#inAddress || event?.navigationType === "replace") return;
    this.#inAddress = query;
    if (query || this.inline) this.search(query);
    else this.close();
  };

  #keepInAddress(query: string): void {
    if (this.#panel) this.#inAddress = this.#panel.keepInAddress(this.inline || this.opened ? query : "");
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
    if (text && text !== this.#selection) this.search(text);
    this.#selection = text;
    this.open();
    this.#input?.select();
  }

  /** Escape means the same before the rest of the element has arrived as after. */
  #onKey(event: KeyboardEvent): void {
    if (this.#panel) this.#panel.onKey(event);
    else if (isChord(event, "Escape") && this.#dismiss()) event.preventDefault();
  }

  #dismiss(): boolean {
    const acts = this.#query !== "" || this.opened;
    if (this.#query) this.#clear();
    else this.close();
    return acts;
  }

  #onInput(event: Event): void {
    const { value } = event.target as HTMLInputElement;
    if (!((event as InputEvent).isComposing && isUnfinished(value))) this.#type(value);
  }

  #onTrigger(): void {
    this.focus(); // A press on the button does not.
    this.#openOnSelection();
  }

  readonly #onOnline = (): void => {
    if (this.#hasFailed) this.#load();
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
    if (this.#modal.isShown && !this.renderRoot.querySelector("dialog")?.open) this.close();
  }

  #syncDialog(): void {
    // Where the dialog returns the focus to.
    if (this.opened && document.activeElement === document.body) this.focus({ preventScroll: true });
    if (!this.#modal.sync(this.renderRoot.querySelector("dialog"), this.opened)) return;
    if (this.opened) this.#input?.focus();
    if (this.opened) this.#load();
    this.#keepInAddress(this.results ? this.#query.trim() : "");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "semantic-search": SemanticSearchElement;
  }
}

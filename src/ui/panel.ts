/**
 * Everything that happens once a visitor shows intent. The element imports this file then, while the worker starts,
 * so that a page that is only read pays for no more than the button.
 */
import { html, type LitElement, type ReactiveController, type TemplateResult } from "lit";
import type { SearchError } from "../core/errors.ts";
import type { SearchOptions, SearchResults } from "../core/search.ts";
import { ActiveRow } from "./active-row.ts";
import type { AddressOwner } from "./address.ts";
import { Announcer } from "./announcer.ts";
import { type BackendChoice, type BackendFactory, BackendSource } from "./backend-source.ts";
import { commandOf, type KeyCommand, type KeyMap } from "./commands.ts";
import { emit } from "./events.ts";
import { Filtering } from "./filtering.ts";
import { FocusKeeper } from "./focus-keeper.ts";
import { HitContent } from "./hit-content.ts";
import { whenIdle } from "./idle.ts";
import { IdleQueries } from "./idle-queries.ts";
import { idleView } from "./idle-view.ts";
import { IndexKeeping } from "./index-keeping.ts";
import { keepInAddress } from "./keep-in-address.ts";
import { languageAround } from "./language-around.ts";
import { LargerModel } from "./larger-model.ts";
import { rowDirective } from "./links.ts";
import { type List, type ListRow, listOf, type RedirectRow, type ResultRow } from "./list-rows.ts";
import type { Listbox } from "./listbox.ts";
import { clearIcon } from "./panel-icons.ts";
import { resultsView } from "./results-view.ts";
import type { RenderHit } from "./rows.ts";
import { SearchSession, type SearchView } from "./search-session.ts";
import type { SemanticSearchElement } from "./semantic-search-element.ts";
import { footer, spokenState } from "./status.ts";
import type { Strings } from "./strings.ts";
import { EN } from "./strings-en.ts";

export { panelOptions } from "./panel-options.ts";
export { panelStyles } from "./panel-styles.ts";

/** What can change about a panel between two renderings; see the element's properties. */
export interface PanelOptions {
  readonly limit: number;
  readonly sectionsPerPage: number;
  readonly textFragments: boolean;
  /** `auto`, `static`, or the id of a space of the index. */
  readonly model: string;
  /** Whether the whole index is to be on the device. */
  readonly keepAll: boolean;
  /** Filters chosen from the start, as a query string. */
  readonly filters: string;
  /** Names of filters that begin with the page's own value, separated by spaces. */
  readonly scope: string;
  /** Whether what was searched for is shown and remembered. */
  readonly recent: boolean;
  readonly renderHit: RenderHit | undefined;
  readonly keys: Partial<KeyMap>;
  readonly strings: Partial<Strings>;
}

/** What a panel needs of its element. */
export interface PanelHost {
  /** Where it is rendered and what dispatches the events. */
  readonly element: LitElement &
    BackendChoice &
    AddressOwner &
    Pick<SemanticSearchElement, "inline" | "query" | "search" | "close">;
  readonly createBackend: BackendFactory | undefined;
  options(): PanelOptions;
  /** The list on screen now answers this query; empty for none. */
  onAnswer(query: string): void;
  /** The visitor wants to be rid of something; false when there was nothing. */
  onDismiss(): boolean;
}

/** One conversation: queries in, a list of results and its states out, and the keys that move through it. */
export class SearchPanel implements ReactiveController {
  readonly #host: PanelHost;
  readonly #active: ActiveRow;
  readonly #announcer: Announcer;
  readonly #backends: BackendSource;
  readonly #filters: Filtering;
  readonly #session: SearchSession;
  readonly #model: LargerModel;
  readonly #keeping: IndexKeeping;
  readonly #idle: IdleQueries;
  readonly #content: HitContent;
  #query = "";
  #isLeaving = false;
  #list: List = { rows: [], home: -1 };

  constructor(host: PanelHost) {
    const failed = (error: SearchError) => emit(host.element, "ss-error", { error });
    const info = () => this.#backends.info();
    const backend = () => this.#backends.get();
    this.#host = host;
    this.#active = new ActiveRow(host.element);
    new FocusKeeper(host.element);
    this.#announcer = new Announcer(host.element);
    this.#backends = new BackendSource(host.element, host.createBackend);
    this.#filters = new Filtering({
      element: host.element,
      backend,
      info,
      preset: () => host.options(),
      strings: () => this.#strings,
      changed: () => this.#session.run(),
      failed,
    });
    this.#session = new SearchSession({
      backend,
      options: () => this.#searchOptions,
      language: () => languageAround(host.element),
      ready: () => this.#filters.ready(),
      shown: () => this.#filters.shown(),
      heldRows: () => this.#active.heldRows(),
      changed: (view, previous) => this.#viewChanged(view, previous),
    });
    this.#model = new LargerModel({
      backend,
      info,
      model: () => host.options().model,
      changed: () => host.element.requestUpdate(),
      ready: (space, loaded) => {
        emit(host.element, "ss-model", { space, ...loaded });
        this.#session.refine();
      },
      failed,
    });
    this.#keeping = new IndexKeeping({
      backend,
      isWanted: () => host.options().keepAll,
      progress: (progress) => emit(host.element, "ss-progress", progress),
      failed,
    });
    this.#idle = new IdleQueries({
      info,
      src: () => host.element.src,
      isRemembering: () => host.options().recent,
      changed: () => this.#listChanged(),
    });
    this.#content = new HitContent((error) => queueMicrotask(() => failed(error)));
    host.element.addController(this);
    this.#warm();
  }

  /** The answer on screen, if any. */
  get results(): SearchResults | undefined {
    const { view } = this.#session;
    return "results" in view ? view.results : undefined;
  }

  /** Whether results are on their way. */
  get busy(): boolean {
    return this.#session.busy;
  }

  /** Index of the row that Enter opens, -1 for none; undefined without a list. */
  get activeIndex(): number | undefined {
    if (this.#list.rows.length > 0) return this.#active.index;
    return this.busy ? -1 : undefined;
  }

  /** Every text. */
  get strings(): Strings {
    return this.#strings;
  }

  /** Other elements and pages remember queries, too; the page may want none remembered from now on. */
  hostUpdate(): void {
    this.#idle.forgetUnwanted();
    if (this.#session.view.phase === "idle") this.#readList();
  }

  /** Searches as the visitor types. */
  type(query: string): void {
    this.#query = query.trim();
    this.#active.release();
    this.#session.type(query);
  }

  /** Searches without delay. */
  run(query: string): void {
    this.#query = query.trim();
    this.#active.release();
    this.#session.run(query);
  }

  /** Searches once more, with another backend. */
  retry(): void {
    this.stop();
    this.#filters.reload();
    this.#session.run();
    this.#idle.load();
    this.keep();
  }

  /** Fetches the whole index if the page wants it, and nothing else is to do. */
  keep(): void {
    whenIdle(() => this.#keeping.start());
  }

  /** Gives up what is under way, and the element's own backend. */
  stop(): void {
    this.#session.stop();
    this.#model.reset();
    this.#keeping.reset();
    this.#backends.discard();
  }

  /** Takes up again what was stopped. */
  resume(): void {
    if (this.#session.interrupted) this.#session.run();
    this.keep();
  }

  /** The connection is back. */
  reconnect(): void {
    const { view } = this.#session;
    if (view.phase === "failed" && view.error.code === "network") this.retry();
    this.keep();
  }

  /**
   * Puts a query into the page's address, or takes it out when it is empty. For visitors who come back it stays in that
   * of a page that they leave. Returns what the element has there on this page.
   */
  keepInAddress(query: string): string {
    return this.#isLeaving ? "" : keepInAddress(this.#host.element, query);
  }

  /** A key was pressed in the input, or elsewhere in the search. */
  onKey(event: KeyboardEvent): void {
    const command = commandOf(event, this.#host.options().keys);
    const isForInput = event.target === this.#input;
    if (!command || !(isForInput || command === "dismiss")) return;
    if (this.#obey(command)) event.preventDefault();
  }

  /** The button that empties the input. */
  renderClear(): TemplateResult {
    const { element, onDismiss } = this.#host;
    return html`<button
      part="clear" type="button" aria-label=${this.#strings.clear} ?hidden=${!element.query} @click=${onDismiss}
    >${clearIcon}</button>`;
  }

  /** All that is below the input. */
  render(): TemplateResult {
    const strings = this.#strings;
    const { view } = this.#session;
    return html`<slot name="header"></slot>${this.#filters.render(view, this.#query)}
      ${view.phase === "idle" ? this.#renderIdle() : this.#renderResults()}
      ${this.#model.render(strings)}${footer(view, strings)}${this.#announcer.render()}`;
  }

  #renderIdle(): TemplateResult {
    return idleView({
      ...this.#listbox,
      rows: this.#idle.rows,
      inline: this.#host.element.inline,
      onForget: (query, index) => this.#forget(query, index),
      onForgetAll: () => {
        this.#idle.forgetAll();
        this.#input?.focus();
      },
    });
  }

  #renderResults(): unknown {
    const { textFragments, renderHit } = this.#host.options();
    return resultsView({
      ...this.#listbox,
      view: this.#session.view,
      query: this.#query,
      onClearFilters: this.#filters.clear,
      textFragments,
      renderHit,
      content: this.#content,
      onRetry: () => this.retry(),
    });
  }

  get #listbox(): Listbox {
    return {
      rows: this.#list.rows,
      active: this.#active.index,
      busy: this.busy,
      strings: this.#strings,
      onPoint: (index) => this.#active.choose(index),
      onClick: (row, href, event) => this.#onClick(row, href, event),
    };
  }

  get #input(): HTMLInputElement | null {
    return this.#host.element.renderRoot.querySelector("input");
  }

  /** What a first query needs comes before everything else. */
  async #warm(): Promise<void> {
    const warmed = this.#backends.warm();
    this.#filters.load();
    await warmed;
    await this.#idle.load();
    this.keep();
  }

  /** Carries out a command; false when there is nothing to do, and the key keeps its meaning. */
  #obey(command: KeyCommand): boolean {
    const { length } = this.#list.rows;
    if (command === "dismiss") return this.#host.onDismiss();
    if (command === "next") this.#active.move(1, length);
    if (command === "previous") this.#active.move(-1, length);
    if (command === "open") this.#openActive(false);
    if (command === "openInNewTab") this.#openActive(true);
    return true;
  }

  get #searchOptions(): SearchOptions {
    const { limit, sectionsPerPage, model } = this.#host.options();
    return { limit, sectionsPerPage, ...(model !== "auto" && { space: model }), ...this.#filters.options };
  }

  get #strings(): Strings {
    return { ...EN, ...this.#host.options().strings };
  }

  #viewChanged(view: SearchView, previous: SearchView): void {
    const isAnswered = previous.phase === "searching" && view.phase !== "searching";
    this.#listChanged();
    if (isAnswered || view.phase === "idle") this.#active.reset(this.#list.home);
    this.#announce(view, previous);
    this.#report(view);
    // Not before the first answer: what that needs comes first.
    if (view.phase === "settled") this.#model.start();
  }

  /** A better model's answer to the same query is told only where it sounds different. */
  #announce(view: SearchView, previous: SearchView): void {
    const isSame = previous.phase === "settled" && view.phase === "settled";
    const spoken = (each: SearchView) => spokenState(each, this.#query, this.#strings);
    if (!isSame || spoken(view) !== spoken(previous)) this.#announcer.say(spoken(view));
  }

  #listChanged(): void {
    this.#readList();
    this.#host.element.requestUpdate();
  }

  /** While a query is looked for, the rows of the one before stay as they are. */
  #readList(): void {
    const { view } = this.#session;
    this.#list = view.phase === "idle" ? { rows: this.#idle.rows, home: -1 } : listOf(view);
    if (view.phase !== "searching") this.#active.follow(this.#list);
  }

  #report(view: SearchView): void {
    const { element, onAnswer } = this.#host;
    if (view.phase === "settled" || view.phase === "idle") onAnswer(this.#query);
    if (view.phase === "settled") emit(element, "ss-search", { query: this.#query, results: view.results });
    if ("error" in view && view.error) emit(element, "ss-error", { error: view.error });
  }

  #onClick(row: ListRow, href: string, event: MouseEvent): void {
    const newTab = event.button === 1 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (row.kind === "result" || row.kind === "redirect") {
      if (href && !this.#select(row, href, newTab)) event.preventDefault();
    } else if (event.button === 0) this.#searchFor(row.text);
  }

  #openActive(newTab: boolean): void {
    // Rows of the query before are not what was asked for, unless they were chosen on purpose.
    if (this.#session.view.phase === "searching" && !this.#active.chosen) {
      this.#session.hurry();
      return;
    }
    const row = this.#list.rows[this.#active.index];
    const option = this.#active.element;
    if (newTab && option instanceof HTMLAnchorElement && (row?.kind === "result" || row?.kind === "redirect")) {
      if (option.href && this.#select(row, option.href, true)) window.open(option.href, "_blank", "noopener");
    } else option?.click();
  }

  /** Tells the page that a result is about to be opened; false when it must not be. */
  #select(row: ResultRow | RedirectRow, href: string, newTab: boolean): boolean {
    const { page, section } = row.kind === "result" ? row.hit : { page: undefined, section: undefined };
    const isToPassage = row.kind === "result" && this.#host.options().textFragments;
    const textDirective = isToPassage ? rowDirective(row.hit) : "";
    this.#idle.remember(this.#query);
    const detail = { page, section, href, textDirective, newTab, query: this.#query };
    const proceed = emit(this.#host.element, "ss-select", detail);
    this.#isLeaving = proceed && pageOf(href) !== pageOf(location.href);
    if (!newTab) this.#host.element.close();
    this.#isLeaving = false;
    return proceed;
  }

  #searchFor(query: string): void {
    this.#idle.remember(query);
    this.#host.element.search(query);
  }

  /** The focus goes on to the button that stands there now. */
  async #forget(query: string, index: number): Promise<void> {
    const { element } = this.#host;
    this.#idle.forget(query);
    await element.updateComplete;
    const buttons = [...element.renderRoot.querySelectorAll<HTMLElement>("[part=recent-remove]")];
    (buttons[index] ?? buttons.at(-1) ?? this.#input)?.focus();
  }
}

/** An address without its parameters, and its place on the page. */
function pageOf(href: string): string {
  return href.replace(/[?#].*/, "");
}

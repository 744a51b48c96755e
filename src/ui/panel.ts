/**
 * Everything that happens once a visitor shows intent. The element imports this file then, while the worker starts,
 * so that a page that is only read pays for no more than the button.
 */
import { html, type LitElement, type TemplateResult } from "lit";
import type { SearchOptions, SearchResults } from "../core/search.ts";
import { ActiveRow } from "./active-row.ts";
import { Announcer } from "./announcer.ts";
import { type BackendChoice, type BackendFactory, BackendSource } from "./backend-source.ts";
import { commandOf, type KeyCommand, type KeyMap } from "./commands.ts";
import { emit } from "./events.ts";
import { whenIdle } from "./idle.ts";
import { IndexKeeping } from "./index-keeping.ts";
import { ModelDownload } from "./model-download.ts";
import { modelLine } from "./model-line.ts";
import { resultsView } from "./results-view.ts";
import type { Row } from "./rows.ts";
import { SearchSession, type SearchView } from "./search-session.ts";
import { footer, spokenState } from "./status.ts";
import type { Strings } from "./strings.ts";
import { EN } from "./strings-en.ts";

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
  readonly keys: Partial<KeyMap>;
  readonly strings: Partial<Strings>;
}

/** What a panel needs of its element. */
export interface PanelHost {
  /** Where it is rendered and what dispatches the events. */
  readonly element: LitElement & BackendChoice;
  readonly createBackend: BackendFactory | undefined;
  options(): PanelOptions;
  /** The list on screen now answers this query; empty for none. */
  onAnswer(query: string): void;
  /** A result is being opened in this tab. */
  onLeave(): void;
  /** The visitor wants to be rid of something; false when there was nothing. */
  onDismiss(): boolean;
}

/** One conversation: queries in, a list of results and its states out, and the keys that move through it. */
export class SearchPanel {
  readonly #host: PanelHost;
  readonly #active: ActiveRow;
  readonly #announcer: Announcer;
  readonly #backends: BackendSource;
  readonly #session: SearchSession;
  readonly #model: ModelDownload;
  readonly #keeping: IndexKeeping;
  #query = "";

  constructor(host: PanelHost) {
    this.#host = host;
    this.#active = new ActiveRow(host.element);
    this.#announcer = new Announcer(host.element);
    this.#backends = new BackendSource(host.element, host.createBackend);
    this.#session = new SearchSession({
      backend: () => this.#backends.get(),
      options: () => this.#searchOptions,
      heldRows: () => this.#active.heldRows(),
      changed: (view, previous) => this.#viewChanged(view, previous),
    });
    this.#model = new ModelDownload({
      backend: () => this.#backends.get(),
      model: () => host.options().model,
      changed: () => host.element.requestUpdate(),
      ready: (space, loaded) => {
        emit(host.element, "ss-model", { space, ...loaded });
        this.#session.refine();
      },
    });
    this.#keeping = new IndexKeeping({
      backend: () => this.#backends.get(),
      isWanted: () => host.options().keepAll,
      progress: (progress) => emit(host.element, "ss-progress", progress),
      failed: (error) => emit(host.element, "ss-error", { error }),
    });
    this.#warm();
  }

  /** The answer on screen, if any. */
  get results(): SearchResults | undefined {
    const { view } = this.#session;
    return "results" in view ? view.results : undefined;
  }

  /** Whether results are on their way. */
  get busy(): boolean {
    const { phase } = this.#session.view;
    return phase === "searching" || phase === "partial";
  }

  /** Index of the row that Enter opens; undefined without rows. */
  get activeIndex(): number | undefined {
    return this.#session.view.rows.length > 0 ? this.#active.index : undefined;
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
    this.#session.run(query);
  }

  /** Searches once more, with another backend. */
  retry(): void {
    this.stop();
    this.#session.run();
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

  /** A key was pressed in the input, or elsewhere in the search. */
  onKey(event: KeyboardEvent): void {
    const command = commandOf(event, this.#host.options().keys);
    const isForInput = event.target === this.#host.element.renderRoot.querySelector("input");
    if (!command || !(isForInput || command === "dismiss")) return;
    if (this.#obey(command)) event.preventDefault();
  }

  /** All that is below the input. */
  render(): TemplateResult {
    const strings = this.#strings;
    const { view } = this.#session;
    const results = resultsView({
      view,
      strings,
      textFragments: this.#host.options().textFragments,
      query: this.#query,
      active: this.#active.index,
      busy: this.busy,
      onPoint: (index) => this.#active.choose(index),
      onClick: (row, href, event) => this.#onClick(row, href, event),
      onRetry: () => this.retry(),
    });
    const model = modelLine(this.#model.state, strings, {
      onLoad: () => this.#model.load(),
      onDecline: () => this.#model.decline(),
    });
    return html`${results}${model}${footer(view, strings)}${this.#announcer.render()}`;
  }

  /** What a first query needs comes before everything else. */
  async #warm(): Promise<void> {
    await this.#backends.warm();
    this.keep();
  }

  /** Carries out a command; false when there is nothing to do, and the key keeps its meaning. */
  #obey(command: KeyCommand): boolean {
    const { length } = this.#session.view.rows;
    if (command === "dismiss") return this.#host.onDismiss();
    if (command === "next") this.#active.move(1, length);
    if (command === "previous") this.#active.move(-1, length);
    if (command === "open") this.#openActive(false);
    if (command === "openInNewTab") this.#openActive(true);
    return true;
  }

  get #searchOptions(): SearchOptions {
    const { limit, sectionsPerPage, model } = this.#host.options();
    return { limit, sectionsPerPage, ...(model !== "auto" && { space: model }) };
  }

  get #strings(): Strings {
    return { ...EN, ...this.#host.options().strings };
  }

  #viewChanged(view: SearchView, previous: SearchView): void {
    if (previous.phase === "searching" && view.phase !== "searching") this.#active.reset();
    this.#active.clamp(view.rows.length);
    this.#announcer.say(spokenState(view, this.#query, this.#strings));
    this.#report(view);
    // Not before the first answer: what that needs comes first.
    if (view.phase === "settled") this.#model.start();
    this.#host.element.requestUpdate();
  }

  #report(view: SearchView): void {
    const { element, onAnswer } = this.#host;
    if (view.phase === "settled" || view.phase === "idle") onAnswer(this.#query);
    if (view.phase === "settled") emit(element, "ss-search", { query: this.#query, results: view.results });
    if ("error" in view && view.error) emit(element, "ss-error", { error: view.error });
  }

  #onClick(row: Row, href: string, event: MouseEvent): void {
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
    const proceed = emit(this.#host.element, "ss-select", { ...row, href, newTab, query: this.#query });
    if (!newTab) this.#host.onLeave();
    return proceed;
  }
}

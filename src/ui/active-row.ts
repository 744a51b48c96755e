import type { LitElement } from "lit";
import { LIST_ID, rowId } from "./ids.ts";
import type { List } from "./list-rows.ts";

/** Which row of the list the keys act on, and which rows must not move under the visitor. */
export class ActiveRow {
  readonly #host: LitElement;
  #index = 0;
  #chosen = false;

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** -1 for none. */
  get index(): number {
    return this.#index;
  }

  /** Whether the visitor made it active, by a key or the pointer. */
  get chosen(): boolean {
    return this.#chosen;
  }

  get element(): HTMLElement | null {
    return this.#host.renderRoot.querySelector(`#${rowId(this.#index)}`);
  }

  choose(index: number): void {
    this.#chosen = true;
    if (index === this.#index) return;
    this.#index = index;
    this.#host.requestUpdate();
  }

  /** Goes `step` rows down, around the ends of a list of `length`, and brings the row into view. */
  async move(step: number, length: number): Promise<void> {
    if (length === 0) return;
    const from = this.#index < 0 && step < 0 ? 0 : this.#index;
    this.choose((from + step + length) % length);
    await this.#host.updateComplete;
    if (this.#index === 0) this.#list?.scrollTo(0, 0);
    this.element?.scrollIntoView({ block: "nearest" });
  }

  /** Forgets the visitor's choice: other rows are on their way. */
  release(): void {
    this.#chosen = false;
  }

  /** Starts at the top of another list, where Enter opens the row `home`; -1 for none. */
  reset(home: number): void {
    this.#index = home;
    this.#chosen = false;
    this.#list?.scrollTo(0, 0);
  }

  /** Goes on in a list that changed: to where Enter opens, unless the visitor chose a row that is still there. */
  follow({ rows, home }: List): void {
    this.#index = this.#chosen ? Math.min(this.#index, rows.length - 1) : home;
  }

  /** How many rows at the top have to stay: up to the one chosen, or, after scrolling, to the last in view. */
  heldRows(): number {
    return Math.max(this.#chosen ? this.#index + 1 : 0, this.#rowsInView());
  }

  #rowsInView(): number {
    const rows = [...this.#host.renderRoot.querySelectorAll("[role=option]")];
    const tops = rows.map((row) => row.getBoundingClientRect().top);
    const list = this.#list?.getBoundingClientRect();
    const isScrolled = list && tops[0] !== undefined && tops[0] < Math.max(list.top, 0);
    if (!isScrolled) return 0;
    const bottom = Math.min(list.bottom, innerHeight);
    return tops.findLastIndex((top) => top < bottom) + 1;
  }

  get #list(): Element | null {
    return this.#host.renderRoot?.querySelector(`#${LIST_ID}`) ?? null;
  }
}

import type { LitElement, ReactiveController } from "lit";

/** Gives the focus to the input when the button that had it is no more: it must not fall out of the search. */
export class FocusKeeper implements ReactiveController {
  readonly #host: LitElement;
  #focused: Element | null = null;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#focused = (this.#host.renderRoot as ShadowRoot).activeElement;
  }

  hostUpdated(): void {
    if (this.#focused?.isConnected === false) this.#host.renderRoot.querySelector("input")?.focus();
  }
}

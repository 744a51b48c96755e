import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";

/** Long enough that typing on silences what would be outdated. */
const SETTLE_MS = 600;

/**
 * Tells screen readers how a search is going. Two live regions take turns, because the same text in the same region
 * is not read again.
 */
export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #texts: readonly [string, string] = ["", ""];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** Says a text once nothing else was said for a while. An empty text only silences the one before. */
  say(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#texts = this.#texts[0] ? ["", text] : [text, ""];
      this.#host.requestUpdate();
    }, SETTLE_MS);
  }

  /** The live regions; they must be in the page before the first text. */
  render(): TemplateResult {
    return html`${this.#texts.map((text) => html`<div class="spoken" role="status" aria-atomic="true">${text}</div>`)}`;
  }
}

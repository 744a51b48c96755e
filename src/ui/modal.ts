import { lockScroll } from "./page.ts";

/** A dialog over a page that stands still; a press on its backdrop closes it. */
export class Modal {
  readonly #onDismiss: () => void;
  #pressedBackdrop = false;
  #release: (() => void) | undefined;

  constructor(onDismiss: () => void) {
    this.#onDismiss = onDismiss;
  }

  /**
   * Shows or hides the dialog, which must be in the page to be shown and may have been closed by the browser.
   * True when that changed anything.
   */
  sync(dialog: HTMLDialogElement, isOpen: boolean): boolean {
    const isShown = this.#release !== undefined;
    if (isOpen === isShown || (isOpen && !dialog.isConnected)) return false;
    this.#release?.();
    this.#release = isOpen ? takePage(dialog) : undefined;
    if (isOpen) dialog.showModal();
    else dialog.close();
    return true;
  }

  readonly onPointerDown = (event: PointerEvent): void => {
    this.#pressedBackdrop = event.target === event.currentTarget;
  };

  /** A text selection that began inside and ends on the backdrop is not meant to close. */
  readonly onClick = (event: MouseEvent): void => {
    if (this.#pressedBackdrop && event.target === event.currentTarget) this.#onDismiss();
  };
}

/**
 * The page stands still, and the dialog is told by `--_view` how high a phone's keyboard leaves the view: the
 * keyboard covers the page without resizing it. Returns the way back.
 */
function takePage({ style }: HTMLElement): () => void {
  const unlock = lockScroll();
  const listening = new AbortController();
  const fit = () => style.setProperty("--_view", `${(visualViewport?.height ?? 0) * (visualViewport?.scale ?? 1)}px`);
  visualViewport?.addEventListener("resize", fit, { signal: listening.signal });
  return () => {
    unlock();
    listening.abort();
    style.removeProperty("--_view");
  };
}

import { lockScroll } from "./page.ts";

/** A dialog over a page that stands still; a press on its backdrop closes it. */
export class Modal {
  readonly #onDismiss: () => void;
  #pressedBackdrop = false;
  #release: (() => void) | undefined;

  constructor(onDismiss: () => void) {
    this.#onDismiss = onDismiss;
  }

  /** Whether the dialog was shown last, and not hidden. */
  get isShown(): boolean {
    return this.#release !== undefined;
  }

  /**
   * Shows or hides the dialog, which must be in the page to be shown, and to be hidden may have been closed by the
   * browser or be gone. True when that changed anything.
   */
  sync(dialog: HTMLDialogElement | null, isOpen: boolean): boolean {
    if (isOpen === this.isShown || (isOpen && !dialog?.isConnected)) return false;
    this.#release?.();
    this.#release = isOpen && dialog ? takePage(dialog) : undefined;
    if (isOpen) dialog?.showModal();
    else dialog?.close();
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

import { lockScroll } from "./page.ts";

/** A dialog over a page that stands still; a press on its backdrop closes it. */
export class Modal {
  readonly #onDismiss: () => void;
  #pressedBackdrop = false;
  #unlockScroll: (() => void) | undefined;

  constructor(onDismiss: () => void) {
    this.#onDismiss = onDismiss;
  }

  /** Shows or hides the dialog; it must be in the page to be shown. True when that changed anything. */
  sync(dialog: HTMLDialogElement, isOpen: boolean): boolean {
    if (isOpen === dialog.open || (isOpen && !dialog.isConnected)) return false;
    this.#unlockScroll?.();
    this.#unlockScroll = isOpen ? lockScroll() : undefined;
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

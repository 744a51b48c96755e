/** Longest selection that is taken for a query. */
const MAX_SELECTION_CHARS = 64;

let locks = 0;
let overflow = "";
let scrollbarGutter = "";

/** Stops the page behind a dialog from scrolling, without letting it jump sideways. Returns the way back. */
export function lockScroll(): () => void {
  const { style, clientWidth } = document.documentElement;
  if (locks++ === 0) {
    ({ overflow, scrollbarGutter } = style);
    if (innerWidth > clientWidth) style.scrollbarGutter = "stable";
    style.overflow = "hidden";
  }
  return () => {
    if (--locks === 0) Object.assign(style, { overflow, scrollbarGutter });
  };
}

/** What the visitor has selected in the page, if it is short enough to be searched for. */
export function selectedText(): string {
  const text = getSelection()?.toString().trim() ?? "";
  return text.length > MAX_SELECTION_CHARS || text.includes("\n") ? "" : text;
}

/**
 * Whether a text that an input method still composes says nothing yet. Hangul does from its first letter, and Android's
 * keyboards compose whatever is typed.
 */
export function isUnfinished(text: string): boolean {
  return !/android/i.test(navigator.userAgent) && !/\p{sc=Hang}$/u.test(text);
}

/**
 * Whether the page around an element is dark although it does not say so by `color-scheme`: judged by the text
 * colour that the element inherits.
 */
export function isOnDarkPage(element: Element): boolean {
  const { colorScheme, color } = getComputedStyle(element);
  if (colorScheme !== "normal") return false;
  const [red = 0, green = 0, blue = 0] = color.startsWith("rgb") ? (color.match(/\d+/g) ?? []).map(Number) : [];
  return 0.3 * red + 0.59 * green + 0.11 * blue > 160;
}

/** Whether this is one of Apple's systems, whose command key and Emacs-style keys differ. False on the server. */
export const IS_APPLE = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? "");

/**
 * Whether a key press is a chord, written `mod+shift+key`: `mod` is ⌘ on Apple's systems and Ctrl elsewhere, `key` a
 * `KeyboardEvent.key`. Never while an input method is composing.
 */
export function isChord(event: KeyboardEvent, chord: string): boolean {
  // Safari ends a composition before it reports the key that ended it; 229 is how that key is told apart.
  if (event.isComposing || event.keyCode === 229) return false;
  const wanted = parts(chord);
  const key = wanted.at(-1) ?? "";
  const isSymbol = /^[^a-z0-9]$/i.test(key);
  // Which symbols need Shift or AltGr depends on the keyboard's layout.
  const shift = isSymbol || event.shiftKey === wanted.includes("Shift");
  const alt = isSymbol || event.altKey === wanted.includes("Alt");
  const modifiers = event.ctrlKey === wanted.includes("Control") && event.metaKey === wanted.includes("Meta");
  return modifiers && shift && alt && isKey(event, key);
}

/** Whether the key press goes into a text field, seen through open shadow roots. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  const isButton =
    target instanceof HTMLInputElement && /^(button|checkbox|radio|range|reset|submit)$/.test(target.type);
  return target.isContentEditable || (/^(input|textarea|select)$/i.test(target.tagName) && !isButton);
}

/** Whether a chord would type a character if it were not a shortcut. */
export function isPrintable(event: KeyboardEvent): boolean {
  return event.key.length === 1 && !event.ctrlKey && !event.metaKey;
}

/** Chords as `aria-keyshortcuts` wants them: `Meta+K /`. */
export function ariaShortcuts(chords: readonly string[]): string {
  return chords.map((chord) => parts(chord).map(capitalise).join("+")).join(" ");
}

/** The parts of a chord as they are printed on key caps: `["⌘", "K"]`. */
export function keyCaps(chord: string): readonly string[] {
  const caps: Record<string, string> = IS_APPLE
    ? { Meta: "⌘", Control: "⌃", Alt: "⌥", Shift: "⇧" }
    : { Control: "Ctrl" };
  return parts(chord).map((part) => caps[part] ?? capitalise(part));
}

/** By the letter typed, or by the key's place where the layout's letters are not Latin. */
function isKey(event: KeyboardEvent, key: string): boolean {
  if (event.key.toLowerCase() === key.toLowerCase()) return true;
  return /^[^\0-\x7f]$/.test(event.key) && event.code === `Key${key.toUpperCase()}`;
}

/** A chord split at its plus signs, the modifiers under the names that the DOM gives them. */
function parts(chord: string): string[] {
  const names: Record<string, string> = {
    mod: IS_APPLE ? "Meta" : "Control",
    ctrl: "Control",
    meta: "Meta",
    alt: "Alt",
    shift: "Shift",
  };
  return chord.split(/\+(?=.)/).map((part) => names[part.toLowerCase()] ?? part);
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

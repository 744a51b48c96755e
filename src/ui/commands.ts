import { IS_APPLE, isChord } from "./chords.ts";

/** What a key can do while the input has the focus. */
export type KeyCommand = "next" | "previous" | "open" | "openInNewTab" | "dismiss";

/** Chords per command; see {@link isChord}. A command without any is switched off. */
export type KeyMap = Readonly<Record<KeyCommand, readonly string[]>>;

/** What the keys do where a page does not say otherwise. */
export const DEFAULT_KEYS: KeyMap = {
  next: IS_APPLE ? ["ArrowDown", "ctrl+n"] : ["ArrowDown"],
  previous: IS_APPLE ? ["ArrowUp", "ctrl+p"] : ["ArrowUp"],
  open: ["Enter"],
  openInNewTab: ["mod+Enter", "shift+Enter"],
  dismiss: ["Escape"],
};

/** The command that a key press asks for, if any, with other keys for some of the commands. */
export function commandOf(event: KeyboardEvent, keys: Partial<KeyMap>): KeyCommand | undefined {
  const commands = Object.keys(DEFAULT_KEYS) as KeyCommand[];
  const chords = (command: KeyCommand) => keys[command] ?? DEFAULT_KEYS[command];
  return commands.find((command) => chords(command).some((chord) => isChord(event, chord)));
}

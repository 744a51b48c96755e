import { IS_APPLE, isChord } from "./chords.ts";

/** What a key can do while the input has the focus. */
export type KeyCommand = "next" | "previous" | "open" | "openInNewTab" | "dismiss";

/** Chords per command; see {@link isChord}. A command without any is switched off. */
export type KeyMap = Readonly<Record<KeyCommand, readonly string[]>>;

const DEFAULT_KEYS: KeyMap = {
  next: IS_APPLE ? ["ArrowDown", "ctrl+n"] : ["ArrowDown"],
  previous: IS_APPLE ? ["ArrowUp", "ctrl+p"] : ["ArrowUp"],
  open: ["Enter"],
  openInNewTab: ["mod+Enter", "shift+Enter"],
  dismiss: ["Escape"],
};

/** The command that a key press asks for, if any, with other keys for some of the commands. */
export function commandOf(event: KeyboardEvent, keys: Partial<KeyMap>): KeyCommand | undefined {
  const all = { ...DEFAULT_KEYS, ...keys };
  const commands = Object.keys(all) as KeyCommand[];
  return commands.find((command) => all[command].some((chord) => isChord(event, chord)));
}

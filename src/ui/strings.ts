/** A text in each plural form its language has; see `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** Every text that the element shows or speaks. `{name}` stands for a value. */
export interface Strings {
  /** BCP 47 tag of the language these texts are in; it selects the plural rules. */
  readonly locale: string;
  /** Names the trigger, the dialog and the input. */
  readonly label: string;
  readonly placeholder: string;
  readonly clear: string;
  readonly close: string;
  /** The close button on a phone. */
  readonly cancel: string;
  /** Names the list of results. */
  readonly results: string;
  readonly idle: string;
  readonly searching: string;
  /** Results by words are there, those by meaning on their way. */
  readonly refining: string;
  /** `{count}` */
  readonly count: Plural;
  /** `{query}` */
  readonly nothing: string;
  readonly nothingHint: string;
  readonly byWords: string;
  readonly byMeaning: string;
  readonly byBoth: string;
  readonly withoutMeaning: string;
  readonly withoutWords: string;
  readonly withoutText: string;
  readonly interrupted: string;
  readonly failed: string;
  readonly retry: string;
  readonly offline: string;
  readonly offlineHint: string;
  /** Follow the key caps in the footer. */
  readonly keyOpen: string;
  readonly keyMove: string;
  readonly keyClose: string;
}

/** English. */
export const EN: Strings = {
  locale: "en",
  label: "Search",
  placeholder: "Search or ask a question",
  clear: "Clear",
  close: "Close",
  cancel: "Cancel",
  results: "Results",
  idle: "Use keywords, or just say what you are looking for.",
  searching: "Searching…",
  refining: "Looking by meaning…",
  count: { one: "{count} result", other: "{count} results" },
  nothing: "Nothing found for “{query}”",
  nothingHint: "Check the spelling, or say it in other words.",
  byWords: "by words",
  byMeaning: "by meaning",
  byBoth: "words + meaning",
  withoutMeaning: "Found by words only: search by meaning could not be loaded.",
  withoutWords: "Found by meaning only: search by words could not be loaded.",
  withoutText: "Some excerpts could not be loaded.",
  interrupted: "The search was interrupted; these results may be incomplete.",
  failed: "Search is not working right now",
  retry: "Try again",
  offline: "You are offline",
  offlineHint: "The search goes on by itself as soon as you are back.",
  keyOpen: "open",
  keyMove: "move",
  keyClose: "close",
};

/** Puts values in the place of their `{names}`. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** A count in words, in the plural form that the language has for it. */
export function countText({ count, locale }: Pick<Strings, "count" | "locale">, n: number): string {
  const form = count[new Intl.PluralRules(locale).select(n)] ?? count.other;
  return fill(form, { count: n.toLocaleString(locale) });
}

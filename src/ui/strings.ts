/** A text in each plural form its language has; see `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** The texts that are there from the start. `{name}` stands for a value. */
export interface ShellStrings {
  /** Names the trigger, the dialog and the input. */
  readonly label: string;
  readonly placeholder: string;
  readonly clear: string;
  readonly close: string;
  readonly idle: string;
  readonly failed: string;
}

/** Every text that the element shows or speaks. `{name}` stands for a value. */
export interface Strings extends ShellStrings {
  /** BCP 47 tag of the language these texts are in; it selects the plural rules. */
  readonly locale: string;
  /** Names the list of results. */
  readonly results: string;
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
  readonly withoutModel: string;
  readonly otherDevice: string;
  readonly interrupted: string;
  readonly retry: string;
  /** A larger model is on its way: `{done}` and `{total}` are sizes. */
  readonly modelLoading: string;
  /** It may be fetched: `{total}`. */
  readonly modelOffer: string;
  readonly modelLoad: string;
  readonly modelDecline: string;
  readonly modelFailed: string;
  readonly offline: string;
  readonly offlineHint: string;
  /** Follow the key caps in the footer. */
  readonly keyOpen: string;
  readonly keyMove: string;
  readonly keyClose: string;
}

/** English, as far as it is needed from the start. */
export const SHELL_EN: ShellStrings = {
  label: "Search",
  placeholder: "Search or ask a question",
  clear: "Clear",
  close: "Close",
  idle: "Use keywords, or just say what you are looking for.",
  failed: "Search is not working right now",
};

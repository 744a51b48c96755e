/** A text in each plural form its language has; see `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** The texts that are there from the start, in every language. */
export interface ShellStrings {
  /** Names the trigger, the dialog and the input. */
  readonly label: string;
  readonly placeholder: string;
  readonly close: string;
}

/** Every text that the element shows or speaks. `{name}` stands for a value. */
export interface Strings extends ShellStrings {
  /** BCP 47 tag of the language these texts are in; it selects the plural rules. */
  readonly locale: string;
  readonly clear: string;
  /** Before the first letter, where no query is offered. */
  readonly idle: string;
  readonly failed: string;
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
  /** In place of `nothingHint` while filters are chosen. */
  readonly nothingFiltered: string;
  /** Above what was searched for before; a button beside it forgets that. */
  readonly recent: string;
  readonly recentClear: string;
  /** Names one recent search's button that forgets it: `{query}`. */
  readonly recentRemove: string;
  /** Above the queries that the site offers before the first letter. */
  readonly suggested: string;
  /** Names the queries that what is typed may become, and those before the first letter. */
  readonly suggestions: string;
  /** `{query}`, which is a link. */
  readonly didYouMean: string;
  /** Above results of which none has a word of the query. */
  readonly closest: string;
  /** A page that the site puts first. */
  readonly pinned: string;
  /** A place that the site sends a query to: `{title}`. */
  readonly redirect: string;
  /** Names the line with the filters. */
  readonly filters: string;
  readonly filtersClear: string;
  /** Filters and orders by their keys, where the key with a capital letter is not what they are called. */
  readonly filterNames?: Readonly<Record<string, string>>;
  /** No value of a filter is chosen. */
  readonly filterAny: string;
  /** Names the button that takes a filter back: `{name}`, `{value}`. */
  readonly filterRemove: string;
  readonly sort: string;
  readonly sortRelevance: string;
  /** `{name}` of what is sorted by. */
  readonly sortAscending: string;
  readonly sortDescending: string;
  readonly byWords: string;
  readonly byMeaning: string;
  readonly byBoth: string;
  readonly withoutMeaning: string;
  readonly withoutWords: string;
  readonly withoutText: string;
  readonly withoutModel: string;
  readonly otherDevice: string;
  readonly interrupted: string;
  /** What a visitor can make of a search that failed. */
  readonly failedHint: string;
  readonly retry: string;
  /** Opens the technical reason of an error. */
  readonly details: string;
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

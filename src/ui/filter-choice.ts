import type { FacetCounts } from "../core/search.ts";

/** Chosen values by the name of their filter, in the order of choosing; names without any are left out. */
export type FilterChoice = ReadonlyMap<string, readonly string[]>;

/** What a page says about the choice to begin with. */
export interface FilterPreset {
  /** Query string of values. */
  readonly filters: string;
  /** Names that begin with the page's own values, separated by spaces. */
  readonly scope: string;
  /** The page's own values by name. */
  readonly own: Readonly<Record<string, readonly string[]>>;
}

/** The choice to begin with; of `names` only. What is given for a name goes before the page's own value. */
export function initialChoice(names: readonly string[], { filters, scope, own }: FilterPreset): FilterChoice {
  const given = new URLSearchParams(filters);
  const scoped = scope.split(/\s+/).filter((name) => Object.hasOwn(own, name));
  const valuesOf = (name: string) =>
    given.has(name) ? given.getAll(name) : scoped.includes(name) ? (own[name] ?? []) : [];
  return chosen(names.map((name) => [name, [...new Set(valuesOf(name))].filter(Boolean)]));
}

/** Chooses a value of a filter, or takes it back. */
export function toggle(choice: FilterChoice, name: string, value: string): FilterChoice {
  const values = choice.get(name) ?? [];
  const others = values.filter((other) => other !== value);
  return chosen([...new Map(choice).set(name, others.length < values.length ? others : [...values, value])]);
}

/** Takes all values of a filter back. */
export function without(choice: FilterChoice, name: string): FilterChoice {
  return chosen([...choice].filter(([other]) => other !== name));
}

/**
 * The values of a filter in the order of its menu: those chosen, those that some page found has, the others. Each by
 * name, or, where all are numbers, such as versions and years, the highest first.
 */
export function menuValues(name: string, { all, now, choice, locale }: MenuSource): readonly string[] {
  const values = choice.get(name) ?? [];
  const rank = (value: string) => (values.includes(value) ? 0 : countOf(now, name, value) > 0 ? 1 : 2);
  const known = Object.hasOwn(all, name) ? Object.keys(all[name] ?? {}) : [];
  const sign = known.every((value) => /^v?\d/.test(value)) ? -1 : 1;
  const { compare } = new Intl.Collator(locale, { numeric: true });
  return [...new Set([...values, ...known])].sort((a, b) => rank(a) - rank(b) || sign * compare(a, b));
}

/** What a menu's values come from. */
export interface MenuSource {
  /** Of the whole index. */
  readonly all: FacetCounts;
  /** Of the pages found. */
  readonly now: FacetCounts;
  readonly choice: FilterChoice;
  readonly locale: string;
}

/** How many pages have a value of a filter. */
export function countOf(counts: FacetCounts, name: string, value: string): number {
  const values = Object.hasOwn(counts, name) ? counts[name] : undefined;
  return values && Object.hasOwn(values, value) ? (values[value] ?? 0) : 0;
}

/** The key of a filter or of an order as the site writes it in words: `last-updated` becomes “Last updated”. */
export function displayName(name: string, { filterNames = {}, locale }: DisplayNames): string {
  if (Object.hasOwn(filterNames, name)) return filterNames[name] ?? name;
  const words = name.replace(/(?<=\p{L})[-_]+(?=\p{L})/gu, " ");
  return words.replace(/^./u, (first) => first.toLocaleUpperCase(locale));
}

/** How names are shown. */
export interface DisplayNames {
  readonly locale: string;
  readonly filterNames?: Readonly<Record<string, string>> | undefined;
}

function chosen(entries: readonly (readonly [name: string, values: readonly string[]])[]): FilterChoice {
  return new Map(entries.filter(([, values]) => values.length > 0));
}

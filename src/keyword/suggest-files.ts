import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { countNames, packNames, unpackName } from "../core/names.ts";
import { Ranges } from "./ranges.ts";

/** What a phrase is on the site; their positions are the numbers in files. */
const PHRASE_KINDS = ["title", "heading", "term"] as const;
export type PhraseKind = (typeof PHRASE_KINDS)[number];

/** A phrase that completes queries. */
export interface Phrase {
  /** As the site writes it. */
  readonly text: string;
  readonly kind: PhraseKind;
}

/** A phrase, and what it is found by. */
export interface TypedPhrase extends Phrase {
  /** Folded strings that what is typed may be the beginning of; that of its first word comes first. */
  readonly beginnings: readonly string[];
  /** Primary subtags of the languages that it is also found in by itself. Default none. */
  readonly languages?: readonly string[] | undefined;
}

/** The files of a site's phrases. */
export interface SuggestFiles {
  readonly files: readonly Uint8Array[];
  /** The file that readers ask for first, given the names of the others: `suggest/`, 16 hex digits, `.bin`. */
  readonly directory: (files: readonly string[]) => Uint8Array;
}

const KIND = "suggest";
const PHRASES_KIND = "phrases";
/** Some 2 KB compressed. */
const PHRASES_PER_FILE = 200;

/**
 * Phrases in files by the beginnings of their words; see SPEC.md. A beginning that more phrases have than a file takes
 * gets a file with the best of them (first those that begin with it), and its continuations get files of their own. So
 * whatever is typed, one file answers it.
 *
 * @param phrases Best first.
 * @param options `perFile` default 200.
 */
export function encodeSuggest(
  phrases: readonly TypedPhrase[],
  { perFile = PHRASES_PER_FILE }: { readonly perFile?: number | undefined } = {},
): SuggestFiles {
  const { heads, ranges } = divide(phrases, perFile);
  const files = [...ranges, ...heads].map((part) => encodePhrases(part.numbers.map((n) => phrases[n] as TypedPhrase)));
  return {
    files,
    directory: (names) =>
      encodeContainer(KIND, {
        names: packNames(names),
        starts: packStrings(ranges.map(({ start }) => start)),
        heads: packStrings(heads.map(({ start }) => start)),
      }),
  };
}

function encodePhrases(phrases: readonly Phrase[]): Uint8Array {
  return encodeContainer(PHRASES_KIND, {
    texts: packStrings(phrases.map(({ text }) => text)),
    kinds: Uint8Array.from(phrases, ({ kind }) => PHRASE_KINDS.indexOf(kind)),
  });
}

/**
 * The phrases of one file, best first.
 * @throws SearchError as {@link Container}; `file-invalid` also when the sections do not fit together.
 */
export function decodePhrases(bytes: Uint8Array, file: string): Phrase[] {
  const container = new Container(bytes, { kind: PHRASES_KIND, file });
  const texts = container.strings("texts");
  const kinds = container.get("kinds", Uint8Array);
  if (kinds.length !== texts.length) throw invalid(file, `it has ${kinds.length} kinds of ${texts.length} phrases`);
  return texts.map((text, i) => {
    const kind = PHRASE_KINDS[kinds[i] as number];
    if (!kind) throw invalid(file, `a phrase is of kind ${kinds[i]}`);
    return { text, kind };
  });
}

/** Which file holds the phrases with a beginning. */
export class SuggestDirectory {
  readonly #names: Uint8Array;
  readonly #starts: readonly string[];
  readonly #ranges: Ranges;
  readonly #heads: ReadonlyMap<string, number>;

  /** @throws SearchError as {@link Container}; `file-invalid` also when the sections do not fit together. */
  constructor(bytes: Uint8Array, file: string) {
    const container = new Container(bytes, { kind: KIND, file });
    this.#names = container.get("names", Uint8Array);
    const starts = container.strings("starts");
    const heads = container.strings("heads");
    this.#starts = starts;
    this.#ranges = new Ranges(starts);
    this.#heads = new Map(heads.map((head, i) => [head, starts.length + i]));
    const count = countNames(this.#names);
    const expected = starts.length + heads.length;
    if (count !== expected) throw invalid(file, `it names ${count} files of ${expected}`);
  }

  /** Names of all files but this one. */
  files(): string[] {
    return Array.from({ length: countNames(this.#names) }, (_, number) => this.#file(number));
  }

  /**
   * The files that hold the phrases with some words, folded. All of them are in one file, if it has all that any of the
   * words begins (that of the first such word, which is likely to have been read while it was typed). Else there are two:
   * one of those that have the words one after the other, and one of the best for the longest word.
   *
   * @param language Only phrases of this language: its primary subtag. Default: of all.
   */
  find(words: readonly string[], language?: string): string[] {
    const within = prefixOf(language);
    const whole = words.find((word) => !this.#heads.has(within + word));
    const [longest = ""] = words.toSorted((a, b) => b.length - a.length);
    const beginnings = whole === undefined ? [words.join(" "), longest] : [whole];
    return [...new Set(beginnings.flatMap((beginning) => this.#holder(within, beginning)))];
  }

  /** The file with all that a string begins, or the best of it. */
  #holder(within: string, typed: string): string[] {
    const number = this.#heads.get(within + typed) ?? this.#ranges.at(within + typed);
    const start = this.#starts[number] ?? within;
    // Before the first range of a language is the last one of another.
    const isWithin = start.startsWith(within) || within.startsWith(start);
    return number < 0 || !isWithin ? [] : [this.#file(number)];
  }

  #file(number: number): string {
    return unpackName("suggest", this.#names, number);
  }
}

/** What stands before the beginnings of the phrases of one language; no word that is typed has a colon. */
function prefixOf(language: string | undefined): string {
  return language === undefined ? "" : `:${language} `;
}

/** Phrases of one file, by their numbers, ascending: the best first. */
interface Part {
  /** Where its range begins, or the beginning that all have. */
  readonly start: string;
  readonly numbers: readonly number[];
}

/** Phrases of one language, or of any. */
interface Unit extends Part {
  readonly within: string;
}

interface Division {
  /** Ascending by start. */
  readonly ranges: Part[];
  readonly heads: Part[];
}

/** One beginning of one phrase. */
interface Entry {
  /** As {@link prefixOf} gives it; the beginning begins so. */
  readonly within: string;
  readonly beginning: string;
  readonly number: number;
}

function divide(phrases: readonly TypedPhrase[], perFile: number): Division {
  const entries = phrases.flatMap(({ beginnings, languages = [] }, number) =>
    [undefined, ...languages]
      .map(prefixOf)
      .flatMap((within) => beginnings.map((beginning) => ({ within, beginning: within + beginning, number }))),
  );
  entries.sort((a, b) => (a.beginning < b.beginning ? -1 : a.beginning > b.beginning ? 1 : a.number - b.number));
  const heads: Part[] = [];
  const units: Unit[] = [];
  const visit = (start: string, own: readonly Entry[]) => {
    const numbers = distinct(own.map(({ number }) => number));
    const within = own[0]?.within ?? "";
    const isOne = own.every((entry) => entry.within === within);
    if (isOne && numbers.length <= perFile) {
      units.push({ start, within, numbers });
      return;
    }
    const typed = start.slice(within.length);
    if (isOne && typed !== "") heads.push({ start, numbers: bestOf(numbers, { typed, phrases, perFile }) });
    for (const group of groupByNext(own, start.length)) visit(group.start, group.own);
  };
  visit("", entries);
  return { heads, ranges: joinUnits(units, perFile) };
}

/** Those that begin with it come first. */
function bestOf(
  numbers: readonly number[],
  { typed, phrases, perFile }: { readonly typed: string; readonly phrases: readonly TypedPhrase[]; perFile: number },
): number[] {
  const isFirst = (n: number) => phrases[n]?.beginnings[0]?.startsWith(typed) ?? false;
  const ordered = [...numbers.filter(isFirst), ...numbers.filter((n) => !isFirst(n))];
  return ordered.slice(0, perFile).sort((a, b) => a - b);
}

/** Entries by the letter that follows; those that end here need no file: the head has them. */
function groupByNext(entries: readonly Entry[], length: number): { readonly start: string; readonly own: Entry[] }[] {
  const groups: { readonly start: string; readonly own: Entry[] }[] = [];
  for (const entry of entries) {
    const next = String.fromCodePoint(entry.beginning.codePointAt(length) ?? 0);
    if (entry.beginning.length === length) continue;
    const start = entry.beginning.slice(0, length + next.length);
    const last = groups.at(-1);
    if (last?.start === start) last.own.push(entry);
    else groups.push({ start, own: [entry] });
  }
  return groups;
}

/** Neighbours of one language share a file while it takes them. */
function joinUnits(units: readonly Unit[], perFile: number): Part[] {
  const joined: { readonly start: string; readonly within: string; readonly numbers: Set<number> }[] = [];
  for (const { start, within, numbers } of units) {
    const last = joined.at(-1);
    const both = new Set([...(last?.numbers ?? []), ...numbers]);
    if (last?.within === within && both.size <= perFile) joined[joined.length - 1] = { ...last, numbers: both };
    else joined.push({ start: last ? start : "", within, numbers: new Set(numbers) });
  }
  return joined.map(({ start, numbers }) => ({ start, numbers: distinct(numbers) }));
}

function distinct(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function invalid(file: string, detail: string): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable index file: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

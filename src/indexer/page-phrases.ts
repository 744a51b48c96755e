import type { PageDocument } from "../core/document.ts";
import type { Analyzer } from "../core/manifest.ts";
import { analyzerFor, eachWord, foldWord } from "../text/words.ts";
import { functionWords } from "./function-words.ts";

/** What of one page may complete a query, besides its title. */
export interface PagePhrases {
  /** Headings, each once, with the level of the outermost. */
  readonly headings: readonly (readonly [text: string, level: number])[];
  /** Words and groups of words that the page repeats, with their number. */
  readonly terms: readonly (readonly [text: string, count: number])[];
}

/** Longer ones do not fit in a row below an input. UTF-16 units. */
const MAX_LENGTH = 60;
/** Deeper headings are about details. */
const MAX_LEVEL = 4;
/** Occurrences on a page from which on a word is what it is about. */
const MIN_COUNT = 2;
/** Those repeated most. */
const MAX_TERMS = 40;
const MAX_WORDS = 3;
/** Different words that are told apart: three of their numbers make one key of 51 bits. */
const MAX_IDS = 2 ** 17;
/** Shorter words of alphabets are not worth completing. Letters. */
const MIN_LETTERS = 3;

/** The phrases of a page. Linear in its text; code and tables are left out, whose words repeat for other reasons. */
export function pagePhrases({ title, language, sections }: PageDocument): PagePhrases {
  const headings = new Map<string, number>();
  for (const { heading, level } of sections) {
    const text = level <= MAX_LEVEL ? cleanPhrase(heading, language) : "";
    if (text !== "" && text !== title) headings.set(text, Math.min(level, headings.get(text) ?? level));
  }
  const prose = sections.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === "prose").map(({ text }) => text));
  return { headings: [...headings], terms: repeatedTerms(prose.join("\n"), analyzerFor(language)) };
}

/** A flag's letter, a keycap, or a picture with all that is joined to it: colours of skin, further pictures, tags. */
const PICTURE = String.raw`\p{RI}|[\d#*]\ufe0f?\u20e3|\p{Extended_Pictographic}(?:[\ufe0f\p{Emoji_Modifier}\u{e0020}-\u{e007f}]|\u200d\p{Extended_Pictographic})*`;
const BEFORE = new RegExp(String.raw`^(?:\d+(?:\.\d+)*[.)] |${PICTURE}|[¶•·–—| ])+`, "u");
const BEHIND = new RegExp(`(?: #|${PICTURE}|[¶:;,.…–—| ])+$`, "u");

/**
 * A title or heading as a suggestion: without numbering, pictures, signs of permalinks and the like at either end. Empty
 * when it is too long, or nothing is left.
 */
export function cleanPhrase(text: string, language: string): string {
  const bare = text
    .replace(/\s+/g, " ")
    .replace(BEFORE, (signs, _at, whole: string) => dayAtEnd(signs, whole.slice(signs.length), language))
    .replace(BEHIND, "");
  return bare.length <= MAX_LENGTH && /\p{L}/u.test(bare) ? bare : "";
}

/** The number that signs end with, if it is no numbering but the day of a month: `24. Dezember`. */
function dayAtEnd(signs: string, rest: string, language: string): string {
  const [day = ""] = /(?<!\d)\d{1,2}\. $/.exec(signs) ?? [];
  return day !== "" && monthsOf(language).some((month) => startsWithWord(rest, month)) ? day : "";
}

/** By language. */
const MONTHS = new Map<string, readonly string[]>();

/** The months of a language as they stand behind a day with a full stop; none where dates are written in another way. */
function monthsOf(language: string): readonly string[] {
  let months = MONTHS.get(language);
  if (!months) {
    const format = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", timeZone: "UTC" });
    const dates = Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2000, month, 1)));
    months = dates.flatMap((date) => (date.startsWith("1. ") ? date.slice("1. ".length) : []));
    MONTHS.set(language, months);
  }
  return months;
}

function startsWithWord(text: string, word: string): boolean {
  return text.toLowerCase().startsWith(word.toLowerCase()) && !/^\p{L}/u.test(text.slice(word.length));
}

/** The words of a text, in order. */
interface Running {
  readonly text: string;
  /** Small numbers, the same for the forms of a word. */
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
  /** Different words. */
  readonly size: number;
}

/** How often groups of words occur: by their first places, and by their keys. */
interface Groups {
  /** Key of the group that begins at each place, −1 for none. */
  readonly keys: Float64Array;
  readonly counts: ReadonlyMap<number, number>;
}

function repeatedTerms(text: string, analyzer: Analyzer): [string, number][] {
  const running = readWords(text, analyzer);
  const isTerm = termTest(running, analyzer);
  const found: [text: string, count: number, size: number][] = [];
  let groups = countWords(running);
  for (let size = 1; size <= MAX_WORDS; size++) {
    if (size > 1) groups = countLonger(running, groups, size);
    for (const [key, at] of firstPlaces(groups, running, (at) => isTerm(at, size))) {
      const written = text.slice(running.starts[at], running.ends[at + size - 1]);
      found.push([written, groups.counts.get(key) as number, size]);
    }
  }
  found.sort((a, b) => b[1] * b[2] - a[1] * a[2] || (a[0] < b[0] ? -1 : 1));
  const short = found.filter(([written]) => written.length <= MAX_LENGTH).slice(0, MAX_TERMS);
  return short.map(([written, count]) => [written, count]);
}

function readWords(text: string, analyzer: Analyzer): Running {
  const numbers = new Map<string, number>();
  const [ids, starts, ends]: [number[], number[], number[]] = [[], [], []];
  eachWord(text, analyzer, (start, end, [term = ""]) => {
    let id = numbers.get(term);
    if (id === undefined) {
      id = Math.min(numbers.size, MAX_IDS - 1);
      numbers.set(term, id);
    }
    ids.push(id);
    starts.push(start);
    ends.push(end);
  });
  return { text, ids, starts, ends, size: numbers.size };
}

/** Words that the page has once are no group, nor a part of one. */
function countWords({ ids, size }: Running): Groups {
  const counts = new Uint32Array(size);
  for (const id of ids) counts[id] = (counts[id] as number) + 1;
  const keys = Float64Array.from(ids, (id) => ((counts[id] as number) >= MIN_COUNT ? id : -1));
  return { keys, counts: new Map(counts.entries()) };
}

/** Only what consists of two frequent groups of one word less can be frequent itself (Agrawal and Srikant 1994). */
function countLonger(running: Running, { keys: shorter }: Groups, size: number): Groups {
  const { ids } = running;
  const keys = new Float64Array(ids.length).fill(-1);
  const counts = new Map<number, number>();
  for (let at = 0; at + size <= ids.length; at++) {
    if ((shorter[at] as number) < 0 || (shorter[at + 1] as number) < 0 || !isJoined(running, at)) continue;
    const key = (shorter[at] as number) * MAX_IDS + (ids[at + size - 1] as number);
    keys[at] = key;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (let at = 0; at < keys.length; at++) if ((counts.get(keys[at] as number) ?? 0) < MIN_COUNT) keys[at] = -1;
  return { keys, counts };
}

/** Whether a word stands beside the next one: with nothing between them, a space, or a sign that joins words. */
function isJoined({ text, starts, ends }: Running, at: number): boolean {
  const [end, next] = [ends[at] as number, starts[at + 1] as number];
  return next === end || (next === end + 1 && " -.:".includes(text[end] as string));
}

/** Where each group is read: where it is in lower case if there is such a place, since sentences begin with a capital. */
function firstPlaces({ keys }: Groups, { text, starts }: Running, passes: (at: number) => boolean) {
  const places = new Map<number, number>();
  keys.forEach((key, at) => {
    if (key < 0 || !passes(at)) return;
    const known = places.get(key);
    if (known === undefined) places.set(key, at);
    else if (isCapital(text, starts[known] as number) && !isCapital(text, starts[at] as number)) places.set(key, at);
  });
  return places;
}

/** A capital that a small letter follows. */
function isCapital(text: string, at: number): boolean {
  return /^\p{Lu}\p{Ll}/u.test(text.slice(at, at + 4));
}

/** Function words that hold a term together. */
const LINKS = /^(?:and|of|und|et|y|e|en|par|por|de|du|des|da|do|das|dos|di|del|della)$/;
/** `don't`, `you're`, and `Vue's`, which says no more than `Vue`. */
const CONTRACTED = /['’](?:t|s|d|m|re|ve|ll)$/i;

/**
 * Whether some words are a term: both ends may stand there, nothing is cut off at a hyphen (`built` of `built-in`), and
 * what is between does not make a sentence of it: "drag and drop" and "step-by-step", not "add a link".
 *
 * @returns Takes the first word's place, and the number of words.
 */
function termTest(running: Running, analyzer: Analyzer): (at: number, size: number) => boolean {
  const { text, starts, ends } = running;
  const isEdge = edgeTest(running, analyzer);
  const without = functionWords(analyzer);
  const isBetween = (at: number) => {
    const word = foldWord(text.slice(starts[at], ends[at]));
    return !without.has(word) || LINKS.test(word) || text[(starts[at] ?? 0) - 1] === "-";
  };
  return (at, size) => {
    const last = at + size - 1;
    const [start = 0, end = 0] = [starts[at], ends[last]];
    const isCut =
      /[\p{L}\p{N}]-$/u.test(text.slice(start - 3, start)) || /^-[\p{L}\p{N}]/u.test(text.slice(end, end + 3));
    const isSaying = isEdge(at, at + 1) && isEdge(last, last) && (size < MAX_WORDS || isBetween(at + 1));
    return isSaying && !isCut && !CONTRACTED.test(text.slice(start, end));
  };
}

/**
 * Whether a word may stand at the end of a group: it says something. A short one may that a sign joins to the next one
 * within: `v-model`.
 *
 * @returns Takes the word's place, and the later one of those that its end within the group is between.
 */
function edgeTest({ text, ids, starts, ends }: Running, analyzer: Analyzer): (at: number, within: number) => boolean {
  const without = functionWords(analyzer);
  const known = new Map<number, "long" | "short" | "none">();
  const lookUp = (at: number) => {
    const word = foldWord(text.slice(starts[at], ends[at]));
    if (!/\p{L}/u.test(word) || without.has(word) || HIRAGANA_WORD.test(word)) return "none";
    return word.length >= MIN_LETTERS || UNSPACED_WORD.test(word) ? "long" : "short";
  };
  return (at, within) => {
    const kind = known.get(ids[at] as number) ?? lookUp(at);
    known.set(ids[at] as number, kind);
    const joint = text.slice(ends[within - 1], starts[within]);
    return kind === "long" || (kind === "short" && joint.length === 1 && joint !== " ");
  };
}

/** Inflections and particles of Japanese. */
const HIRAGANA_WORD = /^\p{Script=Hiragana}+$/u;
/** Two letters of a script without case. */
const UNSPACED_WORD = /^[^\p{Lu}\p{Ll}\p{N}]{2}/u;

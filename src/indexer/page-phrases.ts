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
    const text = level <= MAX_LEVEL ? cleanPhrase(heading) : "";
    if (text !== "" && text !== title) headings.set(text, Math.min(level, headings.get(text) ?? level));
  }
  const prose = sections.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === "prose").map(({ text }) => text));
  return { headings: [...headings], terms: repeatedTerms(prose.join("\n"), analyzerFor(language)) };
}

/**
 * A title or heading as a suggestion: without numbering, signs of permalinks and the like at either end. Empty when it is
 * too long, or nothing is left.
 */
export function cleanPhrase(text: string): string {
  const bare = text
    .replace(/\s+/g, " ")
    .replace(/^(?:\d+(?:\.\d+)*[.)] |\ufe0f|[\p{Extended_Pictographic}¶•·–—| ])+/u, "")
    .replace(/(?: #|\ufe0f|[\p{Extended_Pictographic}¶:;,.…–—| ])+$/u, "");
  return bare.length <= MAX_LENGTH && /\p{L}/u.test(bare) ? bare : "";
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
  const isEdge = edgeTest(running, analyzer);
  const found: [text: string, count: number, size: number][] = [];
  let groups = countWords(running);
  for (let size = 1; size <= MAX_WORDS; size++) {
    if (size > 1) groups = countLonger(running, groups, size);
    const passes = (at: number) => isEdge(at, at + 1) && isEdge(at + size - 1, at + size - 1);
    for (const [key, at] of firstPlaces(groups, running, passes)) {
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
    if (!/\p{L}/u.test(word) || without.has(word)) return "none";
    return word.length >= MIN_LETTERS || UNSPACED_WORD.test(word) ? "long" : "short";
  };
  return (at, within) => {
    const kind = known.get(ids[at] as number) ?? lookUp(at);
    known.set(ids[at] as number, kind);
    const joint = text.slice(ends[within - 1], starts[within]);
    return kind === "long" || (kind === "short" && joint.length === 1 && joint !== " ");
  };
}

/** Two letters of a script without case. */
const UNSPACED_WORD = /^[^\p{Lu}\p{Ll}\p{N}]{2}/u;

import type { TextRange } from "../core/search.ts";
import { foldWord, runsOf, wordStarts } from "./words.ts";

/** A place in a phrase where typing may begin: a word, a part of an identifier, a word of a script without spaces. */
export interface Beginning {
  /** In UTF-16 code units. */
  readonly at: number;
  /** End of the run of letters that it is in. */
  readonly end: number;
  /** What stands from here to the end of the run, folded. Never empty. */
  readonly rest: string;
  /** Whether it is the first of the run. */
  readonly isRun: boolean;
}

/** How a phrase completes what was typed. */
export interface Completion {
  /** Where what was typed stands. Ascending, disjoint. */
  readonly marks: readonly TextRange[];
  /** Whether the phrase begins with what was typed. */
  readonly isPrefix: boolean;
}

/** Where typing may begin in a phrase, in order. */
export function beginningsOf(text: string): Beginning[] {
  const runs = runsOf(text);
  const beginnings: Beginning[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    const [start = 0, end = 0] = [runs[i], runs[i + 1]];
    const own = wordStarts(text.slice(start, end)).flatMap((offset) => {
      const rest = foldWord(text.slice(start + offset, end));
      return rest === "" ? [] : [{ at: start + offset, end, rest }];
    });
    beginnings.push(...own.map((each, n) => ({ ...each, isRun: n === 0 })));
  }
  return beginnings;
}

/** What may be typed of a phrase: from each of its beginnings to its end, folded, with a space after each run. */
export function restsOf(text: string): string[] {
  const beginnings = beginningsOf(text);
  return beginnings.map(({ rest }, i) => {
    const runs = beginnings.slice(i + 1).filter(({ isRun }) => isRun);
    return [rest, ...runs.map((run) => run.rest)].join(" ");
  });
}

/** The words of what was typed, folded. A script without spaces is not cut: its last word may be half. */
export function typedWords(query: string): string[] {
  const runs = runsOf(query);
  const words = Array.from({ length: runs.length / 2 }, (_, i) => foldWord(query.slice(runs[i * 2], runs[i * 2 + 1])));
  return words.filter((word) => word !== "");
}

/** Equal for phrases that differ in case, accents and signs alone, but for those of `C++` and `C#`. */
export function phraseKey(text: string): string {
  return `${text.replace(/[^+#]/g, "")}${typedWords(text).join(" ")}`;
}

/**
 * How a phrase completes some words: each begins another one of its words, in any order. Undefined when it does not.
 *
 * @param words As {@link typedWords} gives them.
 */
export function completePhrase(text: string, words: readonly string[]): Completion | undefined {
  const beginnings = beginningsOf(text);
  const used = new Map<Beginning, string>();
  // Whatever a longer word can take, a shorter one that begins like it can take as well: so the longest choose first.
  for (const word of words.toSorted((a, b) => b.length - a.length)) {
    const found = beginnings.find((each) => each.rest.startsWith(word) && !used.has(each));
    if (!found) return undefined;
    used.set(found, word);
  }
  const runs = beginnings.filter(({ isRun }) => isRun);
  const isPrefix = words.every((word, i) => runs[i]?.rest.startsWith(word));
  const marks = Array.from(used, ([{ at, end }, word]): TextRange => [at, markEnd(text, { at, end, word })]);
  return { marks: joinRanges(marks), isPrefix };
}

/** Where the shortest beginning ends that folds to what was typed or more: folding may change lengths. */
function markEnd(
  text: string,
  { at, end, word }: { readonly at: number; readonly end: number; readonly word: string },
): number {
  let to = at + 1;
  while (to < end && (foldWord(text.slice(at, to)).length < word.length || isAmid(text, to))) to++;
  return to;
}

/** Whether a place is within a surrogate pair, or before an accent. */
function isAmid(text: string, at: number): boolean {
  return /^[\p{M}\udc00-\udfff]/u.test(text.slice(at, at + 2)) || /[\ud800-\udbff]/.test(text[at - 1] ?? "");
}

function joinRanges(ranges: readonly TextRange[]): TextRange[] {
  const joined: TextRange[] = [];
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && start < last[1]) joined[joined.length - 1] = [last[0], Math.max(last[1], end)];
    else joined.push([start, end]);
  }
  return joined;
}

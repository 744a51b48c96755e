import type { Analyzer } from "../core/manifest.ts";
import type { Excerpt, TextRange } from "../core/search.ts";
import { eachWord } from "./words.ts";

/** Options of {@link excerpt}. */
export interface ExcerptOptions {
  /** Terms of the index that the query matched, with what each is worth; only these are marked. */
  readonly terms: ReadonlyMap<string, number>;
  readonly analyzer: Analyzer;
  /** End of each sentence of the text, ascending. */
  readonly sentenceEnds: readonly number[];
  /** Sentence to show when no word matches. Default 0. */
  readonly closest?: number | undefined;
  /** Most characters shown. Default 220. */
  readonly maxLength?: number;
}

const ELLIPSIS = "…";

/**
 * The passage of a text that answers best: around the densest cluster of matching words, with these marked;
 * or the closest sentence, marked whole, when no word matches.
 */
export function excerpt(text: string, options: ExcerptOptions): Excerpt {
  const { terms, analyzer, sentenceEnds, closest = 0, maxLength = 220 } = options;
  const matches = matchingWords(text, terms, analyzer);
  if (matches.length > 0) {
    const window = bestWindow(matches, maxLength);
    return cut(
      text,
      spread(text, window, { sentenceEnds, maxLength }),
      matches.map(({ range }) => range),
    );
  }
  const start = sentenceEnds[closest - 1] ?? 0;
  const end = sentenceEnds[closest] ?? text.length;
  const sentence = trim(text, [start, Math.min(end, start + maxLength)]);
  return cut(text, spread(text, sentence, { sentenceEnds, maxLength }), sentenceEnds.length > 1 ? [sentence] : []);
}

interface Match {
  readonly range: TextRange;
  readonly term: string;
  readonly worth: number;
}

function matchingWords(text: string, terms: ReadonlyMap<string, number>, analyzer: Analyzer): Match[] {
  const matches: Match[] = [];
  if (terms.size === 0) return matches;
  eachWord(text, analyzer, (start, end, own) => {
    for (const term of own) {
      const worth = terms.get(term);
      if (worth === undefined) continue;
      matches.push({ range: [start, end], term, worth });
      return;
    }
  });
  return matches;
}

/** The span of at most `maxLength` whose distinct terms are worth most; the first of equals. */
function bestWindow(matches: readonly Match[], maxLength: number): TextRange {
  let best: TextRange = [0, 0];
  let bestWorth = -1;
  let first = 0;
  matches.forEach(({ range: [, end] }, last) => {
    while (end - (matches[first] as Match).range[0] > maxLength && first < last) first++;
    const inside = new Map(matches.slice(first, last + 1).map(({ term, worth }) => [term, worth]));
    const worth = [...inside.values()].reduce((sum, value) => sum + value, 0) + (last - first) * 1e-3;
    if (worth > bestWorth) {
      bestWorth = worth;
      best = [(matches[first] as Match).range[0], end];
    }
  });
  return best;
}

/** Widen a span to the sentences around it as far as they fit, else to words. */
function spread(
  text: string,
  [start, end]: TextRange,
  { sentenceEnds, maxLength }: { readonly sentenceEnds: readonly number[]; readonly maxLength: number },
): TextRange {
  const ends = sentenceEnds.length > 0 ? sentenceEnds : [text.length];
  const sentenceStart = Math.max(0, ...ends.filter((sentenceEnd) => sentenceEnd <= start));
  const from =
    end - sentenceStart <= maxLength ? sentenceStart : wordStart(text, Math.max(0, end - maxLength, start - 40));
  let to = end;
  for (const sentenceEnd of ends) if (sentenceEnd > to && sentenceEnd - from <= maxLength) to = sentenceEnd;
  if (to === end) to = wordEnd(text, Math.min(text.length, Math.max(end, from + maxLength)), end);
  return trim(text, [from, to]);
}

function wordStart(text: string, at: number): number {
  const space = text.slice(at, at + 30).search(/\s/);
  return at === 0 ? 0 : space < 0 ? at : at + space + 1;
}

function wordEnd(text: string, at: number, floor: number): number {
  if (at >= text.length) return text.length;
  const space = text.slice(0, at).search(/\s\S*$/);
  return space > floor ? space : at;
}

function trim(text: string, [start, end]: TextRange): TextRange {
  const shown = text.slice(start, end);
  const left = shown.length - shown.trimStart().length;
  return [start + left, Math.max(start + left, end - (shown.length - shown.trimEnd().length))];
}

/** The slice with ellipses where the text goes on within a sentence, white space flattened, marks shifted. */
function cut(text: string, [start, end]: TextRange, marks: readonly TextRange[]): Excerpt {
  const before = start > 0 && !/[.!?。！？:]\s*$/.test(text.slice(Math.max(0, start - 3), start)) ? ELLIPSIS : "";
  const after =
    end < text.length && !/[.!?。！？:]["'”’)\]]?$/.test(text.slice(Math.max(0, end - 2), end)) ? ELLIPSIS : "";
  const shift = before.length - start;
  return {
    // One character for one, so that the marks stay where they are.
    text: before + text.slice(start, end).replace(/\s/g, " ") + after,
    marks: marks
      .filter(([from, to]) => to > start && from < end)
      .map(([from, to]) => [Math.max(from, start) + shift, Math.min(to, end) + shift] as const),
  };
}

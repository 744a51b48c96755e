import type { TextDirective } from "./text-directive.ts";

const LETTER = "[\\p{L}\\p{N}]";

/**
 * Where in a text a directive's passage stands, as [start, end), the first of several; undefined when it does not occur.
 * White space counts as equal, capitals as small letters. Whole words first, then parts of words, which is how a passage
 * of a script without spaces is named.
 */
export function findPassage(text: string, directive: TextDirective): readonly [number, number] | undefined {
  const match = pattern(directive, true).exec(text) ?? pattern(directive, false).exec(text);
  return match ? [match.index, match.index + match[0].length] : undefined;
}

function pattern({ prefix, start, end, suffix }: TextDirective, wholeWords: boolean): RegExp {
  const [from, to] = wholeWords ? [`(?<!${LETTER})`, `(?!${LETTER})`] : ["", ""];
  const before = prefix && `(?<=${plain(prefix)}\\s*)`;
  const after = suffix && `(?=\\s*${plain(suffix)})`;
  const through = end && `${to}.*?${from}${plain(end)}`;
  return new RegExp(before + from + plain(start) + through + to + after, "isu");
}

/** The pattern of a text as it is. */
function plain(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(/\s+/g, "\\s+");
}

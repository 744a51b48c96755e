/** Soft hyphen, zero-width space, word joiner, byte-order mark and control characters: seen by programs alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const INVISIBLE = /[\u0000-\u0008\u000E-\u001F\u007F\u00AD\u200B\u2060\uFEFF]/g;

/** A line break between two Chinese or Japanese characters is no space (CSS Text 3, segment breaks). */
const EAST_ASIAN = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u3000-\\u303F\\uFF01-\\uFF60";
const EAST_ASIAN_BREAK = new RegExp(`(?<=[${EAST_ASIAN}])[^\\S\\n]*\\n\\s*(?=[${EAST_ASIAN}])`, "gu");

/** Text without its invisible characters. Joiners that spell words (U+200C, U+200D) stay. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, "");
}

/** One line of visible text: runs of white space, no-break spaces among them, become one space. */
export function collapse(text: string): string {
  return visible(text).replace(EAST_ASIAN_BREAK, "").replace(/\s+/g, " ").trim();
}

/** Text of a `<pre>`: lines and indentation kept, trailing spaces and empty lines at both ends removed. */
export function tidyCode(text: string): string {
  const lines = visible(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[\u00A0\u202F]/g, " ")
    .split("\n")
    .map((line) => line.trimEnd());
  const first = lines.findIndex(Boolean);
  return first < 0 ? "" : lines.slice(first, lines.findLastIndex(Boolean) + 1).join("\n");
}

/** Same words, whatever their case and white space. */
export function sameText(a: string, b: string): boolean {
  return collapse(a).toLowerCase() === collapse(b).toLowerCase();
}

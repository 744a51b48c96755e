import type { PageText } from "../text/text-shard.ts";

/** Scripts that write without spaces: a phrase may begin and end anywhere in them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}_]/u;

/** Whether each of the phrases stands somewhere in a page: in its title, a heading or a passage. */
export function holdsPhrases({ title, sections }: PageText, phrases: readonly string[]): boolean {
  const texts = [title, ...sections.flatMap(({ heading, chunks }) => [heading, ...chunks.map(({ text }) => text)])];
  const folded = texts.map(fold);
  return phrases.every((phrase) => folded.some((text) => holds(text, fold(phrase))));
}

/** Case, width, white space and the form of apostrophes make no difference. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/gu, " ");
}

/** Whether a phrase stands in a text as whole words. */
function holds(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const end = at + phrase.length;
    if (parts(text[at - 1], phrase[0]) && parts(phrase.at(-1), text[end])) return true;
  }
  return false;
}

/** Whether a word may end between two characters. */
function parts(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  return !WORD.test(before) || !WORD.test(after) || UNSPACED.test(before) || UNSPACED.test(after);
}

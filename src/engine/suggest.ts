import type { Suggestion } from "../core/search.ts";
import type { Phrase } from "../keyword/suggest-files.ts";
import { completePhrase, phraseKey, typedWords } from "../text/phrases.ts";

/** No phrase is as long: what is behind it cannot be completed. UTF-16 units. */
const MAX_QUERY_LENGTH = 100;

/**
 * Phrases with a word for each word of the query that begins with it, in any order: those that begin with the query first,
 * then as `load` gives them. None for a query that has no words, or is a phrase itself.
 *
 * @param load Reads the phrases that may complete some words, best first.
 */
export async function suggest(
  query: string,
  load: (words: readonly string[]) => Promise<readonly Phrase[]>,
  limit: number,
): Promise<Suggestion[]> {
  const typed = query.slice(0, MAX_QUERY_LENGTH);
  const words = typedWords(typed);
  const own = phraseKey(typed);
  const first: Suggestion[] = [];
  const others: Suggestion[] = [];
  for (const { text, kind } of words.length > 0 ? await load(words) : []) {
    const completion = completePhrase(text, words);
    if (!completion || phraseKey(text) === own) continue;
    (completion.isPrefix ? first : others).push({ text, kind, marks: completion.marks });
  }
  return [...first, ...others].slice(0, limit);
}

import type { Suggestion, SuggestOptions } from "../core/search.ts";
import { completePhrase, phraseKey, typedWords } from "../text/phrases.ts";
import { primaryLanguage } from "../text/words.ts";
import type { IndexFiles } from "./index-files.ts";

/** No phrase is as long: what is behind it cannot be completed. UTF-16 units. */
const MAX_QUERY_LENGTH = 100;

/** What completes queries. */
export type SuggestSource = Pick<IndexFiles, "manifest" | "phrases" | "curation">;

type Candidate = Pick<Suggestion, "text" | "kind">;

/**
 * Phrases with a word for each word of the query that begins with it, in any order: those that begin with the query first,
 * suggestions of the curation before others. None for a query that has no words, or is a phrase itself. Only where the
 * visitor's language has none, those of others.
 *
 * @throws SearchError as the files of phrases do. A curation that cannot be read has no suggestions.
 */
export async function suggest(query: string, files: SuggestSource, options: SuggestOptions): Promise<Suggestion[]> {
  const { limit = 5, signal } = options;
  const typed = query.slice(0, MAX_QUERY_LENGTH);
  const words = typedWords(typed);
  if (words.length === 0) return [];
  const curated = curatedPhrases(files);
  let found: Suggestion[] = [];
  for (const language of new Set([languageOf(options, files), undefined])) {
    const phrases = await files.phrases(words, { language, signal });
    found = complete([...(await curated), ...phrases], words, phraseKey(typed));
    if (found.some(({ kind }) => kind !== "curated")) break;
  }
  return found.slice(0, Math.max(0, limit));
}

/** The phrases that complete some words, each once, without the one that is typed already. */
function complete(phrases: readonly Candidate[], words: readonly string[], typed: string): Suggestion[] {
  const first: Suggestion[] = [];
  const others: Suggestion[] = [];
  const seen = new Set([typed]);
  for (const { text, kind } of phrases) {
    const completion = completePhrase(text, words);
    const key = phraseKey(text);
    if (!completion || seen.has(key)) continue;
    seen.add(key);
    (completion.isPrefix ? first : others).push({ text, kind, marks: completion.marks });
  }
  return [...first, ...others];
}

/** What the site suggests, which is asked for with the first search anyway. */
async function curatedPhrases(files: SuggestSource): Promise<Candidate[]> {
  const rules = await files.curation().catch(() => undefined);
  return (rules?.suggestions ?? []).map((text) => ({ text, kind: "curated" }));
}

/** The visitor's language, if phrases are told apart by it: the site has it, and others. */
function languageOf({ language = "" }: SuggestOptions, { manifest }: SuggestSource): string | undefined {
  const languages = new Set(manifest.languages.map(primaryLanguage));
  const own = primaryLanguage(language);
  return languages.size > 1 && languages.has(own) ? own : undefined;
}

import type { Analyzer } from "../core/manifest.ts";
import type { QueryWord } from "../keyword/keyword-index.ts";
import { isStopWord, splitWords } from "../text/words.ts";

/**
 * One letter of an alphabet, or a digit, does not complete: it would find most of the index, in its largest files.
 * A letter of a script without case, such as 語, does: there it may be a word.
 */
const TOO_SHORT_TO_COMPLETE = /^[\p{Lu}\p{Ll}\p{N}]$/u;

/** Each distinct word once, under every analyzer of the index; function words only if there is nothing else. */
export function queryWords(query: string, analyzers: readonly Analyzer[], asYouType: boolean): QueryWord[] {
  const [primary = "english", ...others] = analyzers;
  const alternatives = others.map((analyzer) => splitWords(query, analyzer));
  const words = new Map<string, QueryWord>();
  const all = splitWords(query, primary);
  all.forEach(({ range, terms }, i) => {
    const own = new Set([...terms, ...alternatives.flatMap((alternative) => alternative[i]?.terms ?? [])]);
    const isTyped = asYouType && i === all.length - 1 && range[1] === query.length;
    const prefix = isTyped && !TOO_SHORT_TO_COMPLETE.test(query.slice(...range));
    words.set(terms[0] ?? "", { terms: [...own], prefix });
  });
  const content = [...words].filter(([term, word]) => word.prefix || !isStopWord(term));
  return (content.length > 0 ? content : [...words]).map(([, word]) => word);
}

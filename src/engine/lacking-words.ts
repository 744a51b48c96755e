import type { Findings } from "./findings.ts";
import type { QueryPlan } from "./plan-query.ts";

/**
 * Positions of the query's words that stand nowhere on the site, not even as the beginning of a word if they are being
 * typed. None where another query cannot be offered: while results are on their way, by meaning alone, for quoted
 * phrases, for queries that the site's curation knows, and where words could not be looked up.
 */
export function lackingWords({ mode, words, phrases, curated }: QueryPlan, found: Findings): number[] {
  const isKnown = curated && (curated.pins.length > 0 || curated.redirect);
  const isUnsure = found.partial || mode === "semantic" || found.warnings.some(({ part }) => part === "keyword");
  if (isKnown || isUnsure || phrases.length > 0) return [];
  const known = [...found.idfs.keys()];
  return words.flatMap(({ terms, prefix }, i) => {
    const isThere = (term: string) => known.some((other) => other === term || (prefix && isBeginning(term, other)));
    return terms.some(isThere) ? [] : [i];
  });
}

/** Whether one word begins like the other; typing may have passed the stem. */
function isBeginning(typed: string, known: string): boolean {
  return known.startsWith(typed) || (known.length * 2 >= typed.length && typed.startsWith(known));
}

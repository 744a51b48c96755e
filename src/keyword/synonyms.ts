import type { Match } from "./match-terms.ts";

/** What a match is worth against one of the words that it stands for. */
const SYNONYM_WEIGHT = 0.6;

/** A match with what it is worth by itself. */
export interface RatedMatch {
  readonly match: Match;
  /** Inverse document frequency. */
  readonly idf: number;
}

/**
 * Matches of a synonym with the weights that they get, so that a passage with all of the synonym is worth less than one
 * with all that it stands for, also where the synonym is the rarer one.
 *
 * @param synonym Matches of each of its words.
 * @param original Those of each of the words that it stands for; without any, of words that the site lacks, only the
 *   weight counts.
 */
export function weighSynonym(
  synonym: readonly (readonly RatedMatch[])[],
  original: readonly (readonly RatedMatch[])[],
): Match[] {
  const worth = worthOf(original);
  const factor = SYNONYM_WEIGHT * (worth > 0 ? Math.min(1, worth / worthOf(synonym)) : 1);
  return synonym.flat().map(({ match }) => ({ ...match, weight: match.weight * factor }));
}

/** The sum over the words of what is best for each. */
function worthOf(words: readonly (readonly RatedMatch[])[]): number {
  return words.reduce((sum, matches) => sum + Math.max(0, ...matches.map(({ idf, match }) => idf * match.weight)), 0);
}

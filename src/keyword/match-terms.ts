import { corrections } from "./edit-distance.ts";
import type { SearchFiles } from "./search-files.ts";
import type { Postings, TermShard } from "./term-shard.ts";
import type { TermsDirectory } from "./terms-directory.ts";

/** A term of the index that stands for one of the query. */
export interface Match {
  readonly term: string;
  readonly weight: number;
  readonly postings: Postings;
}

/** Words that are not in the index match terms within this share of their length in edits. */
export const FUZZY = 0.2;
/** Words shorter than this are never matched fuzzily. UTF-16 units. */
export const FUZZY_MIN_LENGTH = 5;
/** What a match within some edits, or of what a word may become, is worth against an exact one. */
const FUZZY_WEIGHT = 0.45;
const PREFIX_WEIGHT = 0.375;
/** As above, of a word that is in the index as it stands: it was probably meant so. */
const KNOWN_PREFIX_WEIGHT = 0.04;
/** Shortest term that a longer word being typed may stand for. Letters. */
const MIN_BEGINNING = 4;
/** Shards that are read for the completions of a word; each is some 5 KB or one frequent term. */
const MAX_COMPLETION_SHARDS = 2;

/** The terms of the index that a term of the query may stand for. */
export async function matchTerm(term: string, prefix: boolean, files: SearchFiles): Promise<Match[]> {
  const place = files.directory.shards.at(term);
  if (place < 0) return [];
  const range = prefix ? completionShards(term, files.directory) : [];
  const [own, ...others] = await Promise.all(
    [place, ...range.filter((number) => number !== place)].map((number) => files.shard(number)),
  );
  const exact = own ? exactly(term, own, 1) : [];
  // A word that could not be looked up is not known to be absent.
  if (!own) return completions(term, others, PREFIX_WEIGHT);
  if (prefix) {
    const longer = completions(term, [own, ...others], exact.length > 0 ? KNOWN_PREFIX_WEIGHT : PREFIX_WEIGHT);
    return exact.length + longer.length > 0 ? [...exact, ...longer] : beginning(term, files);
  }
  // Typos are only looked for where nothing else matches: else `react` would find `reach`.
  return exact.length > 0 || term.length < FUZZY_MIN_LENGTH ? exact : corrected(term, files);
}

/** The shards that hold the continuations of a word; of many, those with the most frequent terms. */
function completionShards(prefix: string, directory: TermsDirectory): number[] {
  const range = directory.shards.covering(prefix);
  const byFrequency = (a: number, b: number) => directory.frequency(b) - directory.frequency(a) || a - b;
  return range.length > MAX_COMPLETION_SHARDS ? range.sort(byFrequency).slice(0, MAX_COMPLETION_SHARDS) : range;
}

function exactly(term: string, shard: TermShard, weight: number): Match[] {
  const position = shard.position(term);
  return shard.terms[position] === term ? [{ term, weight, postings: shard.postings(position) }] : [];
}

function completions(prefix: string, shards: readonly (TermShard | undefined)[], weight: number): Match[] {
  return shards.flatMap((shard) => {
    const matches: Match[] = [];
    if (!shard) return matches;
    for (let i = shard.position(prefix); shard.terms[i]?.startsWith(prefix); i++) {
      const term = shard.terms[i] as string;
      if (term === prefix) continue;
      const nearness = prefix.length / (prefix.length + 0.3 * (term.length - prefix.length));
      matches.push({ term, weight: weight * nearness, postings: shard.postings(i) });
    }
    return matches;
  });
}

/** The longest term that the word begins with: typing passes the stem, as in `authent|icatio`. */
async function beginning(term: string, files: SearchFiles): Promise<Match[]> {
  const shortest = Math.ceil(Math.max(MIN_BEGINNING, term.length / 2));
  const shorter = Array.from({ length: Math.max(0, term.length - shortest) }, (_, i) => term.slice(0, -1 - i));
  const found = await Promise.all(shorter.map((candidate) => lookUp(candidate, PREFIX_WEIGHT, files)));
  return found.find((matches) => matches.length > 0) ?? [];
}

async function corrected(term: string, files: SearchFiles): Promise<Match[]> {
  const near = corrections(term, await files.wordsNear(term), Math.round(term.length * FUZZY));
  const found = await Promise.all(
    near.map(({ word, edits }) => lookUp(word, (FUZZY_WEIGHT * term.length) / (term.length + edits), files)),
  );
  return found.flat();
}

/** A term of the index, if it is one. */
export async function lookUp(term: string, weight: number, files: SearchFiles): Promise<Match[]> {
  const place = files.directory.shards.at(term);
  const shard = place < 0 ? undefined : await files.shard(place);
  return shard ? exactly(term, shard, weight) : [];
}

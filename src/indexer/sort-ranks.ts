import { isoTime } from "../core/iso-date.ts";

/**
 * Ranks of values, from 1 in ascending order; equal values have equal ranks, and those without a value, or with a blank
 * one, rank 0. Values that are all numbers are in the order of numbers, all ISO 8601 dates in that of time, others as
 * the language sorts text, with the numbers in it as numbers.
 *
 * @param language BCP 47 tag; one that the platform does not know sorts as English does, wherever that is.
 */
export function sortRanks(values: readonly (string | undefined)[], language: string): Uint32Array {
  const present = [...new Set(values.flatMap((value) => value?.trim() || []))];
  const compare = comparison(present, language);
  present.sort((a, b) => compare(a, b) || (a < b ? -1 : 1));
  const ranks = new Map<string, number>();
  let rank = 0;
  present.forEach((value, i) => {
    if (i === 0 || compare(present[i - 1] as string, value) !== 0) rank++;
    ranks.set(value, rank);
  });
  return Uint32Array.from(values, (value) => ranks.get(value?.trim() ?? "") ?? 0);
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function comparison(values: readonly string[], language: string): (a: string, b: string) => number {
  if (values.every((value) => NUMBER.test(value))) return (a, b) => Number(a) - Number(b);
  if (values.every((value) => isoTime(value) !== undefined)) {
    return (a, b) => (isoTime(a) as number) - (isoTime(b) as number);
  }
  const collator = new Intl.Collator(supported(language), { numeric: true, sensitivity: "variant" });
  return (a, b) => collator.compare(a, b);
}

/** Never empty: then it would be the language of the machine. */
function supported(language: string): string[] {
  try {
    return Intl.Collator.supportedLocalesOf([language, "en"]);
  } catch {
    return ["en"];
  }
}

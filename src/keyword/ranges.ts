/** Consecutive ranges of sorted strings, by code unit, each known by where it begins. */
export class Ranges {
  /** Number of ranges. */
  readonly size: number;
  readonly #starts: readonly string[];

  /** @param starts Ascending; the first is the empty string. */
  constructor(starts: readonly string[]) {
    this.#starts = starts;
    this.size = starts.length;
  }

  /** The range in which a string stands or would stand; −1 when there is none. */
  at(text: string): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as string) <= text) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The ranges in which strings that begin with `prefix` can stand, ascending. */
  covering(prefix: string): number[] {
    const first = this.at(prefix);
    if (first < 0) return [];
    const ranges = [first];
    for (let next = first + 1; this.#starts[next]?.startsWith(prefix); next++) ranges.push(next);
    return ranges;
  }
}

/** Where a range begins that follows another: the shortest beginning of its first string that is after the last of the other. */
export function separator(last: string, first: string): string {
  let shared = 0;
  while (shared < last.length && last[shared] === first[shared]) shared++;
  // Half of a surrogate pair cannot be written down.
  const isSplit = /[\ud800-\udbff]/.test(first[shared] ?? "");
  return first.slice(0, shared + (isSplit ? 2 : 1));
}

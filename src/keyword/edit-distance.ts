/** A word of the index that is near to another. */
export interface Correction {
  readonly word: string;
  readonly edits: number;
}

/** Words within `maxEdits` of `word`, the nearest first, each once. */
export function corrections(word: string, words: Iterable<string>, maxEdits: number): Correction[] {
  const found = new Map<string, number>();
  for (const near of words) {
    const edits = editDistance(word, near, maxEdits);
    if (edits <= maxEdits) found.set(near, edits);
  }
  return Array.from(found, ([near, edits]) => ({ word: near, edits })).sort(
    (a, b) => a.edits - b.edits || (a.word < b.word ? -1 : 1),
  );
}

/**
 * Levenshtein distance in UTF-16 units; something above `max` when it is above `max`.
 * Only the diagonal band that `max` edits can reach is filled.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const [from, to] = [Math.max(1, i - max), Math.min(b.length, i + max)];
    const next: number[] = new Array(b.length + 1).fill(max + 1);
    next[0] = i;
    let best = i;
    for (let j = from; j <= to; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      const edits = Math.min((row[j - 1] as number) + same, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      next[j] = edits;
      if (edits < best) best = edits;
    }
    if (best > max) return max + 1;
    row = next;
  }
  return row[b.length] as number;
}

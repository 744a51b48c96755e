import type { Example } from "./examples.ts";
import type { BatchSlot } from "./workspace.ts";

/**
 * Write examples into a slot: their tokens in one list and, by a counting sort, every token's texts.
 * @param tokens Size of the vocabulary.
 * @returns Number of distinct tokens.
 */
export function fillSlot(slot: BatchSlot, examples: readonly Example[], tokens: number): number {
  const texts = [...examples.map(({ query }) => query), ...examples.map(({ passage }) => passage)];
  const counts = new Uint32Array(tokens);
  let length = 0;
  texts.forEach((text, i) => {
    slot.starts[i] = length;
    for (const id of text) {
      slot.ids[length++] = id;
      (counts[id] as number)++;
    }
  });
  slot.starts[texts.length] = length;
  const rows = placeRows(slot, counts);
  texts.forEach((text, i) => {
    for (const id of text) slot.texts[(counts[id] as number)++] = i;
  });
  return rows;
}

/** List the tokens that occur; turns `counts` into where each one's texts begin. */
function placeRows(slot: BatchSlot, counts: Uint32Array): number {
  let rows = 0;
  let start = 0;
  counts.forEach((count, id) => {
    if (count === 0) return;
    slot.rows[rows] = id;
    slot.rowStarts[rows++] = start;
    counts[id] = start;
    start += count;
  });
  slot.rowStarts[rows] = start;
  return rows;
}

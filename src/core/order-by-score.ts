/**
 * Positions of scores, highest first, equal ones in their own order. Sorts numbers natively, each with its position in
 * the low half of its bits, and then what agrees in the high half by the scores themselves: several times as fast as a
 * sort with a comparator.
 *
 * @param scores Finite.
 */
export function orderByScore(scores: Float64Array): Uint32Array {
  // No −0: it is equal to 0, but its bits are not.
  const keys = scores.map((score) => score + 0);
  const halves = new Uint32Array(keys.buffer);
  for (let i = 0; i < scores.length; i++) halves[i * 2 + LOW] = i;
  keys.sort();
  const order = new Uint32Array(scores.length);
  const high = (i: number) => halves[i * 2 + 1 - LOW];
  for (let end = scores.length, at = 0; end > 0; ) {
    let start = end - 1;
    while (start > 0 && high(start - 1) === high(end - 1)) start--;
    const first = at;
    for (let i = end - 1; i >= start; i--) order[at++] = halves[i * 2 + LOW] as number;
    if (end - start > 1) {
      order.subarray(first, at).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
    }
    end = start;
  }
  return order;
}

/** Which half of a number comes first on this machine. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

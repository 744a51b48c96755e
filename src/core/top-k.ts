/** One item of a ranking: an index and its score. */
export interface Scored {
  readonly id: number;
  readonly score: number;
}

/**
 * The `k` highest scores, best first; equal scores in order of their index, so that results are deterministic.
 * A binary heap of size k with its worst on top: O(n log k), no allocation per item.
 *
 * @param scores One score per index; NaN and −Infinity are never returned.
 * @param k Most items to return.
 * @param ties Another score per index: of equal scores, the one with the higher of these is better.
 */
export function topK(scores: ArrayLike<number>, k: number, ties?: ArrayLike<number>): Scored[] {
  const size = Math.min(Math.max(0, k), scores.length);
  const heap = new Uint32Array(size);
  let filled = 0;
  const at = (id: number) => scores[id] as number;
  const loses = ties
    ? (a: number, b: number) => (ties[a] as number) < (ties[b] as number) || (ties[a] === ties[b] && a > b)
    : (a: number, b: number) => a > b;
  const worse = (a: number, b: number) => at(a) < at(b) || (at(a) === at(b) && loses(a, b));
  // The worst of those kept, once there are enough: most scores are compared with nothing else.
  let lowest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] as number;
    if (!(score >= lowest) || score === Number.NEGATIVE_INFINITY) continue;
    if (filled < size) {
      heap[filled] = id;
      siftUp(heap, filled++, worse);
    } else if (size > 0 && worse(heap[0] as number, id)) {
      heap[0] = id;
      siftDown(heap, filled, worse);
    }
    if (filled === size && size > 0) lowest = at(heap[0] as number);
  }
  return Array.from(heap.subarray(0, filled))
    .sort((a, b) => (worse(a, b) ? 1 : -1))
    .map((id) => ({ id, score: at(id) }));
}

type Order = (a: number, b: number) => boolean;

function siftUp(heap: Uint32Array, from: number, worse: Order): void {
  let child = from;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!worse(heap[child] as number, heap[parent] as number)) return;
    swap(heap, child, parent);
    child = parent;
  }
}

function siftDown(heap: Uint32Array, length: number, worse: Order): void {
  for (let parent = 0; ; ) {
    let worst = parent;
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      if (child < length && worse(heap[child] as number, heap[worst] as number)) worst = child;
    }
    if (worst === parent) return;
    swap(heap, parent, worst);
    parent = worst;
  }
}

function swap(heap: Uint32Array, a: number, b: number): void {
  const held = heap[a] as number;
  heap[a] = heap[b] as number;
  heap[b] = held;
}

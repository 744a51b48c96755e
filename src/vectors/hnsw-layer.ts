import type { RowScorer } from "./hnsw-rows.ts";

/**
 * Links between rows in layers. A row has a slot for each layer that it is in, one after the other from layer 0 up:
 * slot `firstSlots[row] + layer` has the neighbours `[starts[slot], ends[slot])`.
 */
export interface HnswGraph {
  /** One entry more than rows. */
  readonly firstSlots: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Rows. */
  readonly neighbours: Uint32Array;
  /** Where every search begins, a row of the topmost layer; 0 when there are no rows. */
  readonly entry: number;
}

/** Options of {@link LayerSearch.search}. */
export interface LayerOptions {
  readonly layer: number;
  /** Most rows to find. */
  readonly ef: number;
  /** Where to begin. */
  readonly from: Uint32Array;
  /** One byte per row, 1 = may be found; the others are only passed through. Default all. */
  readonly mask?: Uint8Array | undefined;
  /** Give up when more rows than this have been compared. Default all of them. */
  readonly most?: number;
}

/** The topmost layer that a row is in. */
export function topLayer({ firstSlots }: HnswGraph, row: number): number {
  return (firstSlots[row + 1] as number) - (firstSlots[row] as number) - 1;
}

/** Algorithm 2 of Malkov and Yashunin: the rows of one layer that are nearest, best first, as far as links lead there. */
export class LayerSearch {
  /** What was found last: the first `count` are valid, best first. */
  readonly found = { rows: new Uint32Array(), scores: new Float32Array(), count: 0 };
  /** Rows that were compared in the last search. */
  compared = 0;
  readonly #graph: HnswGraph;
  /** The search in which each row was met last. */
  readonly #met: Uint32Array;
  #now = 0;
  /** Rows whose neighbours may lead further, nearest on top. */
  readonly #open = new Heap();
  /** The best so far, worst on top. */
  readonly #best = new Heap();
  #batch = new Uint32Array(64);
  #scores = new Float32Array(64);

  constructor(graph: HnswGraph) {
    this.#graph = graph;
    this.#met = new Uint32Array(graph.firstSlots.length - 1);
  }

  /** @returns False when it gave up; what was found then may not be the nearest. */
  search(scorer: RowScorer, options: LayerOptions): boolean {
    const { layer, ef, mask, most = Number.POSITIVE_INFINITY } = options;
    const { firstSlots, starts, ends, neighbours } = this.#graph;
    const open = this.#open;
    const best = this.#best;
    open.clear();
    best.clear();
    this.#nextSearch();
    this.compared = 0;
    let waiting = this.#collect(options.from, 0, options.from.length);
    for (;;) {
      scorer.score(this.#batch, waiting, this.#scores);
      this.compared += waiting;
      for (let i = 0; i < waiting; i++) {
        const row = this.#batch[i] as number;
        const score = this.#scores[i] as number;
        if (best.size >= ef && score <= best.topKey) continue;
        open.push(-score, row);
        if (mask && mask[row] !== 1) continue;
        if (best.size < ef) best.push(score, row);
        else best.replaceTop(score, row);
      }
      if (open.size === 0 || (best.size >= ef && -open.topKey < best.topKey)) break;
      if (this.compared > most) return this.#finish(false);
      const slot = (firstSlots[open.pop()] as number) + layer;
      waiting = this.#collect(neighbours, starts[slot] as number, ends[slot] as number);
    }
    return this.#finish(true);
  }

  /** Puts the rows into the batch that were not met before. */
  #collect(rows: Uint32Array, start: number, end: number): number {
    if (end - start > this.#batch.length) {
      this.#batch = new Uint32Array(2 * (end - start));
      this.#scores = new Float32Array(2 * (end - start));
    }
    const met = this.#met;
    const batch = this.#batch;
    const now = this.#now;
    let count = 0;
    for (let at = start; at < end; at++) {
      const row = rows[at] as number;
      if (met[row] === now) continue;
      met[row] = now;
      batch[count++] = row;
    }
    return count;
  }

  #finish(whole: boolean): boolean {
    const { found } = this;
    found.count = this.#best.size;
    if (found.rows.length < found.count) {
      found.rows = new Uint32Array(2 * found.count);
      found.scores = new Float32Array(2 * found.count);
    }
    for (let i = found.count - 1; i >= 0; i--) {
      found.scores[i] = this.#best.topKey;
      found.rows[i] = this.#best.pop();
    }
    return whole;
  }

  #nextSearch(): void {
    this.#now = (this.#now + 1) >>> 0;
    if (this.#now > 0) return;
    this.#met.fill(0);
    this.#now = 1;
  }
}

/** A binary heap with the least key on top. */
class Heap {
  size = 0;
  #keys = new Float32Array(256);
  #values = new Uint32Array(256);

  get topKey(): number {
    return this.#keys[0] as number;
  }

  clear(): void {
    this.size = 0;
  }

  push(key: number, value: number): void {
    if (this.size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const values = this.#values;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      keys[at] = keys[parent] as number;
      values[at] = values[parent] as number;
      at = parent;
    }
    keys[at] = key;
    values[at] = value;
  }

  /** @returns The value on top, of at least one. */
  pop(): number {
    const top = this.#values[0] as number;
    const last = --this.size;
    if (last > 0) this.replaceTop(this.#keys[last] as number, this.#values[last] as number);
    return top;
  }

  replaceTop(key: number, value: number): void {
    const keys = this.#keys;
    const values = this.#values;
    const { size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if ((keys[child] as number) >= key) break;
      keys[at] = keys[child] as number;
      values[at] = values[child] as number;
      at = child;
    }
    keys[at] = key;
    values[at] = value;
  }

  #grow(): void {
    const keys = new Float32Array(2 * this.size);
    const values = new Uint32Array(2 * this.size);
    keys.set(this.#keys);
    values.set(this.#values);
    this.#keys = keys;
    this.#values = values;
  }
}

/** Lists of (place, counts) by term, ascending by place within each. */
export interface SortedLists {
  /** Number of terms. */
  readonly size: number;
  /** Length of the list of one term. */
  count(term: number): number;
  /** The list of one term. */
  list(term: number): PostingList;
}

/** Where a term occurs, ascending, and how often there. */
export interface PostingList {
  readonly places: Uint32Array;
  readonly counts: Uint32Array;
}

/** Collects postings in the order of their places and groups them by term; 12 bytes each until then. */
export class PostingLists {
  readonly #terms = new GrowingArray();
  readonly #places = new GrowingArray();
  readonly #counts = new GrowingArray();

  /** Append a posting; places must not descend. */
  add(term: number, place: number, counts: number): void {
    this.#terms.push(term);
    this.#places.push(place);
    this.#counts.push(counts);
  }

  /** A counting sort by term: as every term's places ascend in the log, so they do in its list. */
  sort(termCount: number): SortedLists {
    const [terms, places, counts] = [this.#terms.view(), this.#places.view(), this.#counts.view()];
    const starts = new Uint32Array(termCount + 1);
    for (const term of terms) starts[term + 1] = (starts[term + 1] as number) + 1;
    for (let term = 0; term < termCount; term++) {
      starts[term + 1] = (starts[term + 1] as number) + (starts[term] as number);
    }
    const next = starts.slice();
    const sorted = { places: new Uint32Array(terms.length), counts: new Uint32Array(terms.length) };
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number;
      const to = next[term] as number;
      next[term] = to + 1;
      sorted.places[to] = places[i] as number;
      sorted.counts[to] = counts[i] as number;
    }
    return {
      size: termCount,
      count: (term) => (starts[term + 1] as number) - (starts[term] as number),
      list: (term) => ({
        places: sorted.places.subarray(starts[term], starts[term + 1]),
        counts: sorted.counts.subarray(starts[term], starts[term + 1]),
      }),
    };
  }
}

/** A u32 array that grows by half. */
export class GrowingArray {
  #values = new Uint32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(Math.ceil(this.#length * 1.5));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  get length(): number {
    return this.#length;
  }

  /** What was pushed, not copied. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}

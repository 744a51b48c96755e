/** What a {@link NumberList} may be made of. */
type Numbers = Uint32Array | Float32Array;

/** A typed array that grows as a list does, at 4 bytes a number. */
export class NumberList<T extends Numbers> {
  #values: T;
  #length = 0;
  readonly #Type: new (
    length: number,
  ) => T;

  constructor(Type: new (length: number) => T) {
    this.#Type = Type;
    this.#values = new Type(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new this.#Type(Math.ceil(1.5 * this.#length));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers so far; a view that is good until the next `push`. */
  view(): T {
    return this.#values.subarray(0, this.#length) as T;
  }
}

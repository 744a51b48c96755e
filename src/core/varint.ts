/** Unsigned integers in LEB128, as in Protocol Buffers: 7 bits a byte, low bits first, up to 2³² − 1. */
export class VarintWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** Append one integer in [0, 2³²). */
  write(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#grow();
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Append how many integers there are, then each as its difference from the one before. */
  writeAscending(values: readonly number[]): void {
    this.write(values.length);
    let previous = 0;
    for (const value of values) {
      this.write(value - previous);
      previous = value;
    }
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what {@link VarintWriter} wrote. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether everything was read. */
  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** What {@link VarintWriter.writeAscending} wrote. */
  readAscending(): number[] {
    let value = 0;
    return Array.from({ length: this.read() }, () => {
      value += this.read();
      return value;
    });
  }

  /** The next integer; 0 past the end, so that a short section cannot loop for ever. */
  read(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128 || shift >= 28) return value >>> 0;
    }
  }
}

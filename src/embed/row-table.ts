import { addRow, type QuantizedRows, type RowBits } from "./quantize.ts";

/** A token's row: where it stands. */
export interface Row {
  readonly table: RowTable;
  readonly index: number;
}

/** Finds a token's row among those that are loaded. */
export type RowLookup = (token: string) => Row | undefined;

/** Some tokens with their quantised rows: a whole model or one shard of it. */
export class RowTable {
  readonly dims: number;
  readonly #bits: RowBits;
  readonly #rows: QuantizedRows;
  readonly #indices = new Map<string, Row>();

  constructor(
    tokens: readonly string[],
    rows: QuantizedRows,
    { dims, bits }: { readonly dims: number; readonly bits: RowBits },
  ) {
    this.dims = dims;
    this.#bits = bits;
    this.#rows = rows;
    tokens.forEach((token, index) => {
      this.#indices.set(token, { table: this, index });
    });
  }

  find(token: string): Row | undefined {
    return this.#indices.get(token);
  }

  /** Add `weight × row` to `sum`, which has `dims` numbers. */
  add(sum: Float64Array, index: number, weight: number): void {
    addRow(sum, this.#rows, { index, bits: this.#bits, weight });
  }

  /** Length of a row: how much its token weighs in a sum. */
  norm(index: number): number {
    const row = new Float64Array(this.dims);
    this.add(row, index, 1);
    return Math.hypot(...row);
  }
}

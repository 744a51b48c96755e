/**
 * Small integers, several to a byte: gzip codes bytes one by one, in no less than a bit each, and loses much on
 * matches that it takes for repetitions, so that joint symbols come out 10–20 % smaller than one code per byte.
 */
export interface CodeWidth {
  /** Codes are within ±limit. */
  readonly limit: number;
  /** How many of them share a byte: the first is the lowest digit of base 2 × limit + 1. */
  readonly perByte: number;
}

/** 15 values, two to a byte: vectors. */
export const FINE: CodeWidth = { limit: 7, perByte: 2 };
/** 3 values, five to a byte: centroids. */
export const TERNARY: CodeWidth = { limit: 1, perByte: 5 };

/** Bytes of that many codes. */
export function packedBytes(count: number, { perByte }: CodeWidth): number {
  return Math.ceil(count / perByte);
}

/** Codes beyond the limit become the limit. The last byte is filled with zeros. */
export function packCodes(codes: Int8Array, width: CodeWidth): Uint8Array {
  const { limit, perByte } = width;
  const base = 2 * limit + 1;
  const bytes = new Uint8Array(packedBytes(codes.length, width));
  for (let at = 0; at < bytes.length; at++) {
    let value = 0;
    for (let i = perByte - 1; i >= 0; i--) {
      const code = codes[at * perByte + i] ?? 0;
      value = value * base + Math.max(-limit, Math.min(limit, code)) + limit;
    }
    bytes[at] = value;
  }
  return bytes;
}

/** The inverse of {@link packCodes}: the first `count` codes. */
export function unpackCodes(bytes: Uint8Array, count: number, { limit, perByte }: CodeWidth): Int8Array {
  const base = 2 * limit + 1;
  const codes = new Int8Array(count);
  for (let at = 0, code = 0; code < count; at++) {
    let value = bytes[at] ?? 0;
    for (let i = 0; i < perByte && code < count; i++) {
      const rest = Math.floor(value / base);
      codes[code++] = value - rest * base - limit;
      value = rest;
    }
  }
  return codes;
}

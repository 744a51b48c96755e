/** Bytes of the content hash in a file's name. */
const HASH_BYTES = 8;

/** The hashes in the names of content-hashed files, `<folder>/<16 hex digits>.bin`, one after the other. */
export function packNames(files: readonly string[]): Uint8Array {
  const digits = files.map((file) => file.replace(/^.*\/|\.bin$/g, "")).join("");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** How many names {@link packNames} packed. */
export function countNames(names: Uint8Array): number {
  return names.length / HASH_BYTES;
}

/** The nth name that {@link packNames} packed. */
export function unpackName(folder: string, names: Uint8Array, n: number): string {
  const hash = names.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
  return `${folder}/${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}.bin`;
}

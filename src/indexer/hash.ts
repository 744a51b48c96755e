import { createHash } from "node:crypto";

/** Hex digits of a content hash: 64 bits, enough to tell the files of one site apart for ever. */
const HASH_DIGITS = 16;

/** The first digits of the SHA-256 of some bytes. */
export function contentHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, HASH_DIGITS);
}

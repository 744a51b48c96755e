/**
 * 32-bit FNV-1a (Fowler, Noll, Vo; public domain) over the UTF-16 code units of a text, each taken as one octet
 * of up to 16 bits: equal to the published function for ASCII.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** One multiplier per lane: primes of xxHash32 and MurmurHash3. */
const LANES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/**
 * A 128-bit digest of some byte arrays as 32 hex digits: four multiply-and-rotate lanes, finished as in
 * MurmurHash3. Tells versions apart; no protection against someone who wants two inputs to agree.
 * Takes about 1 ms per MB.
 */
export function digest(parts: readonly Uint8Array[]): string {
  return LANES.map((prime, lane) => {
    let hash = lane;
    for (const part of parts) hash = mixBytes(mix(hash, part.length, prime), part, prime);
    return finish(hash).toString(16).padStart(8, "0");
  }).join("");
}

function mixBytes(hash: number, bytes: Uint8Array, prime: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let mixed = hash;
  for (let i = 0; i < whole; i += 4) mixed = mix(mixed, view.getUint32(i, true), prime);
  for (let i = whole; i < bytes.length; i++) mixed = mix(mixed, bytes[i] as number, prime);
  return mixed;
}

function mix(hash: number, word: number, prime: number): number {
  const mixed = Math.imul(hash ^ word, prime);
  return (mixed << 13) | (mixed >>> 19);
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

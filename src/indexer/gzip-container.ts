import { constants, crc32, deflateRawSync } from "node:zlib";
import { sectionOffsets } from "../core/container.ts";

/** Deflate's window. */
const WINDOW_BYTES = 32_768;
/** Signature, deflate, no name, no time, no hints, unknown system (RFC 1952). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** Shorter sections share a block with what follows: a block costs some 30 bytes. */
const MIN_PART_BYTES = 100;

/**
 * Gzip a container as one stream, with a deflate block of its own for each section: text, numbers and codes of vectors
 * have nothing in common, and each gets its own Huffman code. A tenth smaller for texts with their vectors.
 */
export function gzipContainer(container: Uint8Array): Uint8Array {
  const whole = Buffer.from(container.buffer, container.byteOffset, container.byteLength);
  const starts = partStarts(container);
  const packed = starts.map((start, i) => {
    const end = starts[i + 1];
    return deflateRawSync(whole.subarray(start, end), {
      // Matches reach back over all parts.
      ...(start > 0 && { dictionary: whole.subarray(Math.max(0, start - WINDOW_BYTES), start) }),
      finishFlush: end === undefined ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      level: constants.Z_BEST_COMPRESSION,
    });
  });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(whole), 0);
  trailer.writeUInt32LE(whole.length % 2 ** 32, 4);
  return new Uint8Array(Buffer.concat([HEADER, ...packed, trailer]));
}

function partStarts(container: Uint8Array): number[] {
  const starts = [0];
  const offsets = sectionOffsets(container);
  for (const [i, offset] of offsets.entries()) {
    const length = (offsets[i + 1] ?? container.length) - offset;
    if (length >= MIN_PART_BYTES && offset - (starts.at(-1) as number) >= MIN_PART_BYTES) starts.push(offset);
  }
  return starts;
}

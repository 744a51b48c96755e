import { setImmediate } from "node:timers/promises";
import { deflateSync, inflateSync } from "node:zlib";
import { type FileReading, type ReadTask, readPageFile } from "./page-reader.ts";

/** What some files hold, in their order. */
export interface Batch {
  /** A list of `FileReading` as JSON: strings cut out of a page's HTML would keep all of it in memory. */
  readonly json: string;
  /** The same for the page cache. */
  readonly packed?: Uint8Array | undefined;
}

/**
 * Read some files one after the other.
 *
 * @param options.pack Whether to pack them for the page cache too.
 * @throws SearchError `bad-option` for an invalid selector.
 */
export async function readBatch(
  files: readonly string[],
  task: ReadTask,
  { pack }: { readonly pack: boolean },
): Promise<Batch> {
  const readings: string[] = [];
  for (const file of files) {
    readings.push(JSON.stringify(readPageFile(file, task)));
    // Where this is the calling thread, others have their turn.
    await setImmediate();
  }
  const json = `[${readings.join(",")}]`;
  return { json, packed: pack ? packJson(json) : undefined };
}

/** Fast rather than small: a site of 14,000 pages takes some 30 MB. */
export function packJson(json: string): Uint8Array {
  return deflateSync(json, { level: 1 });
}

/** @throws Error for bytes that {@link packJson} did not give; deflate's own checksum tells. */
export function unpackReadings(packed: Uint8Array): FileReading[] {
  return JSON.parse(inflateSync(packed).toString()) as FileReading[];
}

import { setImmediate } from "node:timers/promises";
import { TermCounter } from "../keyword/page-terms.ts";
import { packReadings } from "./pack-readings.ts";
import { type FileReading, type ReadTask, readPageFile } from "./page-reader.ts";

/** What some files hold, in their order. */
export interface Batch {
  /** What `packReadings` gave: can be posted, and holds no part of a page's HTML, which would keep all of it in memory. */
  readonly packed: Uint8Array;
  /** Whether all files were read as the next build would read them. */
  readonly isWhole: boolean;
}

/**
 * Read some files one after the other.
 *
 * @throws SearchError `bad-option` for an invalid selector.
 */
export async function readBatch(files: readonly string[], task: ReadTask): Promise<Batch> {
  const counter = new TermCounter();
  const readings: FileReading[] = [];
  for (const file of files) {
    readings.push(readPageFile(file, task, counter));
    // Where this is the calling thread, others have their turn.
    await setImmediate();
  }
  return { packed: packReadings(readings), isWhole: true };
}

/**
 * Answers as a thread that reads files does, without reading anything; some files' names say what it does instead.
 */
import { parentPort } from "node:worker_threads";
import { packReadings } from "../../src/indexer/pack-readings.ts";

parentPort?.on("message", (files: readonly string[]) => {
  if (files.includes("exit.html")) process.exit(1);
  if (files.includes("throw.html")) throw new Error("out of luck");
  if (files.includes("hang.html")) for (;;);
  const readings = files.map((file) => ({ bytes: file.length, pages: [], skipped: [] }));
  parentPort?.postMessage({ packed: packReadings(readings), isWhole: true });
});

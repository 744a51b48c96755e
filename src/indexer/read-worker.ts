import { parentPort, workerData } from "node:worker_threads";
import { SearchError } from "../core/errors.ts";
import { readBatch } from "./read-batch.ts";
import type { WorkerAnswer, WorkerInput } from "./read-pool.ts";

const { task } = workerData as WorkerInput;

parentPort?.on("message", async (files: readonly string[]) => {
  const answer = await readBatch(files, task).catch(
    (thrown: unknown): WorkerAnswer => ({ error: SearchError.from(thrown).toJSON() }),
  );
  parentPort?.postMessage(answer, "packed" in answer ? [answer.packed.buffer as ArrayBuffer] : []);
});

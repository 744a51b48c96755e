import { parentPort, workerData } from "node:worker_threads";
import { SearchError } from "../core/errors.ts";
import { openNodeSession, type ThreadAnswer, type ThreadInput, type ThreadRun } from "./onnx-runtime-node.ts";

const { engine, model } = workerData as ThreadInput;
const opening = openNodeSession(engine, model);
// Reported below, and to every run.
opening.catch(() => {});

parentPort?.on("message", ({ feeds, output }: ThreadRun) =>
  answer(async () => ({ result: await (await opening).run(feeds, output) })),
);
await answer(async () => {
  const { inputNames, outputNames } = await opening;
  return { inputNames, outputNames };
});

async function answer(work: () => Promise<ThreadAnswer>): Promise<void> {
  const message = await work().catch((thrown: unknown) => ({ error: SearchError.from(thrown).toJSON() }));
  parentPort?.postMessage(message);
}

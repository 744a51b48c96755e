import { parentPort, workerData } from "node:worker_threads";
import { type StepOptions, StepRunner } from "./step.ts";
import { CONTROL, type Shape, Workspace } from "./workspace.ts";

/** What a thread is started with. */
export interface WorkerInput {
  readonly memory: WebAssembly.Memory;
  readonly shape: Shape;
  readonly options: StepOptions;
  /** From 0; thread 0 reports the end of each step. */
  readonly thread: number;
}

const { memory, shape, options, thread } = workerData as WorkerInput;
const workspace = new Workspace(shape, memory);
const runner = new StepRunner(workspace, options, thread);

for (let step = 1; step <= options.steps; step++) {
  Atomics.wait(workspace.control, CONTROL.step, step - 1);
  runner.run(step);
  if (thread === 0) parentPort?.postMessage(step);
}

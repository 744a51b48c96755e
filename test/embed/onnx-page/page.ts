import type { Answer, Request } from "./worker.ts";

const worker = new Worker("./worker.js", { type: "module" });

/** Ask the worker; one at a time. */
function ask(request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  });
}

Object.assign(globalThis, { ask });

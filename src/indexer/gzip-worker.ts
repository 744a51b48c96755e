import { parentPort } from "node:worker_threads";
import { gzipContainer } from "./gzip-container.ts";

parentPort?.on("message", (container: Uint8Array) => {
  const bytes = gzipContainer(container);
  parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
});

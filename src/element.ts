/**
 * Defines `<semantic-search>` and gives it a worker to search in. Safe to import on a server, where it does nothing.
 */
import { WorkerBackend } from "./backend/worker-client.ts";
import { SemanticSearchElement } from "./ui/semantic-search-element.ts";

SemanticSearchElement.createBackend = (indexUrl, { onProgress }) =>
  new WorkerBackend(indexUrl, {
    // Bundlers recognise a worker by exactly these words.
    createWorker: () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }),
    onProgress,
  });

if (globalThis.customElements && !customElements.get("semantic-search")) {
  customElements.define("semantic-search", SemanticSearchElement);
}

/**
 * Defines `<semantic-search>` and gives it a worker to search in. Does nothing on a server.
 */
import { SemanticSearchElement } from "./ui/semantic-search-element.ts";

export type { SemanticSearchAttributes, SemanticSearchProperties } from "./ui/attributes.ts";
export type { BackendFactory } from "./ui/backend-source.ts";
export type { KeyCommand, KeyMap } from "./ui/commands.ts";
export type {
  ErrorEventDetail,
  ModelEventDetail,
  SearchEventDetail,
  SearchProgress,
  SelectEventDetail,
  SemanticSearchEventMap,
} from "./ui/events.ts";
export type { HitToRender, RenderHit } from "./ui/rows.ts";
export type { Plural, ShellStrings, Strings } from "./ui/strings.ts";
export { SemanticSearchElement };

SemanticSearchElement.loadBackend = () =>
  import("./backend/worker-client.ts").then(
    ({ WorkerBackend }) =>
      (indexUrl, options) =>
        new WorkerBackend(indexUrl, options),
  );

if (globalThis.customElements && !customElements.get("semantic-search")) {
  customElements.define("semantic-search", SemanticSearchElement);
}

/**
 * Defines `<semantic-related>`. Does nothing on a server.
 */
import { SemanticRelatedElement } from "./related/semantic-related-element.ts";

export type { RelatedPage } from "./related/related-file.ts";
export type { RelatedSelectEventDetail } from "./related/related-view.ts";
export type {
  SemanticRelatedAttributes,
  SemanticRelatedEventMap,
  SemanticRelatedProperties,
} from "./related/semantic-related-element.ts";
export type { ErrorEventDetail } from "./ui/events.ts";
export { SemanticRelatedElement };

if (globalThis.customElements && !customElements.get("semantic-related")) {
  customElements.define("semantic-related", SemanticRelatedElement);
}

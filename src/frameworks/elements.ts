import type {
  SemanticRelatedAttributes,
  SemanticRelatedElement,
  SemanticRelatedEventMap,
  SemanticRelatedProperties,
} from "../related/semantic-related-element.ts";
import type { SemanticSearchAttributes, SemanticSearchProperties } from "../ui/attributes.ts";
import type { SemanticSearchEventMap } from "../ui/events.ts";
import type { SemanticSearchElement } from "../ui/semantic-search-element.ts";

/** What a template may say about one element, besides what all elements of HTML have. */
export interface ElementTypes {
  readonly element: HTMLElement;
  /** In kebab-case. */
  readonly attributes: object;
  /** In camel case. */
  readonly properties: object;
  /** Event type → event. */
  readonly events: object;
}

/** The package's elements by tag name, for each framework's own list. */
export interface Elements {
  "semantic-search": {
    readonly element: SemanticSearchElement;
    readonly attributes: SemanticSearchAttributes;
    readonly properties: SemanticSearchProperties;
    readonly events: SemanticSearchEventMap;
  };
  "semantic-related": {
    readonly element: SemanticRelatedElement;
    readonly attributes: SemanticRelatedAttributes;
    readonly properties: SemanticRelatedProperties;
    readonly events: SemanticRelatedEventMap;
  };
}

/** Attributes and properties of an element. */
export type Props<Types extends ElementTypes> = Types["attributes"] & Types["properties"];

/** Listeners for an element's events, named by a prefix and the event type. */
export type Listeners<Events, Prefix extends string> = {
  [Type in keyof Events & string as `${Prefix}${Type}`]?: ((event: Events[Type]) => void) | null | undefined;
};

import type { IndexInfo, SearchBackend, Suggestion } from "../../../src/core/search.ts";
import type { RelatedPage } from "../../../src/related/related-file.ts";
import type { SemanticRelatedProperties } from "../../../src/related/semantic-related-element.ts";
import type { SemanticSearchElement } from "../../../src/ui/semantic-search-element.ts";

/** What a page puts into a slot: an element with a text, and a link at its end. */
export interface SlotContent {
  readonly tag: string;
  readonly text: string;
  readonly link?: string;
}

/** What puts an element into one state, and keeps it there. */
export interface State {
  readonly title: string;
  /** The part by which one knows that the state is there. */
  readonly shows: string;
  /** The dialog is not opened. */
  readonly closed?: boolean;
  /** Searched for without a pause. */
  readonly query?: string;
  /** Typed, and the pause after it never ends. */
  readonly typed?: string;
  /** Searched for on earlier visits, the latest first. */
  readonly recent?: readonly string[];
  readonly properties?: Partial<SemanticSearchElement>;
  /** Direction of the page. */
  readonly dir?: "rtl";
  /** Selector of what is pressed last. */
  readonly press?: string;
  readonly info?: Partial<IndexInfo>;
  readonly suggestions?: readonly Suggestion[];
  readonly search?: SearchBackend["search"];
  readonly loadSpace?: NonNullable<SearchBackend["loadSpace"]>;
  /** By the name of the slot. */
  readonly slots?: Readonly<Record<string, SlotContent>>;
}

/** What puts a `<semantic-related>` into one state. */
export interface RelatedState {
  readonly title: string;
  /** What is nearest to the page, nearest first. None: there is no index. */
  readonly near?: readonly RelatedPage[];
  /** Pages that were read before, latest first, with what is near to them: it goes by them. */
  readonly read?: readonly { readonly path: string; readonly related: readonly RelatedPage[] }[];
  readonly properties?: SemanticRelatedProperties;
  readonly slots?: Readonly<Record<string, SlotContent>>;
}

/** Every state of the element, in the order in which a visitor may meet them. */
export const STATES: Readonly<Record<string, State>>;

/** Every state of `<semantic-related>`. */
export const RELATED_STATES: Readonly<Record<string, RelatedState>>;

/** A backend that gives the same answer whatever it is asked, so that its element stays in one state. */
export class FrozenBackend implements SearchBackend {
  constructor(state: State);
  info: SearchBackend["info"];
  search: SearchBackend["search"];
  suggest: NonNullable<SearchBackend["suggest"]>;
  similar: SearchBackend["similar"];
  loadSpace: NonNullable<SearchBackend["loadSpace"]>;
  close(): void;
}

import type { IndexInfo, SearchBackend, Suggestion } from "../../../src/core/search.ts";
import type { SemanticSearchElement } from "../../../src/ui/semantic-search-element.ts";

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
}

/** Every state of the element, in the order in which a visitor may meet them. */
export const STATES: Readonly<Record<string, State>>;

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

import type { DefaultedProperty, SemanticSearchElement } from "./semantic-search-element.ts";

/** The element's attributes as a template writes them. */
export interface SemanticSearchAttributes {
  src?: string | undefined;
  inline?: boolean | undefined;
  opened?: boolean | undefined;
  theme?: "auto" | "light" | "dark" | undefined;
  label?: string | undefined;
  placeholder?: string | undefined;
  shortcut?: string | undefined;
  limit?: number | undefined;
  "sections-per-page"?: number | undefined;
  "query-param"?: string | undefined;
  "no-text-fragments"?: boolean | undefined;
  model?: string | undefined;
  load?: "demand" | "all" | undefined;
  filters?: string | undefined;
  scope?: string | undefined;
  "no-recent"?: boolean | undefined;
  locale?: string | undefined;
}

/** Properties that can be set: one per attribute, and those that no attribute can hold. */
export type SemanticSearchProperties = Settable<DefaultedProperty | "backend" | "renderHit">;

type Settable<Names extends keyof SemanticSearchElement> = {
  [Name in Names]?: SemanticSearchElement[Name] | undefined;
};

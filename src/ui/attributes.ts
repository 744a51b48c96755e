/**
 * The element's attributes as a template writes them. To make a JSX dialect know the element:
 *
 * ```ts
 * declare module "react" {
 *   namespace JSX {
 *     interface IntrinsicElements {
 *       "semantic-search": React.HTMLAttributes<HTMLElement> & SemanticSearchAttributes;
 *     }
 *   }
 * }
 * ```
 */
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
}

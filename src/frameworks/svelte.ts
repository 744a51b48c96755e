/** Makes Svelte's templates know the package's elements. Types only: `import type {} from "semantic-search-element/svelte"`. */
import type { HTMLAttributes } from "svelte/elements";
import type { Elements, ElementTypes, Listeners, Props } from "./elements.ts";

type SvelteProps<Types extends ElementTypes> = HTMLAttributes<Types["element"]> &
  Props<Types> &
  Listeners<Types["events"], "on" | "on:">;

type SvelteElements = { [Tag in keyof Elements]: SvelteProps<Elements[Tag]> };

declare module "svelte/elements" {
  interface SvelteHTMLElements extends SvelteElements {}
}

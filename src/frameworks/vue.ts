/** Makes Vue's templates know the package's elements. Types only: `import type {} from "semantic-search-element/vue"`. */
import type { EmitFn, HTMLAttributes, PublicProps } from "vue";
import type { Elements, ElementTypes, Props } from "./elements.ts";

/** As Vue's documentation on custom elements has it. */
type VueElement<Types extends ElementTypes> = new () => Types["element"] & {
  /** Read by the checker of templates alone. */
  $props: HTMLAttributes & Props<Types> & PublicProps;
  $emit: EmitFn<{ [Type in keyof Types["events"]]: (event: Types["events"][Type]) => void }>;
};

type VueElements = { [Tag in keyof Elements]: VueElement<Elements[Tag]> };

declare module "vue" {
  interface GlobalComponents extends VueElements {}
}

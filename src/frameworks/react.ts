/**
 * Makes React's JSX know the package's elements. Types only: `import type {} from "semantic-search-element/react"`.
 *
 * React 19 sets properties and listens to `onss-…`. React 18 sets attributes only: give it the rest through a ref.
 */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { Elements, ElementTypes, Listeners, Props } from "./elements.ts";

type ReactProps<Types extends ElementTypes> = DetailedHTMLProps<HTMLAttributes<Types["element"]>, Types["element"]> &
  Props<Types> &
  Listeners<Types["events"], "on">;

type ReactElements = { [Tag in keyof Elements]: ReactProps<Elements[Tag]> };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends ReactElements {}
  }
}

import type { TemplateResult } from "lit";
import { SearchError } from "../core/errors.ts";
import type { PageHit, SectionHit } from "../core/search.ts";
import type { HitToRender, RenderHit } from "./rows.ts";

type Content = Node | TemplateResult | string | undefined;

/**
 * What the page makes of results. It is asked once for every row, so that a node stays the one that it made; the row has
 * the element's own content where it makes none, or fails.
 */
export class HitContent {
  readonly #failed: (error: SearchError) => void;
  #render: RenderHit | undefined;
  #contents = new WeakMap<SectionHit | PageHit, { readonly content: Content }>();
  #hasFailed = false;

  /** `failed` is told of the first failure only. */
  constructor(failed: (error: SearchError) => void) {
    this.#failed = failed;
  }

  /** Undefined for the element's own content. */
  of(hit: HitToRender, render: RenderHit | undefined): Content {
    if (render !== this.#render) {
      this.#render = render;
      this.#contents = new WeakMap();
      this.#hasFailed = false;
    }
    if (!render) return undefined;
    const key = hit.section ?? hit.page;
    const known = this.#contents.get(key) ?? { content: this.#make(hit, render) };
    this.#contents.set(key, known);
    return known.content;
  }

  #make(hit: HitToRender, render: RenderHit): Content {
    try {
      return render(hit);
    } catch (cause) {
      if (!this.#hasFailed) this.#failed(renderError(cause));
      this.#hasFailed = true;
      return undefined;
    }
  }
}

function renderError(cause: unknown): SearchError {
  return new SearchError("bad-option", `renderHit failed: ${cause instanceof Error ? cause.message : cause}`, {
    cause,
    remedy: "Mend the page's renderHit; until then such results look as the element makes them.",
  });
}

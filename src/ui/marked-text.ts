import { html, type TemplateResult } from "lit";
import type { Excerpt } from "../core/search.ts";

/** An excerpt with its marks, as text nodes: whatever the text holds, it is never read as markup. */
export function markedText({ text, marks }: Excerpt): readonly (string | TemplateResult)[] {
  const cuts = [...marks, [text.length, text.length] as const];
  return cuts.flatMap(([start, end], i) => {
    const before = text.slice(marks[i - 1]?.[1] ?? 0, start);
    return start < end ? [before, html`<mark part="mark">${text.slice(start, end)}</mark>`] : [before];
  });
}

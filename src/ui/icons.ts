import { svg, type TemplateResult } from "lit";

/** A 24-unit line drawing in the text's colour, invisible to screen readers. */
export const icon = (lines: TemplateResult): TemplateResult => svg`<svg
  viewBox="0 0 24 24" width="1em" height="1em" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.75"
  stroke-linecap="round" stroke-linejoin="round">${lines}</svg>`;

export const searchIcon = icon(svg`<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>`);

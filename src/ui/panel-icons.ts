import { svg } from "lit";
import { icon } from "./icons.ts";

export const clearIcon = icon(svg`<path d="m7 7 10 10M17 7 7 17"/>`);
export const pageIcon = icon(
  svg`<path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M9 13h6M9 17h4"/>`,
);
export const sectionIcon = icon(svg`<path d="M9.5 4 8 20M16 4l-1.5 16M5 9h15M4 15h15"/>`);
export const meaningIcon = icon(
  svg`<path d="M11 4c.6 4.4 2.6 6.4 7 7-4.4.6-6.4 2.6-7 7-.6-4.4-2.6-6.4-7-7 4.4-.6 6.4-2.6 7-7zM19 16v4m2-2h-4"/>`,
);
export const alertIcon = icon(svg`<path d="M12 4 3 19.5h18zM12 10v4m0 3v.01"/>`);
export const offlineIcon = icon(
  svg`<path d="M4 4l16 16M9 6a6 6 0 0 1 8.6 4.5A4 4 0 0 1 20 17M6.5 9A5 5 0 0 0 8 18h9"/>`,
);
export const recentIcon = icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`);
export const externalIcon = icon(
  svg`<path d="M13 4h7v7M20 4l-9.5 9.5M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4"/>`,
);

import { svg } from "lit";
import { icon } from "./icons.ts";

export const checkIcon = icon(svg`<path d="m5 12.5 4.5 4.5L19 7"/>`);
export const openIcon = icon(svg`<path d="m7 10 5 5 5-5"/>`);
export const sortIcon = icon(svg`<path d="M8 5v14m-3-3 3 3 3-3M16 19V5m-3 3 3-3 3 3"/>`);

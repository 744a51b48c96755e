import type { SearchMode } from "../core/search.ts";
import type { Interval } from "./bootstrap.ts";
import type { QueryReport } from "./evaluate.ts";
import { html, type Markup } from "./html.ts";

/** Columns of {@link differenceChart}; more queries than these share them. */
export const MAX_COLUMNS = 240;
/** With more columns than this a pointer no longer hits one. */
const MAX_TITLED = 120;

/** Colours where a host's policy forbids the style sheet, which otherwise decides. */
const FILLS = {
  track: "#e9edf1",
  keyword: "#8793a2",
  semantic: "#8b6fd1",
  hybrid: "#0f766e",
  band: "#dbe7ff",
  better: "#2563eb",
  worse: "#c2570c",
  "rank-1": "#0f766e",
  "rank-2": "#4aa39a",
  "rank-3": "#8cc8c1",
  "rank-4": "#c5e3df",
  "rank-5": "#ead9cf",
} as const;

interface Box {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height?: number;
}

/** A value from 0 to 1 as a bar; the figure stands beside it. */
export function measureBar(value: number, mode: SearchMode): Markup {
  const bars = [rect("track", { width: 100 }), rect(mode, { width: value * 100 })];
  return html`<svg class="bar" width="100%" height="11" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

/** Counts as parts of one bar. */
export function rankBar(counts: readonly number[], label: string): Markup {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  let x = 0;
  const parts = counts.map((count, i) => {
    const width = (count / total) * 100;
    x += width;
    return rect(rankKind(i), { x: x - width, width });
  });
  return html`<svg class="bar" width="100%" height="22" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="${label}">${parts}</svg>`;
}

/** The colour of a part of {@link rankBar}. */
export function rankSwatch(index: number): Markup {
  return html`<svg class="swatch" width="12" height="12" viewBox="0 0 1 1" aria-hidden="true">${rect(rankKind(index), { width: 1 })}</svg>`;
}

/** An interval on an axis with 0 in its middle. */
export function intervalChart({ mean, low, high }: Interval): Markup {
  const reach = niceReach(Math.max(Math.abs(low), Math.abs(high)));
  const at = (value: number) => 100 + (value / reach) * 100;
  const label = `The interval from ${low.toFixed(3)} to ${high.toFixed(3)}, its mean ${mean.toFixed(3)}`;
  const marks = [
    rect("band", { x: at(low), y: 5, width: at(high) - at(low), height: 10 }),
    tick("band-line", at(low), [5, 15]),
    tick("band-line", at(high), [5, 15]),
    tick("zero", 100, [0, 20]),
    tick("mean", at(mean), [3, 17]),
  ];
  return html`<svg class="interval" width="100%" height="36" viewBox="0 0 200 20" preserveAspectRatio="none" role="img" aria-label="${label}">${marks}</svg>
<div class="scale"><span>−${reach}<br>keyword better</span><span>0</span><span>+${reach}<br>hybrid better</span></div>`;
}

/** Differences of all queries, the most won first, as bars above and below a line. */
export function differenceChart(queries: readonly QueryReport[]): Markup {
  const sorted = queries.toSorted((a, b) => (b.difference ?? 0) - (a.difference ?? 0));
  const columns = Math.min(sorted.length, MAX_COLUMNS);
  const start = (column: number) => Math.floor((column * sorted.length) / columns);
  const bars = Array.from({ length: columns }, (_, i) => {
    const part = sorted.slice(start(i), start(i + 1));
    const mean = part.reduce((sum, { difference }) => sum + (difference ?? 0), 0) / part.length;
    const title = columns <= MAX_TITLED && part[0] && `${part[0].query}: ${mean.toFixed(3)}`;
    return differenceBar(i, mean, title || undefined);
  });
  const zero = html`<line class="zero" stroke="#57606a" x1="0" x2="${columns}" y1="1" y2="1"/>`;
  return html`<svg class="waterfall" width="100%" height="160" viewBox="0 0 ${columns} 2" preserveAspectRatio="none" role="img" aria-label="Difference in nDCG@10 of every query, the most won first">${bars}${zero}</svg>
<div class="scale"><span>won</span><span></span><span>lost</span></div>`;
}

function differenceBar(column: number, difference: number, title: string | undefined): Markup {
  const height = Math.abs(difference);
  const y = difference > 0 ? 1 - height : 1;
  const kind = difference > 0 ? "better" : "worse";
  return rect(kind, { x: column + 0.1, y, width: 0.8, height }, title);
}

function rect(kind: keyof typeof FILLS, { x = 0, y = 0, width, height = 1 }: Box, title?: string): Markup {
  const box = html`x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  const inner = title === undefined ? undefined : html`<title>${title}</title>`;
  return html`<rect class="${kind}" fill="${FILLS[kind]}" ${box}>${inner}</rect>`;
}

function tick(kind: string, x: number, [top, bottom]: readonly [top: number, bottom: number]): Markup {
  return html`<line class="${kind}" stroke="#57606a" x1="${round(x)}" x2="${round(x)}" y1="${top}" y2="${bottom}"/>`;
}

function rankKind(index: number): keyof typeof FILLS {
  return (["rank-1", "rank-2", "rank-3", "rank-4", "rank-5"] as const)[index] ?? "rank-5";
}

/** The end of an axis: 1, 2 or 5 times a power of ten, at most 1 and not below `value`. */
function niceReach(value: number): number {
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
  return steps.find((step) => step >= value) ?? 1;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

import type { ScaleResults, ScaleRow } from "./scale-report.ts";

/** One panel: what grows with the pages of a site. */
interface Panel {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly lines: readonly Line[];
}

/** One engine, its sites in ascending order of pages. */
interface Line {
  readonly style: Style;
  readonly points: readonly Point[];
}

interface Point {
  readonly pages: number;
  readonly value: number;
  readonly site: string;
}

/** How a line is drawn: `css` names its colour, and shape tells it from the others without colour. */
interface Style {
  readonly name: string;
  readonly css: string;
  readonly shape: "circle" | "square" | "triangle" | "ring";
}

/** A logarithmic axis: a value to its place. */
interface Axis {
  readonly ticks: readonly number[];
  at(value: number): number;
}

const STYLES: Readonly<Record<string, Style>> = {
  ours: { name: "semantic-search-element", css: "ours", shape: "circle" },
  words: { name: "its first answer, by words", css: "words", shape: "ring" },
  pagefind: { name: "Pagefind", css: "pagefind", shape: "square" },
  minisearch: { name: "MiniSearch, whole index", css: "minisearch", shape: "triangle" },
};

const WIDTH = 820;
const HEIGHT = 360;
/** The plot of a panel. */
const PLOT = { left: 62, top: 84, width: 325, height: 216 } as const;

const CSS = `
    svg { color-scheme: light dark; }
    .back { fill: #ffffff; stroke: #d0d7de; }
    text { font: 12px system-ui, sans-serif; fill: #57606a; }
    .title { font-size: 14px; font-weight: 600; fill: #1f2328; }
    .grid { stroke: #d0d7de; stroke-width: 1; }
    .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
    .ours { stroke: #0f766e; fill: #0f766e; }
    .words { stroke: #0f766e; fill: #ffffff; stroke-dasharray: 5 4; }
    .pagefind { stroke: #c2570c; fill: #c2570c; }
    .minisearch { stroke: #6d4fc4; fill: #6d4fc4; }
    .mark { stroke-dasharray: none; stroke-width: 2; }
    .line.line { fill: none; }
    @media (prefers-color-scheme: dark) {
      .back { fill: #0d1117; stroke: #30363d; }
      text { fill: #9198a1; }
      .title { fill: #f0f6fc; }
      .grid { stroke: #30363d; }
      .ours { stroke: #4fd1c5; fill: #4fd1c5; }
      .words { stroke: #4fd1c5; fill: #0d1117; }
      .pagefind { stroke: #f59e52; fill: #f59e52; }
      .minisearch { stroke: #b39df3; fill: #b39df3; }
    }`;

/**
 * An SVG image of two panels, bytes before the first answer and seconds to build against pages, both axes logarithmic.
 * Lines join the samples of the site that has most sizes; other sites are marks of their own.
 */
export function scaleChart({ rows }: ScaleResults): string {
  const panels: Panel[] = [
    {
      title: "Downloaded before the first answer",
      format: formatBytes,
      lines: [
        line("ours", rowsOf(rows, "ours"), ({ cold }) => cold.complete.bytes),
        line("words", rowsOf(rows, "ours"), ({ cold }) => cold.words?.bytes),
        line("pagefind", rowsOf(rows, "pagefind"), ({ cold }) => cold.complete.bytes),
        line("minisearch", rowsOf(rows, "minisearch"), ({ cold }) => cold.complete.bytes),
      ],
    },
    {
      title: "Time to build the index",
      format: (value) => `${value.toLocaleString("en")} s`,
      lines: ["ours", "pagefind", "minisearch"].map((engine) =>
        line(engine, rowsOf(rows, engine), ({ build }) => build.seconds),
      ),
    },
  ];
  const main = mainSite(rows);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">
  <title id="title">What search costs as a site grows</title>
  <desc id="desc">${escapeXml(describe(panels))}</desc>
  <style>${CSS}
  </style>
  <rect class="back" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>
  ${legend(panels[0]?.lines ?? [])}
  ${panels.map((panel, i) => `<g transform="translate(${(i * WIDTH) / 2} 0)">${drawPanel(panel, main)}</g>`).join("\n  ")}
</svg>
`;
}

function rowsOf(rows: readonly ScaleRow[], engine: string): readonly ScaleRow[] {
  return rows.filter((row) => row.engine === engine).toSorted((a, b) => a.files - b.files);
}

function line(name: string, rows: readonly ScaleRow[], amountOf: (row: ScaleRow) => number | undefined): Line {
  const points = rows.flatMap((row) => {
    const value = amountOf(row);
    return value ? [{ pages: row.files, value, site: row.site }] : [];
  });
  return { style: STYLES[name] as Style, points };
}

function mainSite(rows: readonly ScaleRow[]): string {
  const sites = rows.map(({ site }) => site);
  const times = (site: string) => sites.filter((other) => other === site).length;
  return sites.toSorted((a, b) => times(b) - times(a))[0] ?? "";
}

/** The figures, for those who do not see the lines. */
function describe(panels: readonly Panel[]): string {
  const parts = panels.map(({ title, lines, format }) => {
    const figures = lines
      .filter(({ points }) => points.length > 0)
      .map(({ style, points }) => {
        const values = points.map(
          ({ pages, value }) => `${format(round(value))} at ${pages.toLocaleString("en")} pages`,
        );
        return `${style.name}: ${values.join(", ")}`;
      });
    return `${title}. ${figures.join("; ")}.`;
  });
  return parts.join(" ");
}

function drawPanel({ title, format, lines }: Panel, main: string): string {
  const points = lines.flatMap((line) => line.points);
  const x = logAxis(
    points.map(({ pages }) => pages),
    { from: PLOT.left, to: PLOT.left + PLOT.width, tight: true },
  );
  const y = logAxis(
    points.map(({ value }) => value),
    { from: PLOT.top + PLOT.height, to: PLOT.top },
  );
  const bottom = PLOT.top + PLOT.height;
  return [
    text(title, { x: PLOT.left, y: PLOT.top - 18, css: "title" }),
    ...y.ticks.map((tick) => grid({ x1: PLOT.left, y1: y.at(tick), x2: PLOT.left + PLOT.width, y2: y.at(tick) })),
    ...y.ticks.map((tick) => text(format(tick), { x: PLOT.left - 8, y: y.at(tick) + 4, anchor: "end" })),
    ...x.ticks.map((tick) => grid({ x1: x.at(tick), y1: bottom, x2: x.at(tick), y2: bottom + 5 })),
    ...x.ticks.map((tick) => text(tick.toLocaleString("en"), { x: x.at(tick), y: bottom + 20, anchor: "middle" })),
    text("pages", { x: PLOT.left + PLOT.width / 2, y: bottom + 42, anchor: "middle" }),
    ...lines.map((line) => drawLine(line, { x, y, main })),
  ].join("\n    ");
}

function drawLine(
  { style, points }: Line,
  { x, y, main }: { readonly x: Axis; readonly y: Axis; readonly main: string },
): string {
  const joined = points.filter(({ site }) => site === main);
  const path = joined.map(({ pages, value }, i) => `${i === 0 ? "M" : "L"}${round(x.at(pages))} ${round(y.at(value))}`);
  const marks = points.map(({ pages, value }) => mark(style, x.at(pages), y.at(value)));
  return `<path class="line ${style.css}" d="${path.join("")}"/>${marks.join("")}`;
}

/** One entry after another, each as wide as its name may be. */
function legend(lines: readonly Line[]): string {
  let x: number = PLOT.left;
  const entries = lines.filter(({ points }) => points.length > 0);
  return entries
    .map(({ style }) => {
      const entry = mark(style, x + 5, 28) + text(style.name, { x: x + 16, y: 32 });
      x += 44 + style.name.length * 6.8;
      return entry;
    })
    .join("\n  ");
}

function mark({ css, shape }: Style, x: number, y: number): string {
  const [cx, cy] = [round(x), round(y)];
  const kind = `class="mark ${css}"`;
  if (shape === "square") return `<rect ${kind} x="${round(cx - 3.5)}" y="${round(cy - 3.5)}" width="7" height="7"/>`;
  if (shape === "triangle") return `<path ${kind} d="M${cx} ${round(cy - 4)}l4.5 8h-9z"/>`;
  return `<circle ${kind} cx="${cx}" cy="${cy}" r="4"/>`;
}

/**
 * From the power of ten below the values to the one above, or, when it is tight, from the least to the greatest; powers
 * of ten are its ticks. For no values from 1 to 10.
 */
export function logAxis(
  values: readonly number[],
  { from, to, tight = false }: { readonly from: number; readonly to: number; readonly tight?: boolean },
): Axis {
  const logs = values.length > 0 ? values.map(Math.log10) : [0, 1];
  const [least, greatest] = [Math.min(...logs), Math.max(...logs)];
  const [low, high] = [Math.floor(least + 1e-9), Math.ceil(greatest - 1e-9)];
  const [first, last] = tight && greatest > least ? [least, greatest] : [low, Math.max(high, low + 1)];
  const powers = Array.from({ length: Math.max(high, low + 1) - low + 1 }, (_, i) => low + i);
  return {
    ticks: powers.filter((power) => power >= first - 1e-9 && power <= last + 1e-9).map((power) => 10 ** power),
    at: (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
  };
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly css?: string;
  readonly anchor?: "middle" | "end";
}

function text(content: string, { x, y, css, anchor }: TextPlace): string {
  const attributes = `${css ? ` class="${css}"` : ""}${anchor ? ` text-anchor="${anchor}"` : ""}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escapeXml(content)}</text>`;
}

function grid({ x1, y1, x2, y2 }: Readonly<Record<"x1" | "y1" | "x2" | "y2", number>>): string {
  return `<line class="grid" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${round(bytes / 1e6)} MB`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

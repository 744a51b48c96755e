import type {
  Excerpt,
  Explanation,
  FusionBalance,
  PageHit,
  SearchResults,
  SectionHit,
  TextRange,
} from "../core/search.ts";
import { formatCount, formatDuration } from "./format.ts";
import { type Colors, printable, type Terminal } from "./terminal.ts";

const MATCHES = { words: "by words", meaning: "by meaning", both: "by words and meaning" } as const;
const MODES = { keyword: "by words", semantic: "by meaning", hybrid: "by words and meaning" } as const;
const SHAPES = {
  phrase: "a quoted phrase",
  identifier: "an identifier",
  word: "a single word",
  pair: "two words",
  question: "a question",
  words: "several words",
} as const;
const INDENT = "   ";
/** Lines shown of an excerpt. */
const EXCERPT_LINES = 3;
const ELLIPSIS = " …";

/** The answer to a query, for people. */
export function describeResults(results: SearchResults, terminal: Terminal): string {
  const { hits, total, mode, elapsedMs, warnings } = results;
  const { out: color } = terminal;
  const summary = `${formatCount(total, "page")} ${MODES[mode]}, ${formatDuration(elapsedMs)}`;
  return [
    ...warnings.map(({ error }) => `${color.yellow("warning:")} ${printable(error.message)}`),
    hits.length === 0 ? `Nothing found for “${printable(results.query)}”.` : color.dim(summary),
    ...hits.map((hit, i) => `\n${describePage(hit, { terminal, number: i + 1 })}`),
  ].join("\n");
}

function describePage(
  hit: PageHit,
  { terminal, number }: { readonly terminal: Terminal; readonly number: number },
): string {
  const { out: color } = terminal;
  const trail = hit.trail.length ? `${INDENT}${color.dim(printable(hit.trail.join(" › ")))}` : [];
  return [
    `${color.dim(`${number}.`.padEnd(INDENT.length))}${color.bold(printable(hit.title || hit.url))}`,
    ...[trail].flat(),
    ...hit.sections.map((section) => describeSection(section, terminal)),
  ].join("\n");
}

function describeSection(section: SectionHit, terminal: Terminal): string {
  const { out: color, width } = terminal;
  const heading = printable([...section.ancestors, section.heading].filter(Boolean).join(" › "));
  return [
    ...(heading ? [`${INDENT}${heading}`] : []),
    `${INDENT}${color.cyan(printable(section.url))}  ${color.dim(MATCHES[section.match])}`,
    ...describeExcerpt(section.excerpt, { color, width: width - INDENT.length }).map((line) => `${INDENT}${line}`),
    ...(section.explain ? [`${INDENT}${color.dim(describeExplanation(section.explain))}`] : []),
  ].join("\n");
}

/** The excerpt in lines of at most `width` characters, its marks bold. */
function describeExcerpt(
  { text, marks }: Excerpt,
  { color, width }: { readonly color: Colors; readonly width: number },
): string[] {
  const plain = printable(text);
  const lines = wrap(plain, width - ELLIPSIS.length);
  const shown = lines.slice(0, EXCERPT_LINES).map((line) => emphasise(plain, { line, marks, color }));
  if (lines.length > shown.length) shown.push(`${shown.pop()}${ELLIPSIS}`);
  return shown;
}

/** Ranks and scores of a section on one line. */
function describeExplanation({
  keyword,
  semantic,
  fused,
  fusion,
  semanticWeight,
  balance,
  terms,
}: Explanation): string {
  const parts = [
    keyword ? `words #${keyword.rank} (${keyword.score.toFixed(2)})` : "words –",
    semantic ? `meaning #${semantic.rank} (${semantic.score.toFixed(3)})` : "meaning –",
    `fused ${fused.toFixed(3)} (${fusion}, ${percent(semanticWeight)} by meaning${balance ? describeBalance(balance) : ""})`,
  ];
  if (terms.length) parts.push(`terms: ${printable(terms.join(" "))}`);
  return parts.join(" · ");
}

/** Where the share of meaning comes from. */
function describeBalance({ shape, weight, coverage }: FusionBalance): string {
  return `: ${percent(weight)} for ${SHAPES[shape]} × ${percent(coverage)} of it known to the model`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Ranges of `text`, broken at spaces, each at most `width` long; a longer word is cut. */
function wrap(text: string, width: number): TextRange[] {
  const lines: TextRange[] = [];
  let start = 0;
  while (start < text.length) {
    const end = lineEnd(text, { start, width });
    if (text.slice(start, end).trim()) lines.push([start, end]);
    start = end;
    while (text[start] === " ") start++;
  }
  return lines;
}

function lineEnd(text: string, { start, width }: { readonly start: number; readonly width: number }): number {
  if (text.length - start <= width) return text.length;
  const space = text.lastIndexOf(" ", start + width);
  return space > start ? space : start + width;
}

function emphasise(
  text: string,
  { line, marks, color }: { readonly line: TextRange; readonly marks: readonly TextRange[]; readonly color: Colors },
): string {
  const [lineStart, end] = line;
  let at = lineStart;
  let styled = "";
  for (const [markStart, markEnd] of marks) {
    const from = Math.max(markStart, at);
    const to = Math.min(markEnd, end);
    if (from >= to) continue;
    styled += text.slice(at, from) + color.bold(text.slice(from, to));
    at = to;
  }
  return styled + text.slice(at, end);
}

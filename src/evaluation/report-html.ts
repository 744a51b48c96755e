import { createHash } from "node:crypto";
import type { SearchMode } from "../core/search.ts";
import { changedQueries } from "./changed-queries.ts";
import type { Comparison, Evaluation, Measure, QueryReport } from "./evaluate.ts";
import { html, type Markup } from "./html.ts";
import type { MatchedPage } from "./match-pages.ts";
import { differenceChart, intervalChart, MAX_COLUMNS, measureBar, rankBar, rankSwatch } from "./report-charts.ts";
import { REPORT_STYLE } from "./report-style.ts";

/** Options of {@link reportHtml}. */
export interface ReportOptions {
  /** What was evaluated, such as the name of its folder. */
  readonly title?: string | undefined;
  /** The least nDCG@10 that was asked for. */
  readonly minNdcg?: number | undefined;
}

const MEASURES: readonly (readonly [measure: Measure, name: string])[] = [
  ["ndcg10", "nDCG@10"],
  ["mrr10", "MRR@10"],
  ["recall1", "Recall@1"],
  ["recall5", "Recall@5"],
  ["recall10", "Recall@10"],
];
/** Last rank of each part of a ranking; whatever is behind was not found. */
const RANK_PARTS = [1, 3, 5, 10];
const RANK_NAMES = ["first", "2–3", "4–5", "6–10", "not in ten"];
const VERDICTS: Readonly<Record<Comparison["verdict"], string>> = {
  better: "The hybrid is better.",
  worse: "The hybrid is worse.",
  none: "No difference: the interval holds 0.",
  "too-few": "Fewer than ten queries cannot tell a difference.",
};
/** Wins and losses that are listed. */
const LISTED = 10;

/**
 * An evaluation as one HTML document that needs nothing else: no script, no request, charts as inline SVG, light and
 * dark. Its own policy allows only its style sheet, and everything taken from queries and pages is escaped.
 */
export function reportHtml(evaluation: Evaluation, { title = "this site", minNdcg }: ReportOptions = {}): string {
  const hash = createHash("sha256").update(REPORT_STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Search quality of ${title}</title>
<style>${{ markup: REPORT_STYLE }}</style>
</head>
<body>
<header>
<h1>Search quality of ${title}</h1>
<p class="muted">${describeIndex(evaluation)}</p>
</header>
<main>
${banner(evaluation, minNdcg)}
${facts(evaluation)}
${measures(evaluation)}
${ranks(evaluation)}
${comparison(evaluation)}
${problems(evaluation)}
${allQueries(evaluation)}
</main>
<footer>${notes(evaluation)}</footer>
</body>
</html>
`.markup;
}

function describeIndex({ index, queries, base }: Evaluation): string {
  const parts = [
    count(queries.length, "query", "queries"),
    `${count(index.pages, "page")}, ${count(index.chunks, "chunk")}`,
    `build ${index.build}`,
  ];
  return [...parts, ...(base ? [`URLs below /${base}`] : [])].join(" · ");
}

function banner({ ndcg10: score }: Evaluation, minNdcg: number | undefined): Markup | undefined {
  if (minNdcg === undefined) return undefined;
  return score < minNdcg
    ? html`<p class="banner failed"><strong>Failed:</strong> nDCG@10 is ${score.toFixed(4)}, below the ${minNdcg} asked for.</p>`
    : html`<p class="banner"><strong>Passed:</strong> nDCG@10 is ${score.toFixed(4)}, at least the ${minNdcg} asked for.</p>`;
}

function facts({ systems, main, queries, cold }: Evaluation): Markup {
  const system = systems[main];
  if (!system) return html``;
  const share = (name: number) => `${Math.round(name * 100)}%`;
  const found = queries.filter((query) => query.systems[main]?.rank);
  return html`<dl class="facts">
<div><dt>nDCG@10</dt><dd>${figure(system.ndcg10)}<small>${main}, 1 is perfect</small></dd></div>
<div><dt>Right page first</dt><dd>${share(found.filter((query) => query.systems[main]?.rank === 1).length / queries.length)}<small>of queries</small></dd></div>
<div><dt>In the first ten</dt><dd>${share(found.length / queries.length)}<small>of queries</small></dd></div>
<div><dt>Nothing found</dt><dd>${system.nothingFound}<small>${system.nothingFound === 1 ? "query" : "queries"}</small></dd></div>
<div><dt>Warm query</dt><dd>${milliseconds(system.ms.median)}<small>median; 95th percentile ${milliseconds(system.ms.p95)}</small></dd></div>
${cold && html`<div><dt>First query reads</dt><dd>${bytes(cold.bytes.median)}<small>of the index, in ${Math.round(cold.files.median)} files (median)</small></dd></div>`}
</dl>`;
}

function measures({ systems, main }: Evaluation): Markup {
  const modes = Object.keys(systems) as SearchMode[];
  const row = (measure: Measure) => (mode: SearchMode) => {
    const value = systems[mode]?.[measure] ?? 0;
    return html`<tr><th scope="row"${mode === main && html` class="main"`}>${mode}</th><td>${measureBar(value, mode)}</td><td class="number${mode === main && " main"}">${figure(value)}</td></tr>`;
  };
  return html`<h2>Measures</h2>
<p class="muted small">From 0 to 1, more is better. nDCG@10 counts every right page by how high it stands; MRR@10 is 1 divided by the place of the first; recall@k is the share of right pages among the first k.</p>
<div class="measures">
${MEASURES.map(([measure, name]) => html`<table><caption>${name}</caption>${modes.map(row(measure))}</table>\n`)}</div>`;
}

function ranks({ systems, queries }: Evaluation): Markup {
  const modes = Object.keys(systems) as SearchMode[];
  const rows = modes.map((mode) => {
    const counts = rankCounts(queries, mode);
    const spoken = counts.map((many, i) => `${RANK_NAMES[i]}: ${many}`).join(", ");
    return html`<tr><th scope="row" rowspan="2">${mode}</th><td colspan="5">${rankBar(counts, spoken)}</td></tr>
<tr class="counts">${counts.map((many) => html`<td class="number">${many}</td>`)}</tr>\n`;
  });
  const heads = RANK_NAMES.map((name, i) => html`<th scope="col">${rankSwatch(i)}${name}</th>`);
  return html`<h2>Where the right page stands</h2>
<p class="muted small">Queries by the place of their first right page.</p>
<table class="ranks"><thead><tr><th></th>${heads}</tr></thead><tbody>
${rows}</tbody></table>`;
}

function rankCounts(queries: readonly QueryReport[], mode: SearchMode): number[] {
  const counts = RANK_NAMES.map(() => 0);
  for (const { systems } of queries) {
    const rank = systems[mode]?.rank ?? Number.POSITIVE_INFINITY;
    const part = RANK_PARTS.findIndex((last) => rank <= last);
    const slot = part < 0 ? RANK_PARTS.length : part;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
}

function comparison(evaluation: Evaluation): Markup | undefined {
  const { comparison: found, queries } = evaluation;
  if (!found) return undefined;
  const { ndcg10, wins, losses, ties } = found;
  return html`<h2>Hybrid against keyword alone</h2>
<p><strong>${VERDICTS[found.verdict]}</strong> The mean difference in nDCG@10 is <span class="number">${signed(ndcg10.mean)}</span>, with a 95% interval from <span class="number">${signed(ndcg10.low)}</span> to <span class="number">${signed(ndcg10.high)}</span>.</p>
<figure>${intervalChart(ndcg10)}</figure>
<h3>Query by query</h3>
<p class="muted small">${queries.length > MAX_COLUMNS ? "Neighbours share a bar" : "One bar per query"}, of full height for a difference of 1: ${count(wins, "win")} above the line, ${ties} alike, ${count(losses, "loss", "losses")} below it.</p>
<figure>${differenceChart(queries)}</figure>
<div class="changes">${changes(evaluation, "wins")}
${changes(evaluation, "losses")}</div>`;
}

function changes({ queries }: Evaluation, direction: "wins" | "losses"): Markup | undefined {
  const list = changedQueries(queries, direction);
  if (list.length === 0) return undefined;
  const name = direction === "wins" ? "Won most by the hybrid" : "Lost most by the hybrid";
  const rows = list.slice(0, LISTED).map(
    ({ query, pages, systems, difference }) => html`<tr><th scope="row">${isolate(query)}${pagePaths(pages)}</th>
<td class="number">${place(systems.keyword?.rank)} → ${place(systems.hybrid?.rank)}</td><td class="number ${direction === "wins" ? "up" : "down"}">${signed(difference ?? 0)}</td></tr>\n`,
  );
  return html`<section><h3>${name}</h3>
<table class="list"><thead><tr><th scope="col">Query and right pages</th><th scope="col" class="number">Place</th><th scope="col" class="number">nDCG@10</th></tr></thead><tbody>
${rows}</tbody></table>
${list.length > LISTED && html`<p class="muted small">and ${list.length - LISTED} more, in the list of all queries below.</p>`}</section>`;
}

/** What a site's author should look at: pages that are not there, queries without an answer. */
function problems({ missing, skipped, queries, main }: Evaluation): Markup[] {
  const unanswered = queries.filter(({ systems }) => systems[main]?.paths.length === 0);
  const found: Markup[] = [];
  if (missing.length > 0) {
    const rows = missing.map(
      ({ url, query, source, suggestion }) =>
        html`<tr><th scope="row"><code>${isolate(url)}</code>${suggestion !== null && html`<span class="path">perhaps ${isolate(`/${suggestion}`)}</span>`}</th><td>${isolate(query)}</td><td class="muted optional">${source}</td></tr>\n`,
    );
    const how =
      skipped.length > 0
        ? `Left out, with ${count(skipped.length, "query", "queries")} that have no other`
        : "They count as never found";
    found.push(html`<h2>Right pages that are not in the index</h2>
<p class="muted small">${how}. Correct the URL in the query file, or find out why the page is not indexed.</p>
<table class="list missing"><thead><tr><th scope="col">URL</th><th scope="col">Query</th><th scope="col" class="optional">Where</th></tr></thead><tbody>
${rows}</tbody></table>`);
  }
  if (unanswered.length > 0) {
    const rows = unanswered.map(
      ({ query, pages }) => html`<tr><th scope="row">${isolate(query)}${pagePaths(pages)}</th></tr>\n`,
    );
    found.push(html`<h2>Queries that nothing was found for</h2>
<table class="list"><tbody>
${rows}</tbody></table>`);
  }
  return found;
}

function allQueries({ queries, systems, main }: Evaluation): Markup {
  const modes = Object.keys(systems) as SearchMode[];
  const isCompared = modes.includes("hybrid");
  const choices: readonly (readonly [id: string, name: string, show: boolean])[] = [
    ["all", "all", true],
    ["wins", "won", isCompared],
    ["losses", "lost", isCompared],
    ["late", "not first", true],
    ["unfound", "not in the first ten", true],
  ];
  const radios = choices
    .filter(([, , isShown]) => isShown)
    .map(
      ([id, name]) =>
        html`<label><input type="radio" name="show" id="show-${id}"${id === "all" && html` checked`}>${name}</label>\n`,
    );
  return html`<section class="queries"><h2>All queries</h2>
<fieldset><legend>Show&nbsp;</legend>
${radios}</fieldset>
<table class="list"><thead><tr><th scope="col">Query and right pages</th>${modes.map((mode) => html`<th scope="col" class="number${mode !== main && " optional"}">${mode}</th>`)}${isCompared && html`<th scope="col" class="number">gain</th>`}</tr></thead><tbody>
${queries.map((query) => queryRow(query, { modes, main }))}</tbody></table></section>`;
}

function queryRow(
  { query, pages, systems, difference }: QueryReport,
  { modes, main }: { readonly modes: readonly SearchMode[]; readonly main: SearchMode },
): Markup {
  const rank = systems[main]?.rank ?? null;
  const gain = difference ?? 0;
  const states = [gain > 0 && "win", gain < 0 && "loss", rank !== 1 && "late", rank === null && "unfound"];
  const instead = rank === null ? systems[main]?.paths[0] : undefined;
  const cells = modes.map(
    (mode) => html`<td class="number${mode !== main && " optional"}">${place(systems[mode]?.rank)}</td>`,
  );
  return html`<tr class="${states.filter(Boolean).join(" ")}"><th scope="row">${isolate(query)}${pagePaths(pages)}${instead !== undefined && html`<span class="path">first instead: ${isolate(`/${instead}`)}</span>`}</th>${cells}${
    difference !== null &&
    html`<td class="number ${gain > 0 ? "up" : gain < 0 ? "down" : "muted"}">${gain === 0 ? "0" : signed(gain)}</td>`
  }</tr>\n`;
}

function pagePaths(pages: readonly MatchedPage[]): Markup[] {
  return pages
    .filter(({ grade }) => grade > 0)
    .map(({ path, url, grade }) =>
      path === null
        ? html`<span class="path">${isolate(url)} <span class="tag">not in the index</span></span>`
        : html`<span class="path">${isolate(`/${path}`)}${grade > 1 && ` (grade ${grade})`}</span>`,
    );
}

function notes({ cold, comparison: found }: Evaluation): Markup {
  return html`<p>Whole pages are judged: a URL with an anchor means its page. nDCG counts a page of grade g as 2<sup>g</sup> − 1.
${found && html`The interval is a paired percentile bootstrap over the queries (2,000 resamples); when it holds 0, a difference is called none.`}</p>
<p>${cold && html`What a first query reads: bytes of index files as they are stored, with nothing loaded, measured with ${count(cold.queries, "query", "queries")}; the element’s own code is not among them.`}
Milliseconds are those of the computer that ran the evaluation, once everything is loaded.</p>`;
}

/** Text of unknown direction, kept to itself. */
function isolate(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

function place(rank: number | null | undefined): Markup | string {
  return rank ? String(rank) : html`<span class="lost">–</span>`;
}

function figure(value: number): string {
  return value.toFixed(3);
}

/** `+0.083`, `−0.020`, `0.000`. */
function signed(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  if (Number(digits) === 0) return digits;
  return `${value < 0 ? "−" : "+"}${digits}`;
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function bytes(value: number): string {
  return value < 999_500 ? `${Math.round(value / 1000)} KB` : `${(value / 1e6).toFixed(1)} MB`;
}

function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? noun : plural}`;
}

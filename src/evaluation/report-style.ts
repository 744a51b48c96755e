/** The style sheet of the HTML report; constant, so that the report's policy can name it by its hash. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --background: #fff; --raised: #f6f8fa; --text: #1b1f24; --muted: #57606a; --line: #dfe4ea; --track: #e9edf1;
  --keyword: #8793a2; --semantic: #8b6fd1; --hybrid: #0f766e;
  --better: #2563eb; --worse: #c2570c; --better-soft: #dbe7ff; --bad: #b3261e; --bad-soft: #fdecea; --good-soft: #e6f5f3;
  --rank-1: #0f766e; --rank-2: #4aa39a; --rank-3: #8cc8c1; --rank-4: #c5e3df; --rank-5: #ead9cf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #0e1116; --raised: #161b22; --text: #e6edf3; --muted: #9aa4af; --line: #2a313b; --track: #222932;
    --keyword: #8a96a5; --semantic: #a78bfa; --hybrid: #2dd4bf;
    --better: #6ea8ff; --worse: #f0883e; --better-soft: #1c2d4d; --bad: #ff8a80; --bad-soft: #3a1a1a; --good-soft: #10302f;
    --rank-1: #2dd4bf; --rank-2: #229c8e; --rank-3: #1c7068; --rank-4: #1a4b47; --rank-5: #4b3b33;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem;
  background: var(--background); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; }
h2 { margin: 3rem 0 .25rem; font-size: 1.2rem; line-height: 1.3; }
h3 { margin: 1.75rem 0 .25rem; font-size: 1rem; }
p { margin: .35rem 0 0; max-width: 44rem; }
code, .path { font: .875em/1.5 ui-monospace, "SF Mono", "Cascadia Code", "Roboto Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.muted, caption, figcaption, footer { color: var(--muted); }
.small { font-size: .875rem; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.banner { margin-top: 1.5rem; padding: .75rem 1rem; border-inline-start: 4px solid var(--hybrid); border-radius: 6px; background: var(--good-soft); }
.banner.failed { border-color: var(--bad); background: var(--bad-soft); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
.facts > div { padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); }
.facts dt { color: var(--muted); font-size: .8125rem; }
.facts dd { margin: .1rem 0 0; font-size: 1.6rem; font-weight: 650; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.facts small { display: block; margin-top: .15rem; line-height: 1.35; color: var(--muted); font-size: .8125rem; font-weight: 400; letter-spacing: 0; }
svg { display: block; width: 100%; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0; }
th { font-weight: 400; text-align: start; }
caption { text-align: start; font-size: .875rem; }
.measures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17.5rem), 1fr)); gap: 1.25rem 2.5rem; margin-top: 1rem; }
.measures caption { padding-bottom: .2rem; color: var(--text); font-weight: 600; }
.measures th { width: 5.25rem; font-size: .875rem; color: var(--muted); }
.measures td:last-child { width: 3.5rem; padding-inline-start: .6rem; text-align: end; }
.measures .main { color: var(--text); font-weight: 600; }
.bar { height: .7rem; border-radius: 2px; }
.track { fill: var(--track); }
.keyword { fill: var(--keyword); } .semantic { fill: var(--semantic); } .hybrid { fill: var(--hybrid); }
.better { fill: var(--better); } .worse { fill: var(--worse); }
.rank-1 { fill: var(--rank-1); } .rank-2 { fill: var(--rank-2); } .rank-3 { fill: var(--rank-3); } .rank-4 { fill: var(--rank-4); } .rank-5 { fill: var(--rank-5); }
.ranks { margin-top: 1rem; table-layout: fixed; }
.ranks th[scope=row] { width: 5.25rem; vertical-align: top; color: var(--muted); font-size: .875rem; }
.ranks thead th { padding-bottom: .5rem; font-size: .8125rem; line-height: 1.3; color: var(--muted); vertical-align: bottom; }
.ranks thead th:first-child { width: 5.25rem; }
.ranks .counts td { padding-bottom: .9rem; font-size: .9375rem; }
.ranks .bar { height: 1.4rem; border-radius: 3px; }
.swatch { width: .75rem; height: .75rem; margin-bottom: .2rem; border-radius: 2px; }
figure { margin: 1rem 0 0; }
.scale { display: grid; grid-template-columns: 1fr auto 1fr; gap: .75rem; margin-top: .25rem; font-size: .8125rem; color: var(--muted); }
.scale > :last-child { text-align: end; }
.waterfall { height: 10rem; }
.interval { height: 2.25rem; }
.zero { stroke: var(--muted); stroke-width: 1; vector-effect: non-scaling-stroke; }
.band { fill: var(--better-soft); } .band-line { stroke: var(--better); stroke-width: 2; vector-effect: non-scaling-stroke; }
.mean { stroke: var(--text); stroke-width: 3; vector-effect: non-scaling-stroke; }
.list { margin-top: .75rem; font-size: .9375rem; }
.list th, .list td { padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); vertical-align: top; }
.list thead th { border-top: 0; padding-block: 0 .35rem; font-size: .8125rem; color: var(--muted); vertical-align: bottom; }
.list td:last-child, .list th:last-child { padding-inline-end: 0; }
.list th:first-child { width: 100%; }
.list .number, .list thead .number { padding-inline-start: .75rem; text-align: end; }
.changes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 3rem; }
.list tbody th { overflow-wrap: anywhere; }
.list .path { display: block; color: var(--muted); }
.missing th:first-child, .missing td { width: 50%; }
.up { color: var(--better); } .down { color: var(--worse); } .lost { color: var(--bad); }
.tag { display: inline-block; padding: 0 .45em; border-radius: 99px; background: var(--bad-soft); color: var(--bad); font-size: .8125rem; }
fieldset { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; margin: .9rem 0 0; padding: 0; border: 0; font-size: .9375rem; }
legend { float: inline-start; padding: 0; color: var(--muted); }
label { display: inline-flex; align-items: center; gap: .35rem; cursor: pointer; }
input { accent-color: var(--hybrid); margin: 0; }
:focus-visible { outline: 2px solid var(--hybrid); outline-offset: 2px; }
.queries:has(#show-wins:checked) tbody tr:not(.win),
.queries:has(#show-losses:checked) tbody tr:not(.loss),
.queries:has(#show-late:checked) tbody tr:not(.late),
.queries:has(#show-unfound:checked) tbody tr:not(.unfound) { display: none; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem; }
footer p { max-width: 50rem; }
@media (max-width: 36rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .facts { grid-template-columns: 1fr 1fr; }
  .facts dd { font-size: 1.35rem; }
  .optional { display: none; }
  .ranks th[scope=row], .ranks thead th:first-child { width: 4.5rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  fieldset { display: none; }
  tr, figure, .facts > div { break-inside: avoid; }
}
`;

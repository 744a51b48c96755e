/**
 * From a keystroke to the list of results that answers it, in pages that have all they need: this element beside
 * Pagefind's component interface, on the same sites, in the same Chromium, typed by the same keys.
 *
 *   npm run bench:element -- [--sizes 100,1000] [--queries n] [--delay ms] [--json <file>]
 */
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright";
import { launchChromium } from "../e2e/harness.ts";
import { type ElementResults, type ElementRow, elementTable } from "./element-report.ts";
import { measureBuild } from "./scale-builds.ts";
import { ENGINES } from "./scale-engines.ts";
import { alignColumns, median, quantile } from "./scale-report.ts";
import { ScaleServer } from "./scale-server.ts";
import { openSite, type ScaleSite, unpackShared } from "./scale-sites.ts";

/** Longer than the pauses after which any of the interfaces searches, and the search. */
const REST_MS = 1500;

/** A search interface in a page, over an index in the folder of its engine. */
interface SearchUi {
  readonly name: string;
  readonly engine: string;
  readonly html: string;
  /** Expression for the query that the list on screen answers, undefined while there is none; run in the page. */
  readonly shown: string;
  readonly input: string;
}

const PAGEFIND_SHOWN = `(() => {
  const [, query] = /^\\d+ results? for (.*)$/.exec(document.querySelector("pagefind-summary")?.textContent.trim() ?? "") ?? [];
  return document.querySelector("pagefind-results a[href]") ? query : undefined;
})()`;

const pagefindHtml = (debounce: string) => `
  <link rel="stylesheet" href="pagefind/pagefind-component-ui.css">
  <script type="module" src="pagefind/pagefind-component-ui.js"></script>
  <pagefind-config bundle-path="/pagefind/"></pagefind-config>
  <pagefind-input ${debounce}></pagefind-input><pagefind-summary></pagefind-summary><pagefind-results></pagefind-results>`;

const UIS: readonly SearchUi[] = [
  {
    name: "this element",
    engine: "ours",
    html: `<script type="module" src="ours/element.js"></script><semantic-search inline src="ours/index.json"></semantic-search>`,
    shown: `(() => {
      const { results, shadowRoot } = document.querySelector("semantic-search");
      return shadowRoot.querySelector("[role=option][href]") ? results?.query : undefined;
    })()`,
    input: "semantic-search input",
  },
  {
    name: "Pagefind components",
    engine: "pagefind",
    html: pagefindHtml(""),
    shown: PAGEFIND_SHOWN,
    input: "pagefind-input input",
  },
  {
    name: "Pagefind components, debounce 1 ms",
    engine: "pagefind",
    html: pagefindHtml(`debounce="1"`),
    shown: PAGEFIND_SHOWN,
    input: "pagefind-input input",
  },
];

/**
 * Run in the page. Notes every keystroke from the second letter on, and when first a list is in the document that answers
 * what the box held then or later: an interface that waits for a pause is answered for by its later list.
 */
const WATCH = `(shown) => {
  const answered = new Function("return " + shown);
  const keystrokes = [];
  globalThis.keystrokes = keystrokes;
  addEventListener("input", (event) => {
    const value = event.composedPath()[0].value.trim();
    if (value.length > 1) keystrokes.push({ value, at: event.timeStamp });
  }, true);
  const look = () => {
    const query = answered()?.trim();
    const last = query ? keystrokes.findLastIndex(({ value }) => value === query) : -1;
    for (let i = last; i >= 0 && keystrokes[i].ms === undefined; i--) keystrokes[i].ms = performance.now() - keystrokes[i].at;
  };
  const observer = new MutationObserver(look);
  const every = { subtree: true, childList: true, characterData: true, attributes: true };
  observer.observe(document.body, every);
  const root = document.querySelector("semantic-search")?.shadowRoot;
  if (root) observer.observe(root, every);
}`;

const { values: args } = parseArgs({
  options: {
    sizes: { type: "string", default: "100,1000" },
    queries: { type: "string", default: "20" },
    delay: { type: "string", default: "100" },
    json: { type: "string" },
  },
});
const delayMs = Number(args.delay);
const folder = await mkdtemp(join(tmpdir(), "semantic-search-element-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const source = await unpackShared("mdn", folder);
if (source) await main(source);
else console.error("Nothing was measured: ../shared/data/sites/mdn.tar.zst is missing.");

async function main(source: string): Promise<void> {
  const browser = await launchChromium();
  const rows: ElementRow[] = [];
  try {
    for (const pages of args.sizes.split(",").map(Number)) {
      const run = await mkdtemp(join(folder, "run-"));
      const choice = { pages, queries: 1, warmQueries: Number(args.queries) };
      const site = await openSite({ name: "mdn", source, dir: join(run, "site") }, choice);
      rows.push(...(await measureSite(browser, { site, run })));
    }
  } finally {
    await browser.close();
  }
  const { devDependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const results: ElementResults = { pagefind: devDependencies.pagefind, delayMs, rows };
  console.log(`\n${alignColumns(elementTable(results))}`);
  if (args.json) await writeFile(args.json, `${JSON.stringify(results, null, 2)}\n`);
}

async function measureSite(
  browser: Browser,
  { site, run }: { readonly site: ScaleSite; readonly run: string },
): Promise<ElementRow[]> {
  for (const engine of ENGINES.filter(({ name }) => UIS.some((ui) => ui.engine === name))) {
    await measureBuild(engine, { site, out: join(run, engine.name), again: false });
  }
  const pages = Object.fromEntries(UIS.map((ui, i) => [`${i}.html`, `<!doctype html><html lang="en">${ui.html}`]));
  const server = await ScaleServer.start({ dir: run, pages, encoding: "br" });
  const rows: ElementRow[] = [];
  try {
    for (const [i, ui] of UIS.entries()) {
      console.error(`${site.files.length} pages: ${ui.name}`);
      const strokes = await typeAll(browser, { ui, url: `${server.url}${i}.html`, queries: site.warmQueries });
      const times = strokes.map(({ ms }) => ms);
      rows.push({
        site: site.name,
        pages: site.files.length,
        ui: ui.name,
        queries: site.warmQueries.length,
        keystrokes: strokes.length,
        answered: times.filter((ms) => ms < delayMs).length,
        p50Ms: median(times),
        p95Ms: quantile(times, 0.95),
      });
    }
  } finally {
    await server.close();
  }
  return rows;
}

/** A key that was typed, and how long it took until a list answered it; what nothing answered is left out. */
interface Keystroke {
  readonly value: string;
  readonly ms: number;
}

/** Types all queries, once for everything to be fetched and once more to be measured. */
async function typeAll(
  browser: Browser,
  { ui, url, queries }: { readonly ui: SearchUi; readonly url: string; readonly queries: readonly string[] },
): Promise<Keystroke[]> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1000, height: 700 } });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator(ui.input).focus();
    for (const query of queries) await typeQuery(page, query);
    await page.evaluate(`(${WATCH})(${JSON.stringify(ui.shown)})`);
    for (const query of queries) await typeQuery(page, query);
    return await page.evaluate(() =>
      (globalThis as unknown as Watched).keystrokes.filter(({ ms }) => ms !== undefined),
    );
  } finally {
    await context.close();
  }
}

interface Watched {
  readonly keystrokes: readonly Keystroke[];
}

/** By keys alone, from an empty box; one letter finds nothing in most engines and is typed before the clock counts. */
async function typeQuery(page: Page, query: string): Promise<void> {
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(query, { delay: delayMs });
  await page.waitForTimeout(REST_MS);
}

/**
 * What search costs as a site grows: building, the first answer, and the answers after it. This package beside
 * Pagefind and a whole MiniSearch index, on the same sites, in the same Chromium.
 *
 *   npm run bench:scale -- [--site <dir>] [--sizes 100,500,1000,14073] [--engines ours,pagefind,minisearch]
 *     [--queries n] [--warm n] [--no-slow] [--no-fast] [--encoding br|gzip|none] [--json <file>] [--svg <file>]
 */
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright";
import { launchChromium } from "../e2e/harness.ts";
import { measureCold, measureWarm } from "./scale-browser.ts";
import { measureBuild } from "./scale-builds.ts";
import { scaleChart } from "./scale-chart.ts";
import { ENGINES, type Engine } from "./scale-engines.ts";
import {
  alignColumns,
  buildTable,
  firstAnswerTable,
  kindTable,
  type ScaleResults,
  type ScaleRow,
  warmTable,
} from "./scale-report.ts";
import { ENCODINGS, type Encoding, type Network, ScaleServer } from "./scale-server.ts";
import { openSite, type ScaleSite, unpackShared } from "./scale-sites.ts";

const NETWORKS: readonly Network[] = [
  { name: "fast", bytesPerSecond: 9e6 / 8, latencyMs: 60 },
  { name: "slow", bytesPerSecond: 1.6e6 / 8, latencyMs: 150 },
];

/** The large site: whole, and samples of it. */
const LARGE = "mdn";
/** A site that really is of the middle size. */
const MIDDLE = "starlight";

const { values: args } = parseArgs({
  options: {
    site: { type: "string" },
    sizes: { type: "string" },
    engines: { type: "string", default: ENGINES.map(({ name }) => name).join() },
    queries: { type: "string", default: "12" },
    warm: { type: "string", default: "50" },
    "no-slow": { type: "boolean", default: false },
    "no-fast": { type: "boolean", default: false },
    encoding: { type: "string", default: "br" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});

const encoding = ENCODINGS.find((known) => known === args.encoding);
if (!encoding) throw new Error(`--encoding is "${args.encoding}"; known are ${ENCODINGS.join(", ")}.`);
const networks = NETWORKS.filter(({ name }) => !args[`no-${name}` as "no-slow" | "no-fast"]);
const engines = ENGINES.filter(({ name }) => args.engines.split(",").includes(name));
const folder = await mkdtemp(join(tmpdir(), "semantic-search-scale-"));
// Also when it is interrupted: the large site takes half a gigabyte.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const browser = await launchChromium();
try {
  await main(folder, browser, encoding);
} finally {
  await browser.close();
}

async function main(folder: string, browser: Browser, encoding: Encoding): Promise<void> {
  const rows: ScaleRow[] = [];
  for (const { name, source, pages } of await chooseSites(folder)) {
    const run = await mkdtemp(join(folder, "run-"));
    const counts = { queries: Number(args.queries), warmQueries: Number(args.warm) };
    const site = await openSite({ name, source, dir: join(run, "site") }, { pages, ...counts });
    let protocol = "";
    for (const engine of engines) {
      console.error(`${site.files.length} pages of ${name}: ${engine.name}`);
      const measured = await measure(engine, { site, run, browser, encoding }).catch((error: unknown) => error);
      if (measured instanceof Error) {
        if (engine.name === "ours") throw measured;
        console.error(`skipped ${engine.name}: ${measured.message.split("\n", 1)[0]}`);
      } else {
        const { row, ...rest } = measured as Measured;
        rows.push(row);
        protocol = rest.protocol;
      }
    }
    await rm(run, { recursive: true });
    await report({ versions: versions(), protocol, encoding, networks, rows });
  }
  if (rows.length === 0) console.error("Nothing was measured.");
}

interface Measured {
  readonly row: ScaleRow;
  readonly protocol: string;
}

/** Everything about one engine on one site. */
async function measure(
  engine: Engine,
  { site, run, browser, encoding }: { site: ScaleSite; run: string; browser: Browser; encoding: Encoding },
): Promise<Measured> {
  const build = await measureBuild(engine, { site, out: join(run, engine.name), again: engine.name === "ours" });
  const page = (html: string) => `<!doctype html><title>Benchmark</title><link rel="icon" href="data:,">${html}`;
  const pages = {
    [`${engine.name}.html`]: page(engine.html),
    [`${engine.name}-words.html`]: page(engine.wordsHtml ?? ""),
  };
  const server = await ScaleServer.start({ dir: run, pages, encoding });
  try {
    const cold = await measureCold({ engine, server, browser, queries: site.queries }, networks);
    const warm = await measureWarm({ engine, server, browser, queries: site.warmQueries });
    const row = { engine: engine.name, site: site.name, files: site.files.length, build, cold, warm };
    return { row, protocol: server.protocol };
  } finally {
    await server.close();
  }
}

interface SiteSource {
  readonly name: string;
  readonly source: string;
  readonly pages?: number | undefined;
}

/** The folder that was named, else the shared sites, as far as they are there, in ascending order of pages. */
async function chooseSites(folder: string): Promise<SiteSource[]> {
  const sizes = args.sizes?.split(",").map(Number);
  if (args.site) return (sizes ?? [undefined]).map((pages) => ({ name: "site", source: args.site ?? "", pages }));
  const sites: SiteSource[] = [];
  for (const pages of sizes ?? [100, 500, 629, 1000, 14_073]) {
    const name = pages === 629 ? MIDDLE : LARGE;
    const known = sites.find((site) => site.name === name)?.source;
    const source = known ?? (await unpackShared(name, folder));
    if (source) sites.push({ name, source, pages });
    else
      console.error(`skipped ${pages} pages: ../shared/data/sites/${name}.tar.zst is missing; --site names a folder`);
  }
  return sites;
}

async function report(results: ScaleResults): Promise<void> {
  for (const table of [buildTable, firstAnswerTable, kindTable, warmTable])
    console.log(`\n${alignColumns(table(results))}`);
  if (args.json) await writeFile(args.json, `${JSON.stringify(results, null, 2)}\n`);
  if (args.svg) await writeFile(args.svg, scaleChart(results));
}

/** Of the engines as they are installed. */
function versions(): Record<string, string> {
  const versionIn = (path: string) =>
    (JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as { version: string }).version;
  return {
    ours: versionIn("../../package.json"),
    ...Object.fromEntries(
      ["pagefind", "minisearch"].map((name) => [name, versionIn(`../../node_modules/${name}/package.json`)]),
    ),
  };
}

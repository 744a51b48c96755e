/**
 * What a visitor downloads from the page's load to the first answer: this package beside Pagefind, over the same
 * site, in the same Chromium, each question with an empty cache.
 *
 * Ours is the element in the page, counted to the first answer by words and meaning with its excerpts. Pagefind is
 * its bare JS API, without a user interface, counted to the excerpts of as many pages.
 *
 *   npm run bench:small -- [--site <dir>] [--query <text>]… [--encoding br|gzip|none] [--json <file>]
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright";
import { launchChromium, runCli } from "../e2e/harness.ts";
import { type Change, type RequestRecord, SiteServer } from "../e2e/site-server.ts";

/** Pages with excerpts that make an answer: what the element lists. */
const PAGES = 10;

const ARCHIVE = fileURLToPath(new URL("../../../shared/data/sites/vuejs-docs.tar.zst", import.meta.url));

/** For the default site: words, questions, and a name from the API. */
const QUESTIONS = [
  "how do I remember a value between renders",
  "run code when the component goes away",
  "computed",
  "share state between distant components",
  "defineAsyncComponent",
  "why is my list not updating on screen",
] as const;

/** An engine: how its index is made, which page holds it, and how it is asked. */
interface Contender {
  readonly name: string;
  readonly html: string;
  build(site: string): Promise<unknown>;
  /** Resolves with the number of pages listed when the answer is complete. */
  ask(page: Page, query: string): Promise<number>;
  /** The column that a file is counted in. */
  kindOf(path: string): string;
}

/** One question to one engine. */
interface Measurement {
  readonly engine: string;
  readonly query: string;
  readonly pages: number;
  readonly requests: number;
  /** Body bytes on the wire by kind of file. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly totalBytes: number;
  /** From the question to its answer, without network delay. */
  readonly ms: number;
}

/** The part of Pagefind's JS API that is used. */
interface Pagefind {
  search(query: string): Promise<{ results: { data(): Promise<unknown> }[] }>;
}

const OURS: Contender = {
  name: "semantic-search",
  html: `<script type="module" src="semantic-search/element.js"></script>
    <semantic-search src="semantic-search/index.json" limit="${PAGES}"></semantic-search>`,
  build: (site) => runCli("index", site),
  ask: (page, query) =>
    page.evaluate(
      (text) =>
        new Promise<number>((resolve, reject) => {
          const element = document.querySelector("semantic-search");
          element?.addEventListener("ss-search", ({ detail: { results } }) => {
            if (results.mode === "hybrid") resolve(results.hits.length);
            else reject(new Error(JSON.stringify(results.warnings)));
          });
          element?.addEventListener("ss-error", ({ detail: { error } }) => reject(error));
          element?.search(text);
        }),
      query,
    ),
  kindOf: (path) => {
    const [, folder, file] = path.split("/");
    if (folder?.endsWith(".js")) return "code";
    return file ? (folder as string) : "manifest";
  },
};

const PAGEFIND: Contender = {
  name: "pagefind",
  html: `<script type="module">
      import * as pagefind from "./pagefind/pagefind.js";
      globalThis.pagefind = pagefind;
    </script>`,
  build: async (site) => {
    const { createIndex, close } = await import("pagefind");
    const { index, errors } = await createIndex();
    if (!index) throw new Error(errors.join("; "));
    await index.addDirectory({ path: site });
    await index.writeFiles({ outputPath: join(site, "pagefind") });
    await close();
  },
  ask: (page, query) =>
    page.evaluate(
      async ([text, pages]) => {
        const { results } = await (globalThis as unknown as { pagefind: Pagefind }).pagefind.search(text);
        const shown = await Promise.all(results.slice(0, pages).map((result) => result.data()));
        return shown.length;
      },
      [query, PAGES] as const,
    ),
  kindOf: (path) => {
    if (path.endsWith(".js") || path.includes("wasm.")) return "code";
    if (path.includes("/fragment/")) return "text";
    return path.includes("/index/") ? "terms" : "manifest";
  },
};

const { values } = parseArgs({
  options: {
    site: { type: "string" },
    query: { type: "string", multiple: true, default: [...QUESTIONS] },
    encoding: { type: "string", default: "br" },
    json: { type: "string" },
  },
});

const site = await copySite(values.site);
const browser = await launchChromium();
try {
  const measurements: Measurement[] = [];
  for (const contender of [OURS, PAGEFIND]) {
    try {
      await contender.build(site);
    } catch (error) {
      if (contender === OURS) throw error;
      console.log(`skipped ${contender.name}: ${String(error).split("\n", 1)[0]}`);
      continue;
    }
    measurements.push(...(await measure(contender, { site, browser, queries: values.query })));
  }
  console.log(table(measurements));
  if (values.json) await writeFile(values.json, `${JSON.stringify(measurements, null, 2)}\n`);
} finally {
  await browser.close();
  await rm(site, { recursive: true, force: true });
}

/** A copy that may be written to: of the folder given, else of the smallest shared site. */
async function copySite(given: string | undefined): Promise<string> {
  if (!given && !existsSync(ARCHIVE)) {
    throw new Error(`${ARCHIVE} is missing: name the folder of a built site with --site.`);
  }
  const dir = await mkdtemp(join(tmpdir(), "semantic-search-bench-"));
  if (given) await cp(given, dir, { recursive: true });
  else await promisify(execFile)("tar", ["--zstd", "-xf", ARCHIVE, "-C", dir, "--strip-components=1"]);
  return dir;
}

interface Bench {
  readonly site: string;
  readonly browser: Browser;
  readonly queries: readonly string[];
}

async function measure(contender: Contender, { site, browser, queries }: Bench): Promise<Measurement[]> {
  const startPage = `bench-${contender.name}.html`;
  await writeFile(
    join(site, startPage),
    `<!doctype html><title>Benchmark</title><link rel="icon" href="data:,">${contender.html}`,
  );
  const server = await SiteServer.start(site, { encode: encoder(values.encoding), csp: "" });
  const measurements: Measurement[] = [];
  for (const query of queries) {
    server.reset();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.url + startPage, { waitUntil: "networkidle" });
    const started = performance.now();
    const pages = await contender.ask(page, query);
    const ms = performance.now() - started;
    await context.close();
    const files = server.requests.filter(({ path }) => path !== startPage);
    measurements.push({ engine: contender.name, query, pages, ms, ...sum(files, contender) });
  }
  await server.close();
  return measurements;
}

function sum(files: readonly RequestRecord[], { kindOf }: Contender) {
  const bytes: Record<string, number> = {};
  for (const file of files) {
    const kind = kindOf(file.path);
    bytes[kind] = (bytes[kind] ?? 0) + file.bytes;
  }
  const totalBytes = files.reduce((total, file) => total + file.bytes, 0);
  return { requests: files.length, bytes, totalBytes };
}

/** Static hosts compress text and leave unknown types as they are. */
function encoder(encoding: string): Change {
  const compress = {
    br: (body: Buffer) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    gzip: (body: Buffer) => gzipSync(body, { level: 6 }),
    none: undefined,
  }[encoding];
  return (answer) => {
    const isText = /text|javascript|json|svg|wasm/.test(answer.type);
    return compress && isText ? { ...answer, encoding, body: compress(answer.body) } : answer;
  };
}

/** One line per question and engine, KB on the wire by kind, then each engine's medians. */
function table(measurements: readonly Measurement[]): string {
  const kinds = [...new Set(measurements.flatMap(({ bytes }) => Object.keys(bytes)))];
  const line = (query: string, { engine, bytes, totalBytes, requests, pages, ms }: Measurement) => [
    engine,
    query,
    ...kinds.map((kind) => kilobytes(bytes[kind] ?? 0)),
    kilobytes(totalBytes),
    String(requests),
    String(pages),
    ms.toFixed(0),
  ];
  const rows = [
    ["engine", "question", ...kinds, "KB", "requests", "pages", "ms"],
    ...measurements.map((measurement) => line(measurement.query, measurement)),
    ...[...new Set(measurements.map(({ engine }) => engine))].map((engine) =>
      line(
        "(median)",
        median(
          measurements.filter((measurement) => measurement.engine === engine),
          kinds,
        ),
      ),
    ),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

function median(measurements: readonly Measurement[], kinds: readonly string[]): Measurement {
  const of = (value: (measurement: Measurement) => number): number => {
    const sorted = measurements.map(value).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    engine: measurements[0]?.engine ?? "",
    query: "",
    pages: of(({ pages }) => pages),
    requests: of(({ requests }) => requests),
    bytes: Object.fromEntries(kinds.map((kind) => [kind, of(({ bytes }) => bytes[kind] ?? 0)])),
    totalBytes: of(({ totalBytes }) => totalBytes),
    ms: of(({ ms }) => ms),
  };
}

function kilobytes(bytes: number): string {
  return bytes === 0 ? "–" : (bytes / 1000).toFixed(1);
}

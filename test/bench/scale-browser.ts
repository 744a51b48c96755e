import type { Browser, Page } from "playwright";
import type { Engine, PageAnswer } from "./scale-engines.ts";
import { type PageMemory, watchMemory } from "./scale-memory.ts";
import { median, quantile } from "./scale-report.ts";
import type { Network, ScaleServer, SentFile } from "./scale-server.ts";

/** A query that takes longer than this over a network is the only one measured there. */
const PATIENCE_MS = 20_000;
/** Queries that are typed letter by letter. */
const TYPED_QUERIES = 3;

/** What is fetched for an answer, as medians over the queries. */
export interface Download {
  readonly bytes: number;
  readonly requests: number;
  /** Bytes by kind of file. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** From the page's load to its first answer over a network, as medians over the queries. */
export interface Wait {
  readonly wordsMs: number;
  readonly ms: number;
  readonly queries: number;
}

/** A first query: every one with an empty cache. */
export interface ColdCost {
  readonly queries: number;
  /** Pages listed, as the mean. */
  readonly pages: number;
  /** Queries to which no page was listed. */
  readonly unanswered: number;
  /** For an answer by words alone; of engines that have more. */
  readonly words?: Download;
  /** For the complete answer. */
  readonly complete: Download;
  readonly waits: Readonly<Record<string, Wait>>;
}

/** Queries in a page that has answered some. */
export interface WarmCost extends AnswerTimes {
  readonly queries: number;
  /** The same queries once more, with nothing left to fetch. Results of older runs lack it. */
  readonly again?: AnswerTimes;
  /** Longest main-thread task, from before the index is loaded until some queries were typed; 0 for none over 50 ms. */
  readonly longestTaskMs: number;
  /** After all queries. */
  readonly memory: PageMemory;
}

/** How long answers take. */
export interface AnswerTimes {
  /** From the question to the answer, as the page sees it. */
  readonly ms: Spread;
  /** As the worker says; of engines that do. */
  readonly elapsedMs?: Spread;
}

/** Median and 95th percentile. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

/** One engine in a browser, over a server that has its page as `<engine>.html` and `<engine>-words.html`. */
export interface Visit {
  readonly engine: Engine;
  readonly server: ScaleServer;
  readonly browser: Browser;
  readonly queries: readonly string[];
}

/** Load the page and ask, for each query with an empty cache; then again over each network. */
export async function measureCold(visit: Visit, networks: readonly Network[]): Promise<ColdCost> {
  const { engine, queries } = visit;
  const complete = await askAll(visit, `${engine.name}.html`);
  const words = engine.wordsHtml ? await askAll(visit, `${engine.name}-words.html`) : undefined;
  const waits: Record<string, Wait> = {};
  for (const network of networks) waits[network.name] = await measureWait(visit, network);
  return {
    queries: queries.length,
    pages: complete.reduce((sum, { pages }) => sum + pages, 0) / complete.length,
    unanswered: complete.filter(({ pages }) => pages === 0).length,
    ...(words && { words: downloadOf(words, engine) }),
    complete: downloadOf(complete, engine),
    waits,
  };
}

/** Type some queries in one page, ask all, ask all again, and weigh the page. */
export async function measureWarm({ engine, server, browser, queries }: Visit): Promise<WarmCost> {
  const page = await openPage(browser);
  try {
    await page.goto(`${server.url}${engine.name}.html`, { waitUntil: "domcontentloaded" });
    const weigh = await watchMemory(page);
    await watchLongTasks(page);
    for (const query of queries.slice(0, TYPED_QUERIES)) await engine.type(page, query);
    const longestTaskMs = await longestTask(page);
    const askAll = async () => {
      const answers: PageAnswer[] = [];
      for (const query of queries) answers.push(await engine.ask(page, query));
      return timesOf(answers);
    };
    const first = await askAll();
    const again = await askAll();
    return { queries: queries.length, ...first, again, longestTaskMs, memory: await weigh() };
  } finally {
    await page.context().close();
  }
}

interface ColdAnswer extends PageAnswer {
  readonly files: readonly SentFile[];
}

async function askAll(visit: Visit, startPage: string): Promise<ColdAnswer[]> {
  const answers: ColdAnswer[] = [];
  for (const query of visit.queries) answers.push(await askCold(visit, { startPage, query }));
  return answers;
}

async function askCold(
  { engine, server, browser }: Visit,
  { startPage, query }: { readonly startPage: string; readonly query: string },
): Promise<ColdAnswer> {
  const page = await openPage(browser);
  try {
    server.forget();
    await page.goto(server.url + startPage, { waitUntil: "domcontentloaded" });
    return { ...(await engine.ask(page, query)), files: server.sent };
  } finally {
    await page.context().close();
  }
}

async function measureWait(visit: Visit, network: Network): Promise<Wait> {
  const { server, engine, queries } = visit;
  const answers: PageAnswer[] = [];
  server.network = network;
  try {
    for (const query of queries) {
      answers.push(await askCold(visit, { startPage: `${engine.name}.html`, query }));
      if ((answers[0]?.ms ?? 0) > PATIENCE_MS) break;
    }
  } finally {
    server.network = undefined;
  }
  return {
    wordsMs: median(answers.map(({ wordsMs }) => wordsMs)),
    ms: median(answers.map(({ ms }) => ms)),
    queries: answers.length,
  };
}

/** In a profile of its own: its cache is empty. */
async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  context.setDefaultTimeout(0);
  return context.newPage();
}

function downloadOf(answers: readonly ColdAnswer[], { name, kindOf }: Engine): Download {
  const downloads = answers.map(({ files }) => {
    const kinds: Record<string, number> = {};
    for (const { path, bytes } of files) {
      const kind = kindOf(path.slice(name.length + 1));
      kinds[kind] = (kinds[kind] ?? 0) + bytes;
    }
    return { kinds, requests: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  const kinds = [...new Set(downloads.flatMap((download) => Object.keys(download.kinds)))];
  return {
    bytes: median(downloads.map(({ bytes }) => bytes)),
    requests: median(downloads.map(({ requests }) => requests)),
    kinds: Object.fromEntries(
      kinds.map((kind) => [kind, median(downloads.map((download) => download.kinds[kind] ?? 0))]),
    ),
  };
}

function timesOf(answers: readonly PageAnswer[]): AnswerTimes {
  const elapsed = answers.flatMap(({ elapsedMs }) => elapsedMs ?? []);
  return {
    ms: spread(answers.map(({ ms, askedMs }) => ms - askedMs)),
    ...(elapsed.length > 0 && { elapsedMs: spread(elapsed) }),
  };
}

function spread(values: readonly number[]): Spread {
  return { p50: median(values), p95: quantile(values, 0.95) };
}

async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: "longtask" });
    Object.assign(globalThis, { longTasks: tasks });
  });
}

function longestTask(page: Page): Promise<number> {
  return page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return Math.max(0, ...(globalThis as unknown as { longTasks: readonly number[] }).longTasks);
  });
}

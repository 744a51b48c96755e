import { fileURLToPath } from "node:url";
import type { Page } from "playwright";

/** Pages that make an answer: what the element lists. */
const PAGES = 10;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** An answer as the page got it. */
export interface PageAnswer {
  readonly pages: number;
  /** From the start of the navigation to the question. */
  readonly askedMs: number;
  /** From the start of the navigation to the answer by words; as `ms` for engines that have no other. */
  readonly wordsMs: number;
  /** From the start of the navigation to the complete answer. */
  readonly ms: number;
  /** What the worker says it took; undefined where there is no such figure. */
  readonly elapsedMs?: number;
}

/** A search engine: how its index is made, which page holds it, and how it is asked. */
export interface Engine {
  readonly name: string;
  /** Arguments to Node that make the index in the folder `out`. */
  buildArguments(site: string, out: string): string[];
  /** Whether a file in `out` is one that a site with this engine has to serve. */
  isServed(path: string): boolean;
  /** The page that is opened, with the index in the folder named as the engine. */
  readonly html: string;
  /** As `html`, but for an answer by words only, if the engine has such a thing. */
  readonly wordsHtml?: string;
  ask(page: Page, query: string): Promise<PageAnswer>;
  /** Type into the page as a visitor does, and wait for the answer. */
  type(page: Page, query: string): Promise<void>;
  /** The column that a file is counted in; `path` within `out`. */
  kindOf(path: string): string;
}

/** This package: the element in a page, answers with their excerpts. */
const OURS: Engine = {
  name: "ours",
  buildArguments: (site, out) => [
    `${ROOT}dist/cli.js`,
    ...["index", site, "--out", out, "--site-root", "../site/", "--json", "--quiet"],
  ],
  isServed: () => true,
  html: elementPage("warm: () => backend.warm?.(),", ""),
  wordsHtml: elementPage("", 'mode: "keyword",'),
  ask: (page, query) =>
    page.evaluate(
      (text) =>
        new Promise<PageAnswer>((resolve, reject) => {
          const element = document.querySelector("semantic-search");
          const bench = globalThis as unknown as { wordsMs?: number; mode?: string };
          delete bench.wordsMs;
          const askedMs = performance.now();
          element?.addEventListener(
            "ss-search",
            ({ detail: { results } }) => {
              const ms = performance.now();
              const { hits, mode, elapsedMs, warnings } = results;
              if (bench.mode !== "keyword" && mode !== "hybrid") reject(new Error(JSON.stringify(warnings)));
              resolve({ pages: hits.length, askedMs, wordsMs: bench.wordsMs ?? ms, ms, elapsedMs });
            },
            { once: true },
          );
          element?.addEventListener("ss-error", ({ detail: { error } }) => reject(error), { once: true });
          element?.search(text);
        }),
      query,
    ),
  type: async (page, query) => {
    const answered = page.evaluate((text) => {
      const element = document.querySelector("semantic-search");
      element?.open();
      return new Promise<void>((resolve) => {
        addEventListener("ss-search", ({ detail }) => detail.query === text && resolve());
      });
    }, query);
    await page.keyboard.press("Control+A");
    // Keys alone: Playwright's own way to find the input and fill it is a long task of its own.
    await page.keyboard.type(query, { delay: 60 });
    await answered;
  },
  kindOf: (path) => {
    const [folder = "", file] = path.split("/");
    if (folder.endsWith(".js")) return "code";
    return file ? folder : "manifest";
  },
};

/** Pagefind: its JS API without a user interface, answers with their excerpts. */
const PAGEFIND: Engine = {
  name: "pagefind",
  buildArguments: (site, out) => [
    fileURLToPath(import.meta.resolve("pagefind").replace(/lib\/.*$/, "lib/runner/bin.cjs")),
    ...["--site", site, "--output-path", out, "--quiet"],
  ],
  isServed: (path) => !/^pagefind-(ui|modular-ui|component-ui|highlight)\./.test(path),
  html: apiPage(`const pagefind = await import("./pagefind/pagefind.js");
    return async (text) => {
      const { results } = await pagefind.search(text);
      return Promise.all(results.slice(0, ${PAGES}).map((result) => result.data()));
    };`),
  ask: askApi,
  type: typeToApi,
  kindOf: (path) => {
    if (path.endsWith(".js") || path.includes("wasm.")) return "code";
    if (path.startsWith("fragment/")) return "text";
    return path.startsWith("index/") ? "terms" : "manifest";
  },
};

/** MiniSearch with the whole index in the page, as VitePress has it: answers are titles and URLs. */
const MINISEARCH: Engine = {
  name: "minisearch",
  buildArguments: (site, out) => [
    fileURLToPath(import.meta.resolve("jiti").replace(/lib\/.*$/, "lib/jiti-cli.mjs")),
    fileURLToPath(new URL("./scale-minisearch.ts", import.meta.url)),
    ...[site, out],
  ],
  isServed: () => true,
  html: apiPage(`const [{ open }, response] = await Promise.all([
      import("./minisearch/engine.js"),
      fetch("minisearch/index.json"),
    ]);
    const search = open(await response.text());
    return (text) => search(text, ${PAGES});`),
  ask: askApi,
  type: typeToApi,
  kindOf: (path) => (path.endsWith(".js") ? "code" : "whole index"),
};

/** In the order of the tables. */
export const ENGINES: readonly Engine[] = [OURS, PAGEFIND, MINISEARCH];

/** The element with a backend that notes when the answer by words arrived. */
function elementPage(warm: string, mode: string): string {
  return `<script type="module">
    import { SemanticSearchElement as Element } from "./ours/element.js";
    const { loadBackend } = Element;
    ${mode && 'globalThis.mode = "keyword";'}
    Element.loadBackend = async () => {
      const create = await loadBackend();
      return (...about) => {
        const backend = create(...about);
        const note = (onPartial) => (results) => {
          if (results.hits.length > 0) globalThis.wordsMs ??= performance.now();
          onPartial?.(results);
        };
        return {
          ${warm}
          search: (query, options) =>
            backend.search(query, { ...options, ${mode} onPartial: note(options.onPartial) }),
          close: () => backend.close(),
        };
      };
    };
    </script>
    <semantic-search src="ours/index.json" limit="${PAGES}"></semantic-search>`;
}

/** A page with a function \`search\` to come, which gives the pages listed. */
function apiPage(open: string): string {
  return `<script>globalThis.search = (async () => { ${open} })();</script>`;
}

/** The page of {@link apiPage} as seen from here. */
interface Api {
  readonly search: Promise<(text: string) => Promise<readonly unknown[]>>;
}

function askApi(page: Page, query: string): Promise<PageAnswer> {
  return page.evaluate(async (text) => {
    const search = await (globalThis as unknown as Api).search;
    const askedMs = performance.now();
    const { length } = await search(text);
    const ms = performance.now();
    return { pages: length, askedMs, wordsMs: ms, ms };
  }, query);
}

/** A search 200 ms after the last key, as the element waits. */
async function typeToApi(page: Page, query: string): Promise<void> {
  await page.evaluate(async (text) => {
    const search = await (globalThis as unknown as Api).search;
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(60 * text.length + 200);
    await search(text);
    await pause(50);
  }, query);
}

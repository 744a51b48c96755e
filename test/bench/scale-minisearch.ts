/**
 * Makes the index of the MiniSearch that `bench:scale` measures: the sections that this package's own reader finds,
 * as VitePress indexes them, with what a result needs to be shown.
 *
 *   jiti test/bench/scale-minisearch.ts <site> <out>
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import MiniSearch from "minisearch";
import { build } from "vite";
import { VITEPRESS_SEARCH } from "./peers/minisearch.ts";
import { pageSections } from "./peers/page-sections.ts";

const FIELDS = ["title", "text"];

/** The built reader, as the command line uses it: no time goes into translating TypeScript. */
const { readSite } = (await import(
  new URL("../../dist/indexer/read-site.js", import.meta.url).href
)) as typeof import("../../src/indexer/read-site.ts");

const [site = "", out = ""] = process.argv.slice(2);
const index = new MiniSearch({ fields: FIELDS, storeFields: ["title", "url"] });
let id = 0;
for await (const { pages } of readSite({ dir: site })) {
  for (const { page, title, text } of pageSections(pages)) index.add({ id: id++, title, text, url: page });
}
await mkdir(out, { recursive: true });
await writeFile(join(out, "index.json"), JSON.stringify(index));
await bundleEngine();

/** MiniSearch's code, minified, with a function that opens an index: ten pages by their best sections. */
async function bundleEngine(): Promise<void> {
  const entry = "virtual:engine";
  const source = `import MiniSearch from ${JSON.stringify(fileURLToPath(import.meta.resolve("minisearch")))};
    export function open(json) {
      const index = MiniSearch.loadJSON(json, { fields: ${JSON.stringify(FIELDS)}, storeFields: ["title", "url"] });
      return (text, limit) => {
        const pages = new Map();
        for (const hit of index.search(text, ${JSON.stringify(VITEPRESS_SEARCH)})) {
          if (!pages.has(hit.url)) pages.set(hit.url, hit.title);
          if (pages.size === limit) break;
        }
        return [...pages];
      };
    }`;
  await build({
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "engine",
        resolveId: (name) => (name === entry ? `\0${entry}` : undefined),
        load: (name) => (name === `\0${entry}` ? source : undefined),
      },
    ],
    build: {
      outDir: out,
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: {
        input: { engine: entry },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js" },
      },
    },
  });
}

/**
 * Builds the documentation site into `demo/site/`, then its search index beside it, with the package as any site
 * would use it.
 *
 * Usage: node demo/build.js [--base /path/]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { indexSite } from "semantic-search-element/node";
import { writeSite } from "./generator/write-site.js";

const { values } = parseArgs({ options: { base: { type: "string", default: "/" } } });
const out = fileURLToPath(new URL("site", import.meta.url));

await writeSite({ out, base: values.base });
const curation = fileURLToPath(new URL("curation.yaml", import.meta.url));
const report = await indexSite({ dir: out, curation, strict: true });
console.log(`demo/site: ${report.pages} pages, ${report.chunks} chunks, ${Math.round(report.elapsedMs)} ms`);

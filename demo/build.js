/**
 * Builds the documentation site into `demo/site/`: Markdown in, HTML out, then its search index beside it.
 * Everything that search needs comes from the package itself, as for any other site.
 *
 * Usage: node demo/build.js [--base /path/]
 */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { indexSite } from "semantic-search-element/node";
import { readNavigation } from "./generator/navigation.js";
import { renderNotFound, renderPage } from "./generator/template.js";

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, "site");
const { values } = parseArgs({ options: { base: { type: "string", default: "/" } } });

await rm(site, { recursive: true, force: true });
const navigation = await readNavigation({ contentDir: join(here, "content"), base: values.base });
for (const page of navigation.pages) await write(join(page.slug, "index.html"), renderPage(page, navigation));
await write("404.html", renderNotFound(navigation));
await cp(join(here, "assets"), join(site, "assets"), { recursive: true });
const report = await indexSite({ dir: site });
console.log(`demo/site: ${report.pages} pages, ${report.chunks} chunks, ${Math.round(report.elapsedMs)} ms`);

async function write(name, html) {
  const file = join(site, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, html);
}

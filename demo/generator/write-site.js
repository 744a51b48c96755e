import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNavigation } from "./navigation.js";
import { renderGallery, renderNotFound, renderPage } from "./template.js";

const demo = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/**
 * Write the documentation site: Markdown in, HTML out. What stood in the folder before is removed.
 * The pictures among the assets are the README's; they and the types stay behind.
 *
 * @param {{out: string, base?: string}} options `base` is the path that the site is served below, `/` by default.
 */
export async function writeSite({ out, base = "/" }) {
  const navigation = await readNavigation({ contentDir: demo("content"), base });
  await rm(out, { recursive: true, force: true });
  for (const page of navigation.pages) await write(join(out, page.slug, "index.html"), renderPage(page, navigation));
  await write(join(out, "gallery", "index.html"), renderGallery(navigation));
  await write(join(out, "404.html"), renderNotFound(navigation));
  await cp(demo("assets"), join(out, "assets"), { recursive: true, filter: (file) => !/\.(png|d\.ts)$/.test(file) });
}

async function write(file, html) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, html);
}

import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PageDocument } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import { loadQueries } from "../evaluation/load-queries.ts";
import type { JudgedPage } from "../evaluation/read-queries.ts";
import { cutPage } from "../indexer/cut-page.ts";
import { decodeText } from "../indexer/read-bytes.ts";
import { listFiles, readSite } from "../indexer/read-site.ts";
import { surveySite } from "../indexer/read-survey.ts";
import { type LinkedPage, linkPairs, type Pair, Resolver } from "./link-pairs.ts";
import { type PageLinks, readLinks } from "./page-links.ts";
import type { SitePassage } from "./site-examples.ts";
import type { TuneOptions } from "./types.ts";

/** What a site gives to learn from. */
export interface Material {
  readonly pages: readonly PageDocument[];
  readonly passages: readonly SitePassage[];
  /** From the links in the pages' content. */
  readonly links: readonly Pair[];
  /** From the author's file. */
  readonly pairs: readonly Pair[];
}

const NO_LINKS: PageLinks = { content: [], surroundings: [] };

/**
 * Read a site as `index` does, the links in its pages, and the author's pairs. Links are read from HTML alone.
 *
 * @throws SearchError `no-pages`, `not-found`, `bad-option`; `queries-invalid` for a wrong line of the pairs.
 */
export async function readMaterial(options: TuneOptions): Promise<Material> {
  const { pages, linked, base } = await readPages(options);
  return {
    pages,
    passages: pages.flatMap((page) => passagesOf(page, options)),
    links: linkPairs(linked, { base }),
    pairs: await readPairs(options, new Resolver(linked, base)),
  };
}

interface SitePages {
  readonly pages: readonly PageDocument[];
  readonly linked: readonly LinkedPage[];
  /** URL of the site's root, if its pages say it. */
  readonly base: string | undefined;
}

async function readPages(options: TuneOptions): Promise<SitePages> {
  const { dir, from = "html", signal, onProgress } = options;
  const files = await listFiles(options);
  const root = (await stat(dir)).isFile() ? dirname(dir) : dir;
  const pages = new Map<string, PageDocument>();
  const linked: LinkedPage[] = [];
  let done = 0;
  for await (const { file, pages: read } of readSite(options, { files })) {
    for (const page of read.filter(({ path }) => !pages.has(path))) {
      pages.set(page.path, page);
      const links = from === "html" ? readLinks(decodeText(await readFile(join(root, file))), options) : NO_LINKS;
      linked.push({ path: page.path, links });
    }
    onProgress?.({ phase: "read", done: ++done, total: files.length });
  }
  if (pages.size === 0) {
    throw new SearchError("no-pages", `${dir} holds no pages to learn from.`, {
      remedy: "Give the folder that your site generator writes, and build the site first.",
      file: dir,
    });
  }
  const base = from === "html" ? (await surveySite(root, files, signal)).base : undefined;
  return { pages: [...pages.values()], linked, base };
}

function passagesOf(page: PageDocument, options: TuneOptions): SitePassage[] {
  const { passages, text } = cutPage(page, options);
  const anchors = text.sections.flatMap(({ anchor, chunks }) => chunks.map(() => anchor));
  const { path, language } = page;
  return passages.map((passage, i) => ({ ...passage, path, language, anchor: anchors[i] ?? "" }));
}

/** The files that `eval` reads serve here too; a page of grade 0 teaches nothing. */
async function readPairs({ pairs, signal }: TuneOptions, resolver: Resolver): Promise<Pair[]> {
  if (pairs === undefined) return [];
  const queries = await loadQueries(pairs, { signal });
  return queries.flatMap(({ query, pages }) =>
    pages.filter(({ grade }) => grade > 0).map((page) => ({ text: query, ...targetOf(page, resolver) })),
  );
}

function targetOf({ url, source }: JudgedPage, resolver: Resolver): Omit<Pair, "text"> {
  const target = resolver.resolve({ href: url }, "");
  if (target) return target;
  throw new SearchError("queries-invalid", `${source ?? "A pair"}: no page of the site has the URL "${url}".`, {
    remedy: "Correct the URL, or take the line out; begin it with / for the root of the site.",
  });
}

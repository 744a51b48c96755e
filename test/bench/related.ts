/**
 * How often the pages that authors link to are among the six that an index names beside a page, against titles with the
 * same words, the neighbours by path, and chance. The links are not looked at while the index is built.
 *
 *   npm run bench:related -- [--sites <folder of .tar.zst>] [--only a,b]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import MiniSearch from "minisearch";
import { glob } from "tinyglobby";
import { gunzip } from "../../src/core/gzip.ts";
import { MANIFEST_FILE } from "../../src/core/manifest.ts";
import { createRandom } from "../../src/core/random.ts";
import { IndexFiles } from "../../src/engine/index-files.ts";
import { parseManifest } from "../../src/engine/parse-manifest.ts";
import { folderReader } from "../../src/indexer/index-folder.ts";
import { pagePath } from "../../src/indexer/read-paths.ts";
import { indexSite } from "../../src/node.ts";
import { decodeRelated, RelatedFiles } from "../../src/related/related-file.ts";
import { decodePaths } from "../../src/text/text-shard.ts";
import { Resolver } from "../../src/tuning/link-pairs.ts";
import { readLinks } from "../../src/tuning/page-links.ts";

const SITES = ["vuejs-docs", "vitepress-docs", "eleventy", "docusaurus-babel", "starlight", "mdn"];
const NAMED = 6;
/** Pages of a site whose links are read. */
const MAX_LINKING = 2000;
/** A page that so many others link to stands in a template. */
const TEMPLATE_SHARE = 0.2;
/** Nearer ones are enough to fill six places. */
const PATH_REACH = 50;

const { values: args } = parseArgs({
  options: { sites: { type: "string", default: "../shared/data/sites" }, only: { type: "string" } },
});

interface Page {
  readonly path: string;
  readonly title: string;
  readonly language: number;
  /** What the index names, best first. */
  readonly related: readonly string[];
}

/** Pages of the same language, best first. */
type Recommend = (page: Page) => readonly string[];

async function readIndex(folder: string): Promise<Page[]> {
  const read = folderReader(folder);
  const open = async (file: string) => gunzip(await read(file), file);
  const manifest = parseManifest(await read(MANIFEST_FILE), MANIFEST_FILE);
  const { related, paths } = manifest;
  if (!related) throw new Error("The index names no related pages.");
  const shards = new RelatedFiles(await open(related.file), related);
  const entries = new Map<string, readonly string[]>();
  for (const file of shards.all()) {
    for (const entry of decodeRelated(await open(file), file)) {
      entries.set(
        entry.path,
        entry.related.map(({ path }) => path),
      );
    }
  }
  const files = new IndexFiles(manifest, read);
  const { chunkStart, language } = await files.pages();
  return Promise.all(
    decodePaths(await open(paths.file), paths.file).map(async (path, i) => {
      const { text } = await files.text(chunkStart[i] as number, {});
      return { path, title: text.title, language: language[i] as number, related: entries.get(path) ?? [] };
    }),
  );
}

/** Paths that the text of each page links to, within its language. */
async function readTargets(folder: string, pages: readonly Page[]): Promise<Map<Page, string[]>> {
  const files = new Map((await glob("**/*.html", { cwd: folder })).map((file) => [pagePath(file), file]));
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const step = Math.ceil(pages.length / MAX_LINKING);
  const linking = pages.map(({ path }, i) => {
    const file = i % step === 0 ? files.get(path) : undefined;
    const links = file ? readLinks(readFileSync(join(folder, file), "utf8")) : { content: [], surroundings: [] };
    return { path, links };
  });
  const html = readFileSync(join(folder, files.get(pages[0]?.path ?? "") ?? ""), "utf8");
  const [, canonical] = /<link\b[^>]*\brel="?canonical"?[^>]*\bhref="?([^"\s>]+)/.exec(html) ?? [];
  const resolver = new Resolver(linking, canonical && new URL("/", canonical).href);
  const targets = new Map<Page, string[]>();
  const counts = new Map<string, number>();
  for (const { path, links } of linking) {
    const page = byPath.get(path) as Page;
    const found = new Set(links.content.map((link) => resolver.resolve(link, path)?.path));
    const own = [...found].filter((target): target is string => {
      return target !== undefined && target !== path && byPath.get(target)?.language === page.language;
    });
    for (const target of own) counts.set(target, (counts.get(target) ?? 0) + 1);
    if (own.length > 0) targets.set(page, own);
  }
  const often = (TEMPLATE_SHARE * pages.length) / step;
  for (const [page, own] of targets) {
    const kept = own.filter((target) => (counts.get(target) as number) <= often);
    if (kept.length > 0) targets.set(page, kept);
    else targets.delete(page);
  }
  return targets;
}

function byTitle(pages: readonly Page[]): Recommend {
  const index = new MiniSearch<Page>({ idField: "path", fields: ["title"], storeFields: ["language"] });
  index.addAll(pages);
  return ({ title, language }) =>
    index.search(title, { filter: (hit) => hit.language === language }).map(({ id }) => id);
}

/** Those that share most folders, of these the nearest in the order of paths. */
function byPath(pages: readonly Page[]): Recommend {
  const sorted = pages.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const places = new Map(sorted.map((page, i) => [page, i]));
  return (page) => {
    const own = places.get(page) as number;
    const near = sorted.slice(Math.max(0, own - PATH_REACH), own + PATH_REACH);
    const rank = (other: Page) =>
      folders(other, page) - Math.abs((places.get(other) as number) - own) / (2 * PATH_REACH);
    return near
      .filter(({ language }) => language === page.language)
      .sort((a, b) => rank(b) - rank(a))
      .map(({ path }) => path);
  };
}

function folders(a: Page, b: Page): number {
  const [own, other] = [a.path.split("/"), b.path.split("/")];
  let shared = 0;
  while (shared < own.length - 1 && own[shared] === other[shared]) shared++;
  return shared;
}

function byChance(pages: readonly Page[]): Recommend {
  const random = createRandom(1);
  return ({ language }) => {
    const mates = pages.filter((page) => page.language === language);
    return Array.from({ length: NAMED + 1 }, () => mates[Math.floor(random() * mates.length)]?.path ?? "");
  };
}

/** Share of the linked pages among the first six, or of six where there are more, as a mean. */
function recall(targets: ReadonlyMap<Page, readonly string[]>, recommend: Recommend): number {
  let sum = 0;
  for (const [page, own] of targets) {
    const named = recommend(page)
      .filter((path) => path !== page.path)
      .slice(0, NAMED);
    sum += own.filter((target) => named.includes(target)).length / Math.min(own.length, NAMED);
  }
  return sum / targets.size;
}

async function measure(site: string): Promise<(string | number)[]> {
  const folder = mkdtempSync(join(tmpdir(), `${site}-`));
  try {
    execFileSync("tar", ["--zstd", "-xf", join(args.sites, `${site}.tar.zst`), "-C", folder]);
    const dir = join(folder, site);
    const { out, bytes } = await indexSite({ dir, out: join(folder, "index"), force: true });
    const pages = await readIndex(out);
    const targets = await readTargets(dir, pages);
    const ways: Recommend[] = [(page) => page.related, byTitle(pages), byPath(pages), byChance(pages)];
    const shares = ways.map((way) => recall(targets, way).toFixed(3));
    return [site, pages.length, targets.size, ...shares, Math.round((bytes.related ?? 0) / 1024)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

console.log(["site", "pages", "with links", "meaning", "titles", "paths", "chance", "KB"].join("\t"));
for (const site of SITES) {
  if (args.only && !args.only.split(",").includes(site)) continue;
  const isThere = existsSync(join(args.sites, `${site}.tar.zst`));
  console.log(isThere ? (await measure(site)).join("\t") : `${site}\tskipped: no archive in ${args.sites}`);
}

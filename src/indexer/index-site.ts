import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { PageDocument } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import type { StaticModel } from "../embed/static-model.ts";
import { buildIndex } from "./build-index.ts";
import { bytesByKind, writeIndexFolder } from "./index-folder.ts";
import { loadStaticModel } from "./load-model.ts";
import { listFiles, readSite } from "./read-site.ts";
import { SiteSpace } from "./site-space.ts";
import type { BuildProgress, IndexReport, IndexSiteOptions, SkippedPage } from "./types.ts";

const PACKAGE_ROOT = new URL("../../", import.meta.url);

/**
 * Read a site, build its index and write it.
 *
 * @throws SearchError `no-pages` when nothing can be indexed, `page-invalid` with `strict`, `not-found` for a missing
 *   folder or model, `aborted`.
 */
export async function indexSite(options: IndexSiteOptions): Promise<IndexReport> {
  try {
    return await readAndBuild(options);
  } catch (error) {
    throw SearchError.from(error);
  }
}

async function readAndBuild(options: IndexSiteOptions): Promise<IndexReport> {
  const started = performance.now();
  const { dir, model = undefined, precision, chunkTokens, overlapTokens, signal, onProgress } = options;
  const out = resolve(options.out ?? join(dir, "semantic-search"));
  const { pages, skipped } = await readPages(options);
  const space = model === false ? undefined : siteSpace(await loadStaticModel(model), out, options);
  const { manifest, files } = await buildIndex(pages, {
    space: space?.make,
    siteRoot: options.siteRoot ?? siteRootFrom(out, resolve(dir), options.from),
    precision,
    chunkTokens,
    overlapTokens,
    generator: await generator(),
    signal,
    onEmbed: (done, total) => onProgress?.({ phase: "embed", done, total, bytes: 0 }),
  });
  const all = new Map([...(await browserFiles()), ...files]);
  const onWrite = (done: number, bytes: number) => onProgress?.({ phase: "write", done, total: all.size, bytes });
  await writeIndexFolder(out, all, { signal, onWrite });
  await space?.save().catch(() => undefined);
  return {
    out,
    build: manifest.build,
    files: all.size,
    ...manifest.counts,
    embedded: space?.embedded ?? 0,
    reused: space?.reused ?? 0,
    languages: manifest.languages,
    skipped,
    bytes: bytesByKind(new Map(Array.from(all, ([name, content]) => [name, content.length]))),
    elapsedMs: performance.now() - started,
  };
}

async function readPages(
  options: IndexSiteOptions,
): Promise<{ readonly pages: readonly PageDocument[]; readonly skipped: readonly SkippedPage[] }> {
  const { dir, strict = false, signal, onProgress } = options;
  const files = await listFiles(options);
  const total = files.length;
  const pages = new Map<string, PageDocument>();
  const skipped: SkippedPage[] = [];
  let progress: BuildProgress = { phase: "read", done: 0, total, bytes: 0 };
  for await (const result of readSite(options, files)) {
    signal?.throwIfAborted();
    for (const page of result.pages) {
      if (!pages.has(page.path)) pages.set(page.path, page);
      else skipped.push({ file: result.file, reason: "duplicate", detail: `the path "${page.path}" is taken` });
    }
    skipped.push(...result.skipped);
    const invalid = strict && result.skipped.find(({ reason }) => reason === "invalid");
    if (invalid) {
      throw new SearchError("page-invalid", `${invalid.file} cannot be indexed: ${invalid.detail}.`, {
        remedy: "Mend the page, exclude it, or build without `strict` to skip it.",
        file: invalid.file,
      });
    }
    progress = { ...progress, done: progress.done + 1, bytes: progress.bytes + result.bytes };
    onProgress?.(progress);
  }
  if (pages.size === 0) throw noPages(dir, total, skipped);
  return { pages: [...pages.values()], skipped };
}

function noPages(dir: string, total: number, skipped: readonly SkippedPage[]): SearchError {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].join(", ");
  return new SearchError(
    "no-pages",
    total === 0
      ? `${dir} holds no files to index.`
      : `None of the ${total} files in ${dir} can be indexed (${reasons}).`,
    { remedy: "Give the folder that your site generator writes, and build the site first.", file: dir },
  );
}

/** The way from the index back to the site; only HTML is served from where it was read. */
function siteRootFrom(out: string, dir: string, from: IndexSiteOptions["from"] = "html"): string {
  const way = relative(out, dir).replaceAll("\\", "/");
  return from === "html" && /^(\.\.\/?)+$/.test(way) ? `${way.replace(/\/$/, "")}/` : "../";
}

function siteSpace(model: StaticModel, out: string, options: IndexSiteOptions): SiteSpace {
  const { adapt = true, force, signal, onProgress } = options;
  return new SiteSpace(model, {
    adapt,
    force,
    cache: cacheFor(out, model.fingerprint),
    signal,
    onProgress: (done, total) => onProgress?.({ phase: "adapt", done, total, bytes: 0 }),
  });
}

/** One place per index folder and model, where build tools keep what may be thrown away. */
function cacheFor(out: string, fingerprint: string): string {
  const local = join(process.cwd(), "node_modules");
  const base = existsSync(local)
    ? join(local, ".cache")
    : join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"));
  const name = createHash("sha256").update(`${out}\n${fingerprint}`).digest("hex").slice(0, 16);
  return join(base, "semantic-search-element", name);
}

async function generator(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(new URL("package.json", PACKAGE_ROOT), "utf8")) as {
    name: string;
    version: string;
  };
  return `${name} ${version}`;
}

/**
 * The browser's side of this package, which goes beside the index, so that a site needs no bundler.
 * Empty when this code runs from source without a build.
 */
async function browserFiles(): Promise<Map<string, Uint8Array>> {
  const folder = new URL("dist/browser/", PACKAGE_ROOT);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".js")).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const)));
}

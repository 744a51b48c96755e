import { createHash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import type { PageDocument } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import type { StaticModel } from "../embed/static-model.ts";
import { buildIndex } from "./build-index.ts";
import { digestInputs, findLastBuild, writeRecord } from "./build-record.ts";
import { cacheFolder } from "./cache-folder.ts";
import { type CheckedCuration, missingPins, readCuration } from "./curation.ts";
import type { LastBuild } from "./file-set.ts";
import { bytesByKind, writeIndexFolder } from "./index-folder.ts";
import { loadStaticModel, modelHash } from "./load-model.ts";
import { browserFiles, codeRevision, generator } from "./package-files.ts";
import { PageCache } from "./page-cache.ts";
import { listFiles, readFolder, readSite } from "./read-site.ts";
import { type SiteScan, scanSite } from "./scan-site.ts";
import { encodersState, SiteEncoder } from "./site-encoder.ts";
import { SiteSpace } from "./site-space.ts";
import type { BuildProgress, IndexReport, IndexSiteOptions, SkippedPage } from "./types.ts";

/**
 * Read a site, build its index and write it.
 *
 * @throws SearchError `no-pages` when nothing can be indexed, `page-invalid` with `strict`, `config-invalid` for a wrong
 *   curation, with `strict` also for one that pins a page that is not there, `not-found` for a missing folder or model,
 *   `aborted`.
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
  const { dir, force, signal, onProgress } = options;
  const curation = options.curation === undefined ? undefined : await readCuration(options.curation);
  const out = resolve(options.out ?? join(dir, "semantic-search"));
  const caches = siteCacheFolder(out);
  const files = await listFiles(options);
  const scan = await scanSite(await readFolder(options), files, { signal, onProgress });
  const revision = await codeRevision();
  const { staticModel, encoder: chosen } = settleModels(options);
  const model = await modelHash(staticModel);
  const absolute = { ...options, dir: resolve(dir), out, curation };
  const encoders = chosen ? await encodersState(chosen, options) : [];
  const inputs = digestInputs({ revision, options: absolute, model, encoders, files, hashes: scan.hashes });
  const recordFile = join(caches, "build.json");
  const last = force ? undefined : await findLastBuild(recordFile, revision);
  if (last?.isWhole && inputs !== undefined && last.inputs === inputs) {
    const { embedded, reused } = last.report;
    return {
      ...last.report,
      unchanged: true,
      embedded: 0,
      reused: embedded + reused,
      elapsedMs: performance.now() - started,
    };
  }
  const cache = await PageCache.open(join(caches, "pages.bin"), { revision, force });
  const { pages, skipped } = await readPages(options, { files, scan, cache }).finally(() => cache.close());
  const missing = curation ? checkPins(curation, pages, options) : [];
  const space = staticModel === false ? undefined : siteSpace(await loadStaticModel(staticModel), caches, options);
  const encoder = chosen && (await SiteEncoder.open(chosen, { ...options, out, caches }));
  try {
    const context = { options, out, curation, space, encoder, last, started, skipped, missingPins: missing };
    const built = await buildAndWrite(pages, context);
    // What the next build can use; without it, it takes longer.
    await space?.save().catch(() => undefined);
    await encoder?.save().catch(() => undefined);
    await writeRecord(recordFile, { inputs, revision, ...built }).catch(() => undefined);
    return built.report;
  } finally {
    await space?.close();
    await encoder?.close();
  }
}

/** The static model, and the sentence encoder beside it. A path that ends in .bin is that of a static model. */
function settleModels({ model, staticModel }: IndexSiteOptions) {
  if (model === false) return { staticModel: model };
  if (typeof model !== "string") return { staticModel, encoder: model };
  return model.endsWith(".bin") ? { staticModel: model } : { staticModel, encoder: { name: model } };
}

interface BuildContext {
  readonly options: IndexSiteOptions;
  readonly out: string;
  readonly curation: CheckedCuration | undefined;
  readonly space: SiteSpace | undefined;
  readonly encoder: SiteEncoder | undefined;
  readonly last: LastBuild | undefined;
  /** By `performance.now()`. */
  readonly started: number;
  readonly skipped: readonly SkippedPage[];
  readonly missingPins: readonly string[];
}

async function buildAndWrite(pages: readonly PageDocument[], context: BuildContext) {
  const { options, out, curation, space, encoder, last, started, skipped, missingPins } = context;
  const { dir, from, keep, signal, onProgress } = options;
  const { manifest, files, kept, textGroups, places, related } = await buildIndex(pages, {
    ...pickBuildOptions(options),
    space: space?.make,
    encoders: encoder && [encoder.build],
    curation,
    last,
    siteRoot: options.siteRoot ?? siteRootFrom(out, resolve(dir), from),
    generator: await generator(),
  });
  const all = new Map([...(await browserFiles({ encoders: encoder !== undefined })), ...files]);
  const present = new Map([...kept, ...(encoder?.files ?? [])]);
  const onWrite = (done: number, bytes: number) => onProgress?.({ phase: "write", done, total: all.size, bytes });
  await writeIndexFolder(out, all, { build: manifest.build, keep, kept: present.keys(), signal, onWrite });
  const sizes = new Map([...present, ...Array.from(all, ([name, content]) => [name, content.length] as const)]);
  const report: IndexReport = {
    unchanged: false,
    out,
    build: manifest.build,
    files: sizes.size,
    ...manifest.counts,
    embedded: (space?.embedded ?? 0) + (encoder?.embedded ?? 0),
    reused: (space?.reused ?? 0) + (encoder?.reused ?? 0),
    truncated: encoder?.truncated ?? 0,
    languages: manifest.languages,
    skipped,
    missingPins,
    bytes: bytesByKind(sizes),
    elapsedMs: performance.now() - started,
  };
  return { report, sizes, textGroups, places, related };
}

function pickBuildOptions(options: IndexSiteOptions) {
  const { precision, chunkTokens, overlapTokens, maxFiles, related, sections, signal, onProgress } = options;
  const onEmbed = (done: number, total: number) => onProgress?.({ phase: "embed", done, total, bytes: 0 });
  const onCluster = (done: number, total: number) => onProgress?.({ phase: "cluster", done, total, bytes: 0 });
  const onEncode = (done: number, total: number) => onProgress?.({ phase: "encode", done, total, bytes: 0 });
  const onLink = (done: number, total: number) => onProgress?.({ phase: "link", done, total, bytes: 0 });
  const onRelate = (done: number, total: number) => onProgress?.({ phase: "relate", done, total, bytes: 0 });
  const cut = { chunkTokens, overlapTokens };
  return { ...cut, precision, maxFiles, related, sections, signal, onEmbed, onCluster, onEncode, onLink, onRelate };
}

async function readPages(
  options: IndexSiteOptions,
  { files, scan, cache }: { readonly files: readonly string[]; readonly scan: SiteScan; readonly cache: PageCache },
): Promise<{ readonly pages: readonly PageDocument[]; readonly skipped: readonly SkippedPage[] }> {
  const { dir, strict = false, chunkTokens, overlapTokens, signal, onProgress } = options;
  const total = files.length;
  const pages = new Map<string, PageDocument>();
  const skipped: SkippedPage[] = [];
  let progress: BuildProgress = { phase: "read", done: 0, total, bytes: 0 };
  for await (const result of readSite(options, { files, scan, cache, cut: { chunkTokens, overlapTokens } })) {
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
  await cache.save();
  if (pages.size === 0) throw noPages(dir, total, skipped);
  return { pages: [...pages.values()], skipped };
}

/** @throws SearchError `config-invalid` with `strict`. */
function checkPins(
  curation: CheckedCuration,
  pages: readonly PageDocument[],
  { strict = false, curation: source }: IndexSiteOptions,
): string[] {
  const missing = missingPins(
    curation,
    pages.map(({ path }) => path),
  );
  if (!strict || missing.length === 0) return missing;
  const file = typeof source === "string" ? source : undefined;
  throw new SearchError("config-invalid", `The curation pins "${missing[0]}", which the site does not have.`, {
    remedy: "Correct the path, or build without `strict` to leave it out.",
    file,
  });
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

function siteSpace(model: StaticModel, caches: string, options: IndexSiteOptions): SiteSpace {
  const { adapt = true, force, signal, onProgress } = options;
  return new SiteSpace(model, {
    adapt,
    force,
    cache: join(caches, model.fingerprint),
    signal,
    onProgress: (done, total) => onProgress?.({ phase: "adapt", done, total, bytes: 0 }),
  });
}

/** One place per index folder. */
function siteCacheFolder(out: string): string {
  return join(cacheFolder(), createHash("sha256").update(out).digest("hex").slice(0, 16));
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PageDocument } from "../../src/core/document.ts";
import { gunzip } from "../../src/core/gzip.ts";
import type { IndexManifest } from "../../src/core/manifest.ts";
import { createRandom } from "../../src/core/random.ts";
import { buildIndex } from "../../src/indexer/build-index.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { preparePage } from "../../src/indexer/prepare-page.ts";
import { relatedPages } from "../../src/indexer/related-pages.ts";
import { SitePage } from "../../src/indexer/site-page.ts";
import { vectorRuns } from "../../src/indexer/vector-runs.ts";
import { TermCounter } from "../../src/keyword/page-terms.ts";
import { decodeRelated, RelatedFiles, relatedShardOf } from "../../src/related/related-file.ts";
import { createToyModel } from "../embed/toy-model.ts";
import { page } from "../engine/memory-index.ts";

const DIMS = 16;
const LONG = "Enough words for somebody to want to read it, in a sentence that goes on and on until it is long enough.";

function sitePages(documents: readonly PageDocument[]): SitePage[] {
  return documents.map((document) => new SitePage(preparePage(document, {}, new TermCounter())));
}

/** Pages of one passage each, in the directions that are given. */
function relate(documents: readonly PageDocument[], directions: readonly (readonly number[])[]) {
  const pages = sitePages(documents);
  const runs = vectorRuns(pages);
  const vectors = Float32Array.from(directions.flatMap(unit));
  return relatedPages(pages, { runs, vectors }).then(({ entries }) => entries);
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const pageAt = (path: string, rest: Partial<PageDocument> = {}) => page(path, `Title of ${path}`, { "": LONG }, rest);

describe("relatedPages", () => {
  it("names those with the nearest vectors, without what all pages of their language share", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(), async (count, seed) => {
        const random = createRandom(seed);
        const directions = Array.from({ length: count }, () =>
          unit(Array.from({ length: DIMS }, (_, i) => random() - 0.5 + (i === 0 ? 0.6 : 0))),
        );
        const languages = directions.map(() => (random() < 0.5 ? "en" : "de"));
        const documents = directions.map((_, i) => pageAt(`page-${i}/`, { language: languages[i] ?? "" }));
        const entries = new Map((await relate(documents, directions)).map(({ path, related }) => [path, related]));

        for (const [i, { path }] of documents.entries()) {
          const mates = documents.flatMap((_, j) => (languages[j] === languages[i] ? [j] : []));
          const share = mates.length ** 2 / (mates.length ** 2 + 100);
          const mean = Array.from({ length: DIMS }, (_, axis) =>
            mates.reduce((sum, j) => sum + (share * (directions[j]?.[axis] ?? 0)) / mates.length, 0),
          );
          const centred = (j: number) => unit((directions[j] ?? []).map((value, axis) => value - (mean[axis] ?? 0)));
          const wanted = mates
            .filter((j) => j !== i)
            .map((j) => dot(centred(i), centred(j)))
            .filter((cosine) => cosine >= 0.05 && cosine < 0.97)
            .sort((a, b) => b - a)
            .slice(0, 6);
          const found = entries.get(path) ?? [];
          expect(found.length).toBe(wanted.length);
          for (const [k, { score, path: other }] of found.entries()) {
            expect(Math.abs(score - (wanted[k] as number))).toBeLessThan(0.0051);
            expect(languages[documents.findIndex((each) => each.path === other)]).toBe(languages[i]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("leaves out versions of the page itself, and takes the one version of another that is nearest by path", async () => {
    const [topic, kin] = [
      [1, 0, 0, 0],
      [0.8, 0.6, 0, 0],
    ];
    const paths = ["a/one/", "b/one/", "a/two/", "b/two/", "c/two/"];
    const directions = [topic, topic, kin, kin, kin];
    const found = new Map(
      (
        await relate(
          paths.map((path) => pageAt(path)),
          directions,
        )
      ).map((e) => [e.path, e.related]),
    );
    expect(found.get("a/one/")?.map(({ path }) => path)).toEqual(["a/two/"]);
    expect(found.get("b/one/")?.map(({ path }) => path)).toEqual(["b/two/"]);
    expect(found.get("c/two/")?.map(({ path }) => path)).toEqual(["a/one/"]);
  });

  it("sends nobody to a page with hardly any text, but from there", async () => {
    const documents = [pageAt("a/"), page("stub/", "Stub", { "": "See a." }), pageAt("b/")];
    const directions = [
      [1, 0, 0],
      [1, 0.3, 0],
      [1, 0, 0.6],
    ];
    const entries = await relate(documents, directions);
    expect(entries.flatMap(({ related }) => related.map(({ path }) => path))).not.toContain("stub/");
    expect(entries.find(({ path }) => path === "stub/")?.related.length).toBe(2);
  });

  it("cuts long titles, and says what a page stands under", async () => {
    const documents = [pageAt("a/"), { ...pageAt("b/"), title: "long ".repeat(100), trail: ["Guide", "Basics"] }];
    const [entry] = await relate(documents, [
      [1, 0],
      [1, 1],
    ]);
    expect(entry?.related[0]?.trail).toBe("Basics");
    expect(entry?.related[0]?.title).toMatch(/^long .*…$/);
    expect(entry?.related[0]?.title.length).toBeLessThan(125);
  });

  it("has nothing to say of pages without text", async () => {
    const pages = sitePages([page("a/", "A", {}), page("b/", "B", {})]);
    const runs = vectorRuns(pages);
    expect((await relatedPages(pages, { runs, vectors: new Float32Array(runs.firsts.length) })).entries).toEqual([]);
  });

  it("stops when it is told to", async () => {
    const pages = sitePages([pageAt("a/"), pageAt("b/")]);
    const options = { runs: vectorRuns(pages), vectors: Float32Array.of(1, 0, 1, 1), signal: AbortSignal.abort() };
    await expect(relatedPages(pages, options)).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

const WORDS = "search meaning browser index page use state request http cafe server router".split(" ");

/** Pages of the model's words, each in a mixture of its own. */
function manyPages(count: number): PageDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const random = createRandom(i);
    const words = Array.from({ length: 30 }, () => WORDS[Math.floor(random() ** 2 * WORDS.length + i) % WORDS.length]);
    return page(`section-${i % 7}/page-${i}/`, `Page ${i}`, { "": `${words.join(" ")}, as number ${i} tells.` });
  });
}

/** The manifest, and the related pages of all pages as a reader finds them. */
async function build(pages: readonly PageDocument[], options: Parameters<typeof buildIndex>[1] = {}) {
  const built = await buildIndex(pages, { space: await staticSpace(createToyModel()), ...options });
  const { files, manifest } = built;
  return { ...built, entryOf: await reader(files, manifest) };
}

async function reader(files: ReadonlyMap<string, Uint8Array>, { related }: IndexManifest) {
  if (!related) return async () => undefined;
  const read = (file: string) => gunzip(files.get(file) as Uint8Array, file);
  const names = new RelatedFiles(await read(related.file), related);
  return async (path: string) => {
    const file = names.fileOf(path);
    return decodeRelated(await read(file), file).find((entry) => entry.path === path);
  };
}

describe("an index", () => {
  it("has an entry for every page in the one shard that its path leads to, and gives the same bytes again", async () => {
    const pages = manyPages(300);
    const { files, manifest, entryOf } = await build(pages);
    expect(manifest.related?.shards).toBeGreaterThan(1);
    for (const { path } of pages) {
      const { related = [] } = (await entryOf(path)) ?? {};
      expect(related.length).toBeGreaterThan(0);
      expect(related.map((each) => each.path)).not.toContain(path);
    }
    const again = await build(pages.toReversed());
    expect([...again.files]).toEqual([...files]);
  });

  it("keeps the files of a visit small, on sites of any size", async () => {
    for (const count of [20, 300, 1200]) {
      const { files, manifest } = await build(manyPages(count));
      const shards = [...files].filter(([name]) => /^related\/.*\//.test(name)).map(([, bytes]) => bytes.length);
      expect(shards.length).toBe(manifest.related?.shards);
      expect(Math.max(...shards) + (manifest.related?.bytes ?? 0)).toBeLessThan(4500);
    }
  });

  it("changes no entries but those that name a changed page, and renames no other files", async () => {
    const pages = manyPages(300);
    const first = await build(pages);
    const path = pages[7]?.path ?? "";
    const changed = pages.map((each) => (each.path === path ? page(path, "Changed", { "": `${LONG} cafe` }) : each));
    const sizes = new Map(Array.from(first.files, ([name, bytes]) => [name, bytes.length] as const));
    const { places, related } = first;
    const later = await build(changed, { last: { sizes, textGroups: new Map(), places, related } });
    const files = new Map([...first.files, ...later.files]);
    const entryOf = await reader(files, later.manifest);
    const shards = new Set<number>();
    for (const each of pages) {
      const [before, after] = [await first.entryOf(each.path), await entryOf(each.path)];
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      shards.add(relatedShardOf(each.path, later.manifest.related?.shards ?? 0));
      const named = [each.path, ...[before, after].flatMap((entry) => entry?.related.map(({ path }) => path) ?? [])];
      expect(named).toContain(path);
    }
    expect([...later.files.keys()].filter((name) => /^related\/.*\//.test(name)).length).toBe(shards.size);
    expect(shards.size).toBeLessThan(later.manifest.related?.shards ?? 0);
  });

  it("has none without vectors, without wanting it, and of a single page", async () => {
    for (const { manifest, files } of [
      await build(manyPages(30), { space: undefined }),
      await build(manyPages(30), { related: false }),
      await build(manyPages(1)),
    ]) {
      expect(manifest).not.toHaveProperty("related");
      expect([...files.keys()].filter((name) => name.startsWith("related/"))).toEqual([]);
    }
  });

  it("relates the pages of a site of two or three", async () => {
    for (const count of [2, 3]) {
      const pages = Array.from({ length: count }, (_, i) =>
        page(`p${i}/`, `Search ${i}`, { "": `${LONG} search browser ${WORDS[i + 3]}` }),
      );
      const { entryOf } = await build(pages);
      for (const { path } of pages) expect((await entryOf(path))?.related.length).toBeGreaterThan(0);
    }
  });

  it("keeps to the most files that are allowed", async () => {
    const { files, manifest } = await build(manyPages(300), { maxFiles: 60 });
    expect(manifest.related?.shards).toBeLessThanOrEqual(60 / 8);
    expect(files.size).toBeLessThanOrEqual(60);
  });
});

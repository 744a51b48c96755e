import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { encodeStaticModel, type StaticModel } from "../../src/embed/static-model.ts";
import { SiteSpace, type SiteSpaceOptions } from "../../src/indexer/site-space.ts";
import type { BuildProgress, IndexReport } from "../../src/indexer/types.ts";
import { indexSite, inspectIndex } from "../../src/node.ts";
import { createToyModel } from "../embed/toy-model.ts";
import { tinyModel } from "../engine/tiny-model.ts";

const WORDS = ["bicycle", "puncture", "bread", "yeast", "guitar", "sprocket", "crumb"];
const sentence = (i: number) => `${WORDS[i % 7]} and ${WORDS[(i * 3 + 1) % 7]} of page ${"abcdefghij"[i % 10]}${i}.`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "site-space-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("a site that is indexed again and again", () => {
  const base = tinyModel();
  const site = () => join(dir, "site");
  const write = (from: number, end: number, say = sentence) =>
    Promise.all(
      Array.from({ length: end - from }, async (_, i) => {
        const html = `<!doctype html><html lang="en"><title>T</title><main><p>${say(from + i)}</p></main></html>`;
        await writeFile(join(dir, `${from + i}.html`), html);
      }),
    );
  const index = async (options: Partial<Parameters<typeof indexSite>[0]> = {}) => {
    const report = await indexSite({ dir, model: join(dir, "model.bin"), out: site(), ...options });
    const [space] = (await inspectIndex(report.out)).spaces;
    return { ...report, fingerprint: space?.fingerprint };
  };
  const changed = (i: number) => `Fresh ${sentence(i + 1)}`;

  beforeEach(async () => {
    await writeFile(join(dir, "model.bin"), await encodeStaticModel(base));
    await write(0, 30);
  });

  it("keeps its model, its vectors and its bytes while nothing changes", async () => {
    const first = await index();
    expect(first).toMatchObject({ chunks: 30, embedded: 30, reused: 0 });
    expect(first.fingerprint).not.toBe(base.fingerprint);
    const bytes = await contents(site());
    expect(await index()).toMatchObject({ embedded: 0, reused: 30, build: first.build });
    expect(await contents(site())).toEqual(bytes);
    expect((await index({ out: join(dir, "elsewhere") })).build).toBe(first.build);
  });

  it("keeps its model when less than a tenth is new, and embeds only that", async () => {
    const first = await index();
    await write(0, 2, changed);
    await rm(join(dir, "7.html"));
    expect(await index()).toMatchObject({ embedded: 2, reused: 27, fingerprint: first.fingerprint });
    expect(await index()).toMatchObject({ embedded: 0, reused: 29, fingerprint: first.fingerprint });
  });

  it("adapts the model anew when more is new, at once or bit by bit", async () => {
    const first = await index();
    await write(0, 4, changed);
    const second = await index();
    expect(second).toMatchObject({ embedded: 30, reused: 0 });
    expect(second.fingerprint).not.toBe(first.fingerprint);
    await write(10, 12, changed);
    expect(await index()).toMatchObject({ embedded: 2, fingerprint: second.fingerprint });
    await write(12, 14, changed);
    const last = await index();
    expect(last.embedded).toBe(30);
    expect(last.fingerprint).not.toBe(second.fingerprint);
    expect(await index()).toMatchObject({ embedded: 0, fingerprint: last.fingerprint });
  });

  it("adapts the model anew when forced to, to what a fresh build gives", async () => {
    const first = await index();
    await write(0, 2, changed);
    expect((await index()).fingerprint).toBe(first.fingerprint);
    const forced = await index({ force: true });
    expect(forced).toMatchObject({ embedded: 30, reused: 0 });
    expect(forced.fingerprint).not.toBe(first.fingerprint);
    expect((await index({ out: join(dir, "elsewhere") })).build).toBe(forced.build);
    expect(await index()).toMatchObject({ embedded: 0, build: forced.build });
  });

  it("takes the model as it is without `adapt`", async () => {
    const adapted = await index();
    const plain = await index({ adapt: false, keep: 0 });
    expect(plain).toMatchObject({ embedded: 30, fingerprint: base.fingerprint });
    expect(await readdir(join(site(), "model"))).toEqual([base.fingerprint]);
    expect(await index({ adapt: false })).toMatchObject({ embedded: 0, build: plain.build });
    expect(await index()).toMatchObject({ embedded: 30, build: adapted.build });
  });

  it("takes the model as it is when there are few pages", async () => {
    await Promise.all(Array.from({ length: 11 }, (_, i) => rm(join(dir, `${i}.html`))));
    expect(await index()).toMatchObject({ pages: 19, fingerprint: base.fingerprint });
  });

  it("never mixes two base models", async () => {
    const first = await index();
    await writeFile(join(dir, "other.bin"), await encodeStaticModel(createToyModel()));
    const other = await index({ model: join(dir, "other.bin") });
    expect(other).toMatchObject({ embedded: 30, reused: 0 });
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(await index()).toMatchObject({ embedded: 0, build: first.build });
  });

  it("reports progress of every phase to the end", async () => {
    const last: Record<string, BuildProgress> = {};
    await index({ onProgress: (progress) => Object.assign(last, { [progress.phase]: progress }) });
    expect(Object.keys(last)).toEqual(["scan", "read", "adapt", "embed", "cluster", "relate", "write"]);
    for (const { done, total } of Object.values(last)) expect(done).toBe(total);
  });

  it("can be stopped while the model is adapted", async () => {
    const controller = new AbortController();
    const onProgress = ({ phase }: BuildProgress) => phase === "adapt" && controller.abort();
    const indexing: Promise<IndexReport> = index({ signal: controller.signal, onProgress });
    await expect(indexing).rejects.toMatchObject({ name: "SearchError", code: "aborted" });
    expect(existsSync(site())).toBe(false);
  });
});

describe("SiteSpace", () => {
  const base = createToyModel();
  const texts = Array.from({ length: 40 }, (_, i): Passage => ({ title: "", headings: [], text: sentence(i) }));
  const grown = [...texts, { title: "", headings: [], text: "One more about the server" }];

  const spaces: SiteSpace[] = [];
  afterEach(() => Promise.all(spaces.splice(0).map((space) => space.close())));

  /** Make a space as a build does. */
  async function build(passages: readonly Passage[], options: Partial<SiteSpaceOptions> = {}, model = base) {
    const space = new SiteSpace(model, { adapt: true, cache: join(dir, "cache/site"), ...options });
    spaces.push(space);
    const { embedder, model: manifest } = await space.make(passages);
    await embedder.embedPassages(passages);
    expect(manifest).toMatchObject({ fingerprint: embedder.info.fingerprint });
    const { embedded, reused } = space;
    return { space, embedded, reused, fingerprint: embedder.info.fingerprint };
  }
  const buildAndSave = async (passages: readonly Passage[], model: StaticModel = base) => {
    const built = await build(passages, {}, model);
    await built.space.save();
    return built;
  };
  const modelFile = () => join(dir, "cache/site.model.bin");

  it("needs no cache", async () => {
    const { space, fingerprint } = await build(texts, { cache: undefined });
    await space.save();
    expect((await build(texts, { cache: undefined })).fingerprint).toBe(fingerprint);
    expect(await readdir(dir)).toEqual([]);
  });

  it("leaves the model and the vectors for the next build, which leaves the model as it is", async () => {
    const first = await buildAndSave(texts);
    expect((await readdir(join(dir, "cache"))).sort()).toEqual(["site.bin", "site.model.bin"]);
    const bytes = await readFile(modelFile());
    expect(await buildAndSave(grown)).toMatchObject({ embedded: 1, reused: 40, fingerprint: first.fingerprint });
    expect(await readFile(modelFile())).toEqual(bytes);
  });

  it("passes over a model that was adapted from another one", async () => {
    const other = await buildAndSave(texts, createToyModel({ bits: 4 }));
    const { fingerprint, reused } = await buildAndSave(texts);
    expect(fingerprint).not.toBe(other.fingerprint);
    expect(reused).toBe(0);
  });

  it.each([
    ["empty", () => new Uint8Array()],
    ["a page", () => new TextEncoder().encode("<!doctype html>")],
    ["another kind of file", () => readFile(join(dir, "cache/site.bin"))],
    ["a model", () => encodeStaticModel(base)],
    ["cut off", async () => (await readFile(modelFile())).subarray(0, -9)],
  ])("takes a file that is %s as none", async (_, content) => {
    const kept = await buildAndSave(texts);
    await writeFile(modelFile(), await content());
    const { fingerprint, space } = await build(grown);
    expect(fingerprint).not.toBe(kept.fingerprint);
    expect(fingerprint).toBe((await build(grown, { force: true })).fingerprint);
    await space.save();
    expect(await build(grown)).toMatchObject({ embedded: 0, fingerprint });
  });

  it("takes a file damaged anywhere as none, or for what it was", async () => {
    const kept = await buildAndSave(texts);
    const fresh = await build(grown, { force: true });
    const bytes = await readFile(modelFile());
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(change, fc.nat(bytes.length), async ({ at, to }, length) => {
        const damaged = Uint8Array.from(bytes).with(at, to);
        await writeFile(modelFile(), to % 2 === 0 ? damaged : damaged.subarray(0, length));
        expect([kept.fingerprint, fresh.fingerprint]).toContain((await build(grown)).fingerprint);
      }),
      { numRuns: 60 },
    );
  });
});

/** Every file of a folder by name. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => [file.slice(folder.length), (await readFile(file)).toString("base64")]);
  return Object.fromEntries(await Promise.all(read));
}

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeStaticModel } from "../../src/embed/static-model.ts";
import type { BuildProgress, IndexReport } from "../../src/indexer/types.ts";
import { indexSite, inspectIndex, openIndex } from "../../src/node.ts";
import { decodePaths } from "../../src/text/text-shard.ts";
import { createToyModel } from "../embed/toy-model.ts";
import { tinyModel } from "../engine/tiny-model.ts";

const html = (title: string, body: string, head = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const SITE = {
  "index.html": html("Workshop", "<p>Everything about bicycles and bread.</p>"),
  "repair/index.html": html("Repair", "<h2 id=hole>The hole</h2><p>Listen for the leak in the tube.</p>"),
  "bread.html": html("Bread", "<p>Knead the dough.</p>", '<meta name="description" content="All about loaves">'),
  "secret.html": html("Secret", "<p>Hidden dough.</p>", '<meta name="robots" content="noindex">'),
};

let dir: string;
let model: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "index-site-"));
  model = join(dir, "..", `${dir.split("/").at(-1)}.model.bin`);
  await writeFile(model, await encodeStaticModel(tinyModel()));
  await write(SITE);
});
afterEach(async () => {
  await rm(dir, { recursive: true });
  await rm(model);
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
}

/** Every file of a folder by name. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => [file.slice(folder.length), (await readFile(file)).toString("base64")]);
  return Object.fromEntries(await Promise.all(read));
}

const index = (options: Partial<Parameters<typeof indexSite>[0]> = {}): Promise<IndexReport> =>
  indexSite({ dir, model, ...options });

describe("indexSite", () => {
  it("indexes a site that is then found by words and by meaning", async () => {
    const report = await index();
    expect(report).toMatchObject({ out: join(dir, "semantic-search"), pages: 3, languages: ["en"] });
    expect(report.skipped).toEqual([{ file: "secret.html", reason: "noindex", detail: expect.any(String) }]);
    const backend = await openIndex(report.out);
    const { hits } = await backend.search("flat bike wheel");
    expect(hits.map(({ url }) => url)).toContain("/repair/");
    const [bread] = (await backend.search("knead")).hits;
    expect(bread).toMatchObject({ url: "/bread.html", title: "Bread", meta: { description: "All about loaves" } });
    expect((await backend.search("hidden")).hits).toEqual([]);
  });

  it("writes the same bytes twice, and into a fresh folder", async () => {
    await index();
    const first = await contents(join(dir, "semantic-search"));
    await index({ force: true });
    expect(await contents(join(dir, "semantic-search"))).toEqual(first);
    await index({ out: join(dir, "other") });
    expect(await contents(join(dir, "other"))).toEqual(first);
    expect(Object.keys(first)).toContain("/index.json");
  });

  it("embeds only what changed on the second run, and drops what is gone", async () => {
    const first = await index();
    expect(first).toMatchObject({ reused: 0, embedded: first.chunks });
    const second = await index();
    expect(second).toMatchObject({ embedded: 0, reused: first.chunks, build: first.build });
    await write({ "bread.html": html("Bread", "<p>Knead the dough twice.</p>") });
    await rm(join(dir, "repair"), { recursive: true });
    const third = await index({ keep: 0 });
    expect(third).toMatchObject({ pages: 2, embedded: 1 });
    expect(third.build).not.toBe(first.build);
    await index({ out: join(dir, "other") });
    for (const kind of ["text", "terms", "pages", "vectors"]) {
      expect(await readdir(join(third.out, kind)), kind).toEqual(await readdir(join(dir, "other", kind)));
    }
    expect((await (await openIndex(third.out)).search("leak", { mode: "keyword" })).hits).toEqual([]);
    expect(await index({ force: true })).toMatchObject({ reused: 0 });
  });

  it("removes only what an index has, even from a folder that holds other things", async () => {
    const files = { "text/notes.txt": "mine", "pages/0123.bin": "mine", "model/readme.md": "mine" };
    await write(files);
    await index({ out: dir });
    // What an interrupted build leaves.
    await write({ "bread.html": html("Bread", "<p>Rye.</p>"), "terms/0123456789abcdef.bin.77.tmp": "half" });
    await index({ out: dir, keep: 0 });
    for (const [name, content] of Object.entries(files)) expect(await readFile(join(dir, name), "utf8")).toBe(content);
    await index({ out: join(dir, "other") });
    expect(await readdir(join(dir, "terms"))).toEqual(await readdir(join(dir, "other/terms")));
    await index({ out: dir, model: false, keep: 0 });
    expect(await readdir(join(dir, "model"))).toEqual(["readme.md"]);
  });

  it("packs vectors as asked", async () => {
    for (const precision of ["float32", "int8"] as const) {
      const { out } = await index({ precision });
      expect((await inspectIndex(out)).spaces).toMatchObject([{ id: "static", dims: 16, precision }]);
      expect((await (await openIndex(out)).search("flat air")).hits[0]?.url).toBe("/repair/");
    }
  });

  it("reports progress of every phase to the end", async () => {
    const last: Record<string, BuildProgress> = {};
    await index({ onProgress: (progress) => Object.assign(last, { [progress.phase]: progress }) });
    expect(Object.keys(last)).toEqual(["scan", "read", "embed", "cluster", "relate", "write"]);
    for (const { done, total } of Object.values(last)) expect(done).toBe(total);
  });

  it("names a broken page, skips it and goes on; stops with `strict`", async () => {
    await write({ "broken.html": Uint8Array.of(0, 1, 2, 3, 0, 0, 255, 254, 0, 0) });
    const report = await index();
    expect(report.pages).toBe(3);
    expect(report.skipped).toContainEqual({ file: "broken.html", reason: "invalid", detail: expect.any(String) });
    await expect(index({ strict: true })).rejects.toMatchObject({ code: "page-invalid", file: "broken.html" });
  });

  it("refuses an empty folder, a missing one, and one where nothing may be indexed", async () => {
    const empty = await mkdtemp(join(tmpdir(), "empty-"));
    await expect(index({ dir: empty })).rejects.toMatchObject({ code: "no-pages", remedy: expect.any(String) });
    await expect(index({ dir: join(empty, "nowhere") })).rejects.toMatchObject({ code: "not-found" });
    await writeFile(join(empty, "a.html"), SITE["secret.html"]);
    await expect(index({ dir: empty })).rejects.toMatchObject({ code: "no-pages", message: /noindex/ });
    await rm(empty, { recursive: true });
  });

  it("leaves the older index whole when it is interrupted", async () => {
    const { out } = await index();
    const before = await contents(out);
    await write({ "new.html": html("New", "<p>Fresh dough.</p>") });
    const controller = new AbortController();
    const onProgress = ({ phase }: BuildProgress) => phase === "write" && controller.abort();
    const error = await index({ signal: controller.signal, onProgress }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "SearchError", code: "aborted" });
    const after = await contents(out);
    expect(after).toMatchObject(before);
    expect((await (await openIndex(out)).search("fresh", { mode: "keyword" })).hits).toEqual([]);
  });

  it("says which model cannot be read", async () => {
    await expect(index({ model: join(dir, "none.bin") })).rejects.toMatchObject({ code: "not-found" });
    const page = join(dir, "index.html");
    await expect(index({ model: undefined, staticModel: page })).rejects.toMatchObject({ code: "file-invalid" });
    await expect(index({ model: page })).rejects.toMatchObject({ code: "not-found" });
  });

  it("works without a model", async () => {
    const { out } = await index({ model: false });
    expect(existsSync(join(out, "model"))).toBe(false);
    expect((await inspectIndex(out)).spaces).toEqual([]);
    expect(await (await openIndex(out)).search("dough")).toMatchObject({ mode: "keyword", warnings: [], total: 1 });
  });

  it("links to the site from wherever the index stands", async () => {
    const rootOf = async (out: string) =>
      JSON.parse(await readFile(join((await index({ out })).out, "index.json"), "utf8")).siteRoot;
    expect(await rootOf(join(dir, "semantic-search"))).toBe("../");
    expect(await rootOf(join(dir, "assets/search"))).toBe("../../");
  });
});

describe("hostile pages", () => {
  const HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)";

  it("titles and bodies with markup come out as text", async () => {
    const escaped = HOSTILE.replaceAll("<", "&lt;");
    await write({ "evil.html": html(escaped, `<h2 id='"><script>'>${escaped}</h2><p>Dough ${escaped}</p>`) });
    const { out } = await index();
    const { hits } = await (await openIndex(out)).search("alert onerror");
    const evil = hits.find(({ path }) => path === "evil.html");
    expect(evil?.title).toBe(HOSTILE);
    expect(evil?.sections[0]?.url).toMatch(/^\/evil\.html(#[^<>"]*)?$/);
  });

  it("a page of 5 MB and one of a single word of 100,000 letters are indexed with the rest", async () => {
    await write({
      "large.html": html("Large", "<p>Knead the dough of page large.</p>".repeat(140_000)),
      "word.html": html("Word", `<p>${"x".repeat(100_000)}</p>`),
    });
    const report = await index();
    expect(report.pages).toBe(5);
    const { hits } = await (await openIndex(report.out)).search("large dough", { mode: "keyword" });
    expect(hits[0]?.path).toBe("large.html");
  }, 180_000);

  it("reads mixed encodings", async () => {
    const latin = Buffer.from(html("Café", "<p>Crème brûlée</p>", '<meta charset="iso-8859-1">'), "latin1");
    const utf16 = Buffer.from(`\ufeff${html("Naïve", "<p>Smörgåsbord</p>")}`, "utf16le");
    await write({ "latin.html": latin, "utf16.html": utf16 });
    const backend = await openIndex((await index()).out);
    expect((await backend.search("creme brulee", { mode: "keyword" })).hits[0]?.title).toBe("Café");
    expect((await backend.search("smörgåsbord", { mode: "keyword" })).hits[0]?.title).toBe("Naïve");
  });
});

describe("a site that did not change", () => {
  const out = () => join(dir, "semantic-search");
  const timesOf = async () =>
    Promise.all(
      (await readdir(out(), { recursive: true })).map(async (name) => (await stat(join(out(), name))).mtimeMs),
    );

  it("is left as it is", async () => {
    const first = await index();
    const times = await timesOf();
    const phases = new Set<string>();
    const again = await index({ onProgress: ({ phase }) => phases.add(phase) });
    expect(first.unchanged).toBe(false);
    expect(again).toEqual({
      ...first,
      unchanged: true,
      embedded: 0,
      reused: first.chunks,
      elapsedMs: expect.any(Number),
    });
    expect([...phases]).toEqual(["scan"]);
    expect(await timesOf()).toEqual(times);
  });

  it.each([
    ["is forced", () => index({ force: true })],
    [
      "has a changed page",
      async () => {
        await write({ "bread.html": html("Bread", "<p>Rye.</p>") });
        return index();
      },
    ],
    [
      "has a new page",
      async () => {
        await write({ "new.html": html("New", "<p>Rye.</p>") });
        return index();
      },
    ],
    [
      "has a renamed page",
      async () => {
        await rename(join(dir, "bread.html"), join(dir, "loaf.html"));
        return index();
      },
    ],
    ["is built otherwise", () => index({ chunkTokens: 50 })],
    [
      "is built with another model",
      async () => {
        await writeFile(model, await encodeStaticModel(createToyModel()));
        return index();
      },
    ],
    [
      "lost a file of its index",
      async () => {
        const [name] = await readdir(join(out(), "vectors"));
        await rm(join(out(), "vectors", name as string));
        return index();
      },
    ],
    [
      "has another build's index.json",
      async () => {
        await writeFile(join(out(), "index.json"), "{}");
        return index();
      },
    ],
  ])("is built when it %s", async (_, again) => {
    await index();
    expect((await again()).unchanged).toBe(false);
    expect((await index({ chunkTokens: 60 })).unchanged).toBe(false);
    expect((await index({ chunkTokens: 60 })).unchanged).toBe(true);
  });

  it("gives the same bytes from remembered pages as from fresh ones", async () => {
    await index();
    await write({ "bread.html": html("Bread", "<p>Rye and wheat.</p>") });
    await index({ keep: 0 });
    const remembered = await contents(out());
    await index({ keep: 0, force: true });
    expect(await contents(out())).toEqual(remembered);
  });

  it("leaves the numbers of its pages as they are when a new one comes before them", async () => {
    const words = (i: number) => `${"abcdefghij"[i % 10]}${"klmnopqrst"[Math.floor(i / 10)]}word`;
    const options = { keep: 0, model: false } as const;
    const pages = Array.from({ length: 100 }, (_, i) => [`p${i}.html`, html(`Page ${i}`, `<p>${words(i)}.</p>`)]);
    await write(Object.fromEntries(pages));
    await index(options);
    await write({ "a.html": html("Another", "<p>Something else.</p>") });
    const report = await index(options);
    const [name] = await readdir(join(out(), "paths"));
    const paths = decodePaths(
      new Uint8Array(gunzipSync(await readFile(join(out(), "paths", name as string)))),
      "paths",
    );
    expect(paths.at(-1)).toBe("a.html");
    const engine = await openIndex(report.out);
    for (const [query, path] of [
      ["something", "a.html"],
      [words(42), "p42.html"],
      [words(99), "p99.html"],
    ] as const) {
      expect((await engine.search(query)).hits[0]?.path).toBe(path);
    }
    await index({ ...options, force: true });
    const fresh = await contents(out());
    await index({ ...options, out: join(dir, "elsewhere") });
    expect(await contents(join(dir, "elsewhere"))).toEqual(fresh);
  });

  it("makes files anew that are gone or cut off, and leaves those of pages that did not change", async () => {
    // Without vectors, whose cells are kept from build to build.
    const options = { keep: 0, model: false } as const;
    const many = Array.from({ length: 300 }, (_, i) => [
      `p${i}.html`,
      html(`Page ${i}`, `<p>${`Dough ${i}. `.repeat(150)}</p>`),
    ]);
    await write(Object.fromEntries(many));
    const { files } = await index(options);
    const shards = async () =>
      (await readdir(join(out(), "text"), { recursive: true })).filter((name) => name.endsWith(".bin"));
    const before = await shards();
    await write({ "p7.html": html("Page 7", "<p>Rye.</p>") });
    const second = await index(options);
    expect(second.files).toBeGreaterThan(files - 5);
    const after = await shards();
    const kept = before.filter((name) => after.includes(name));
    expect(kept.length).toBeGreaterThan(before.length / 3);
    expect(kept.length).toBeLessThan(before.length);
    const whole = await contents(out());
    await rm(join(out(), "text", after[0] as string));
    await writeFile(join(out(), "text", after.at(-1) as string), "half");
    expect((await index(options)).unchanged).toBe(false);
    expect(await contents(out())).toEqual(whole);
    await index({ ...options, force: true });
    expect(await contents(out())).toEqual(whole);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listFiles, readSite } from "../../src/indexer/read-site.ts";
import type { ReadOptions, ReadResult } from "../../src/indexer/types.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "semantic-search-read-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
}

async function readAll(options: Partial<ReadOptions> = {}): Promise<ReadResult[]> {
  return collect(readSite({ dir, ...options }));
}

async function collect(results: AsyncIterable<ReadResult>): Promise<ReadResult[]> {
  const all: ReadResult[] = [];
  for await (const result of results) all.push(result);
  return all;
}

const page = (text: string, head = "") =>
  `<!doctype html><html lang=en><head>${head}</head><body><main><h1>T</h1><p>${text}</p></main></body></html>`;
const paths = (results: readonly ReadResult[]) => results.flatMap(({ pages }) => pages.map(({ path }) => path));
const reasons = (results: readonly ReadResult[]) =>
  Object.fromEntries(results.flatMap(({ skipped }) => skipped.map(({ file, reason }) => [file, reason])));
const firstText = ([result]: readonly ReadResult[]) => result?.pages[0]?.sections[0]?.blocks[0]?.text;

describe("listFiles", () => {
  it("names the pages in a fixed order, without what is never one", async () => {
    await write({
      "b.html": "",
      "a/index.html": "",
      "a.htm": "",
      "Z.html": "",
      "x.css": "",
      ".git/x.html": "",
      "node_modules/p/x.html": "",
      "semantic-search/x.html": "",
      "é.html": "",
    });
    expect(await listFiles({ dir })).toEqual(["Z.html", "a.htm", "a/index.html", "b.html", "é.html"]);
    expect(await listFiles({ dir, include: ["a*/**", "b.html"], exclude: ["b*"] })).toEqual(["a/index.html"]);
    expect(await listFiles({ dir, from: "markdown" })).toEqual([]);
  });

  it("says when there is no such folder", async () => {
    await expect(listFiles({ dir: join(dir, "none") })).rejects.toMatchObject({ code: "not-found" });
    await expect(readAll({ dir: join(dir, "none") })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("readSite", () => {
  it("gives one result per file, in order, with its bytes and path", async () => {
    await write({
      "index.html": page("a"),
      "guide/index.html": page("b"),
      "api.html": page("c"),
      "100%?#.html": page("d"),
    });
    const results = await readAll();
    expect(results.map(({ file, bytes }) => [file, bytes])).toEqual(
      ["100%?#.html", "api.html", "guide/index.html", "index.html"].map((file) => [file, page("a").length]),
    );
    expect(paths(results)).toEqual(["100%25%3F%23.html", "api.html", "guide/", ""]);
    expect(paths(await readAll({ cleanUrls: true }))).toEqual(["100%25%3F%23", "api", "guide/", ""]);
  });

  it("passes the options on", async () => {
    await write({ "a.html": "<main>no<div class=c>yes<i>no</i></div></main>" });
    const results = await readAll({ root: ".c", ignore: ["i"], language: "de" });
    expect(firstText(results)).toBe("yes");
    expect(results[0]?.pages[0]?.language).toBe("de");
    await expect(readAll({ root: "[" })).rejects.toMatchObject({ code: "bad-option" });
  });

  it("stops when it is told to", async () => {
    await write({ "a.html": page("a") });
    await expect(readAll({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("names what is broken and reads the rest", async () => {
    await write({
      "a.html": page("a"),
      "binary.html": Uint8Array.of(60, 112, 62, 0, 1, 2),
      "broken.html": new Uint8Array(200)
        .fill(0xff)
        .fill(0x3c, 0, 1)
        .with(5, 0x3e)
        .map((byte, i) => "<meta charset=utf-8>".charCodeAt(i) || byte),
      "deep.html": "<div>".repeat(100_000),
      "text.html": "no markup at all",
      "z.html": page("z"),
    });
    await mkdir(join(dir, "folder.html"));
    const results = await readAll();
    expect(paths(results)).toEqual(["a.html", "z.html"]);
    expect(reasons(results)).toEqual({
      "binary.html": "invalid",
      "broken.html": "invalid",
      "deep.html": "invalid",
      "text.html": "invalid",
    });
  });

  it("reports a file that cannot be read", async () => {
    await write({ "a.html": page("a") });
    const results = await collect(readSite({ dir }, { files: ["a.html", "gone.html"] }));
    expect(reasons(results)).toEqual({ "gone.html": "invalid" });
    expect(paths(results)).toEqual(["a.html"]);
  });

  it.each([
    ["a byte-order mark", Buffer.from(`\uFEFF${page("Grüße 日本")}`), "Grüße 日本"],
    ["UTF-8 that nobody declared", Buffer.from(page("Grüße")), "Grüße"],
    ["windows-1252 that nobody declared", Buffer.from(page("Gr\xfc\xdfe \x80"), "latin1"), "Grüße €"],
    ["ISO-8859-1, declared", Buffer.from(page("Gr\xfc\xdfe", "<meta charset=iso-8859-1>"), "latin1"), "Grüße"],
    [
      "Shift_JIS, declared",
      Buffer.concat([Buffer.from("<meta charset=Shift_JIS><main>"), Buffer.from([0x93, 0xfa, 0x96, 0x7b])]),
      "日本",
    ],
    ["UTF-16", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(page("Grüße 日本"), "utf16le")]), "Grüße 日本"],
  ])("decodes %s", async (_, bytes, text) => {
    await write({ "a.html": bytes });
    expect(firstText(await readAll())).toBe(text);
  });

  it("tells pages that are not for the search", async () => {
    await write({
      "404.html": page("x"),
      "a.html": page("a"),
      "empty.html": page(""),
      "hidden.html": page("x", "<meta name=robots content=noindex>"),
      "old.html": page("x", '<meta http-equiv=refresh content="0;url=/a.html">'),
    });
    const results = await readAll();
    expect(paths(results)).toEqual(["a.html"]);
    expect(reasons(results)).toEqual({
      "404.html": "not-found-page",
      "empty.html": "empty",
      "hidden.html": "noindex",
      "old.html": "redirect",
    });
  });

  it("leaves out pages without a mark on a site that marks its content", async () => {
    const marked = "<main data-pagefind-body><h1>T</h1>x</main>";
    await write({ "a.html": page("&lt;main data-pagefind-body&gt; is how"), "b.html": page("b") });
    expect(paths(await readAll())).toEqual(["a.html", "b.html"]);
    await write({ "z.html": marked });
    const results = await readAll();
    expect(paths(results)).toEqual(["z.html"]);
    expect(reasons(results)).toEqual({ "a.html": "excluded", "b.html": "excluded" });
    expect(paths(await readAll({ root: "main" }))).toEqual(["a.html", "b.html", "z.html"]);
  });
});

describe("duplicates", () => {
  const canonical = (url: string) => `<link rel=canonical href="${url}">`;
  const site = "https://x.y/docs";

  it("are pages that name another page of the site as canonical", async () => {
    await write({
      "index.html": page("home", canonical(`${site}/`)),
      "a.html": page("a", canonical(`${site}/a`)),
      "b/index.html": page("b", canonical(`${site}/b/`)),
      "copy.html": page("a", canonical(`${site}/a.html`)),
      "old/b/index.html": page("b", canonical(`${site}/b`)),
      "elsewhere.html": page("c", canonical("https://other.y/c.html")),
      "missing.html": page("d", canonical(`${site}/not-built.html`)),
    });
    const results = await readAll();
    expect(reasons(results)).toEqual({ "copy.html": "duplicate", "old/b/index.html": "duplicate" });
    expect(paths(results)).toEqual(["a.html", "b/", "elsewhere.html", "", "missing.html"]);
  });

  it("are known by their addresses as these are read", async () => {
    await write({
      "index.html": page("home", canonical(`${site}/`)),
      "c#/index.html": page("a", canonical(`${site}/c%23/`)),
      "copy.html": page("a", canonical(`${site}/c%23/index.html`)),
    });
    expect(reasons(await readAll())).toEqual({ "copy.html": "duplicate" });
  });

  it("are none when every page names the home page by mistake", async () => {
    const head = canonical(`${site}/`);
    await write({ "index.html": page("home", head), "a.html": page("a", head), "b.html": page("b", head) });
    expect(paths(await readAll())).toEqual(["a.html", "b.html", ""]);
  });
});

describe("other sources", () => {
  it("reads Markdown under the paths of its pages", async () => {
    await write({
      "index.md": "# Home\n\nx",
      "guide/README.md": "# Guide\n\nx",
      "guide/a.mdx": "# A\n\nx",
      "guide/no.md": "---\nsearch: false\n---\nx",
      "bad.md": "---\na: [\n---\nx",
    });
    const results = await readAll({ from: "markdown" });
    expect(paths(results)).toEqual(["guide/", "guide/a.html", ""]);
    expect(paths(await readAll({ from: "markdown", cleanUrls: true }))).toEqual(["guide/", "guide/a", ""]);
    expect(reasons(results)).toEqual({ "bad.md": "invalid", "guide/no.md": "excluded" });
  });

  it("reads JSON, a folder or one file of it", async () => {
    await write({
      "a.json": JSON.stringify([{ url: "/a/", content: "x" }, { content: "y" }]),
      "b.jsonl": '{"url":"b","content":"x"}\n{"url":"c","content":"x"}',
      "c.json": "{",
    });
    const results = await readAll({ from: "json" });
    expect(paths(results)).toEqual(["a/", "b", "c"]);
    expect(results.map(({ skipped }) => skipped.length)).toEqual([1, 0, 1]);
    expect(paths(await readAll({ from: "json", dir: join(dir, "a.json") }))).toEqual(["a/"]);
  });
});

import { describe, expect, it } from "vitest";
import { embedSnippet } from "../../src/cli/index-report.ts";
import { SearchError } from "../../src/core/errors.ts";
import type { SkippedPage } from "../../src/indexer/types.ts";
import { fakeIndexer, runCli } from "./run-cli.ts";

const SKIPPED: readonly SkippedPage[] = [
  { file: "404.html", reason: "not-found-page", detail: "is named 404.html" },
  ...Array.from({ length: 5 }, (_, i) => ({
    file: `old-${i}.html`,
    reason: "redirect" as const,
    detail: "leads to /new",
  })),
];

describe("index", () => {
  it("hands its flags on, with paths made absolute", async () => {
    const { calls, indexSite } = fakeIndexer();
    const flags = "--out out --from html --include a --include b --exclude c --root main --ignore .x --language en";
    const more =
      "--clean-urls --site-root /docs/ --precision int8 --chunk-tokens 100 --overlap-tokens 0 --strict --force --max-files 500 --keep 0";
    const models = "--model ./my-model --models-from models --static-model words.bin";
    const { code } = await runCli(["index", "dist", ...`${flags} ${more} ${models}`.split(" ")], {
      cwd: "/srv",
      api: { indexSite },
    });
    expect(code).toBe(0);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      dir: "/srv/dist",
      out: "/srv/out",
      from: "html",
      include: ["a", "b"],
      exclude: ["c"],
      root: "main",
      ignore: [".x"],
      language: "en",
      cleanUrls: true,
      siteRoot: "/docs/",
      precision: "int8",
      chunkTokens: 100,
      overlapTokens: 0,
      maxFiles: 500,
      keep: 0,
      strict: true,
      force: true,
      model: "/srv/my-model",
      modelsFrom: "/srv/models",
      staticModel: "/srv/words.bin",
    });
  });

  it("makes one model of the flags about it", async () => {
    const { calls, indexSite } = fakeIndexer();
    const flags = "--model owner/model --dtype q4 --rerank ./ranker";
    await runCli(["index", "dist", ...flags.split(" ")], { cwd: "/srv", api: { indexSite } });
    expect(calls[0]?.model).toEqual({ name: "owner/model", dtype: "q4", rerank: { name: "/srv/ranker" } });
    expect(calls[0]).not.toHaveProperty("dtype");
    expect(calls[0]).not.toHaveProperty("rerank");
  });

  it.each(["--dtype q8", "--rerank owner/ranker", "--dtype q8 --no-model"])(
    "refuses %s without an encoder",
    async (flags) => {
      const { code, stderr } = await runCli(["index", "dist", ...flags.split(" ")], { cwd: "/srv" });
      expect(code).toBe(2);
      expect(stderr).toContain("Name one with --model");
    },
  );

  it("refuses a dtype that there is not", async () => {
    const { code, stderr } = await runCli(["index", "dist", "--model", "a/b", "--dtype", "q9"], { cwd: "/srv" });
    expect(code).toBe(2);
    expect(stderr).toContain("fp32, fp16, q8, q4");
  });

  it("names pinned pages that the site has not got", async () => {
    const { indexSite } = fakeIndexer({ missingPins: ["a/", "b/", "c/", "\u001b[31md/"] });
    const { code, stdout } = await runCli(["index", "dist"], { cwd: "/srv", api: { indexSite } });
    expect(code).toBe(0);
    expect(stdout).toContain("The curation pins what the site does not have: a/, b/, c/, and 1 more");
  });

  it("says when the model does not read all", async () => {
    const { indexSite } = fakeIndexer({ truncated: 3 });
    const { stdout } = await runCli(["index", "dist"], { cwd: "/srv", api: { indexSite } });
    expect(stdout).toContain("does not read the end of 3 passages");
  });

  it("sets nothing that was not asked for", async () => {
    const { calls, indexSite } = fakeIndexer();
    await runCli(["index", "dist"], { cwd: "/srv", api: { indexSite } });
    expect(Object.keys(calls[0] ?? {}).sort()).toEqual(["dir", "onProgress", "signal"]);
  });

  it("--no-model indexes by words alone", async () => {
    const { calls, indexSite } = fakeIndexer();
    await runCli(["index", "dist", "--no-model"], { cwd: "/srv", api: { indexSite } });
    expect(calls[0]?.model).toBe(false);
  });

  it("sums up what it did and shows what to paste", async () => {
    const { indexSite } = fakeIndexer({ skipped: SKIPPED, embedded: 1000, reused: 200 });
    const { stdout, stderr } = await runCli(["index", "dist"], { cwd: "/srv", api: { indexSite } });
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot(`
      "Indexed 2 pages, 5 sections, 1,200 chunks (1,000 passages embedded, 200 as before), 1 min 1 s
      Skipped 6 pages
        not-found-page: 1
          404.html  is named 404.html
        redirect: 5
          old-0.html  leads to /new
          old-1.html  leads to /new
          old-2.html  leads to /new
          and 2 more

      Wrote dist/semantic-search/
        text   2.0 KB
        terms  1.5 MB
        total  1.5 MB

      Put this on every page:
        <script type="module" src="/semantic-search/element.js"></script>
        <semantic-search src="/semantic-search/index.json"></semantic-search>
      "
    `);
  });

  it("says when nothing had to be done", async () => {
    const { indexSite } = fakeIndexer({ unchanged: true, embedded: 0, reused: 1200, elapsedMs: 900 });
    const { stdout } = await runCli(["index", "dist"], { cwd: "/srv", api: { indexSite } });
    expect(stdout).toMatch(/^Nothing changed: 2 pages, 5 sections, 1,200 chunks, 900 ms\n/);
    expect(stdout).toContain("The index is in dist/semantic-search/\n");
  });

  it("--json writes the report as one document", async () => {
    const { indexSite } = fakeIndexer({ skipped: SKIPPED });
    const { stdout, stderr } = await runCli(["index", "dist", "--json"], { cwd: "/srv", api: { indexSite } });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      pages: 2,
      chunks: 1200,
      skipped: SKIPPED,
      out: "/srv/dist/semantic-search",
    });
    expect(JSON.parse(stdout).snippet).toContain("<semantic-search src=");
  });

  it("--quiet writes nothing", async () => {
    const { indexSite } = fakeIndexer();
    expect(await runCli(["index", "dist", "-q"], { cwd: "/srv", api: { indexSite } })).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("needs a folder", async () => {
    const { code, stderr } = await runCli(["index"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: There is no folder to index.\n       Name the folder of the built site, as in: semantic-search index dist\n",
    );
  });

  it("tells an error with its remedy and without a stack", async () => {
    const indexSite = async () => {
      throw new SearchError("no-pages", "dist holds no pages.", { remedy: "Build the site first." });
    };
    const { code, stderr } = await runCli(["index", "dist"], { api: { indexSite } });
    expect(code).toBe(1);
    expect(stderr).toBe("error: dist holds no pages.\n       Build the site first.\n");
    const json = await runCli(["index", "dist", "--json"], { api: { indexSite } });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      error: { code: "no-pages", message: "dist holds no pages.", remedy: "Build the site first." },
    });
  });

  it("shows the stack of what was not foreseen", async () => {
    const indexSite = () => Promise.reject(new TypeError("x is not a function"));
    const { code, stderr } = await runCli(["index", "dist"], { api: { indexSite } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: x is not a function\nTypeError: x is not a function\n {4}at /);
  });

  it("stops with 130 when interrupted", async () => {
    const controller = new AbortController();
    const run = runCli(["index", "dist"], {
      signal: controller.signal,
      api: {
        indexSite: ({ signal }) =>
          new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      },
    });
    setTimeout(() => controller.abort(), 20);
    expect(await run).toEqual({ code: 130, stdout: "", stderr: "Stopped.\n" });
  });
});

describe("the snippet", () => {
  const src = (out: string, options: { dir: string; siteRoot?: string }) =>
    /semantic-search src="([^"]*)"/.exec(embedSnippet(out, options))?.[1];

  it.each([
    ["in the site", "/site/semantic-search", { dir: "/site" }, "/semantic-search/index.json"],
    ["deeper", "/site/assets/my search", { dir: "/site" }, "/assets/my%20search/index.json"],
    [
      "under a base path",
      "/site/semantic-search",
      { dir: "/site", siteRoot: "/docs" },
      "/docs/semantic-search/index.json",
    ],
    [
      "under a URL",
      "/site/semantic-search",
      { dir: "/site", siteRoot: "https://example.org/docs/" },
      "/docs/semantic-search/index.json",
    ],
    ["with a relative root", "/site/a/search", { dir: "/site", siteRoot: "../../" }, "/a/search/index.json"],
    ["beside the site", "/public/search", { dir: "/content" }, "/search/index.json"],
  ])("fits an index %s", (_name, out, options, url) => {
    expect(src(out, options)).toBe(url);
  });
});

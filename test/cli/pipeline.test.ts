import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as node from "../../src/node.ts";
import { runCli } from "./run-cli.ts";
import { makeFolder, tempFolder } from "./temp-folder.ts";

const page = (title: string, body: string, head = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const SITE = {
  "index.html": page("Welcome", "<p>A handbook for everybody who lives in this house.</p>"),
  "kitchen/index.html": page(
    "Kitchen",
    `<h2 id="stove">Stove</h2><p>Turn the knob to the left and hold it down until the flame burns.</p>
     <h2 id="waste">Waste</h2><p>Glass, paper and compost are collected on Tuesday morning.</p>`,
    '<meta data-search-filter="floor[content]" content="ground">',
  ),
  "cellar.html": page(
    "Cellar",
    '<h2 id="fuses">Fuse box</h2><p>When the lights go out, switch the breaker back on.</p>',
    '<meta data-search-filter="floor[content]" content="below">',
  ),
  "old.html": '<meta http-equiv="refresh" content="0; url=/kitchen/">',
  "404.html": page("Not found", "<p>There is nothing here.</p>"),
};

describe("index, search and inspect on a small site", () => {
  let dir = "";
  const run = (...argv: string[]) => runCli(argv, { cwd: dir, api: node });
  const json = async (...argv: string[]) => JSON.parse((await run(...argv, "--json")).stdout);

  beforeAll(async () => {
    dir = await makeFolder(SITE);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it("indexes, and tells what it skipped", async () => {
    const { code, stdout, stderr } = await run("index", ".");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Indexed 3 pages, 4 sections, /);
    expect(stdout).toMatch(/redirect: 1\n {4}old\.html /);
    expect(stdout).toMatch(/not-found-page: 1\n {4}404\.html /);
    expect(stdout).toContain('<semantic-search src="/semantic-search/index.json"></semantic-search>');
    expect(stderr).toMatch(/^Reading 5\/5 files/m);
    expect(stderr).toMatch(/Embedding \d+\/\d+ chunks/);
  });

  it("builds again without embedding what it knows", async () => {
    expect(await json("index", ".")).toMatchObject({ pages: 3, embedded: 0 });
    expect(await json("index", ".", "--force")).toMatchObject({ pages: 3, reused: 0 });
  });

  it("finds by words and by meaning", async () => {
    const words = await json("search", "compost");
    expect(words.hits[0]).toMatchObject({ url: "/kitchen/", title: "Kitchen", anchor: "waste" });
    expect(words.hits[0].sections[0]).toMatchObject({ url: "/kitchen/#waste", heading: "Waste" });
    const meaning = await json("search", "blackout", "--mode", "semantic", "--explain");
    expect(meaning).toMatchObject({ mode: "semantic", warnings: [] });
    expect(meaning.hits[0].url).toBe("/cellar.html");
    expect(meaning.hits[0].sections[0].explain.semantic.rank).toBe(1);
  });

  it("searches within a filter", async () => {
    const { hits } = await json("search", "house stove lights", "--filter", "floor=below");
    expect(hits.map(({ url }: { url: string }) => url)).toEqual(["/cellar.html"]);
  });

  it("inspects", async () => {
    expect(await json("inspect", ".")).toMatchObject({
      pages: 3,
      languages: ["en"],
      filters: { floor: { below: 1, ground: 1 } },
      spaces: [{ id: "static" }],
    });
    expect((await run("inspect", "semantic-search")).stdout).toContain("floor  below (1), ground (1)");
  });

  it("indexes by words alone", async () => {
    await json("index", ".", "--no-model", "--out", "words");
    expect((await json("inspect", "words")).spaces).toEqual([]);
    expect((await json("search", "compost", "-i", "words")).mode).toBe("keyword");
  });
});

describe("what cannot be indexed or searched", () => {
  const failure = async (cwd: string, ...argv: string[]) => {
    const { code, stdout } = await runCli([...argv, "--json"], { cwd, api: node });
    return { code, ...JSON.parse(stdout).error };
  };

  it("is a missing folder", async () => {
    expect(await failure(await tempFolder(), "index", "dist")).toMatchObject({ code: "not-found" });
    expect((await runCli(["index", "dist"], { cwd: await tempFolder(), api: node })).code).toBe(1);
  });

  it("is a folder without pages", async () => {
    const cwd = await tempFolder({ "style.css": "" });
    expect(await failure(cwd, "index", ".")).toMatchObject({ code: "no-pages" });
  });

  it("is a wrong selector", async () => {
    const cwd = await tempFolder(SITE);
    expect(await failure(cwd, "index", ".", "--root", "main[")).toMatchObject({ code: "bad-option" });
    expect((await runCli(["index", ".", "--root", "main["], { cwd, api: node })).code).toBe(2);
  });

  it("is a foreign index.json", async () => {
    const cwd = await tempFolder({ "index.json": '{ "name": "something else" }' });
    expect(await failure(cwd, "search", "x")).toMatchObject({ code: "index-invalid" });
    expect(await failure(cwd, "inspect")).toMatchObject({ code: "index-invalid" });
  });

  it("is an index with a damaged file", async () => {
    const cwd = await tempFolder(SITE);
    const { out } = JSON.parse((await runCli(["index", ".", "--json"], { cwd, api: node })).stdout);
    const manifest = (await import(join(out, "index.json"), { with: { type: "json" } })).default;
    await writeFile(join(out, manifest.pages.file), "<!doctype html>");
    expect(await failure(cwd, "search", "compost")).toMatchObject({ code: "file-invalid" });
  });
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { folderReader } from "../../src/indexer/index-folder.ts";
import { indexSite, openIndex } from "../../src/node.ts";
import { SiteServer } from "../e2e/site-server.ts";

/** Files whose names mean something else in a URL. */
const NAMES = [
  "index.html",
  "guide/index.html",
  "c#/index.html",
  "c#/a+b & c=d.html",
  "100%.html",
  "100%25.html",
  "what?.html",
  "why?/index.html",
  "größe/ä ö.html",
  "a:b.html",
  "~[x]{y}|z^`'\".html",
];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "links-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("links of hits", () => {
  it("open the pages, whatever their files are called", async () => {
    for (const [i, name] of NAMES.entries()) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      const text = `<title>Page ${i}</title><main><h1>Page ${i}</h1><p>Something to read.</p></main>`;
      await writeFile(join(dir, name), `<!doctype html><html lang="en">${text}</html>`);
    }
    const { out } = await indexSite({ dir, model: false });
    const server = await SiteServer.start(dir);
    onTestFinished(() => server.close());
    const { url } = server;
    const served = await Engine.open(folderReader(out), { indexUrl: `${url}semantic-search/index.json` });
    for (const backend of [served, await openIndex(out)]) {
      const { hits } = await backend.search("read", { limit: NAMES.length });
      expect(hits).toHaveLength(NAMES.length);
      for (const { url: href, title } of hits) {
        const response = await fetch(new URL(href, url));
        expect([href, response.status]).toEqual([href, 200]);
        expect(await response.text(), href).toContain(`<h1>${title}</h1>`);
      }
    }
  });
});

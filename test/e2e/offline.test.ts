import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { expectPage, INDEX, Site, type Visit } from "./harness.ts";

const WITH_ALL = /<semantic-search /g;
/** Words that nobody searched for before. */
const BY_WORDS = ["sandpaper", "Repairing a puncture"] as const;
const BY_MEANING = ["broadband speed", "Slow wireless internet"] as const;

const CURATION = "redirects: [{ query: [emergency], url: https://help.example/, title: Whom to call }]";

let site: Site;
let visit: Visit;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "semantic-search-curation-"));
  const curation = join(folder, "curation.yaml");
  await writeFile(curation, CURATION);
  site = await Site.open({ args: ["--curation", curation] });
  await rm(folder, { recursive: true });
});

afterAll(() => site?.close());

beforeEach(async () => {
  site.server.reset();
  site.server.change(/\.html$/, (answer) => ({
    ...answer,
    body: Buffer.from(answer.body.toString().replace(WITH_ALL, '<semantic-search load="all" ')),
  }));
  visit = await site.visit();
});

afterEach(() => visit.close());

/** URLs of all that the page has kept of the index. */
function keptUrls({ page }: Visit): Promise<string[]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("semantic-search-index"));
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().map(({ url }) => url);
  });
}

/** Resolves when that is all of it. */
async function kept(visited: Visit): Promise<void> {
  const manifest = `${site.server.url}${INDEX}index.json`;
  await vi.waitFor(async () => expect((await keptUrls(visited)).includes(manifest)).toBe(true), { timeout: 60_000 });
}

async function goOffline(): Promise<void> {
  await visit.page.context().setOffline(true);
  // Workers and service workers, too.
  site.server.disconnect();
}

async function expectAnswers(): Promise<void> {
  for (const [query, title] of [BY_WORDS, BY_MEANING]) {
    await visit.search(query);
    await expectPage(visit.options.first()).toContainText(title);
    await expectPage(visit.part("note")).toHaveCount(0);
  }
  await expectPage(visit.options.first()).toContainText("by meaning");
}

describe('a page with load="all"', () => {
  it("needs no connection once the index is kept, although nobody has searched before", async () => {
    await kept(visit);
    const asked = visit.requests.length;
    await goOffline();
    await expectAnswers();
    expect(visit.requests.slice(asked).filter((url) => url.includes(INDEX))).toEqual([]);
  });

  it("asks for no file of the index on a later visit but index.json", async () => {
    await kept(visit);
    const asked = site.server.requests.length;
    await visit.page.goto(`${visit.page.url().replace("index.html", "tent.html")}?q=broadband+speed`);
    await expectPage(visit.options.first()).toContainText(BY_MEANING[1]);
    const later = site.server.requests.slice(asked).map(({ path }) => path);
    expect(later.filter((path) => path.startsWith(INDEX) && !path.endsWith(".js"))).toEqual([`${INDEX}index.json`]);
  });

  it("cannot be reloaded without a connection unless a service worker keeps it", async () => {
    await kept(visit);
    await goOffline();
    await expect(visit.page.reload()).rejects.toThrow();
  });

  it("tells how far it is, and that it is done", async () => {
    const last = await visit.page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener("ss-progress", ({ detail: { file, files, totalFiles } }) => {
            if (files && files === totalFiles) resolve({ file, files });
          });
          caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))));
          const element = document.querySelector("semantic-search") as HTMLElement;
          element.replaceWith(element.cloneNode());
        }),
    );
    expect(last).toEqual({ file: "index.json", files: (await keptUrls(visit)).length });
  });
});

describe("the service worker of the documentation", async () => {
  const docs = await readFile(new URL("../../demo/content/offline.md", import.meta.url), "utf8");
  const [, recipe = ""] = /```js\n(const CACHE[\s\S]*?)```/.exec(docs) ?? [];

  beforeEach(async () => {
    expect(recipe).toContain("networkFirst");
    site.server.change(/sw\.js$/, () => ({ status: 200, type: "text/javascript", body: Buffer.from(recipe) }));
    await visit.page.evaluate(async () => {
      await navigator.serviceWorker.register("sw.js");
      await navigator.serviceWorker.ready;
    });
    await kept(visit);
  });

  it("opens the page without a connection, after one visit", async () => {
    const { page } = visit;
    await goOffline();
    await page.goto(page.url().replace("index.html", ""));
    await expectAnswers();
    await page.goto(`${page.url().replace(/\?.*/, "")}?q=sandpaper`);
    await expectPage(visit.options.first()).toContainText(BY_WORDS[1]);
  });

  it("keeps the code of filters, suggestions, corrections and curation before anybody has used them", async () => {
    const { page, input, options } = visit;
    await goOffline();
    await page.goto(page.url().replace("index.html", ""));
    await visit.search(BY_WORDS[0]);
    await visit.part("filter").filter({ hasText: "Topic" }).click();
    await expectPage(page.getByRole("menuitemcheckbox").first()).toBeVisible();
    await page.keyboard.press("Escape");
    await input.fill("");
    await input.pressSequentially("repair");
    await expectPage(visit.part("suggestion").first()).toBeVisible();
    await visit.search("puncutre");
    await expectPage(visit.part("correction")).toContainText("puncture");
    await visit.search("emergency");
    await expectPage(options.filter({ hasText: "Whom to call" })).toBeVisible();
  });

  it("takes what the network has, and leaves the index to the element", async () => {
    await visit.page.reload();
    site.server.requests.length = 0;
    await visit.page.reload();
    await visit.search(BY_WORDS[0]);
    expect(site.server.requests.map(({ path }) => path)).toContain(`${INDEX}element.js`);
    expect(await visit.page.evaluate(async () => (await caches.keys()).sort())).toEqual([
      `semantic-search-index ${site.server.url}${INDEX}index.json`,
      "site-1",
    ]);
    const ofWorker = await visit.page.evaluate(async () =>
      (await (await caches.open("site-1")).keys()).map(({ url }) => url),
    );
    expect(ofWorker.filter((url) => /(json|bin)$/.test(url))).toEqual([]);
  });
});

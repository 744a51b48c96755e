import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Element, isTag } from "domhandler";
import { findAll } from "domutils";
import { parseDocument } from "htmlparser2";
import { glob } from "tinyglobby";
import { describe, expect, it } from "vitest";
import { writeDemoSite } from "./demo-site.ts";

const ORIGIN = "https://demo.invalid";
/** Written by the indexer, not by the generator. */
const INDEX_FILES = /^\/(docs\/)?semantic-search\/((?:element|related)\.js|index\.json)$/;

describe.each(["/", "/docs/"])("the documentation site below %s", async (base) => {
  const site = await readPages(await writeDemoSite(base), base);

  it("has all its pages", () => {
    expect(site.pages.size).toBeGreaterThan(15);
  });

  it("has no dead link and no dead anchor", () => {
    const dead = [...site.pages].flatMap(([path, page]) =>
      page.links.filter((link) => !resolves(new URL(link, ORIGIN + path), site)).map((link) => `${path} → ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it("has one h1 and distinct ids on every page", () => {
    for (const [path, { elements, ids }] of site.pages) {
      expect(elements.filter(({ name }) => name === "h1").length, `h1 of ${path}`).toBe(1);
      expect(ids.length, `ids of ${path}`).toBe(new Set(ids).size);
    }
  });

  it("needs neither inline scripts nor inline styles, nor another origin", () => {
    for (const [path, { elements }] of site.pages) {
      const inline = elements.filter(
        ({ name, attribs }) =>
          name === "style" ||
          (name === "script" && !attribs.src) ||
          Object.keys(attribs).some((attribute) => attribute === "style" || attribute.startsWith("on")),
      );
      expect(inline.length, path).toBe(0);
      const loaded = elements.flatMap(({ name, attribs }) => (name === "link" ? attribs.href : attribs.src) ?? []);
      for (const url of loaded) expect(url, path).toMatch(/^\//);
    }
  });
});

interface Page {
  readonly elements: readonly Element[];
  readonly ids: readonly string[];
  readonly links: readonly string[];
}

interface Site {
  /** By the path that the page is served at. */
  readonly pages: ReadonlyMap<string, Page>;
  readonly files: ReadonlySet<string>;
}

async function readPages(dir: string, base: string): Promise<Site> {
  const files = await glob("**", { cwd: dir });
  const pages = files.filter((file) => file.endsWith(".html"));
  const entries = await Promise.all(
    pages.map(async (file) => {
      const path = base + file.replace(/(^|\/)index\.html$/, "$1");
      return [path, readPage(await readFile(join(dir, file), "utf8"))] as const;
    }),
  );
  return { pages: new Map(entries), files: new Set(files.map((file) => base + file)) };
}

function readPage(html: string): Page {
  const elements = findAll(isTag, parseDocument(html).children);
  const values = (name: string) => elements.flatMap(({ attribs }) => attribs[name] ?? []);
  return { elements, ids: values("id"), links: [...values("href"), ...values("src")] };
}

function resolves(url: URL, { pages, files }: Site): boolean {
  if (url.origin !== ORIGIN) return url.protocol === "https:";
  const page = pages.get(url.pathname);
  if (!page) return files.has(url.pathname) || INDEX_FILES.test(url.pathname);
  return url.hash === "" || page.ids.includes(decodeURIComponent(url.hash.slice(1)));
}

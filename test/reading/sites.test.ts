import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageDocument, Section } from "../../src/core/document.ts";
import { listFiles, readSite } from "../../src/indexer/read-site.ts";
import { EXPECTED_SITES, type ExpectedPage, type ExpectedSite } from "./expected-pages.ts";

const ARCHIVES = resolve(import.meta.dirname, "../../../shared/data/sites");
/** Unpacking and reading all of this one takes minutes. */
const TOO_LARGE = "mdn";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "semantic-search-sites-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const site of EXPECTED_SITES) {
  const archive = join(ARCHIVES, `${site.archive}.tar.zst`);
  describe.skipIf(!existsSync(archive))(`${site.archive} (skipped without ${archive})`, () => {
    const pages = new Map<string, PageDocument>();
    let counted = { files: 0, pages: 0 };

    beforeAll(async () => {
      unpack(archive, site);
      const options = { dir: join(folder, site.archive) };
      const files = await listFiles(options);
      for await (const result of readSite(options, { files })) {
        for (const page of result.pages) pages.set(result.file, page);
      }
      counted = { files: files.length, pages: pages.size };
    }, 120_000);

    it.skipIf(site.archive === TOO_LARGE)("has the pages that were counted", () => {
      expect(counted).toEqual(site.found);
    });

    it.each(site.pages)("$file", (expected) => {
      const page = pages.get(expected.file);
      expect(page).toBeDefined();
      if (page) checkPage(page, expected, site);
    });

    it("holds no surroundings in any page", () => {
      const found = [...pages].flatMap(([file, page]) => surroundingsIn(page, site).map((text) => `${file}: ${text}`));
      // A page may well speak of an "Edit this page" link; a site's own would be on most of them.
      expect(found.length, found.slice(0, 5).join("\n")).toBeLessThan(0.02 * pages.size + 1);
    });
  });
}

function unpack(archive: string, site: ExpectedSite): void {
  const only =
    site.archive === TOO_LARGE ? site.pages.map(({ file }) => `${site.archive}/${file}`) : ["--wildcards", "*.html"];
  execFileSync("tar", ["--zstd", "-xf", archive, "-C", folder, ...only]);
}

function checkPage(page: PageDocument, expected: ExpectedPage, site: ExpectedSite): void {
  expect(page.title).toBe(expected.title);
  if (expected.language) expect(page.language).toBe(expected.language);
  if (expected.trail) expect(page.trail).toEqual(expected.trail);
  for (const [anchor, [heading, phrase]] of Object.entries(expected.sections)) {
    const section = page.sections.find((each) => each.anchor === anchor && each.heading === heading);
    expect(section, `#${anchor} ${heading}`).toBeDefined();
    if (section) expect(textOf(section)).toContain(phrase);
    if (phrase) expect(page.sections.filter((each) => textOf(each).includes(phrase))).toEqual([section]);
  }
  expect(surroundingsIn(page, site)).toEqual([]);
}

/** Headings and short paragraphs that a theme writes and no author. */
function surroundingsIn({ sections }: PageDocument, { absent }: ExpectedSite): string[] {
  const texts = sections.flatMap(({ heading, blocks }) => {
    return [heading, ...blocks.filter(({ kind }) => kind === "prose").map(({ text }) => text)];
  });
  return texts.filter((text) => text.length < 60 && absent.some((sign) => sign.test(text)));
}

function textOf(section: Section): string {
  return section.blocks.map(({ text }) => text).join("\n");
}

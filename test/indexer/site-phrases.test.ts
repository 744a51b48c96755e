import { describe, expect, it } from "vitest";
import { cleanPhrase, pagePhrases } from "../../src/indexer/page-phrases.ts";
import { type PhrasePage, sitePhrases } from "../../src/indexer/site-phrases.ts";
import { page } from "../engine/memory-index.ts";

const phrasePage = (document: ReturnType<typeof page>): PhrasePage => ({ ...document, phrases: pagePhrases(document) });
const texts = (pages: readonly PhrasePage[]) => sitePhrases(pages).map(({ text }) => text);

describe("cleanPhrase", () => {
  it("takes off numbers, pictures and signs at the ends, not those of names", () => {
    expect(
      ["1. First steps", "2.1) More", "🚀 Launch 🎉", "Notes:", "API #", "C#", "<slot>", "$refs"].map(cleanPhrase),
    ).toEqual(["First steps", "More", "Launch", "Notes", "API", "C#", "<slot>", "$refs"]);
    expect(["x".repeat(61), "—", "404"].map(cleanPhrase)).toEqual(["", "", ""]);
  });
});

describe("pagePhrases", () => {
  it("counts what a page repeats, in lower case where it stands so, without function words at the ends", () => {
    const text = "Pull requests are welcome. Open pull requests on the site. The site of the pull requests is here.";
    const { terms } = pagePhrases(page("a", "A", { "": text }));
    expect(terms).toEqual([
      ["pull requests", 3],
      ["pull", 3],
      ["requests", 3],
      ["site", 2],
    ]);
  });

  it("joins what signs join, and nothing over the end of a sentence", () => {
    const text = "Use v-model here. Model first, v-model second. Data. Set data. Set it.";
    const { terms } = pagePhrases(page("a", "A", { "": text }));
    expect(terms.map(([term]) => term)).toContain("v-model");
    expect(terms.map(([term]) => term)).not.toContain("data. Set");
  });

  it("leaves code out, and has each heading once", () => {
    const document = page("a", "Title", { Title: "", Setup: "", "": "" });
    const code = { ...document.sections[1], anchor: "", heading: "Setup", level: 3, ancestors: [] };
    const blocks = [{ kind: "code" as const, text: "const const const" }];
    const { headings, terms } = pagePhrases({ ...document, sections: [...document.sections, { ...code, blocks }] });
    expect(headings).toEqual([["Setup", 2]]);
    expect(terms).toEqual([]);
  });
});

describe("sitePhrases", () => {
  it("puts what has more below it first, and has nothing twice", () => {
    const site = [
      phrasePage(page("guide/", "Guide", { Installation: "" })),
      ...["a", "b", "c"].map((name) =>
        phrasePage(
          page(`guide/${name}/`, `Page ${name}`, { installation: "", [`Detail ${name}`]: "" }, { trail: ["Guide"] }),
        ),
      ),
    ];
    const found = texts(site);
    expect(found[0]).toBe("Guide");
    expect(found.filter((text) => text.toLowerCase() === "installation")).toHaveLength(1);
    expect(found.indexOf("Detail a")).toBeGreaterThan(found.findIndex((text) => /installation/i.test(text)));
  });

  it("knows terms of several pages, by their commonest form, without parts that hardly stand alone", () => {
    const site = ["a", "b", "c", "d"].map((name) =>
      phrasePage(
        page(name, `Page ${name}`, { "": "Content collections hold content. Content collections are typed." }),
      ),
    );
    const terms = sitePhrases(site).filter(({ kind }) => kind === "term");
    expect(terms.map(({ text }) => text).sort()).toEqual(["Content collections", "content"]);
  });

  it("leaves out what stands on every page", () => {
    const site = Array.from({ length: 40 }, (_, i) => phrasePage(page(`p${i}`, `Page ${i}`, { "See also": "" })));
    expect(texts(site)).not.toContain("See also");
  });

  it("keeps the plural of a singular, and prefers titles", () => {
    const site = [phrasePage(page("a", "Slots", { slot: "" })), phrasePage(page("b", "B", { Slot: "" }))];
    expect(sitePhrases(site).filter(({ text }) => /slot/i.test(text))).toMatchObject([
      { text: "Slots", kind: "title" },
    ]);
  });

  it("has at most 1,000 phrases and 10 for each page", () => {
    const headings = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`Heading ${i}`, ""]));
    expect(sitePhrases([phrasePage(page("a", "A", headings))])).toHaveLength(1010);
  });
});

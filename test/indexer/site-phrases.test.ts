import { describe, expect, it } from "vitest";
import { cleanPhrase, pagePhrases } from "../../src/indexer/page-phrases.ts";
import { type PhrasePage, sitePhrases } from "../../src/indexer/site-phrases.ts";
import { page } from "../engine/memory-index.ts";

const phrasePage = (document: ReturnType<typeof page>): PhrasePage => ({ ...document, phrases: pagePhrases(document) });
const texts = (pages: readonly PhrasePage[]) => sitePhrases(pages).map(({ text }) => text);

describe("cleanPhrase", () => {
  const clean = (texts: readonly string[], language = "en") => texts.map((text) => cleanPhrase(text, language));

  it("takes off numbers, pictures and signs at the ends, not those of names", () => {
    expect(clean(["1. First steps", "2.1) More", "🚀 Launch 🎉", "Notes:", "API #", "C#", "<slot>", "$refs"])).toEqual([
      "First steps",
      "More",
      "Launch",
      "Notes",
      "API",
      "C#",
      "<slot>",
      "$refs",
    ]);
    expect(clean(["x".repeat(61), "—", "404"])).toEqual(["", "", ""]);
  });

  it("takes off pictures whole: joined ones, colours of skin, flags, keycaps", () => {
    expect(clean(["👩‍💻 Team", "👋🏽 Hi", "🇩🇪 Deutsch 🇩🇪", "1️⃣ Install", "❤️‍🔥 Love ❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Scots", "Step #️⃣"])).toEqual([
      "Team",
      "Hi",
      "Deutsch",
      "Install",
      "Love",
      "Scots",
      "Step",
    ]);
    const amid = `x${"❤️".repeat(29)}x`;
    expect(clean(["❤️".repeat(60_000), amid])).toEqual(["", amid]);
  });

  it("leaves the day of a date where it is, in languages that write it so", () => {
    expect(
      clean(["24. Dezember", "🎄 24. Dezember", "3. Installieren", "5. Maiskolben", "3. 24. Mai"], "de-AT"),
    ).toEqual(["24. Dezember", "24. Dezember", "Installieren", "Maiskolben", "24. Mai"]);
    expect(clean(["1. May"], "en")).toEqual(["May"]);
    expect(clean(["24. prosince"], "cs")).toEqual(["24. prosince"]);
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

  it("has no halves of words, no contractions and no sentences", () => {
    const repeated = (text: string, language = "en") =>
      pagePhrases(page("a", "A", { "": `${text} ${text}` }, { language })).terms.map(([term]) => term);
    const terms = repeated("It has built-in icons. Don’t add a link. Drag and drop works. Go step-by-step.");
    expect(terms).toEqual(expect.arrayContaining(["built-in icons", "Drag and drop", "step-by-step", "link"]));
    for (const none of ["built", "Don’t", "add a link"]) expect(terms).not.toContain(none);
    expect(repeated("Prise en charge.", "fr")).toContain("Prise en charge");
    expect(repeated("設定します。", "ja")).toEqual(["設定"]);
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
      ...["a", "b", "c", "d", "e", "f"].map((name) =>
        phrasePage(
          page(
            `guide/${name}/`,
            `Page ${name}`,
            { [name < "c" ? "installation" : `Other ${name}`]: "", [`Detail ${name}`]: "" },
            { trail: ["Guide"] },
          ),
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

  it("leaves out what stands on every page of one language", () => {
    const site = Array.from({ length: 1000 }, (_, i) => {
      const sections = { [i < 40 ? "Siehe auch" : `Part ${i}`]: "" };
      return phrasePage(page(`p${i}`, `Page ${i}`, sections, { language: i < 100 ? "de" : "en" }));
    });
    expect(texts(site)).not.toContain("Siehe auch");
  });

  it("leaves out what stands on most pages of a small site", () => {
    const site = (pages: number, having: number) =>
      texts(
        Array.from({ length: pages }, (_, i) =>
          phrasePage(
            page(`p${i}`, `Page ${i}`, { [i < having ? (i % 2 ? "Parameters" : "parameters") : `Part ${i}`]: "" }),
          ),
        ),
      ).filter((text) => /parameters/i.test(text)).length;
    expect([site(12, 10), site(12, 7), site(12, 6), site(4, 3), site(3, 3)]).toEqual([0, 0, 1, 0, 1]);
  });

  it("does not take a file's name for a title", () => {
    const paths = ["guide/foo.html", "about", "/"];
    expect(texts(paths.map((path) => phrasePage(page(path, path, {}))))).toEqual(["about"]);
  });

  it("keeps the plural of a singular, and prefers titles", () => {
    const site = [phrasePage(page("a", "Slots", { slot: "" })), phrasePage(page("b", "B", { Slot: "" }))];
    expect(sitePhrases(site).filter(({ text }) => /slot/i.test(text))).toMatchObject([
      { text: "Slots", kind: "title" },
    ]);
  });

  it("keeps abbreviations that others look like plurals of, and singulars of languages that have no such plural", () => {
    const titles = [
      ["HTTP", "en"],
      ["HTTPS", "en"],
      ["Guide", "fr"],
      ["Guides", "en"],
    ] as const;
    const site = titles.map(([title, language], i) => phrasePage(page(`p${i}`, title, {}, { language })));
    expect(texts(site).sort()).toEqual(["Guide", "Guides", "HTTP", "HTTPS"]);
  });

  it("says of which languages a phrase is, on a site of several", () => {
    const site = (languages: readonly string[]) =>
      sitePhrases(
        languages.map((language, i) => phrasePage(page(`p${i}`, "Plugins", { [language]: "" }, { language }))),
      );
    const of = (phrases: ReturnType<typeof site>, text: string) =>
      phrases.find((each) => each.text === text)?.languages;
    expect(of(site(["de-AT", "en"]), "Plugins")).toEqual(["de", "en"]);
    expect(of(site(["de-AT", "en"]), "de-AT")).toEqual(["de"]);
    expect(of(site(["en-GB", "en"]), "Plugins")).toBeUndefined();
  });

  it("is found from each of its words to the end", () => {
    const [phrase] = sitePhrases([phrasePage(page("a", "useState: the Hook", {}))]);
    expect(phrase?.beginnings).toEqual(["usestate the hook", "state the hook", "the hook", "hook"]);
  });

  it("has at most 1,000 phrases and 10 for each page", () => {
    const headings = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`Heading ${i}`, ""]));
    expect(sitePhrases([phrasePage(page("a", "A", headings))])).toHaveLength(1010);
  });
});

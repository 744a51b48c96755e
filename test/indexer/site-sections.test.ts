import { describe, expect, it } from "vitest";
import { type SectionPage, withSections } from "../../src/indexer/site-sections.ts";

const page = (path: string, rest: Partial<SectionPage> = {}): SectionPage => ({
  path,
  title: `Title of ${path}`,
  trail: [],
  language: "en",
  filters: {},
  ...rest,
});
const sections = (pages: readonly SectionPage[]) => withSections(pages).map(({ section }) => section?.[0]);
const pagesIn = (folder: string, count: number, rest?: Partial<SectionPage>) =>
  Array.from({ length: count }, (_, i) => page(`${folder}/${i}.html`, rest));

describe("withSections", () => {
  it("takes the outermost of the breadcrumb, also for the page of that name", () => {
    const site = [
      page("guide/", { title: "Guides" }),
      ...pagesIn("guide", 2, { trail: ["Guides", "Basics"] }),
      ...pagesIn("api", 2, { trail: ["API"] }),
      page("about.html"),
    ];
    expect(sections(site)).toEqual(["Guides", "Guides", "Guides", "API", "API", undefined]);
  });

  it("takes folders where there are no breadcrumbs, by the titles of their pages", () => {
    const site = [
      page("", { title: "Home" }),
      page("docs/", { title: "Documentation" }),
      ...pagesIn("docs", 2),
      page("blog/index.html", { title: "What we have to say to the world" }),
      ...pagesIn("blog", 2),
      ...pagesIn("case-studies", 2),
    ];
    expect(sections(site)).toEqual([
      undefined,
      ...Array(3).fill("Documentation"),
      ...Array(3).fill("Blog"),
      ...Array(2).fill("Case studies"),
    ]);
  });

  it("names folders as they are read", () => {
    const site = [...pagesIn("c%23", 2), ...pagesIn("100%25", 2), ...pagesIn("größe", 2)];
    expect(new Set(sections(site))).toEqual(new Set(["C#", "100%", "Größe"]));
  });

  it("looks at each language by itself, and not at its folder", () => {
    const site = [
      ...pagesIn("guide", 2),
      ...pagesIn("api", 2),
      ...pagesIn("de/guide", 2, { language: "de-AT" }),
      ...pagesIn("de/api", 2, { language: "de-AT" }),
      ...pagesIn("fr", 5, { language: "fr" }),
    ];
    const expected = ["Guide", "Guide", "Api", "Api"];
    expect(sections(site)).toEqual([...expected, ...expected, ...Array(5).fill(undefined)]);
  });

  it.each([
    ["one section", pagesIn("docs", 8)],
    ["one that has nearly all", [...pagesIn("docs", 30), ...pagesIn("blog", 2)]],
    ["most pages in none", [...pagesIn("a", 2), ...pagesIn("b", 2), ..."cdefg".split("").map((name) => page(name))]],
    ["years", [...pagesIn("x", 4, { trail: ["2024"] }), ...pagesIn("x", 4, { trail: ["2025"] })]],
  ])("makes none of %s", (_, site) => {
    expect(sections(site).filter(Boolean)).toEqual([]);
  });

  it("takes the twenty largest of many", () => {
    const site = Array.from({ length: 30 }, (_, i) => pagesIn(`folder${i}`, i < 20 ? 5 : 2)).flat();
    expect(new Set(sections(site).filter(Boolean)).size).toBe(20);
  });

  it("leaves a site alone that has sections of its own, and keeps its other filters", () => {
    const site = [...pagesIn("a", 3), ...pagesIn("b", 3)];
    const own = [...site, page("c", { filters: { section: ["Own"] } })];
    expect(sections(own)).toEqual([...Array(6).fill(undefined), "Own"]);
    const tagged = site.map((each) => ({ ...each, filters: { tag: ["x"] } }));
    expect(withSections(tagged)[0]).toEqual({ tag: ["x"], section: ["A"] });
  });
});

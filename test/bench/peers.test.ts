import { afterEach, describe, expect, it, type TestContext, vi } from "vitest";
import type { PageDocument } from "../../src/core/document.ts";
import { VITEPRESS_INDEX, VITEPRESS_SEARCH } from "./peers/minisearch.ts";
import { bestPages, pageSections } from "./peers/page-sections.ts";
import { pagefind } from "./peers/pagefind.ts";
import type { Peer, Ranker } from "./peers/peer.ts";
import { PEERS } from "./peers/peers.ts";

function page(path: string, title: string, sections: Readonly<Record<string, string>>, language = "en"): PageDocument {
  return {
    path,
    title,
    trail: [],
    language,
    meta: {},
    filters: {},
    sort: {},
    sections: Object.entries(sections).map(([heading, text]) => ({
      anchor: heading.toLowerCase(),
      heading,
      level: heading ? 2 : 0,
      ancestors: [],
      blocks: [{ kind: "prose" as const, text }],
    })),
  };
}

const PAGES = [
  page("guide/tyres", "Tyres", { "": "Keep them round.", Repairs: "Mending a flat bicycle tyre with a patch & glue." }),
  page("guide/brakes", "Brakes", { "": "Worn pads squeal in the rain.", Cables: "Tighten a loose cable." }),
  page("bread", "Bread", { "": "Flour, water, salt and yeast." }),
  page("soup", "Soup", { "": "Simmer onions and carrots <slowly>." }),
  page("tea", "Tea", { "": "Pour hot water over the leaves." }),
];

const JAPANESE = [
  page("pan", "パン", { "": "小麦粉と酵母でパンを焼きます。" }, "ja"),
  page("ocha", "お茶", { "": "茶葉に熱湯を注ぎます。" }, "ja"),
];

/** What Pagefind says where it has no program for the platform. */
const NO_PROGRAM = /not yet a supported architecture/;

/** The test is skipped where the engine cannot run. */
async function open(peer: Peer, pages: readonly PageDocument[], { context, language }: Opening): Promise<Ranker> {
  try {
    return await peer.open(pages, language);
  } catch (error) {
    if (NO_PROGRAM.test(String(error))) context.skip(String(error));
    throw error;
  }
}

interface Opening {
  readonly context: TestContext;
  readonly language: string;
}

describe.each(PEERS)("$name", (peer) => {
  it("finds the page that holds the words, by its own path", async (context) => {
    const ranker = await open(peer, PAGES, { context, language: "en" });
    try {
      expect((await ranker.rank("bicycle patch"))[0]).toBe("guide/tyres");
      expect((await ranker.rank("loose cable"))[0]).toBe("guide/brakes");
      expect((await ranker.rank("yeast"))[0]).toBe("bread");
    } finally {
      await ranker.close();
    }
  });

  it("indexes a language that is not English", async (context) => {
    const ranker = await open(peer, JAPANESE, { context, language: "ja" });
    try {
      expect((await ranker.rank("パン"))[0]).toBe("pan");
    } finally {
      await ranker.close();
    }
  });
});

describe("MiniSearch", () => {
  it("has VitePress's settings", () => {
    expect(VITEPRESS_INDEX).toEqual({ fields: ["title", "titles", "text"], storeFields: ["title", "titles"] });
    expect(VITEPRESS_SEARCH).toEqual({ fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } });
  });
});

describe("Pagefind", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("fails to open where it has no program for the platform", async () => {
    vi.stubEnv("npm_config_arch", "none");
    await expect(pagefind.open(PAGES, "en")).rejects.toThrow(NO_PROGRAM);
  });
});

describe("sections for the peers", () => {
  it("are nested as VitePress nests them", () => {
    const levels = [0, 2, 3, 2, 4];
    const nested: PageDocument = {
      ...page("a", "A", {}),
      sections: levels.map((level, i) => ({
        anchor: "",
        heading: level ? `H${i}` : "",
        level,
        ancestors: [],
        blocks: [],
      })),
    };
    expect(pageSections([nested]).map(({ titles, title }) => [...titles, title].join(" > "))).toEqual([
      "A",
      "A > H1",
      "A > H1 > H2",
      "A > H3",
      "A > H3 > H4",
    ]);
  });

  it("rank their pages by the best one", () => {
    const ranked = ["b", "a", "b", "c"].map((path) => ({ page: path }));
    expect(bestPages(ranked, 2)).toEqual(["b", "a"]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCuration } from "../../src/core/curation.ts";
import { gzip } from "../../src/core/gzip.ts";
import { MANIFEST_FILE } from "../../src/core/manifest.ts";
import type { SearchBackend, SearchOptions, SearchResults } from "../../src/core/search.ts";
import { Engine } from "../../src/engine/engine.ts";
import { parseManifest } from "../../src/engine/parse-manifest.ts";
import type { BuildIndexOptions } from "../../src/indexer/build-index.ts";
import type { Curation } from "../../src/indexer/curation.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { MemoryIndex, page } from "./memory-index.ts";
import { tinyModel } from "./tiny-model.ts";

const PAGES = [
  page(
    "guide/install/",
    "Installing",
    { "": "Unpack the archive.", Windows: "Run the setup program twice." },
    {
      filters: { kind: ["guide"] },
    },
  ),
  page("guide/start/", "Quick start", { "": "Five minutes to a first bread." }, { filters: { kind: ["guide"] } }),
  page(
    "login/",
    "Login",
    { "": "Everybody has an account. A login takes a name." },
    { filters: { kind: ["reference"] }, sort: { date: "2025-01-01" } },
  ),
  page("clusters/", "Kubernetes", { "": "Run it on Kubernetes. Kubernetes restarts what fails." }),
  page("both/", "Orchestrators", { "": "People write k8s or Kubernetes; k8s is shorter." }),
  page("anmelden/", "Anmelden", { "": "Jeder hat ein Konto." }, { language: "de" }),
  page("dough/", "Dough", { "": "Let the dough rise." }, { sort: { date: "2026-01-01" } }),
];

async function build(curation?: Curation, options: BuildIndexOptions = {}): Promise<MemoryIndex> {
  return MemoryIndex.build(PAGES, { curation, ...options });
}
const open = async (curation?: Curation, options?: BuildIndexOptions) => (await build(curation, options)).open();
const withModel = async () => ({ space: await staticSpace(tinyModel()) });

const paths = (results: SearchResults) => results.hits.map((hit) => hit.path);
const marked = ({ hits }: SearchResults, path: string) => {
  const excerpt = hits.find((hit) => hit.path === path)?.sections[0]?.excerpt;
  return excerpt?.marks.map((range) => excerpt.text.slice(...range));
};
/** What an answer says, without when. */
const said = ({ elapsedMs: _, ...results }: SearchResults) => results;

describe("synonyms", () => {
  it("find what is called otherwise, with the word marked", async () => {
    const engine = await open({ synonyms: [["sign in", "log in", "login"]] });
    for (const query of ["sign in", "Sign-In", "log in", "how do I sign in?", "Signs In"]) {
      const results = await engine.search(query);
      expect(paths(results), query).toContain("login/");
      expect(marked(results, "login/"), query).toContain("login");
    }
    expect(paths(await engine.search("sign"))).toEqual([]);
    expect(paths(await engine.search("in sign"))).not.toContain("login/");
  });

  it("go one way, if they are written so", async () => {
    const engine = await open({ synonyms: [{ from: "restarting", to: ["k8s"] }] });
    expect(paths(await engine.search("restarting"))).toContain("both/");
    expect(paths(await engine.search("k8s"))).toEqual(["both/"]);
  });

  it("count less than the word itself, also where they are rarer", async () => {
    const pages = [
      page("word/", "One", { "": "A failure of the bolt here." }),
      page("synonym/", "Two", { "": "A mishap of the bolt here." }),
      ...Array.from({ length: 8 }, (_, i) => page(`other-${i}/`, "More", { "": `A failure of a part, number ${i}.` })),
    ];
    const engine = await (await MemoryIndex.build(pages, { curation: { synonyms: [["failure", "mishap"]] } })).open();
    const { hits } = await engine.search("failure bolt");
    expect(hits.slice(0, 2).map(({ path }) => path)).toEqual(["word/", "synonym/"]);
    const alone = await engine.search("failure", { limit: 20 });
    expect(paths(alone).at(-1)).toBe("synonym/");
    expect(alone.total).toBe(10);
  });

  it("leave quoted words alone", async () => {
    const engine = await open({ synonyms: [["k8s", "kubernetes"]] });
    expect(paths(await engine.search("k8s"))).toContain("clusters/");
    expect(paths(await engine.search('"k8s"'))).toEqual(["both/"]);
    expect(paths(await engine.search('"write" k8s'))).toEqual(["both/"]);
  });

  it("work under the analyzer of every language of the index", async () => {
    const engine = await open({ synonyms: [["einloggen", "anmelden"]] });
    expect(paths(await engine.search("Einloggen"))).toContain("anmelden/");
  });

  it("tell C++ from C and C#", async () => {
    const pages = ["cpp", "dotnet", "other"].map((name) => page(`${name}/`, "Page", { "": `About ${name}.` }));
    const synonyms = [["C++", "cpp"], { from: ["c#", "Visual C#"], to: "dotnet" }];
    const engine = await (await MemoryIndex.build(pages, { curation: { synonyms } })).open();
    const found = async (query: string) => paths(await engine.search(query, { mode: "keyword" }));
    for (const query of ["C++", "c++ templates", "templates in C++."])
      expect(await found(query), query).toEqual(["cpp/"]);
    for (const query of ["C#", "visual c#"]) expect(await found(query), query).toEqual(["dotnet/"]);
    for (const query of ["C", "c templates", "visual C", 'C "c++"']) expect(await found(query), query).toEqual([]);
  });

  it("are embedded as well", async () => {
    const options = { ...(await withModel()), curation: { synonyms: [{ from: "levain", to: "yeast" }] } };
    expect(paths(await (await open(undefined, options)).search("levain"))).toContain("dough/");
    expect(paths(await (await open(undefined, await withModel())).search("levain"))).toEqual([]);
  });

  const word = fc.constantFrom("oak", "elm", "ash", "fir", "yew", "box", "bay");
  const words = (max: number) => fc.array(word, { minLength: 1, maxLength: max }).map((list) => list.join(" "));
  const texts = fc.array(words(6), { minLength: 1, maxLength: 8 });
  const synonyms = fc.array(
    fc.oneof(fc.array(words(2), { minLength: 2, maxLength: 3 }), fc.record({ from: words(2), to: words(3) })),
    { minLength: 1, maxLength: 4 },
  );

  it("lose nothing that the query finds by itself", async () => {
    await fc.assert(
      fc.asyncProperty(texts, synonyms, words(3), async (bodies, curation, query) => {
        const pages = bodies.map((text, i) => page(`p${i}/`, "Page", { "": text }));
        const plain = await (await MemoryIndex.build(pages)).open();
        const curated = await (await MemoryIndex.build(pages, { curation: { synonyms: curation } })).open();
        const [own, all] = [await plain.search(query, { limit: 50 }), await curated.search(query, { limit: 50 })];
        expect(paths(all)).toEqual(expect.arrayContaining(paths(own)));
        expect(all.warnings).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("pins", () => {
  const pins = [
    { query: ["install", "How do I start?"], pages: ["login", "/guide/install/index.html", "guide/start/"] },
  ];
  const PINNED = ["login/", "guide/install/", "guide/start/"];

  it("come first in their order, once, for the whole query however it is written", async () => {
    const engine = await open({ pins }, await withModel());
    for (const query of ["install", " INSTALL! ", "how do i start", "«install»"]) {
      const { hits, total } = await engine.search(query);
      expect(
        hits.slice(0, 3).map(({ path }) => path),
        query,
      ).toEqual(PINNED);
      expect(hits.map(({ pinned }) => pinned).slice(0, 4)).toEqual([true, true, true, ...(hits[3] ? [undefined] : [])]);
      expect(new Set(hits.map(({ path }) => path)).size).toBe(total);
    }
    for (const query of ["install it", "instal", "how do I start it"]) {
      expect((await engine.search(query)).hits.some(({ pinned }) => pinned)).toBe(false);
    }
  });

  it("show what answers the query, or how the page begins", async () => {
    const engine = await open({ pins: [{ query: "setup program", pages: ["dough/", "guide/install/"] }] });
    const { hits } = await engine.search("setup program");
    expect(hits[0]).toMatchObject({ path: "dough/", score: 0, anchor: "" });
    expect(hits[0]?.sections[0]?.excerpt).toEqual({ text: "Let the dough rise.", marks: [] });
    expect(hits[1]).toMatchObject({ path: "guide/install/", anchor: "windows" });
  });

  it("respect filters, languages, phrases and an order that was asked for", async () => {
    const engine = await open({ pins });
    const found = async (query: string, options: SearchOptions) => paths(await engine.search(query, options));
    expect(await found("install", { filters: { kind: ["reference"] } })).toEqual(["login/"]);
    expect(await found("install", { language: "de" })).toEqual([]);
    expect((await engine.search("install", { sort: { by: "date" } })).hits.some(({ pinned }) => pinned)).toBe(false);
    const phrase = await open({ pins: [{ query: "takes a name", pages: ["dough/", "login/"] }] });
    expect(paths(await phrase.search('"takes a name"'))).toEqual(["login/"]);
  });

  it("count in the total and the facets, and page by page", async () => {
    const engine = await open({ pins });
    const all = await engine.search("install", { limit: 10 });
    expect(all.total).toBe(3);
    expect(all.facets).toEqual({ kind: { guide: 2, reference: 1 } });
    const pages = [0, 1, 2, 3].map((offset) => engine.search("install", { limit: 1, offset }));
    expect((await Promise.all(pages)).flatMap(paths)).toEqual(PINNED);
  });

  it("come with the first results, so that nothing jumps", async () => {
    const index = await build({ pins }, await withModel());
    const partial: SearchResults[] = [];
    const engine = await Engine.open(async (name, options) => {
      if (name.startsWith("model/")) await new Promise((resolve) => setTimeout(resolve, 50));
      return index.read(name, options);
    });
    const results = await engine.search("install", { onPartial: (some) => partial.push(some) });
    expect(partial.map(paths).map((list) => list.slice(0, 3))).toEqual([PINNED]);
    expect(paths(results).slice(0, 3)).toEqual(PINNED);
  });

  it("are no part of what is similar to a page", async () => {
    const engine = await open({ pins: [{ query: "dough/", pages: ["login/"] }] }, await withModel());
    const { hits } = await engine.similar("dough/");
    expect(hits.some(({ pinned }) => pinned)).toBe(false);
  });

  it("stand in the given order before all others, whatever they are", async () => {
    const all = PAGES.map(({ path }) => path);
    const order = fc.shuffledSubarray(all, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(order, fc.nat({ max: 8 }), fc.nat({ max: 8 }), async (pages, limit, offset) => {
        const engine = await open({ pins: [{ query: "run kubernetes", pages }] });
        const { hits, total } = await engine.search("run kubernetes", { limit, offset });
        const wanted = [...pages, ...paths(await (await open()).search("run kubernetes"))];
        expect(hits.map(({ path }) => path)).toEqual([...new Set(wanted)].slice(offset, offset + limit));
        expect(total).toBe(new Set(wanted).size);
      }),
      { numRuns: 40 },
    );
  });
});

describe("redirects", () => {
  const redirects = [
    { query: ["status", "is it down"], url: "https://status.example.com/", title: "Service status" },
    { query: "release notes", url: "/changes/#latest" },
  ];

  it("are there for the whole query", async () => {
    const engine = await open({ redirects });
    expect((await engine.search("Is it down?")).redirect).toEqual({
      url: "https://status.example.com/",
      title: "Service status",
    });
    expect(await engine.search("Is it down again?")).not.toHaveProperty("redirect");
  });

  it("are relative to the site's root", async () => {
    const index = await build({ redirects });
    const at = async (indexUrl?: string) =>
      (await (await index.open({ indexUrl })).search("release notes")).redirect?.url;
    expect(await at()).toBe("/changes/#latest");
    expect(await at("https://a.example/docs/search/index.json")).toBe("https://a.example/docs/changes/#latest");
  });

  it("lead nowhere but to the web, even if an index says so", async () => {
    const index = await build({ redirects });
    const manifest = parseManifest(index.files.get(MANIFEST_FILE) as Uint8Array, MANIFEST_FILE);
    const bad = [{ queries: ["status"], url: "javascript:alert(1)", title: "Status" }];
    const bytes = encodeCuration({ synonyms: [], pins: [], redirects: bad, suggestions: [] });
    index.files.set(manifest.curation?.file as string, await gzip(bytes));
    const results = await (await index.open()).search("status");
    expect(results.warnings).toEqual([]);
    expect(results).not.toHaveProperty("redirect");
  });
});

describe("a curation", () => {
  const curation: Curation = { suggestions: ["how do I deploy"], synonyms: [["sign in", "login"]] };

  it("offers queries before the first letter", async () => {
    expect((await (await open(curation)).info()).suggestions).toEqual(["how do I deploy"]);
    expect((await (await open()).info()).suggestions).toEqual([]);
  });

  it("changes nothing of what it says nothing of", async () => {
    const options = await withModel();
    const [plain, curated] = [await open(undefined, options), await open(curation, options)];
    for (const query of ["dough", "account", "run it on kubernetes", '"a name"', "konto", "", "zzz"]) {
      const explain = { explain: true };
      expect(said(await curated.search(query, explain))).toEqual(said(await plain.search(query, explain)));
    }
  });

  it("takes no file where there is none, and one file read with the first search where there is one", async () => {
    const plain = await build();
    expect([...plain.files.keys()].filter((name) => name.startsWith("curation"))).toEqual([]);
    const index = await build(curation);
    const engine = await index.open();
    await engine.search("");
    expect(index.requests).toEqual([MANIFEST_FILE, index.nameOf("pages")]);
    await engine.search("login");
    await engine.search("sign in");
    expect(index.requests.filter((name) => name.startsWith("curation/"))).toHaveLength(1);
    const warm = await build(curation);
    await (await warm.open()).warm?.();
    expect(warm.requests).toContain(warm.nameOf("curation"));
  });

  it("that says nothing is none", async () => {
    expect((await build({ pins: [{ query: "a", pages: ["nowhere/"] }] })).nameOf("curation")).toBe("");
  });

  const damages: readonly [string, (index: MemoryIndex, name: string) => void][] = [
    ["is missing", (index, name) => index.files.delete(name)],
    ["was cut off", (index, name) => index.files.set(name, (index.files.get(name) as Uint8Array).slice(0, 40))],
    ["is a page of HTML", (index, name) => index.files.set(name, new TextEncoder().encode("<!doctype html>"))],
  ];

  it.each(damages)("that %s is a warning, and the results stand", async (_, damage) => {
    const index = await build(curation);
    damage(index, index.nameOf("curation"));
    const engine: SearchBackend = await index.open();
    await engine.warm?.();
    const results = await engine.search("login");
    expect(paths(results)).toEqual(["login/"]);
    expect(results.warnings).toEqual([
      { part: "curation", error: expect.objectContaining({ message: expect.any(String) }) },
    ]);
    expect((await engine.info()).suggestions).toEqual([]);
  });

  it("is read again when its file is there again", async () => {
    const index = await build(curation);
    const name = index.nameOf("curation");
    const bytes = index.files.get(name) as Uint8Array;
    index.files.delete(name);
    const engine = await index.open();
    expect((await engine.search("sign in")).warnings).toHaveLength(1);
    index.files.set(name, bytes);
    const results = await engine.search("sign in");
    expect(results.warnings).toEqual([]);
    expect(paths(results)).toContain("login/");
  });

  it("is a FileRef in the manifest, or nothing", async () => {
    const index = await build(curation);
    const json = JSON.parse(new TextDecoder().decode(index.files.get(MANIFEST_FILE)));
    for (const wrong of ["curation/x.bin", {}, { file: 1, bytes: 1 }, null]) {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...json, curation: wrong }));
      expect(() => parseManifest(bytes, MANIFEST_FILE)).toThrow(/damaged at "curation/);
    }
  });
});

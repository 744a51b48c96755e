import { beforeAll, describe, expect, it } from "vitest";
import type { SearchBackend } from "../../src/core/search.ts";
import { MemoryIndex, page } from "./memory-index.ts";

const PAGES = [
  page("guide/", "Guide", { Installation: "How to install it.", "First steps": "Go." }),
  page("guide/routing/", "Routing", { "Dynamic routes": "Of parameters.", Installation: "Again." }),
  page("api/router.html", "RouterView", { "Installing a router": "Do it." }),
  page("de/", "Größen ändern", { Überblick: "Alles." }, { language: "de" }),
];

let index: MemoryIndex;
let engine: SearchBackend;
const suggest = (query: string, limit?: number) =>
  (engine.suggest as Required<SearchBackend>["suggest"])(query, limit === undefined ? {} : { limit });
const texts = async (query: string, limit?: number) => (await suggest(query, limit)).map(({ text }) => text);
beforeAll(async () => {
  index = await MemoryIndex.build(PAGES);
  engine = await index.open();
});

describe("suggest", () => {
  it("completes the last word, says what a phrase is and where what was typed stands", async () => {
    expect(await suggest("rou")).toEqual([
      { text: "RouterView", kind: "title", marks: [[0, 3]] },
      { text: "Routing", kind: "title", marks: [[0, 3]] },
      { text: "Dynamic routes", kind: "heading", marks: [[8, 11]] },
      { text: "Installing a router", kind: "heading", marks: [[13, 16]] },
    ]);
    expect(await texts("routes dyn")).toEqual(["Dynamic routes"]);
    expect(await texts("view")).toEqual(["RouterView"]);
    expect(await texts("grossen a")).toEqual(["Größen ändern"]);
  });

  it("gives what is wanted, nothing twice, and not what is typed already", async () => {
    expect(await texts("rou", 2)).toEqual(["RouterView", "Routing"]);
    expect(await texts("rou", 0)).toEqual([]);
    expect(await texts("inst")).toEqual(["Installation", "Installing a router"]);
    expect(await texts("ROUTING")).toEqual([]);
  });

  it("gives the phrases of the visitor's language, those of others where it has none", async () => {
    const pages = [
      page("en/", "Search", { "Set up": "It." }, { language: "en-GB" }),
      page("de/", "Seiten", { Sucheinstellungen: "Alles." }, { language: "de" }),
    ];
    const backend = await (await MemoryIndex.build(pages)).open();
    const found = async (query: string, language?: string) =>
      (await backend.suggest?.(query, { language }))?.map(({ text }) => text);
    expect(await found("se", "de-AT")).toEqual(["Seiten"]);
    expect(await found("S", "EN")).toEqual(["Search", "Set up"]);
    expect(await found("set", "de")).toEqual(["Set up"]);
    for (const other of [undefined, "", "fr", "not a tag"]) {
      expect(await found("se", other)).toEqual(["Search", "Seiten", "Set up"]);
    }
  });

  it("asks for no other file where the site has one language, or the language has phrases", async () => {
    const pages = Array.from({ length: 300 }, (_, i) =>
      page(`p${i}`, `Page ${i}`, {}, { language: i % 2 ? "en" : "de" }),
    );
    const mixed = await MemoryIndex.build(pages);
    const english = await MemoryIndex.build(PAGES.slice(0, 3));
    const requests = async (of: MemoryIndex, language: string) => {
      const backend = await of.open();
      of.requests.length = 0;
      await backend.suggest?.("p", { language });
      return of.requests.length;
    };
    expect([await requests(mixed, "de"), await requests(mixed, "fr"), await requests(english, "en")]).toEqual([
      2, 2, 2,
    ]);
  });

  it("finds what has several words one after the other, each of which begins too many phrases", async () => {
    const [names, kinds] = [Array.from({ length: 300 }, (_, i) => `w${i}`), ["array", "prototype", "map"]];
    const pages = names.flatMap((name) => kinds.map((kind) => page(`${kind}/${name}/`, `${kind} ${name}`, {})));
    const last = page("deep/".repeat(9), "Array prototype map", {});
    const backend = await (await MemoryIndex.build([...pages, last])).open();
    const found = (await backend.suggest?.("array pro"))?.map(({ text }) => text);
    expect(found).toEqual(["Array prototype map"]);
  });

  it("completes what the curation suggests, before others that begin alike", async () => {
    const curation = { suggestions: ["Route a request", "how do I route", "ROUTING"] };
    const curated = await MemoryIndex.build(PAGES, { curation });
    const found = await (await curated.open()).suggest?.("rou");
    expect(found?.slice(0, 4)).toEqual([
      { text: "Route a request", kind: "curated", marks: [[0, 3]] },
      { text: "ROUTING", kind: "curated", marks: [[0, 3]] },
      { text: "RouterView", kind: "title", marks: [[0, 3]] },
      { text: "how do I route", kind: "curated", marks: [[9, 12]] },
    ]);
    curated.files.delete(curated.nameOf("curation"));
    expect((await (await curated.open()).suggest?.("rou"))?.[0]?.text).toBe("RouterView");
  });

  it("has nothing for blank and hostile queries", async () => {
    for (const query of ["", "  ", "—", "\u0000", "zzz", "a ".repeat(10_000), "x".repeat(1_000_000)]) {
      expect(await texts(query)).toEqual([]);
    }
  });

  it("reads one file for a letter, besides the directory the first time, and none that a search reads", async () => {
    index.requests.length = 0;
    const fresh = await index.open();
    await fresh.search("routing");
    expect(index.requests.filter((name) => name.startsWith("suggest/"))).toEqual([]);
    index.requests.length = 0;
    await fresh.suggest?.("r");
    await fresh.suggest?.("ro");
    expect(index.requests).toHaveLength(2);
    expect(index.requests.every((name) => name.startsWith("suggest/"))).toBe(true);
  });

  it("stops when it is aborted", async () => {
    await expect(engine.suggest?.("r", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
  });

  it("is empty in an index without phrases", async () => {
    const files = new Map(index.files);
    const { suggest: _, ...manifest } = JSON.parse(new TextDecoder().decode(files.get("index.json")));
    files.set("index.json", new TextEncoder().encode(JSON.stringify(manifest)));
    expect(await (await new MemoryIndex(files).open()).suggest?.("r")).toEqual([]);
  });

  it("names a file that is cut off, and leaves searching as it is", async () => {
    const { files } = await MemoryIndex.build(PAGES.slice(0, 3));
    for (const name of [...files.keys()].filter((name) => name.startsWith("suggest/"))) {
      const damaged = new MemoryIndex(files);
      damaged.files.set(name, (files.get(name) as Uint8Array).slice(0, -9));
      const backend = await damaged.open();
      await expect(backend.suggest?.("r")).rejects.toMatchObject({ code: "file-invalid", file: name });
      expect((await backend.search("routing")).warnings).toEqual([]);
    }
  });

  it("belongs to what is kept on the device", async () => {
    const asked: string[] = [];
    const kept = { read: index.read, isWhole: false, keep: async (names: string[]) => void asked.push(...names) };
    const backend = await index.open({ kept: kept as never });
    await backend.keepAll?.();
    const own = [...index.files.keys()].filter((name) => name !== "index.json");
    expect(asked.toSorted()).toEqual(own.toSorted());
  });
});

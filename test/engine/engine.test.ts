import { beforeAll, describe, expect, it } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { gzip } from "../../src/core/gzip.ts";
import type { PageHit, SearchBackend, SearchResults } from "../../src/core/search.ts";
import { createStaticModel } from "../../src/embed/static-model.ts";
import { Engine } from "../../src/engine/engine.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { MemoryIndex, page } from "./memory-index.ts";
import { tinyModel } from "./tiny-model.ts";

const PAGES = [
  page(
    "repair/",
    "Repairing a puncture",
    {
      "": "What to do on the road.",
      "Find the hole":
        "Take the inner tube out of the wheel with two levers. Then pump it up and listen for the leak near the valve. Mark the spot with chalk so that you find it again.",
      "Patch it": "Roughen the rubber. Press the patch on it firmly.",
    },
    { filters: { topic: ["bicycle"], level: ["easy"] }, trail: ["Home", "Workshop"] },
  ),
  page(
    "bread/",
    "Baking bread",
    { "": "Mix flour and water.", Dough: "Knead the dough until it is smooth. Let it rise." },
    {
      filters: { topic: ["kitchen"], level: ["easy"] },
    },
  ),
  page(
    "sourdough/",
    "Sourdough",
    { "": "Feed the starter every day." },
    { filters: { topic: ["kitchen"], level: ["hard"] } },
  ),
  page(
    "musik/",
    "Gitarre lernen",
    { "": "Die ersten Akkorde: music for the guitar." },
    { language: "de", filters: { topic: ["music"] } },
  ),
];

async function freshIndex(): Promise<MemoryIndex> {
  return MemoryIndex.build(PAGES, { space: await staticSpace(tinyModel()) });
}

const paths = (results: SearchResults) => results.hits.map((hit) => hit.path);
const marked = (hit: PageHit | undefined) =>
  hit?.sections[0]?.excerpt.marks.map((range) => hit.sections[0]?.excerpt.text.slice(...range));

let index: MemoryIndex;
let engine: SearchBackend;
beforeAll(async () => {
  index = await freshIndex();
  engine = await index.open();
});

describe("search", () => {
  it("finds by words, with the section, its URL and the words marked", async () => {
    const { hits, total, mode } = await engine.search("patches for rubber", { mode: "keyword" });
    expect({ total, mode }).toEqual({ total: 1, mode: "keyword" });
    expect(hits[0]).toMatchObject({
      url: "/repair/",
      anchor: "patch-it",
      title: "Repairing a puncture",
      trail: ["Home", "Workshop"],
    });
    expect(hits[0]?.sections[0]).toMatchObject({ url: "/repair/#patch-it", heading: "Patch it", match: "words" });
    expect(marked(hits[0])).toEqual(["rubber", "patch"]);
  });

  it("finds by meaning what shares no word, and shows the closest sentence", async () => {
    const { hits } = await engine.search("my flat bike lost air");
    expect(hits[0]).toMatchObject({ path: "repair/", anchor: "find-the-hole" });
    expect(hits[0]?.sections[0]?.match).toBe("meaning");
    expect(marked(hits[0])).toEqual(["Then pump it up and listen for the leak near the valve."]);
  });

  it("finds nothing by meaning for a query of no known word, however near it seems", async () => {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter) => [`^${letter}`, `~${letter}`]);
    const pieces = createStaticModel(letters, new Float32Array(letters.length * 16).fill(1), tinyModel().parameters);
    const backend = await (await MemoryIndex.build(PAGES, { space: await staticSpace(pieces) })).open();
    expect((await backend.search("zzzzzz", { mode: "semantic" })).total).toBeGreaterThan(0);
    expect((await backend.search("zzzzzz")).hits).toEqual([]);
    expect(paths(await backend.search("patch"))).toEqual(["repair/"]);
  });

  it("explains where a hit comes from", async () => {
    const { hits } = await engine.search("dough rise", { explain: true, weights: { semantic: 0.4 } });
    expect(hits[0]?.path).toBe("bread/");
    expect(hits[0]?.sections[0]?.explain).toMatchObject({
      keyword: { rank: 1 },
      semantic: { rank: 1 },
      fusion: "convex",
      semanticWeight: 0.4,
      terms: ["dough", "rise"],
    });
    expect(hits[0]?.sections[0]?.explain?.fused).toBeCloseTo(1, 2);
  });

  it("weighs meaning by the query's shape and what the model knows of it, and says so", async () => {
    const explain = async (query: string, options = {}) => {
      const { hits } = await engine.search(query, { explain: true, ...options });
      const { semanticWeight, balance } = hits[0]?.sections[0]?.explain ?? {};
      return { semanticWeight, ...balance };
    };
    expect(await explain("dough")).toEqual({ semanticWeight: 0.3, shape: "word", weight: 0.3, coverage: 1 });
    expect(await explain("rubber patch leak")).toMatchObject({ shape: "words", weight: 0.45 });
    const half = await explain("dough kubernetes");
    expect(half).toMatchObject({ shape: "pair", weight: 0.45 });
    expect(half.coverage).toBeLessThan(1);
    expect(half.semanticWeight).toBeCloseTo(0.45 * (half.coverage ?? 0), 10);
    expect(await explain("dough", { weights: { semantic: 0.5 } })).toEqual({ semanticWeight: 0.5 });
    expect(await explain("dough", { mode: "keyword" })).toEqual({ semanticWeight: 0 });
  });

  it("takes the weights of shapes from the index", async () => {
    const fusion = { method: "convex", semanticWeight: 0.6, rrfK: 60, shapes: { word: 0.2 } } as const;
    const backend = await (await MemoryIndex.build(PAGES, { fusion, space: await staticSpace(tinyModel()) })).open();
    const weightOf = async (query: string) =>
      (await backend.search(query, { explain: true })).hits[0]?.sections[0]?.explain?.balance?.weight;
    expect([await weightOf("dough"), await weightOf("dough starter")]).toEqual([0.2, 0.6]);
  });

  it("looks a second time by meaning, nearer to what it found first, if the index says so", async () => {
    const fusion = { method: "convex", semanticWeight: 0.5, rrfK: 60 } as const;
    const cosineOf = async (options: object, feedback?: { chunks: number; weight: number }) => {
      const space = await staticSpace(tinyModel());
      const backend = await (await MemoryIndex.build(PAGES, { fusion: { ...fusion, feedback }, space })).open();
      const { hits } = await backend.search("knead dough rise", { explain: true, ...options });
      const sections = hits.find(({ path }) => path === "bread/")?.sections;
      return sections?.find(({ anchor }) => anchor === "dough")?.explain?.semantic?.score ?? Number.NaN;
    };
    const feedback = { chunks: 1, weight: 0.5 };
    const once = await cosineOf({});
    expect(await cosineOf({}, feedback)).toBeGreaterThan(once);
    expect(await cosineOf({}, { chunks: 1, weight: 0 })).toBeCloseTo(once, 6);
    expect(await cosineOf({ weights: { semantic: 0.2 }, fusion: "rrf" }, feedback)).toBeGreaterThan(once);
    for (const options of [{ mode: "semantic" }, { weights: { semantic: 1 } }, { weights: { semantic: 0 } }]) {
      expect(await cosineOf(options, feedback)).toBeCloseTo(once, 6);
    }
  });

  it("finds a quoted phrase only where it stands", async () => {
    const quoted = await engine.search('"let it rise"', { explain: true });
    expect(paths(quoted)).toEqual(["bread/"]);
    expect(quoted.hits[0]?.sections[0]?.explain?.balance?.shape).toBe("phrase");
    expect(quoted.total).toBe(1);
    expect(paths(await engine.search("“Inner Tube” wheel", { mode: "keyword" }))).toEqual(["repair/"]);
    expect(paths(await engine.search('"the starter" "every day"'))).toEqual(["sourdough/"]);
    expect(paths(await engine.search('"smooth let" dough', { filters: { topic: ["music"] } }))).not.toContain("bread/");
  });

  it("takes quotation marks in a longer sentence for what they are", async () => {
    const { hits } = await engine.search('what to do on the road with a "flat" wheel, tube and valve', {
      explain: true,
    });
    expect(hits[0]?.path).toBe("repair/");
    expect(hits[0]?.sections[0]?.explain?.balance?.shape).toBe("question");
  });

  it("answers a phrase that stands nowhere as if it were not quoted", async () => {
    const { hits } = await engine.search('"dough the knead"', { explain: true });
    expect(hits[0]?.path).toBe("bread/");
    expect(hits[0]?.sections[0]?.explain?.balance?.shape).toBe("pair");
  });

  it("fuses by reciprocal ranks too", async () => {
    const { hits } = await engine.search("dough", { fusion: "rrf", explain: true });
    expect(hits[0]?.path).toBe("bread/");
    expect(hits[0]?.sections[0]?.explain?.fusion).toBe("rrf");
  });

  it("answers a pasted page as if it were its beginning", async () => {
    const { hits, query } = await engine.search(`patch ${"rubber 検索 ".repeat(100_000)}`);
    expect(hits[0]?.path).toBe("repair/");
    expect(query.length).toBeLessThanOrEqual(1000);
  });

  it("gives no hits for an empty query or one that nothing matches", async () => {
    for (const query of ["", "   ", "🎉", "zzzzzz"]) {
      expect(await engine.search(query)).toMatchObject({ hits: [], total: 0 });
    }
  });

  it("finds a query of function words alone in titles and headings", async () => {
    expect(paths(await engine.search("the", { mode: "keyword" }))).toEqual(["repair/"]);
  });

  it("completes the word being typed, unless a space follows", async () => {
    expect(paths(await engine.search("start", { mode: "keyword", asYouType: true }))).toEqual(["sourdough/"]);
    expect(paths(await engine.search("start ", { mode: "keyword", asYouType: true }))).toEqual([]);
  });

  it("pages through results", async () => {
    const all = paths(await engine.search("bread dough yeast", { limit: 10 }));
    expect(all.length).toBeGreaterThan(1);
    expect(paths(await engine.search("bread dough yeast", { limit: 1, offset: 1 }))).toEqual(all.slice(1, 2));
  });

  it("filters before ranking and counts facets", async () => {
    const easy = await engine.search("dough rise", { filters: { level: ["easy"] } });
    expect(paths(easy)).toEqual(["bread/"]);
    // Under its own filter a name still counts its other values.
    expect(easy.facets).toEqual({ topic: { kitchen: 1 }, level: { easy: 1, hard: 1 } });
    expect(paths(await engine.search("dough rise", { filters: { level: ["easy"], topic: ["bicycle"] } }))).toEqual([]);
  });

  it("keeps to a language", async () => {
    expect(paths(await engine.search("guitar", { language: "de" }))).toEqual(["musik/"]);
    expect(paths(await engine.search("guitar", { language: "en" }))).toEqual([]);
  });

  it.each([{ mode: "psychic" }, { limit: -1 }, { limit: 1.5 }, { weights: { semantic: 2 } }, { fusion: "cold" }])(
    "refuses %o",
    async (options) => {
      await expect(engine.search("x", options as object)).rejects.toMatchObject({ code: "bad-option" });
    },
  );

  it("offers keyword results while those by meaning are on their way, and not after", async () => {
    const slow = await freshIndex();
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const read = slow.read;
    Object.assign(slow, {
      read: async (name: string) => {
        if (name.startsWith("vectors/")) await gate;
        return read(name);
      },
    });
    const partials: SearchResults[] = [];
    const backend = await slow.open();
    const final = await backend.search("patch", {
      onPartial: (results) => {
        partials.push(results);
        release();
      },
    });
    expect(partials).toHaveLength(1);
    expect(partials[0]).toMatchObject({ partial: true, mode: "keyword" });
    expect(final).toMatchObject({ partial: false, mode: "hybrid" });
    expect(paths(partials[0] as SearchResults)).toEqual(["repair/"]);
  });

  it("does not answer twice when both halves are in memory", async () => {
    await engine.search("patch");
    const partials: SearchResults[] = [];
    await engine.search("patch", { onPartial: (results) => partials.push(results) });
    expect(partials).toEqual([]);
  });

  it("reads no texts for a query that was aborted meanwhile", async () => {
    const slow = await freshIndex();
    const controller = new AbortController();
    const read = slow.read;
    Object.assign(slow, {
      read: async (name: string) => {
        if (name.startsWith("terms/")) controller.abort();
        return read(name);
      },
    });
    const backend = await slow.open();
    const promise = backend.search("patch", { signal: controller.signal, onPartial: () => {} });
    await expect(promise).rejects.toMatchObject({ code: "aborted" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(slow.requests.filter((name) => name.startsWith("text/"))).toEqual([]);
  });

  it("rejects with `aborted` at once, and answers the next query", async () => {
    const controller = new AbortController();
    const promise = engine.search("patch", { signal: controller.signal });
    controller.abort();
    await expect(promise).rejects.toMatchObject({ code: "aborted" });
    await expect(engine.search("patch", { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    expect((await engine.search("patch")).hits.length).toBeGreaterThan(0);
  });

  it("reads each file once", async () => {
    const counted = await freshIndex();
    const backend = await counted.open();
    await Promise.all(["bread", "dough", "bread dough"].map((query) => backend.search(query)));
    expect(new Set(counted.requests).size).toBe(counted.requests.length);
  });
});

describe("rounds of reading", () => {
  /** Kinds of files by rounds: nothing is delivered before nothing more has been asked for during some time. */
  async function roundsOf(query: string): Promise<string[][]> {
    const { files } = await freshIndex();
    const rounds: string[][] = [];
    let waiting: { readonly kind: string; readonly deliver: () => void }[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deliver = () => {
      rounds.push([...new Set(waiting.map(({ kind }) => kind))].sort());
      const delivered = waiting;
      waiting = [];
      for (const each of delivered) each.deliver();
    };
    const backend = await Engine.open(async (name) => {
      if (rounds.length > 0 || name !== "index.json") {
        clearTimeout(timer);
        timer = setTimeout(deliver, 60);
        await new Promise<void>((resolve) => {
          waiting.push({ kind: name.split("/")[0] as string, deliver: resolve });
        });
      }
      return files.get(name) ?? Promise.reject(new Error(`no ${name}`));
    });
    await backend.warm?.();
    rounds.length = 0;
    await backend.search(query);
    return rounds;
  }

  it("are the words' rows and postings; then cells, and texts of what is best by words; then other texts", async () => {
    expect(await roundsOf("dough")).toEqual([
      ["model", "terms"],
      ["text", "vectors"],
    ]);
    // Of a query without a word of the site, also phrases that may be meant.
    expect(await roundsOf("flat bike air")).toEqual([
      ["model", "terms"],
      ["vectors"],
      ["suggest", "text"],
      ["suggest"],
    ]);
  });
});

describe("similar", () => {
  it("finds the pages nearest in meaning, without the page itself", async () => {
    const { hits } = await engine.similar("bread/");
    expect(hits[0]?.path).toBe("sourdough/");
    expect(hits.map(({ path }) => path)).not.toContain("bread/");
  });

  it("takes a URL path and respects filters", async () => {
    expect(
      (await engine.similar("/bread/", { filters: { level: ["easy"] } })).hits.map(({ path }) => path),
    ).not.toContain("sourdough/");
  });

  it("says when there is no such page", async () => {
    await expect(engine.similar("nowhere/")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("an index by words alone", () => {
  it("answers hybrid queries by words, without a warning", async () => {
    const backend = await (await MemoryIndex.build(PAGES)).open();
    expect(await backend.search("patch")).toMatchObject({ mode: "keyword", warnings: [], total: 1 });
    await expect(backend.similar("bread/")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("damage", () => {
  const REMEDY = expect.stringMatching(/build|deploy|reload|load/i);

  async function broken(kind: string, change: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array> | undefined) {
    const damaged = await freshIndex();
    const name = damaged.nameOf(kind);
    const bytes = await change(damaged.files.get(name) as Uint8Array);
    if (bytes) damaged.files.set(name, bytes);
    else damaged.files.delete(name);
    return damaged.open();
  }

  const html = () => new TextEncoder().encode("<!doctype html><title>404</title>");
  const truncated = (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1);
  const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 16 : byte));
  const newer = async () => {
    const container = new Uint8Array(16);
    container.set([0x53, 0x53, 0x45, 0x43, 2]);
    return gzip(container);
  };
  const damages = { html, truncated, flipped, newer, missing: () => undefined };

  for (const [damage, change] of Object.entries(damages)) {
    it(`${damage} vectors or model: answers by words, with a warning`, async () => {
      for (const kind of ["vectors", "model"]) {
        const backend = await broken(kind, change);
        const results = await backend.search(
          kind === "model" ? "patch bicycle bike bread dough loaf yeast guitar" : "patch",
        );
        expect(paths(results)).toContain("repair/");
        if (results.warnings.length === 0) continue;
        expect(results.mode).toBe("keyword");
        expect(results.warnings[0]).toMatchObject({ part: "semantic", error: { remedy: REMEDY } });
      }
      const noVectors = await (await broken("vectors", change)).search("patch");
      expect(noVectors.warnings).toHaveLength(1);
    });

    it(`${damage} terms: answers by meaning, with a warning`, async () => {
      const results = await (await broken("terms", change)).search("bicycle leak");
      expect(paths(results)[0]).toBe("repair/");
      expect(results.warnings[0]).toMatchObject({ part: "keyword", error: { remedy: REMEDY } });
    });

    it(`${damage} pages or text: an error with a remedy, never a crash`, async () => {
      for (const kind of ["pages", "text"]) {
        const error = await (await broken(kind, change)).search("patch").catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(SearchError);
        expect(error).toMatchObject({ remedy: expect.any(String) });
      }
    });
  }

  it("recovers when a file that failed is there again", async () => {
    const flaky = await freshIndex();
    const name = flaky.nameOf("vectors");
    const bytes = flaky.files.get(name) as Uint8Array;
    flaky.files.delete(name);
    const backend = await flaky.open();
    expect((await backend.search("patch")).warnings).toHaveLength(1);
    flaky.files.set(name, bytes);
    expect((await backend.search("patch")).warnings).toHaveLength(0);
  });

  it.each([
    ["an HTML page", html(), "index-invalid", /HTML page/],
    ["a cut file", new TextEncoder().encode('{"format": "semantic-sea'), "index-invalid", /not JSON/],
    ["another JSON", new TextEncoder().encode("[1]"), "index-invalid", /not a search index/],
    ["null", new TextEncoder().encode("null"), "index-invalid", /not a search index/],
    [
      "a newer version",
      new TextEncoder().encode('{"format": "semantic-search-index", "version": 7}'),
      "file-version",
      /version 7/,
    ],
    [
      "a damaged field",
      new TextEncoder().encode('{"format": "semantic-search-index", "version": 3, "generator": 5}'),
      "index-invalid",
      /generator/,
    ],
  ])("index.json that is %s", async (_, bytes, code, message) => {
    const error = await new MemoryIndex(new Map([["index.json", bytes]])).open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), remedy: expect.any(String) });
  });
});

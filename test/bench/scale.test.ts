import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readResults, SCALE_CHART } from "./readme-tables.ts";
import { addSentence, changesSince } from "./scale-builds.ts";
import { logAxis, scaleChart } from "./scale-chart.ts";
import { ENGINES } from "./scale-engines.ts";
import {
  buildTable,
  firstAnswerTable,
  kindTable,
  quantile,
  type ScaleResults,
  type ScaleRow,
  warmTable,
} from "./scale-report.ts";
import { encode } from "./scale-server.ts";
import { queriesFromTitles, sample } from "./scale-sites.ts";

const PATHS = Array.from({ length: 200 }, (_, i) => `docs/page-${i}/index.html`);

const ROW: ScaleRow = {
  engine: "pagefind",
  site: "a <site>",
  files: 1200,
  build: { seconds: 2, files: 1210, bytes: 3e6 },
  cold: {
    queries: 4,
    pages: 7.5,
    unanswered: 1,
    complete: { bytes: 153_000, requests: 10, kinds: { code: 96_000, terms: 57_000 } },
    waits: { slow: { wordsMs: 25_000, ms: 25_000, queries: 1 } },
  },
  warm: { queries: 50, ms: { p50: 3, p95: 9 }, longestTaskMs: 0, memory: { page: 1e6, workers: 0 } },
};

const RESULTS: ScaleResults = {
  versions: { pagefind: "1.5.2" },
  protocol: "HTTP/2",
  encoding: "br",
  networks: [
    { name: "fast", bytesPerSecond: 1_125_000, latencyMs: 60 },
    { name: "slow", bytesPerSecond: 200_000, latencyMs: 150 },
  ],
  rows: [ROW],
};

describe("the sites of bench:scale", () => {
  it("samples are the same every time, and within one another", () => {
    const few = sample(PATHS, 20);
    expect(few).toHaveLength(20);
    expect(sample(PATHS.toReversed(), 20)).toEqual(few);
    expect(sample(PATHS, 50)).toEqual(expect.arrayContaining(few));
    expect(sample(PATHS, Number.POSITIVE_INFINITY)).toEqual(PATHS.toSorted());
  });

  it("queries are different, seeded, and of words that stand together in a title", () => {
    const titles = ["Array.prototype.flatMap()", "How to centre small boxes", "Content-Security-Policy default-src"];
    const queries = queriesFromTitles(titles, { count: 8, seed: 1 });
    expect(new Set(queries).size).toBe(8);
    expect(queries.filter((query) => !titles.some((title) => title.includes(query)))).toEqual([]);
    expect(queriesFromTitles(titles, { count: 8, seed: 1 })).toEqual(queries);
    expect(queriesFromTitles(titles, { count: 8, seed: 2 })).not.toEqual(queries);
    expect(queriesFromTitles(["one"], { count: 50, seed: 1 })).toEqual(["one"]);
    expect(queriesFromTitles([], { count: 50, seed: 1 })).toEqual([]);
  });
});

describe("the builds of bench:scale", () => {
  it("counts files that are new or different", () => {
    const before = new Map([
      ["same", { bytes: 1, hash: "a" }],
      ["changed", { bytes: 10, hash: "b" }],
      ["gone", { bytes: 100, hash: "c" }],
    ]);
    const after = new Map([
      ["same", { bytes: 1, hash: "a" }],
      ["changed", { bytes: 11, hash: "d" }],
      ["new", { bytes: 1000, hash: "e" }],
    ]);
    expect(changesSince(before, after)).toEqual({ changedFiles: 2, changedBytes: 1011 });
  });

  it("changes a page where its content is", () => {
    const page = "<body><nav><p>Menu</p></nav><main><p>Text.</p><p>More.</p></main></body>";
    expect(addSentence(page, "New.")).toBe(page.replace("Text.", "Text. New."));
    expect(addSentence("<body>Text</body>", "New.")).toBe("<body>Text New.</body>");
    expect(addSentence("Text", "New.")).toBe("Text New.");
  });
});

describe("the server of bench:scale", () => {
  it("compresses text, and leaves unknown types as they are", () => {
    const content = Buffer.from("{}".repeat(100));
    expect(brotliDecompressSync(encode(content, "application/json", "br").content)).toEqual(content);
    expect(gunzipSync(encode(content, "text/javascript", "gzip").content)).toEqual(content);
    expect(encode(content, "application/octet-stream", "br")).toEqual({ content });
    expect(encode(content, "application/json", "none")).toEqual({ content });
  });

  it("knows the kinds of every engine's files", () => {
    const kinds = (name: string, paths: readonly string[]) => {
      const engine = ENGINES.find((known) => known.name === name);
      return paths.map((path) => engine?.kindOf(path));
    };
    expect(kinds("ours", ["element.js", "index.json", "terms/1f.bin"])).toEqual(["code", "manifest", "terms"]);
    expect(kinds("pagefind", ["wasm.en.pagefind", "index/a.pf_index", "fragment/b.pf_fragment"])).toEqual([
      "code",
      "terms",
      "text",
    ]);
    expect(kinds("minisearch", ["engine.js", "index.json"])).toEqual(["code", "whole index"]);
  });
});

describe("the tables of bench:scale", () => {
  it("say what was not measured", () => {
    expect(buildTable(RESULTS)[1]).toEqual([
      "1,200 (a <site>)",
      "Pagefind 1.5.2",
      "2.0",
      "–",
      "–",
      "–",
      "3.0",
      "1,210",
    ]);
    expect(firstAnswerTable(RESULTS)[1]?.slice(2)).toEqual(["153", "10", "–", "96", "1 of 4", "–", "25.0 (1 of 4)"]);
    expect(warmTable(RESULTS)[1]?.slice(2)).toEqual(["3 / 9", "–", "–", "–", "0", "0.0", "1.0"]);
  });

  it("tell new queries from those that are asked again", () => {
    const again = { ms: { p50: 2, p95: 4 }, elapsedMs: { p50: 1, p95: 2.6 } };
    const row = { ...ROW, warm: { ...ROW.warm, elapsedMs: { p50: 2, p95: 8 }, again } };
    expect(warmTable({ ...RESULTS, rows: [row] })[1]?.slice(2, 6)).toEqual(["3 / 9", "2 / 8", "2 / 4", "1 / 3"]);
  });

  it("have as many cells in every row", () => {
    for (const table of [buildTable, firstAnswerTable, kindTable, warmTable]) {
      expect(new Set(table(RESULTS).map(({ length }) => length)).size).toBe(1);
    }
  });

  it("take quantiles of any number of values", () => {
    expect(quantile([], 0.95)).toBe(0);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([1, 2], 1)).toBe(2);
  });
});

describe("the chart of bench:scale", () => {
  it("has logarithmic axes with powers of ten", () => {
    const axis = logAxis([150, 14_000], { from: 0, to: 300 });
    expect(axis.ticks).toEqual([100, 1000, 10_000, 100_000]);
    expect(axis.at(1000)).toBeCloseTo(100);
    const tight = logAxis([100, 14_000], { from: 0, to: 300, tight: true });
    expect(tight.ticks).toEqual([100, 1000, 10_000]);
    expect(tight.at(14_000)).toBeCloseTo(300);
  });

  it("can do with one size, and with none", () => {
    for (const rows of [[ROW], []]) expect(scaleChart({ ...RESULTS, rows })).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("tells its figures to those who do not see them", () => {
    expect(scaleChart(RESULTS)).toContain("Pagefind: 153 KB at 1,200 pages");
  });

  it("is the one in the repository (`npm run bench:readme` updates it)", () => {
    expect(readFileSync(SCALE_CHART, "utf8")).toBe(scaleChart(readResults("scale")));
  });
});

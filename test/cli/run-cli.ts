import type { NodeApi } from "../../src/cli/api.ts";
import { main } from "../../src/cli/main.ts";
import type { FusionParams } from "../../src/core/fusion.ts";
import type { PageHit, SearchBackend, SearchOptions, SearchResults } from "../../src/core/search.ts";
import type { IndexSummary } from "../../src/indexer/inspect-index.ts";
import type { IndexReport, IndexSiteOptions } from "../../src/indexer/types.ts";

/** What a run of the command line left behind. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runCli}. */
export interface RunCliOptions {
  readonly cwd?: string;
  readonly api?: Partial<NodeApi>;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Pretend that both streams are terminals. */
  readonly isTTY?: boolean;
  /** Called with every piece of text written to standard output. */
  readonly onStdout?: (text: string) => void;
}

/** Run the command line in this process, over a given Node API. */
export async function runCli(argv: readonly string[], options: RunCliOptions = {}): Promise<CliRun> {
  const { cwd = "/", api = {}, env = {}, signal = new AbortController().signal, isTTY = false, onStdout } = options;
  const stdout: string[] = [];
  const stderr: string[] = [];
  const write = (text: string) => {
    stdout.push(text);
    onStdout?.(text);
  };
  const code = await main(argv, {
    api: async () => ({ ...refusingApi, ...api }),
    io: {
      cwd,
      env,
      signal,
      stdout: { isTTY, columns: 80, write },
      stderr: { isTTY, columns: 80, write: (text: string) => stderr.push(text) },
    },
  });
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

/** For commands that must fail before they get to work. */
const refusingApi: NodeApi = {
  indexSite: () => Promise.reject(new Error("indexSite was not expected")),
  openIndex: () => Promise.reject(new Error("openIndex was not expected")),
  inspectIndex: () => Promise.reject(new Error("inspectIndex was not expected")),
  loadQueries: () => Promise.reject(new Error("loadQueries was not expected")),
  evaluateIndex: () => Promise.reject(new Error("evaluateIndex was not expected")),
  reportHtml: () => {
    throw new Error("reportHtml was not expected");
  },
  tuneSite: () => Promise.reject(new Error("tuneSite was not expected")),
};

/** An `indexSite` that records its options and reports one small build. */
export function fakeIndexer(report: Partial<IndexReport> = {}) {
  const calls: IndexSiteOptions[] = [];
  const indexSite: NodeApi["indexSite"] = async (options) => {
    calls.push(options);
    return {
      unchanged: false,
      out: options.out ?? `${options.dir}/semantic-search`,
      build: "0a1b2c3d",
      files: 3,
      pages: 2,
      sections: 5,
      chunks: 1200,
      embedded: 1200,
      reused: 0,
      truncated: 0,
      languages: ["en"],
      skipped: [],
      missingPins: [],
      bytes: { text: 2048, terms: 1_500_000, filters: 0 },
      elapsedMs: 61_400,
      ...report,
    };
  };
  return { calls, indexSite };
}

/** A page hit with one section, as `search` returns it. */
export const HIT: PageHit = {
  url: "/guide/security/",
  anchor: "rotate",
  path: "guide/security/",
  title: "Managing credentials",
  trail: ["Guide", "Security"],
  language: "en",
  meta: {},
  score: 0.9,
  sections: [
    {
      anchor: "rotate",
      heading: "Rotating keys",
      ancestors: ["Credentials"],
      url: "/guide/security/#rotate",
      score: 0.9,
      match: "both",
      excerpt: {
        text: "To rotate a key, press Renew.",
        marks: [
          [3, 9],
          [12, 15],
        ],
      },
      explain: {
        keyword: { rank: 3, score: 5.214 },
        semantic: { rank: 1, score: 0.8124 },
        fused: 0.94,
        fusion: "convex",
        semanticWeight: 0.3,
        terms: ["rotat", "key"],
      },
    },
  ],
};

/** An `openIndex` that answers every query alike and records what it was asked. */
export function fakeEngine(results: Partial<SearchResults> = {}) {
  const calls: { query: string; options: SearchOptions | undefined }[] = [];
  let closed = 0;
  const search: SearchBackend["search"] = async (query, options) => {
    calls.push({ query, options });
    return {
      query,
      mode: "hybrid",
      partial: false,
      hits: [HIT],
      total: 1,
      facets: {},
      warnings: [],
      elapsedMs: 7.3,
      ...results,
    };
  };
  const openIndex: NodeApi["openIndex"] = async () => ({
    search,
    similar: () => Promise.reject(new Error("similar was not expected")),
    info: () => Promise.reject(new Error("info was not expected")),
    close: () => void closed++,
  });
  return { calls, openIndex, closed: () => closed };
}

const FUSION: FusionParams = { method: "convex", semanticWeight: 0.3, rrfK: 60 };

/** What `inspectIndex` says of one small index. */
export const SUMMARY: IndexSummary = {
  build: "0a1b2c3d",
  format: 1,
  generator: "semantic-search-element 0.1.0",
  pages: 2,
  sections: 5,
  chunks: 9,
  languages: ["de", "en"],
  files: 8,
  bytes: { text: 2048, terms: 500 },
  spaces: [{ id: "static", dims: 256, precision: "int8", fingerprint: "aabbccddeeff00112233", fusion: FUSION }],
  filters: { section: { Guide: 1, API: 12 } },
  sorts: ["date"],
  fusion: FUSION,
};

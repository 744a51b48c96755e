import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NodeApi } from "../../src/cli/api.ts";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { loadQueries } from "../../src/evaluation/load-queries.ts";
import { reportHtml } from "../../src/evaluation/report-html.ts";
import * as node from "../../src/node.ts";
import { type Answers, fakeBackend } from "../evaluation/fake-backend.ts";
import { runCli } from "./run-cli.ts";
import { tempFolder } from "./temp-folder.ts";

const QUERIES =
  "log in\t/accounts/\nrotate keys\t/security/\nERR_TOKEN\t/errors/\nhost it\t/hosting/\nfees\t/pricng/\n";
const PATHS = ["accounts/", "security/", "errors/", "hosting/", "pricing/"];
const ANSWERS: Answers = {
  "log in": { keyword: ["errors/"], semantic: ["accounts/"], hybrid: ["accounts/", "errors/"] },
  "rotate keys": { keyword: ["security/"], semantic: ["security/"], hybrid: ["security/"] },
  ERR_TOKEN: { keyword: ["errors/"], semantic: [], hybrid: ["hosting/", "errors/"] },
  fees: { hybrid: ["accounts/"] },
};

describe("eval", () => {
  it("prints measures, the comparison, and what to look at", async () => {
    const { code, stdout, stderr } = await runEval([]);
    expect(code).toBe(0);
    expect(stderr).toBe("Asking 5/5 queries\n");
    expect(stdout.replace(/ +[\d.]+ ms +[\d.]+ ms/g, "  …")).toMatchInlineSnapshot(`
      "semantic-search  build 0a1b2c3d
        5 queries, 20 pages

                  nDCG@10  MRR@10  recall@1  recall@5  recall@10  no result  median  p95
        keyword   0.400    0.400   0.400     0.400     0.400      2  …
        semantic  0.400    0.400   0.400     0.400     0.400      3  …
        hybrid    0.526    0.500   0.400     0.600     0.600      1  …

      Hybrid against keyword alone  too few queries to tell
        nDCG@10 +0.126, 95% interval -0.221 to +0.600
        1 win, 1 loss, 3 alike

      Won most, place by keyword → by hybrid  1
        – → 1  log in  /accounts/

      Lost most, place by keyword → by hybrid  1
        1 → 2  ERR_TOKEN  /errors/

      Nothing found  1
        host it  /hosting/

      No right page in the first ten  1
        fees  /pricng/

      Right pages that are not in the index  1, they count as never found
        queries.tsv:5  /pricng/  did you mean /pricing/?
      "
    `);
  });

  it("--json prints one document and nothing else", async () => {
    const { code, stdout, stderr } = await runEval(["--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      main: "hybrid",
      comparison: { wins: 1, losses: 1, ties: 3, verdict: "too-few" },
      missing: [{ query: "fees", url: "/pricng/", source: "queries.tsv:5", suggestion: "pricing/" }],
      threshold: null,
    });
  });

  it("writes reports to files that are named, and keeps its table", async () => {
    const { code, stdout, stderr, cwd } = await runEval(["--json", "out/report.json", "--html", "out/report.html"]);
    expect(code).toBe(0);
    expect(stdout).toContain("nDCG@10");
    expect(stderr).toMatch(/Wrote out.report\.json\nWrote out.report\.html\n$/);
    expect(JSON.parse(await readFile(join(cwd, "out/report.json"), "utf8"))).toMatchObject({ main: "hybrid" });
    expect(await readFile(join(cwd, "out/report.html"), "utf8")).toContain(
      "<h1>Search quality of semantic-search</h1>",
    );
  });

  it("says when a report cannot be written", async () => {
    const { code, stderr } = await runEval(["--html", "queries.tsv/report.html"]);
    expect(code).toBe(2);
    expect(stderr).toContain("error: The report cannot be written: ");
  });

  it("--min-ndcg exits with 1 below it, and says so", async () => {
    const { code, stderr } = await runEval(["--min-ndcg", "0.6", "--quiet"]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "error: nDCG@10 by hybrid is 0.5261, below the 0.6 of --min-ndcg.\n" +
        "       Look at the queries that were not answered first, or lower the bar.\n",
    );
    expect((await runEval(["--min-ndcg", "0.5"])).code).toBe(0);
  });

  it("--min-ndcg with --json leaves standard output to the document", async () => {
    const { code, stdout, stderr } = await runEval(["--min-ndcg", "0.6", "--json"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout).threshold).toEqual({ minNdcg: 0.6, passed: false });
  });

  it("--skip-missing leaves out what is not in the index", async () => {
    const { stdout } = await runEval(["--skip-missing"]);
    expect(stdout).toContain("4 queries, 20 pages, 1 query left out");
    expect(stdout).toContain("Right pages that are not in the index  1, left out");
  });

  it("lets no control character of a query file through to the terminal", async () => {
    const { stdout } = await runEval([], { queries: `a\x1b]0;x\x07b\t/gone\x1b[2J/\nlog in\t/accounts/\n` });
    expect(stdout).toContain("/gone [2J/");
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it.each([
    ["no queries named", ["eval"], "required option '--queries <file>' not specified"],
    ["a bar out of range", ["eval", "--queries", "q", "--min-ndcg", "60"], "Expected a number from 0 to 1."],
  ])("%s is a wrong command line", async (_name, argv, message) => {
    const { code, stderr } = await runCli(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("names the wrong lines of a query file", async () => {
    const run = await runEval([], { queries: "log in /accounts/\n" });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: queries\.tsv: line 1: there is no tab .*\n {7}Write one query and one URL/);
    const { code, stdout } = await runEval(["--json"], { queries: "log in /accounts/\n" });
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, "queries-invalid"]);
  });

  it("answers a failure as text when --json names a file", async () => {
    const { code, stdout, stderr } = await runEval(["--json", "report.json"], { queries: "x" });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("error: queries.tsv: line 1");
  });

  it("fails where there are no queries", async () => {
    const { code, stderr } = await runEval(["--queries", "none.tsv"]);
    expect(code).toBe(1);
    expect(stderr).toContain("error: The queries cannot be read: ");
  });

  it("stops when interrupted", async () => {
    const controller = new AbortController();
    const onSearch = () => controller.abort();
    const { code, stderr } = await runEval([], { signal: controller.signal, onSearch });
    expect(code).toBe(130);
    expect(stderr).toContain("Stopped.");
  });
});

describe("eval on a site", () => {
  const page = (title: string, text: string) =>
    `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>`;
  const SITE = {
    "stove/index.html": page("Stove", "Turn the knob to the left and hold it down until the flame burns."),
    "fuses.html": page("Fuse box", "When the lights go out, switch the breaker back on."),
    "waste.html": page("Waste", "Glass, paper and compost are collected on Tuesday morning."),
    "queries.tsv": "compost\thttps://house.example/waste\nblackout\t/fuses.html#box\nhow to cook\tstove\n",
  };

  it("measures what index wrote, with and without vectors", async () => {
    const cwd = await tempFolder(SITE);
    const json = async (...argv: string[]) =>
      JSON.parse((await runCli([...argv, "--json"], { cwd, api: node })).stdout);
    await json("index", ".");
    const found = await json("eval", "--queries", "queries.tsv");
    expect(found.missing).toEqual([]);
    expect(found.queries).toHaveLength(3);
    expect(found.systems.keyword.recall10).toBeCloseTo(1 / 3, 10);
    expect(found.systems.hybrid.recall10).toBe(1);
    expect(found.cold.bytes.median).toBeGreaterThan(1000);
    expect(found.cold.files.median).toBeGreaterThan(3);
    await json("index", ".", "--no-model", "--out", "words");
    expect(await json("eval", "-i", "words", "--queries", "queries.tsv")).toMatchObject({
      main: "keyword",
      comparison: null,
      ndcg10: found.systems.keyword.ndcg10,
    });
  });
});

interface EvalRun {
  readonly queries?: string;
  readonly signal?: AbortSignal;
  readonly onSearch?: () => void;
}

/** `eval` over a backend that answers as told. */
async function runEval(args: readonly string[], { queries = QUERIES, signal, onSearch }: EvalRun = {}) {
  const cwd = await tempFolder({ "semantic-search/index.json": "{}", "queries.tsv": queries });
  const evaluateIndex: NodeApi["evaluateIndex"] = (_dir, judged, options) =>
    evaluate(fakeBackend(ANSWERS, onSearch && { onSearch }), judged, { ...options, paths: PATHS });
  const argv = ["eval", ...(args.includes("--queries") ? [] : ["--queries", "queries.tsv"]), ...args];
  const api = { loadQueries, evaluateIndex, reportHtml };
  return { ...(await runCli(argv, { cwd, api, ...(signal && { signal }) })), cwd };
}

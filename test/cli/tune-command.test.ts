import { describe, expect, it } from "vitest";
import { describeTuneProgress } from "../../src/cli/tune-progress.ts";
import type { TuneOptions, TuneReport } from "../../src/tuning/types.ts";
import { runCli } from "./run-cli.ts";
import { tempFolder } from "./temp-folder.ts";

const REPORT: TuneReport = {
  kept: true,
  out: "/srv/semantic-search-model.bin",
  base: "00112233445566778899",
  tuned: "aabbccddeeff00112233",
  pages: 108,
  passages: 1575,
  questions: { links: 233, pairs: 12, train: 196, test: 49 },
  steps: 200,
  hybrid: {
    before: { recall10: 0.952, ndcg10: 0.829 },
    after: { recall10: 0.968, ndcg10: 0.843 },
    difference: { mean: 0.014, low: -0.002, high: 0.03 },
  },
  semantic: {
    before: { recall10: 0.92, ndcg10: 0.783 },
    after: { recall10: 0.957, ndcg10: 0.774 },
    difference: { mean: -0.009, low: -0.02, high: -0.001 },
  },
  elapsedMs: 31_400,
};

function fakeTuner(report: Partial<TuneReport> = {}) {
  const calls: TuneOptions[] = [];
  const tuneSite = async (options: TuneOptions) => {
    calls.push(options);
    options.onProgress?.({ phase: "train", done: 200, total: 200, loss: 0.91 });
    return { ...REPORT, ...report };
  };
  return { calls, tuneSite };
}

describe("tune", () => {
  it("hands its flags on, with paths made absolute", async () => {
    const { calls, tuneSite } = fakeTuner();
    const flags = "--pairs pairs.tsv --model base.bin --out models/tuned.bin --seed 7";
    const { code } = await runCli(["tune", "dist", ...flags.split(" ")], { cwd: "/srv", api: { tuneSite } });
    expect(code).toBe(0);
    expect(calls[0]).toMatchObject({
      dir: "/srv/dist",
      pairs: "/srv/pairs.tsv",
      model: "/srv/base.bin",
      out: "/srv/models/tuned.bin",
      seed: 7,
    });
  });

  it("reads the site as the config file says for `index`, but does not start from its model", async () => {
    const config = {
      dir: "site",
      root: "main",
      exclude: ["old/**"],
      chunkTokens: 100,
      model: "tuned.bin",
      out: "index",
    };
    const cwd = await tempFolder({ "semantic-search.config.json": JSON.stringify(config) });
    const { calls, tuneSite } = fakeTuner();
    expect((await runCli(["tune"], { cwd, api: { tuneSite } })).code).toBe(0);
    const { signal: _signal, onProgress: _onProgress, ...options } = calls[0] as TuneOptions;
    expect(options).toEqual({
      dir: `${cwd}/site`,
      root: "main",
      exclude: ["old/**"],
      chunkTokens: 100,
      out: `${cwd}/semantic-search-model.bin`,
    });
  });

  it("says what it learned from, and what came of it", async () => {
    const { tuneSite } = fakeTuner();
    const { stdout, stderr } = await runCli(["tune", "dist"], { cwd: "/srv", api: { tuneSite } });
    expect(stderr).toBe("Training 200/200 steps · loss 0.91\n");
    expect(stdout).toMatchInlineSnapshot(`
      "Tuned on 108 pages, 1,575 passages, 31.4 s
        Queries: 233 link texts, 12 of your own; 196 to learn from, 49 to judge by

      On the 49 queries to judge by
                              recall@10      nDCG@10        difference (95%)
        by words and meaning  0.952 → 0.968  0.829 → 0.843  +0.014 (−0.002 to +0.030)
        by meaning alone      0.920 → 0.957  0.783 → 0.774  −0.009 (−0.020 to −0.001)

      Wrote semantic-search-model.bin  aabbccddeeff
      Index with it:
        semantic-search index dist --model semantic-search-model.bin
      "
    `);
  });

  it("fails when the model is not kept, and says why", async () => {
    const { tuneSite } = fakeTuner({ kept: false, out: null });
    const { code, stdout, stderr } = await runCli(["tune", "dist"], { cwd: "/srv", api: { tuneSite } });
    expect(code).toBe(1);
    expect(stdout).not.toContain("Wrote");
    expect(stderr).toContain("error: The tuned model does worse than its base by meaning alone; nothing was written.");
    const json = await runCli(["tune", "dist", "--json"], { cwd: "/srv", api: { tuneSite } });
    expect([json.code, json.stderr]).toEqual([1, ""]);
    expect(JSON.parse(json.stdout)).toEqual({ ...REPORT, kept: false, out: null });
    const quiet = await runCli(["tune", "dist", "-q"], { cwd: "/srv", api: { tuneSite } });
    expect([quiet.code, quiet.stdout]).toEqual([1, ""]);
  });

  it("needs a folder, and a whole number as its seed", async () => {
    expect(await runCli(["tune"])).toMatchObject({ code: 2, stderr: expect.stringContaining("no site to tune") });
    expect(await runCli(["tune", "dist", "--seed", "x"])).toMatchObject({ code: 2 });
  });
});

describe("the progress of tuning", () => {
  it("has the step, the loss and the seconds left", () => {
    const progress = { phase: "train", done: 100, total: 400, loss: 0.854 } as const;
    expect(describeTuneProgress(progress, 2000)).toBe("Training 100/400 steps · loss 0.85 · 6.0 s left");
    expect(describeTuneProgress({ phase: "judge", done: 1, total: 200 }, 10)).toBe("Judging 1/200 questions");
  });
});

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeStaticModel } from "../../src/embed/static-model.ts";
import { adaptedSpace, loadStaticModel } from "../../src/indexer/load-model.ts";
import { tuneSite } from "../../src/tuning/tune-site.ts";
import type { TuneProgress } from "../../src/tuning/types.ts";
import { tempFolder } from "../cli/temp-folder.ts";
import { createToyModel } from "../embed/toy-model.ts";
import { madeUpSite, TOPICS, wordOf } from "./made-up-site.ts";

/** A folder with the site in `site/`, a toy model, and room for what comes out. */
async function workplace(site: Readonly<Record<string, string>>, others: Readonly<Record<string, string>> = {}) {
  const pages = Object.entries(site).map(([name, html]) => [`site/${name}`, html] as const);
  const folder = await tempFolder({ ...Object.fromEntries(pages), ...others });
  const model = join(folder, "toy.bin");
  await writeFile(model, await encodeStaticModel(createToyModel()));
  return { folder, options: { dir: join(folder, "site"), model, out: join(folder, "out/tuned.bin") } };
}

describe("tuning a model to a site", () => {
  it("learns what the site's links say, and writes a model that can be indexed with", async () => {
    const { options } = await workplace(madeUpSite());
    const seen: TuneProgress[] = [];
    const report = await tuneSite({ ...options, onProgress: (progress) => seen.push(progress) });
    expect(report).toMatchObject({ kept: true, out: options.out, pages: TOPICS + 1 });
    expect(report.questions).toEqual({ links: 4 * TOPICS, pairs: 0, train: 128, test: 32 });
    expect(report.semantic.after.recall10).toBeGreaterThan(report.semantic.before.recall10);
    expect(report.hybrid.after.ndcg10).toBeGreaterThan(report.hybrid.before.ndcg10);
    expect(report.hybrid.difference.mean).toBeCloseTo(report.hybrid.after.ndcg10 - report.hybrid.before.ndcg10);

    const model = await loadStaticModel(options.out);
    expect(model.fingerprint).toBe(report.tuned);
    expect(model.fingerprint).not.toBe(report.base);
    expect(model.parameters).toMatchObject({ id: "static", revision: "toy-tuned", dims: 32, bits: 8, adapted: true });
    expect(model.tokens).toContain("topic");
    const passages = Array.from({ length: 30 }, (_, i) => ({ title: wordOf(i), headings: [], text: "A topic" }));
    const { embedder } = await adaptedSpace(model)(passages);
    expect(embedder.info.fingerprint).toBe(report.tuned);

    for (const phase of ["read", "train", "judge"]) {
      const events = seen.filter((event) => event.phase === phase);
      expect(events.at(-1)).toMatchObject({ done: events.length, total: events.length });
    }
  });

  it("gives the same bytes for the same seed", async () => {
    const { folder, options } = await workplace(madeUpSite());
    const first = await tuneSite({ ...options, seed: 3 });
    const again = await tuneSite({ ...options, seed: 3, out: join(folder, "again.bin") });
    expect(again.tuned).toBe(first.tuned);
    expect(await readFile(join(folder, "again.bin"))).toEqual(await readFile(options.out));
  });

  it("learns from the author's pairs too", async () => {
    const lines = Array.from({ length: TOPICS }, (_, i) => `my ${wordOf(3000 + i)} question\t/${wordOf(i)}`);
    const { folder, options } = await workplace(madeUpSite(), { "pairs.tsv": `# mine\n\n${lines.join("\n")}\n` });
    const report = await tuneSite({ ...options, pairs: join(folder, "pairs.tsv") });
    expect(report.questions).toMatchObject({ links: 4 * TOPICS, pairs: TOPICS });
  });
});

describe("tuning stops without writing anything", () => {
  const failureOf = async (site: Record<string, string>, { pairs }: { readonly pairs?: string } = {}) => {
    const { folder, options } = await workplace(site, pairs === undefined ? {} : { "pairs.tsv": pairs });
    const given = pairs === undefined ? {} : { pairs: join(folder, "pairs.tsv") };
    const error = await tuneSite({ ...options, ...given }).catch((thrown: unknown) => thrown);
    expect(existsSync(options.out)).toBe(false);
    return error;
  };

  it("on a site that is too small", async () => {
    const site = Object.fromEntries(Object.entries(madeUpSite()).filter(([name]) => name !== "index.html"));
    expect(await failureOf(site)).toMatchObject({
      code: "too-few-pairs",
      message: expect.stringContaining("40 pages give 0 usable link texts; 50 distinct queries are needed"),
      remedy: expect.stringContaining("--pairs"),
    });
  });

  it("on a wrong line of the pairs, which it names", async () => {
    expect(await failureOf(madeUpSite(), { pairs: "good\t/bacebace\nno tab here\n" })).toMatchObject({
      code: "queries-invalid",
      message: expect.stringMatching(/line 2|:2/),
    });
    expect(await failureOf(madeUpSite(), { pairs: `fine\t/${wordOf(1)}\nlost\t/not/there\n` })).toMatchObject({
      code: "queries-invalid",
      message: 'pairs.tsv:2: no page of the site has the URL "/not/there".',
    });
  });

  it("on a model that was tuned before", async () => {
    const { folder, options } = await workplace(madeUpSite());
    await tuneSite(options);
    const again = tuneSite({ ...options, model: options.out, out: join(folder, "twice.bin") });
    await expect(again).rejects.toMatchObject({ code: "bad-option" });
    expect(existsSync(join(folder, "twice.bin"))).toBe(false);
  });

  it.each(["read", "train", "judge"])("when interrupted (%s)", async (phase) => {
    const { folder, options } = await workplace(madeUpSite());
    const controller = new AbortController();
    const run = tuneSite({
      ...options,
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.phase === phase && progress.done === 3) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect((await readdir(folder)).sort()).toEqual(["site", "toy.bin"]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadStaticModel } from "../src/indexer/load-model.ts";
import type { QualityResults } from "./bench/quality-results.ts";
import { fillReadme, readResults } from "./bench/readme-tables.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const { sets, means, model, peers } = readResults<QualityResults>("quality");
const english = means.filter((mean) => mean.english);

describe("README", () => {
  it("shows the figures that the benchmarks wrote (`npm run bench:readme` updates it)", () => {
    expect(readme).toBe(fillReadme(readme));
  });

  it("quotes the quality of the model that is shipped", async () => {
    expect((await loadStaticModel()).fingerprint).toBe(model);
  });

  it("has figures of both splits, and of every engine named", () => {
    expect(english.map(({ split }) => split)).toEqual(["dev", "test"]);
    for (const { name } of peers) expect(english.every(({ scores }) => name in scores)).toBe(true);
  });

  it("may say that both together are better than words alone, and than with a random table", () => {
    for (const { hybridLess } of english) {
      expect(hybridLess.keyword?.low).toBeGreaterThan(0);
      expect(hybridLess.control?.low).toBeGreaterThan(0);
    }
    expect(sets.find(({ set }) => set === "scifact")?.scores.static?.ndcg).toBeGreaterThan(0.5);
  });

  it("quotes the element's budget as it is enforced", () => {
    const budgets = JSON.parse(readFileSync(new URL("../.size-limit.json", import.meta.url), "utf8")) as {
      path: string | string[];
      limit: string;
    }[];
    const element = budgets.find(({ path }) => String(path).endsWith("/element.js"));
    expect(readme).toContain(`at most ${element?.limit}`);
  });

  it("names only scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !(name && name in scripts))).toEqual([]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadStaticModel } from "../src/indexer/load-model.ts";
import { fillReadme, type QualityResults, readResults } from "./bench/readme-tables.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const { rows, model } = readResults<QualityResults>("quality");

function mean(split: string, system: string): number {
  const own = rows.filter((row) => row.split === split);
  return own.reduce((sum, { ndcg }) => sum + (ndcg[system] ?? 0), 0) / own.length;
}

describe("README", () => {
  it("shows the figures that the benchmarks wrote (`npm run bench:readme` updates it)", () => {
    expect(readme).toBe(fillReadme(readme));
  });

  it("quotes the quality of the model that is shipped", async () => {
    expect((await loadStaticModel()).fingerprint).toBe(model);
  });

  it("may say that both together are better than words alone, and than with a random table", () => {
    for (const split of ["dev", "test"]) {
      expect(mean(split, "hybrid")).toBeGreaterThan(mean(split, "keyword"));
      expect(mean(split, "hybrid")).toBeGreaterThan(mean(split, "random"));
    }
    expect(rows.find(({ set }) => set === "scifact")?.ndcg.static).toBeGreaterThan(0.5);
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

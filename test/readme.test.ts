import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadStaticModel } from "../src/indexer/load-model.ts";
import { claimsOf } from "./bench/quality-claims.ts";
import { CONTROL, type QualityResults, VARIANTS } from "./bench/quality-results.ts";
import { fillReadme, readResults } from "./bench/readme-tables.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const results = readResults<QualityResults>("quality");
const { means, model, peers, claims } = results;
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
    const systems = [
      ...peers.map(({ name }) => name),
      ...VARIANTS.flatMap((name) => [`static ${name}`, `hybrid ${name}`]),
    ];
    expect(english.flatMap(({ scores }) => systems.filter((system) => !(system in scores)))).toEqual([]);
  });

  it("holds its claims against the figures beside them", () => {
    expect(claims).toEqual(JSON.parse(JSON.stringify(claimsOf(results))));
  });

  it("may say that both together are better than words alone, and than with a random table", () => {
    for (const { hybridLess } of english) {
      expect(hybridLess.keyword?.low).toBeGreaterThan(0);
      expect(hybridLess[CONTROL]?.low).toBeGreaterThan(0);
    }
    expect(claims.scifactStatic).toBeGreaterThan(0.5);
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

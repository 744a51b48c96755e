import { describe, expect, it } from "vitest";
import type { Subset } from "./judged-sets.ts";
import { ablation, besideHybrid, bestPeer, findings, nameOfMean } from "./quality-report.ts";
import { type MeasuredSet, summarize } from "./quality-results.ts";

const PEERS = [
  { name: "Peer", version: "1.0.0", settings: "" },
  { name: "Rival", version: "1.0.0", settings: "" },
];

function measured(
  set: string,
  systems: Readonly<Record<string, readonly number[]>>,
  { language = "en", split = "dev" as "dev" | "test", subsets = [] as readonly (readonly Subset[])[] } = {},
): MeasuredSet {
  const scores = (values: readonly number[]) => ({ ndcg: values, recall: values, mrr: values });
  return {
    set,
    split,
    language,
    subsets,
    systems: Object.fromEntries(Object.entries(systems).map(([name, values]) => [name, scores(values)])),
    skipped: {},
  };
}

const BASE = { static: [0.1, 0.2], rrf: [0, 0], "hybrid random adapted": [0.1, 0.1], "hybrid random": [0, 0] };
const HELPED = measured("helped", {
  ...BASE,
  keyword: [0.2, 0.4],
  hybrid: [0.5, 0.7],
  Peer: [0.9, 0.9],
  Rival: [0, 1],
});
const HURT = measured(
  "hurt",
  { ...BASE, keyword: [0.5, 1], hybrid: [0.4, 0.8], Peer: [0, 0] },
  { subsets: [["lexical"], ["paraphrase", "strict"]] },
);
const FRENCH = measured("x-fr", { ...BASE, keyword: [1, 1], hybrid: [1, 0.998] }, { language: "fr" });

const results = summarize([HELPED, HURT, FRENCH], { model: "f00", peers: PEERS });
const [helped, hurt] = results.sets;

describe("summarize", () => {
  it("pairs differences by query", () => {
    expect(helped?.hybridLess.keyword).toEqual({ mean: 0.3, low: 0.3, high: 0.3 });
    expect(helped?.scores.hybrid).toEqual({ ndcg: 0.6, recall: 0.6, mrr: 0.6 });
  });

  it("averages English sets and others apart, each set counting alike", () => {
    expect(results.means.map((mean) => [nameOfMean(mean), mean.scores.hybrid?.ndcg])).toEqual([
      ["mean of 2 English dev sets", 0.6],
      ["mean of 1 other dev set", 0.999],
    ]);
  });

  it("leaves a system out of a mean that lacks it somewhere", () => {
    expect(results.means[0]?.scores).not.toHaveProperty("Rival");
    expect(results.means[0]?.scores).toHaveProperty("Peer");
  });

  it("counts a strict query in both its subsets", () => {
    expect(hurt?.subsets.lexical?.scores.keyword?.ndcg).toBe(0.5);
    expect(hurt?.subsets.paraphrase?.queries).toBe(1);
    expect(hurt?.subsets.strict?.queries).toBe(1);
    expect(results.subsets.map(({ subset, queries }) => [subset, queries])).toEqual([
      ["lexical", 1],
      ["paraphrase", 1],
      ["strict", 1],
      ["paraphrase or strict", 1],
    ]);
  });
});

describe("the report", () => {
  it("marks what does not differ from the hybrid, and what is better", () => {
    const summary = results.sets[0];
    if (!summary) throw new Error("no set");
    expect(besideHybrid(summary, "keyword")).toBe("0.300");
    expect(besideHybrid(summary, "Peer")).toBe("0.900 ▲");
    expect(besideHybrid(summary, "Rival")).toBe("0.500 ≈");
    expect(besideHybrid(summary, "missing")).toBe("–");
    expect(bestPeer(summary, ["Rival", "Peer", "missing"])).toBe("Peer");
  });

  it("shows what each ingredient adds", () => {
    expect(ablation(results)).toEqual([
      ["vectors", "meaning alone (dev)", "hybrid (dev)"],
      ["none: words alone", "–", "0.525"],
      ["random", "–", "0.000"],
      ["random, adapted to the site", "–", "0.100"],
      ["the model as it ships", "–", "–"],
      ["the model, adapted to the site", "0.150", "0.600"],
    ]);
  });

  it("names every loss that a mean hides, in the order of the claims", () => {
    expect(findings(results)).toEqual([
      "Static ÷ keyword, English: 0.286 (dev).",
      "Static on scifact: –.",
      "Hybrid ÷ keyword, English: 1.143 (dev).",
      "Hybrid ÷ keyword, English paraphrase or strict queries: 0.800 (dev).",
      "Hybrid more than 0.005 below words alone: hurt −0.150.",
      "Lexical queries more than 0.005 below words alone: hurt −0.100.",
      "Hybrid below another engine: helped to Peer −0.300.",
      "Other languages with the hybrid below words alone: x-fr −0.001 ≈.",
      "Learnt (hybrid − random), English: +0.600 [0.450, 0.750] (dev).",
      "Learnt in training (hybrid − random, adapted), English: +0.500 [0.350, 0.650] (dev).",
      "Hybrid below its control (random): none.",
      "Of all queries of a kind, hybrid below another engine: none.",
    ]);
  });
});

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { encodeStaticModel } from "../../src/embed/static-model.ts";
import type { Judgement } from "../../src/tuning/judge-model.ts";
import { tuneSite } from "../../src/tuning/tune-site.ts";
import { tempFolder } from "../cli/temp-folder.ts";
import { createToyModel } from "../embed/toy-model.ts";
import { madeUpSite } from "./made-up-site.ts";

/** nDCG@10 that the judge gives every question, by revision of the model. */
const verdicts = new Map<string, { readonly hybrid: number; readonly semantic: number }>();

vi.mock("../../src/tuning/judge-model.ts", () => ({
  judgeModel: async (
    { parameters }: { readonly parameters: { readonly revision: string } },
    { questions }: { readonly questions: readonly unknown[] },
  ): Promise<Judgement> => {
    const { hybrid = 0, semantic = 0 } = verdicts.get(parameters.revision) ?? {};
    const score = (ndcg10: number) => ({ recall10: 1, ndcg10, ndcgs: questions.map(() => ndcg10) });
    return { hybrid: score(hybrid), semantic: score(semantic) };
  },
}));

async function tuneWith(tuned: { readonly hybrid: number; readonly semantic: number }) {
  verdicts.set("toy-tuned", tuned);
  const pages = Object.entries(madeUpSite()).map(([name, html]) => [`site/${name}`, html] as const);
  const folder = await tempFolder(Object.fromEntries(pages));
  const model = join(folder, "toy.bin");
  await writeFile(model, await encodeStaticModel(createToyModel()));
  const out = join(folder, "tuned.bin");
  return { out, report: await tuneSite({ dir: join(folder, "site"), model, out }) };
}

describe("a tuned model is not kept", () => {
  beforeEach(() => void verdicts.set("toy", { hybrid: 0.8, semantic: 0.7 }));

  it.each([
    ["worse by words and meaning", { hybrid: 0.79, semantic: 0.9 }],
    ["clearly worse by meaning alone", { hybrid: 0.9, semantic: 0.69 }],
    ["the same", { hybrid: 0.8, semantic: 0.7 }],
  ])("when it is %s", async (_name, tuned) => {
    const { out, report } = await tuneWith(tuned);
    expect(report).toMatchObject({ kept: false, out: null, hybrid: { after: { ndcg10: tuned.hybrid } } });
    expect(existsSync(out)).toBe(false);
  });

  it("unless it is better and nowhere worse", async () => {
    const { out, report } = await tuneWith({ hybrid: 0.8, semantic: 0.71 });
    expect(report).toMatchObject({ kept: true, out });
    expect(report.semantic.difference.mean).toBeCloseTo(0.01);
    expect(existsSync(out)).toBe(true);
  });
});

/**
 * nDCG@10 and recall@10 of keyword, static, hybrid, and hybrid with an untrained random table, on judged sets.
 *
 *   npm run bench:quality -- [--data <folder>] [--sets a,b] [--model <file>] [--json <file>]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ndcg, recall } from "../../src/core/metrics.ts";
import type { SearchBackend, SearchOptions } from "../../src/core/search.ts";
import { createRandomTable, type StaticModel } from "../../src/embed/static-model.ts";
import { Engine } from "../../src/engine/engine.ts";
import { buildIndex } from "../../src/indexer/build-index.ts";
import { loadStaticModel, staticSpace } from "../../src/indexer/load-model.ts";
import { type JudgedSet, listSets, loadSet } from "./judged-sets.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data/eval" },
    sets: { type: "string" },
    model: { type: "string" },
    json: { type: "string" },
  },
});

/** Systems in the order of the columns. */
const SYSTEMS: Readonly<Record<string, SearchOptions & { readonly random?: boolean }>> = {
  keyword: { mode: "keyword" },
  static: { mode: "semantic" },
  rrf: { mode: "hybrid", fusion: "rrf", weights: { semantic: 0.5 } },
  hybrid: { mode: "hybrid" },
  random: { mode: "hybrid", random: true },
};

interface Row {
  readonly set: string;
  readonly split: string;
  readonly queries: number;
  readonly ndcg: Record<string, number>;
  readonly recall: Record<string, number>;
}

async function openMemory(set: JudgedSet, model: StaticModel): Promise<SearchBackend> {
  const { files } = await buildIndex(set.documents, { space: await staticSpace(model) });
  return Engine.open(async (name) => files.get(name) ?? Promise.reject(new Error(`no ${name}`)));
}

async function measure(set: JudgedSet, model: StaticModel, control: StaticModel): Promise<Row> {
  const backends = { learnt: await openMemory(set, model), random: await openMemory(set, control) };
  const row: Row = { set: set.name, split: set.split, queries: set.queries.length, ndcg: {}, recall: {} };
  for (const [system, { random, ...options }] of Object.entries(SYSTEMS)) {
    let gain = 0;
    let found = 0;
    for (const { id, text } of set.queries) {
      const judged = set.judgments.get(id) ?? new Map();
      const { hits } = await (random ? backends.random : backends.learnt).search(text, { ...options, limit: 10 });
      const ranking = hits.map((hit) => hit.path);
      gain += ndcg(ranking, judged);
      found += recall(ranking, judged);
    }
    row.ndcg[system] = gain / set.queries.length;
    row.recall[system] = found / set.queries.length;
  }
  return row;
}

function mean(rows: readonly Row[], name: string): Row {
  const average = (metric: "ndcg" | "recall") =>
    Object.fromEntries(
      Object.keys(SYSTEMS).map((system) => [
        system,
        rows.reduce((sum, row) => sum + (row[metric][system] ?? 0), 0) / rows.length,
      ]),
    );
  return { set: name, split: "", queries: rows.length, ndcg: average("ndcg"), recall: average("recall") };
}

function print(row: Row): void {
  const cells = Object.keys(SYSTEMS).map(
    (system) => `${(row.ndcg[system] ?? 0).toFixed(3)} ${(row.recall[system] ?? 0).toFixed(3)}`,
  );
  console.log([row.set.padEnd(26), row.split.padEnd(4), ...cells.map((cell) => cell.padEnd(13))].join(" "));
}

const model = await loadStaticModel(args.model);
const control = createRandomTable(model, 1);
const chosen = listSets(args.data).filter(({ name }) => !args.sets || args.sets.split(",").includes(name));
if (chosen.length === 0) {
  console.error(`No judged sets in ${args.data}; give a folder of BEIR sets with --data.`);
  process.exit(1);
}
console.log(`nDCG@10 and recall@10 per system; model ${model.fingerprint.slice(0, 12)}`);
console.log(["set".padEnd(31), ...Object.keys(SYSTEMS).map((system) => system.padEnd(13))].join(" "));
const rows: Row[] = [];
for (const each of chosen) {
  const row = await measure(loadSet(args.data, each), model, control);
  rows.push(row);
  print(row);
}
for (const split of ["dev", "test"]) {
  const own = rows.filter((row) => row.split === split);
  if (own.length > 0) print(mean(own, `mean of ${own.length} ${split} sets`));
}
if (args.json) writeFileSync(args.json, `${JSON.stringify({ model: model.fingerprint, rows }, null, 2)}\n`);

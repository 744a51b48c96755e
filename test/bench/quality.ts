/**
 * nDCG@10, recall@10 and MRR@10 on judged sets: by words, by meaning, by both in two ways, with the model adapted to
 * each set as `indexSite` adapts it to a site; with the model as it ships and with untrained random tables (the
 * controls, see `VARIANTS`); and of other search engines for static sites. Two processes share the sets.
 *
 *   npm run bench:quality -- [--data <folder of BEIR sets>] [--sets a,b] [--model <file>] [--json <file>] [--jobs <n>]
 *
 * `dev` sets are for tuning, `test` sets for reporting only: no setting may be chosen by them.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadStaticModel } from "../../src/indexer/load-model.ts";
import { listSets, loadSet } from "./judged-sets.ts";
import type { Peer } from "./peers/peer.ts";
import { PEERS } from "./peers/peers.ts";
import { report } from "./quality-report.ts";
import { type MeasuredSet, type PeerResult, type QualityResults, summarize } from "./quality-results.ts";
import type { SetTask } from "./quality-set.ts";

const CHILD = fileURLToPath(new URL("./quality-set.ts", import.meta.url));

/** A query costs about as much as ten documents. Only for the order: the longest sets first. */
const DOCUMENTS_PER_QUERY = 10;

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data/eval" },
    sets: { type: "string" },
    model: { type: "string" },
    json: { type: "string" },
    jobs: { type: "string", default: "2" },
  },
});

const wanted = args.sets?.split(",");
const chosen = listSets(args.data).filter(({ name }) => !wanted || wanted.includes(name));
const missing = wanted?.filter((name) => !chosen.some((set) => set.name === name)) ?? [];
if (missing.length > 0) console.log(`skipped, not in ${args.data}: ${missing.join(", ")}`);
if (chosen.length === 0) {
  console.log(`skipped: no judged sets in ${args.data}; give a folder of BEIR sets with --data.`);
} else {
  const { fingerprint } = await loadStaticModel(args.model);
  const measured = await measureAll(chosen.map((set) => ({ data: args.data, model: args.model, ...set })));
  const peers = PEERS.filter(({ name }) => measured.some(({ systems }) => name in systems));
  const results = summarize(measured, { model: fingerprint, peers: peers.map(versioned) });
  console.log(report(results));
  for (const line of skippedPeers(measured)) console.log(line);
  if (args.json) writeFileSync(args.json, toJson(results));
}

/** In the order of the tasks; measured longest first, which fills all jobs to the end. */
async function measureAll(tasks: readonly SetTask[]): Promise<MeasuredSet[]> {
  const results: MeasuredSet[] = [];
  const queue = tasks.map((task, i) => ({ task, i, cost: costOf(task) })).sort((a, b) => b.cost - a.cost);
  const work = async () => {
    const child = fork(CHILD, { execArgv: ["--import", import.meta.resolve("jiti/register")] });
    for (let next = queue.shift(); next; next = queue.shift()) {
      const started = performance.now();
      results[next.i] = await measureIn(child, next.task);
      console.error(`${next.task.name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
    child.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(Number(args.jobs), tasks.length) }, work));
  return results;
}

function costOf({ data, ...set }: SetTask): number {
  const { documents, queries } = loadSet(data, set);
  return documents.length + DOCUMENTS_PER_QUERY * queries.length;
}

function measureIn(child: ChildProcess, task: SetTask): Promise<MeasuredSet> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new Error(`Measuring ${task.name} failed.`, { cause }));
    child.once("exit", fail);
    child.once("message", (message) => {
      child.off("exit", fail);
      resolve(message as MeasuredSet);
    });
    child.send(task);
  });
}

/** One line for each engine and reason, such as a platform that Pagefind has no program for. */
function skippedPeers(measured: readonly MeasuredSet[]): string[] {
  const sets = new Map<string, string[]>();
  for (const { set, skipped } of measured) {
    for (const [peer, reason] of Object.entries(skipped)) {
      const key = `${peer}: ${reason.split("\n", 1)[0]}`;
      sets.set(key, [...(sets.get(key) ?? []), set]);
    }
  }
  return Array.from(sets, ([key, own]) => `skipped ${key} (${own.join(", ")})`);
}

/** Indented, with each innermost object on one line. */
function toJson(results: QualityResults): string {
  const indented = JSON.stringify(results, null, 2);
  const short = indented.replace(/\{\s+("(?:ndcg|mean|set)"[^{}]*?)\s+\}/g, (_, inner: string) => {
    return `{ ${inner.replace(/\s+/g, " ")} }`;
  });
  return `${short}\n`;
}

function versioned({ name, package: from, settings }: Peer): PeerResult {
  const manifest = new URL(`../../node_modules/${from}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return { name, version, settings };
}

/** A process of `bench:quality`: measures the sets that its parent sends, and sends back their scores by query. */
import type { SearchBackend, SearchOptions } from "../../src/core/search.ts";
import { createRandomTable } from "../../src/embed/static-model.ts";
import { Engine } from "../../src/engine/engine.ts";
import { type Judgments, ndcg, recall, reciprocalRank } from "../../src/evaluation/metrics.ts";
import { type BuildSpace, buildIndex } from "../../src/indexer/build-index.ts";
import { loadStaticModel, staticSpace } from "../../src/indexer/load-model.ts";
import { type JudgedSet, loadSet } from "./judged-sets.ts";
import { PEERS } from "./peers/peers.ts";
import type { MeasuredSet, QueryScores } from "./quality-results.ts";

/** What the parent sends. */
export interface SetTask {
  /** Folder of the judged sets. */
  readonly data: string;
  readonly name: string;
  readonly split: "dev" | "test";
  /** File of the model. Default: the embedded one. */
  readonly model?: string | undefined;
}

const SEARCHES = {
  keyword: { mode: "keyword" },
  static: { mode: "semantic" },
  rrf: { mode: "hybrid", fusion: "rrf", weights: { semantic: 0.5 } },
  hybrid: { mode: "hybrid" },
} as const satisfies Readonly<Record<string, SearchOptions>>;

type Rank = (query: string) => Promise<readonly string[]>;

async function measureSet({ data, model: file, ...which }: SetTask): Promise<MeasuredSet> {
  const set = loadSet(data, which);
  const { learnt: space, random: randomSpace } = await spacesOf(file);
  const systems: Record<string, QueryScores> = {};
  const learnt = await openMemory(set, space);
  for (const [name, options] of Object.entries(SEARCHES)) systems[name] = await score(set, ranking(learnt, options));
  const random = await openMemory(set, randomSpace);
  systems.control = await score(set, ranking(random, SEARCHES.hybrid));
  const skipped: Record<string, string> = {};
  for (const peer of PEERS) {
    try {
      const ranker = await peer.open(set.documents, set.language);
      systems[peer.name] = await score(set, (query) => ranker.rank(query));
      await ranker.close();
    } catch (error) {
      skipped[peer.name] = error instanceof Error ? error.message : String(error);
    }
  }
  const { name, split, language, queries } = set;
  return { set: name, split, language, subsets: queries.map(({ subsets }) => subsets), systems, skipped };
}

interface Spaces {
  readonly learnt: BuildSpace;
  /** Of the same vocabulary, with random rows. */
  readonly random: BuildSpace;
}

let spaces: Promise<Spaces> | undefined;

/** Made once: all sets of a run have the same model. */
function spacesOf(file: string | undefined): Promise<Spaces> {
  spaces ??= loadStaticModel(file).then(async (model) => ({
    learnt: withoutSketches(await staticSpace(model)),
    random: withoutSketches(await staticSpace(createRandomTable(model, 1))),
  }));
  return spaces;
}

async function openMemory(set: JudgedSet, space: BuildSpace): Promise<SearchBackend> {
  const { files } = await buildIndex(set.documents, { space });
  return Engine.open(async (name) => files.get(name) ?? Promise.reject(new Error(`no ${name}`)));
}

/** Sentences are embedded for excerpts only, which nobody sees here. */
function withoutSketches(space: BuildSpace): BuildSpace {
  const { info } = space.embedder;
  const embedQuery = space.embedder.embedQuery.bind(space.embedder);
  const embedPassages = async (sentences: readonly unknown[]) => new Float32Array(sentences.length * info.dims);
  return { ...space, sentences: { info, embedQuery, embedPassages } };
}

function ranking(backend: SearchBackend, options: SearchOptions): Rank {
  return async (query) =>
    (await backend.search(query, { ...options, limit: 10, sectionsPerPage: 1 })).hits.map(({ path }) => path);
}

async function score({ queries, judgments }: JudgedSet, rank: Rank): Promise<QueryScores> {
  const scores = { ndcg: [] as number[], recall: [] as number[], mrr: [] as number[] };
  for (const { id, text } of queries) {
    const found = await rank(text);
    const judged: Judgments = judgments.get(id) ?? new Map();
    scores.ndcg.push(ndcg(found, judged));
    scores.recall.push(recall(found, judged));
    scores.mrr.push(reciprocalRank(found, judged));
  }
  return scores;
}

process.on("message", async (task: SetTask) => process.send?.(await measureSet(task)));

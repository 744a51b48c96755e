/** A process of `bench:quality`: measures the sets that its parent sends, and sends back their scores by query. */
import type { SearchBackend, SearchOptions } from "../../src/core/search.ts";
import { createRandomTable } from "../../src/embed/static-model.ts";
import { Engine } from "../../src/engine/engine.ts";
import { type Judgments, ndcg, recall, reciprocalRank } from "../../src/evaluation/metrics.ts";
import { type BuildSpace, buildIndex, type MakeSpace } from "../../src/indexer/build-index.ts";
import { adaptedSpace, loadStaticModel, staticSpace } from "../../src/indexer/load-model.ts";
import { type JudgedSet, loadSet } from "./judged-sets.ts";
import { PEERS } from "./peers/peers.ts";
import type { MeasuredSet, QueryScores, Variant } from "./quality-results.ts";

/** What the parent sends. */
export interface SetTask {
  /** Folder of the judged sets. */
  readonly data: string;
  readonly name: string;
  readonly split: "dev" | "test";
  /** File of the model. Default: the embedded one. */
  readonly model?: string | undefined;
}

const BY_MEANING = {
  static: { mode: "semantic" },
  hybrid: { mode: "hybrid" },
} as const satisfies Readonly<Record<string, SearchOptions>>;

/** Of the index as users get it. */
const SEARCHES = {
  keyword: { mode: "keyword" },
  static: BY_MEANING.static,
  rrf: { mode: "hybrid", fusion: "rrf", weights: { semantic: 0.5 } },
  hybrid: BY_MEANING.hybrid,
} as const satisfies Readonly<Record<string, SearchOptions>>;

type Rank = (query: string) => Promise<readonly string[]>;

async function measureSet({ data, model, ...which }: SetTask): Promise<MeasuredSet> {
  const set = loadSet(data, which);
  const systems: Record<string, QueryScores> = {};
  const { shipped, variants } = await spacesOf(model);
  const index = await openMemory(set, shipped);
  for (const [name, options] of Object.entries(SEARCHES)) systems[name] = await score(set, ranking(index, options));
  for (const [variant, space] of Object.entries(variants)) {
    const other = await openMemory(set, space);
    for (const [name, options] of Object.entries(BY_MEANING))
      systems[`${name} ${variant}`] = await score(set, ranking(other, options));
  }
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
  /** As `indexSite` makes it: adapted to each set. */
  readonly shipped: MakeSpace;
  readonly variants: Readonly<Record<Variant, MakeSpace>>;
}

let spaces: Promise<Spaces> | undefined;

/** Made once: all sets of a run have the same model. */
function spacesOf(file: string | undefined): Promise<Spaces> {
  spaces ??= loadStaticModel(file).then(async (model) => {
    const random = createRandomTable(model, 1);
    const [plainSpace, randomSpace] = await Promise.all([staticSpace(model), staticSpace(random)]);
    return {
      shipped: adaptedSpace(model),
      variants: {
        plain: async () => plainSpace,
        "random adapted": adaptedSpace(random),
        random: async () => randomSpace,
      },
    };
  });
  return spaces;
}

/** Each variant is a build of its own, so that none differs from a real one in anything but its vectors. */
async function openMemory(set: JudgedSet, make: MakeSpace): Promise<SearchBackend> {
  const space: MakeSpace = async (passages) => withoutSketches(await make(passages));
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

/** Without sections, whose excerpts take most of a search's time. */
function ranking(backend: SearchBackend, options: SearchOptions): Rank {
  return async (query) =>
    (await backend.search(query, { ...options, limit: 10, sectionsPerPage: 0 })).hits.map(({ path }) => path);
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

import type { PageDocument } from "../core/document.ts";
import type { Embedder } from "../core/embedder.ts";
import type { PageHit, SearchBackend } from "../core/search.ts";
import type { StaticModel } from "../embed/static-model.ts";
import { Engine } from "../engine/engine.ts";
import { meanOf } from "../evaluation/bootstrap.ts";
import { ndcg, recall } from "../evaluation/metrics.ts";
import { type BuildSpace, buildIndex, type MakeSpace } from "../indexer/build-index.ts";
import type { CutOptions } from "../indexer/cut-page.ts";
import { adaptedSpace } from "../indexer/load-model.ts";
import type { Question } from "./split-pairs.ts";
import type { HeldOutScore } from "./types.ts";

/** Ways to search in which a model is judged: as visitors do, and by meaning alone. */
export const JUDGED_MODES = ["hybrid", "semantic"] as const;

/** One of {@link JUDGED_MODES}. */
export type JudgedMode = (typeof JUDGED_MODES)[number];

/** What a model made of some questions, by mode: the means, and every question's nDCG@10. */
export type Judgement = Readonly<Record<JudgedMode, HeldOutScore & { readonly ndcgs: readonly number[] }>>;

/** Options of {@link judgeModel}. */
export interface JudgeOptions extends CutOptions {
  readonly pages: readonly PageDocument[];
  readonly questions: readonly Question[];
  readonly signal?: AbortSignal | undefined;
  /** Called after every question. */
  readonly onAsk?: (() => void) | undefined;
}

const DEPTH = 10;

/**
 * Index the site with a model, in memory, and ask it questions whose answers are known. As in every index, the model is
 * adapted to the site first, unless it says that it is. A link to a heading asks for its section among all sections,
 * any other link for its page among all pages.
 */
export async function judgeModel(model: StaticModel, options: JudgeOptions): Promise<Judgement> {
  const { pages, questions, signal, onAsk } = options;
  const { files } = await buildIndex(pages, { ...options, space: withoutSketches(adaptedSpace(model, { signal })) });
  const engine = await Engine.open(async (name) => files.get(name) as Uint8Array);
  const sections = sectionsOf(pages);
  const scores = { hybrid: emptyScores(), semantic: emptyScores() };
  for (const question of questions) {
    for (const mode of JUDGED_MODES) {
      const { recall10, ndcg10 } = await judgeQuestion(engine, question, { mode, sections, signal });
      scores[mode].recalls.push(recall10);
      scores[mode].ndcgs.push(ndcg10);
    }
    onAsk?.();
    // Searches of an index in memory never leave the microtasks: let the signal have its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  engine.close();
  const summary = ({ recalls, ndcgs }: { recalls: number[]; ndcgs: number[] }) => ({
    recall10: meanOf(recalls),
    ndcg10: meanOf(ndcgs),
    ndcgs,
  });
  return { hybrid: summary(scores.hybrid), semantic: summary(scores.semantic) };
}

interface AskOptions {
  readonly mode: JudgedMode;
  readonly sections: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
}

async function judgeQuestion(
  backend: SearchBackend,
  { text, targets }: Question,
  { mode, sections, signal }: AskOptions,
): Promise<HeldOutScore> {
  const wanted = targets.map(({ path, anchor }) => ({ path, section: `${path}#${anchor}` }));
  const bySection = wanted.every(({ section }) => sections.has(section));
  const sectionsPerPage = bySection ? DEPTH : 1;
  const { hits } = await backend.search(text, { mode, limit: DEPTH, sectionsPerPage, signal });
  const ranking = bySection ? rankSections(hits) : hits.map(({ path }) => path);
  const judgments = new Map(wanted.map(({ path, section }) => [bySection ? section : path, 1]));
  return { recall10: recall(ranking, judgments, DEPTH), ndcg10: ndcg(ranking, judgments, DEPTH) };
}

function rankSections(hits: readonly PageHit[]): string[] {
  return hits
    .flatMap(({ path, sections }) => sections.map(({ anchor, score }) => ({ id: `${path}#${anchor}`, score })))
    .sort((a, b) => b.score - a.score)
    .map(({ id }) => id);
}

function sectionsOf(pages: readonly PageDocument[]): Set<string> {
  const ids = pages.flatMap(({ path, sections }) => sections.map(({ anchor }) => anchor && `${path}#${anchor}`));
  return new Set(ids.filter(Boolean));
}

function emptyScores(): { recalls: number[]; ndcgs: number[] } {
  return { recalls: [], ndcgs: [] };
}

/** Sentences are embedded for excerpts, which nobody reads here. */
function withoutSketches(make: MakeSpace): MakeSpace {
  return async (passages) => {
    const space = await make(passages);
    return { ...space, sentences: noEmbedder(space) };
  };
}

function noEmbedder({ embedder }: BuildSpace): Embedder {
  const { info } = embedder;
  return {
    info,
    embedQuery: async () => ({ vector: new Float32Array(info.dims), coverage: 0 }),
    embedPassages: async (passages) => new Float32Array(passages.length * info.dims),
  };
}

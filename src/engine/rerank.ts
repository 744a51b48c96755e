import type { Passage } from "../core/embedder.ts";
import type { Reranker } from "./encoder-space.ts";
import { settle } from "./findings.ts";
import type { IndexFiles } from "./index-files.ts";
import type { RankedPage } from "./rank.ts";

/** What {@link rerank} needs. */
export interface RerankContext {
  readonly query: string;
  readonly reranker: Reranker;
  readonly files: IndexFiles;
  readonly signal: AbortSignal | undefined;
}

/**
 * The best pages in the order in which a model that reads the query together with each page's best chunk puts them; those
 * beyond its top follow as they were, and a page whose text cannot be read comes last among the best.
 *
 * @throws SearchError what the model throws.
 */
export async function rerank(ranked: readonly RankedPage[], context: RerankContext): Promise<RankedPage[]> {
  const { query, reranker, signal } = context;
  const best = ranked.slice(0, reranker.top);
  const passages = await Promise.all(best.map((page) => passageOf(page, context)));
  const readable = best.flatMap((page, i) => (passages[i] ? [{ page, passage: passages[i] }] : []));
  const scores = await reranker.score(
    query,
    readable.map(({ passage }) => passage),
    { signal },
  );
  const scoreOf = new Map(readable.map(({ page }, i) => [page, scores[i] as number]));
  const order = (page: RankedPage) => scoreOf.get(page) ?? Number.NEGATIVE_INFINITY;
  return [...best.toSorted((a, b) => compare(order(b), order(a))), ...ranked.slice(reranker.top)];
}

/** −Infinity is equal to itself. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Title, headings and text of a page's best chunk; undefined if they cannot be read. */
async function passageOf({ chunks }: RankedPage, { files, signal }: RerankContext): Promise<Passage | undefined> {
  const chunk = chunks[0]?.chunk as number;
  const outcome = await settle(files.text(chunk, { signal }));
  if (!("value" in outcome)) return undefined;
  const { text, first } = outcome.value;
  let rest = chunk - first;
  for (const { ancestors, heading, chunks: own } of text.sections) {
    const found = own[rest];
    if (found) return { title: text.title, headings: [...ancestors, heading], text: found.text };
    rest -= own.length;
  }
  return undefined;
}

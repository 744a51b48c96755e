import type { SearchError } from "../core/errors.ts";
import type { PagesTable } from "../core/pages-table.ts";
import type { KeywordHits } from "../keyword/keyword-hits.ts";
import type { KeywordIndex } from "../keyword/keyword-index.ts";
import { holdsPhrases } from "./find-phrases.ts";
import type { IndexFiles } from "./index-files.ts";
import type { QueryPhrase, QueryPlan } from "./plan-query.ts";

/** Texts looked through for a phrase, best first: each costs a file of some 3 KB. */
const MAX_PHRASE_TEXTS = 30;

/** A search by words that succeeded. */
export interface Words {
  readonly hits: KeywordHits;
  /** Inverse document frequency of the terms that matched. */
  readonly idfs?: ReadonlyMap<string, number>;
  /** Pages on which the quoted phrases stand; undefined when nothing is quoted, or what is stands nowhere. */
  readonly phrasePages?: ReadonlySet<number> | undefined;
  /** Why some words could not be looked up. */
  readonly failures?: readonly SearchError[];
}

/**
 * Chunks with words of the query.
 * @throws SearchError when no word could be looked up.
 */
export async function searchByWords(
  plan: QueryPlan,
  files: IndexFiles,
  signal: AbortSignal | undefined,
): Promise<Words> {
  const keyword = await files.keyword();
  const synonyms = plan.curated?.synonyms;
  const { hits, idfs, failures } = await keyword.search(plan.words, plan.boosts, { synonyms, signal });
  if (plan.phrases.length === 0) return { hits, idfs, failures };
  return { hits, idfs, failures, phrasePages: await findPhrases(plan, keyword, { files, signal }) };
}

interface Sources {
  readonly files: IndexFiles;
  readonly signal: AbortSignal | undefined;
}

/** Pages on which every phrase stands as it is, of the best that have all of its words in one chunk; undefined for none. */
async function findPhrases(
  { phrases, boosts, filters, languages }: QueryPlan,
  keyword: KeywordIndex,
  sources: Sources,
): Promise<ReadonlySet<number> | undefined> {
  const pages = await sources.files.pages();
  const mask = pages.mask(filters, languages);
  const candidates = await Promise.all(
    phrases.map(async ({ words }) => {
      const { hits } = await keyword.search(words, boosts, { signal: sources.signal });
      const whole = hits.byScore().filter((i) => hits.words[i] === words.length);
      const chunks = whole.map((i) => hits.chunks[i] as number);
      return mask ? chunks.filter((chunk) => mask[pages.pageOfChunk[chunk] as number] === 1) : chunks;
    }),
  );
  const found = await Promise.all(
    phrases.map((phrase, i) => pagesWith(phrase, candidates[i] ?? new Uint32Array(), { pages, ...sources })),
  );
  const [first = new Set(), ...others] = found;
  const all = [...first].filter((page) => others.every((other) => other.has(page)));
  return all.length > 0 ? new Set(all) : undefined;
}

/** @param candidates Chunks, best first. */
async function pagesWith(
  { text }: QueryPhrase,
  candidates: Uint32Array,
  { pages, files, signal }: Sources & { readonly pages: PagesTable },
): Promise<Set<number>> {
  const texts = new Map<string, number>();
  for (const chunk of candidates) {
    texts.set(pages.textShardOf(chunk)?.file ?? "", chunk);
    if (texts.size === MAX_PHRASE_TEXTS) break;
  }
  const found = await Promise.all(
    Array.from(texts.values(), async (chunk) => {
      const parts = await files.texts(chunk, { signal });
      return parts.filter((part) => holdsPhrases(part.text, [text])).map(({ page }) => page);
    }),
  );
  const possible = new Set(Array.from(candidates, (chunk) => pages.pageOfChunk[chunk] as number));
  return new Set(found.flat().filter((page) => possible.has(page)));
}

import type { FusionParams } from "../core/fusion.ts";
import type { Explanation, FusionBalance, PageHit, SectionHit } from "../core/search.ts";
import { excerpt } from "../text/excerpt.ts";
import type { ChunkText, PageText, SectionText } from "../text/text-shard.ts";
import { analyzerFor } from "../text/words.ts";
import { nearestSketch } from "../vectors/sketch.ts";
import type { RankedChunk, RankedPage } from "./rank.ts";

/** Sections below this share of the page's best score are not shown. */
const SECTION_CUT = 0.5;

/** Consecutive chunks of one page, with their numbers. */
export interface PartOfText {
  readonly page: number;
  readonly text: PageText;
  /** Number of its first chunk. */
  readonly first: number;
}

/** What a hit is made of besides the page itself. */
export interface RenderContext {
  /** URL of a path within the site. */
  readonly urlOf: (path: string) => string;
  readonly language: string;
  /** What a matching term is worth in an excerpt. */
  readonly idfs: ReadonlyMap<string, number>;
  /** The query's vector, to find the closest sentence. */
  readonly vector: Float32Array | undefined;
  readonly fusion: FusionParams;
  /** Where the fusion's weight comes from. */
  readonly balance: FusionBalance | undefined;
  readonly sectionsPerPage: number;
  readonly explain: boolean;
}

/** The best chunks of a page, from which its sections are chosen: the first is shown for certain. */
export function chunksToShow(
  { chunks }: RankedPage,
  { sectionsPerPage }: Pick<RenderContext, "sectionsPerPage">,
): readonly RankedChunk[] {
  const best = chunks[0]?.score ?? 0;
  const wanted = chunks.slice(0, Math.max(1, sectionsPerPage));
  return wanted.filter(({ score }, i) => i === 0 || score >= best * SECTION_CUT);
}

/**
 * A ranked page with its text, as the visitor sees it.
 * @param parts Texts of {@link chunksToShow}; chunks that are in none of them are not shown.
 */
export function renderHit(page: RankedPage, parts: readonly PartOfText[], context: RenderContext): PageHit {
  const { path = "", title = "", trail = [], meta = {} } = parts[0]?.text ?? {};
  const url = context.urlOf(path);
  const sections = renderSections(page, parts, { ...context, pageUrl: url });
  const { language } = context;
  const anchor = sections[0]?.anchor ?? "";
  const { score, pinned } = page;
  return { url, anchor, path, title, trail, language, meta, score, sections, ...(pinned && { pinned }) };
}

function renderSections(
  { chunks }: RankedPage,
  parts: readonly PartOfText[],
  context: RenderContext & { readonly pageUrl: string },
): SectionHit[] {
  const best = chunks[0]?.score ?? 0;
  const shown = new Map<string, SectionHit>();
  for (const ranked of chunks) {
    if (shown.size >= context.sectionsPerPage || ranked.score < best * SECTION_CUT) break;
    const place = closestOf(ranked, parts, context.vector);
    const key = place && `${place.section.anchor} ${place.section.heading}`;
    if (key !== undefined && !shown.has(key)) shown.set(key, renderSection(ranked, place as Place, context));
  }
  return [...shown.values()];
}

/** A chunk with its section, and the sentence of it that is closest to the query. */
interface Place {
  readonly section: SectionText;
  readonly chunk: ChunkText;
  readonly closest: number;
}

/** What stands for a run of chunks that was found by meaning alone is the one with the closest sentence. */
function closestOf(
  { chunk, keyword, run }: RankedChunk,
  parts: readonly PartOfText[],
  vector: Float32Array | undefined,
): Place | undefined {
  const [first, end] = keyword || !run ? [chunk, chunk + 1] : [run.first, run.first + run.count];
  let best: { readonly place: Place; readonly similarity: number } | undefined;
  for (let i = first; i < end; i++) {
    const found = locate(i, parts);
    if (!found) continue;
    const { sentence, similarity } = vector ? nearestSketch(vector, found.chunk.sketches) : NO_SKETCH;
    if (!best || similarity > best.similarity) best = { place: { ...found, closest: sentence }, similarity };
  }
  return best?.place;
}

const NO_SKETCH = { sentence: 0, similarity: Number.NEGATIVE_INFINITY };

function locate(chunk: number, parts: readonly PartOfText[]): Omit<Place, "closest"> | undefined {
  for (const { text, first } of parts) {
    let rest = chunk - first;
    if (rest < 0) continue;
    for (const section of text.sections) {
      const own = section.chunks[rest];
      if (own) return { section, chunk: own };
      rest -= section.chunks.length;
    }
  }
  return undefined;
}

function renderSection(
  ranked: RankedChunk,
  { section, chunk, closest }: Place,
  context: RenderContext & { readonly pageUrl: string },
): SectionHit {
  const { anchor, heading, ancestors } = section;
  const terms = ranked.keyword?.terms ?? [];
  const isFound = ranked.keyword !== undefined || ranked.semanticRank > 0;
  const passage = excerpt(chunk.text, {
    terms: new Map(terms.map((term) => [term, context.idfs.get(term) ?? 1])),
    analyzer: analyzerFor(context.language),
    sentenceEnds: chunk.sentenceEnds,
    closest: isFound ? closest : 0,
  });
  return {
    anchor,
    heading,
    ancestors,
    url: anchor ? `${context.pageUrl}#${encodeURIComponent(anchor)}` : context.pageUrl,
    score: ranked.score,
    match: ranked.keyword ? (ranked.semanticRank > 0 ? "both" : "words") : "meaning",
    // Nothing to mark on a page that is shown because the site says so.
    excerpt: isFound ? passage : { ...passage, marks: [] },
    ...(context.explain && { explain: explanation(ranked, context) }),
  };
}

function explanation(
  ranked: RankedChunk,
  { fusion: { method, semanticWeight }, balance }: Pick<RenderContext, "fusion" | "balance">,
): Explanation {
  const { keyword, keywordRank, run, semanticRank, score } = ranked;
  return {
    keyword: keyword ? { rank: keywordRank, score: keyword.score } : null,
    semantic: run && semanticRank > 0 ? { rank: semanticRank, score: run.cosine } : null,
    fused: score,
    fusion: method,
    semanticWeight,
    ...(balance && { balance }),
    terms: keyword?.terms ?? [],
  };
}

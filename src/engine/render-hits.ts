import type { FusionParams } from "../core/fusion.ts";
import type { Explanation, FusionBalance, PageHit, SectionHit } from "../core/search.ts";
import { excerpt } from "../text/excerpt.ts";
import type { PageText } from "../text/text-shard.ts";
import { analyzerFor } from "../text/words.ts";
import { nearestSketch } from "../vectors/sketch.ts";
import type { RankedChunk, RankedPage } from "./rank.ts";

/** Sections below this share of the page's best score are not shown. */
const SECTION_CUT = 0.5;

/** What a hit is made of besides the page itself. */
export interface RenderContext {
  /** URL of a path within the site. */
  readonly urlOf: (path: string) => string;
  readonly language: string;
  /** First chunk of the page. */
  readonly firstChunk: number;
  /** What a matching term is worth in an excerpt. */
  readonly worthOf: (term: string) => number;
  /** The query's vector, to find the closest sentence. */
  readonly vector: Float32Array | undefined;
  readonly fusion: FusionParams;
  /** Where the fusion's weight comes from. */
  readonly balance: FusionBalance | undefined;
  readonly sectionsPerPage: number;
  readonly explain: boolean;
}

/** A ranked page with its text, as the visitor sees it. */
export function renderHit({ score, chunks }: RankedPage, text: PageText, context: RenderContext): PageHit {
  const url = context.urlOf(text.path);
  const sections = renderSections(chunks, text, { ...context, pageUrl: url });
  return {
    url,
    anchor: sections[0]?.anchor ?? "",
    path: text.path,
    title: text.title,
    trail: text.trail,
    language: context.language,
    meta: text.meta,
    score,
    sections,
  };
}

function renderSections(
  chunks: readonly RankedChunk[],
  text: PageText,
  context: RenderContext & { readonly pageUrl: string },
): SectionHit[] {
  const best = chunks[0]?.score ?? 0;
  const shown = new Map<number, SectionHit>();
  for (const ranked of chunks) {
    if (shown.size >= context.sectionsPerPage || ranked.score < best * SECTION_CUT) break;
    const place = locate(text, ranked.chunk - context.firstChunk);
    if (place && !shown.has(place.section))
      shown.set(place.section, renderSection(ranked, text, { ...context, place }));
  }
  return [...shown.values()];
}

interface Place {
  readonly section: number;
  readonly chunk: number;
}

/** Section and position within it of a page's nth chunk. */
function locate(text: PageText, nth: number): Place | undefined {
  let rest = nth;
  for (const [section, { chunks }] of text.sections.entries()) {
    if (rest < chunks.length) return { section, chunk: rest };
    rest -= chunks.length;
  }
  return undefined;
}

function renderSection(
  ranked: RankedChunk,
  text: PageText,
  { place, ...context }: RenderContext & { readonly pageUrl: string; readonly place: Place },
): SectionHit {
  const section = text.sections[place.section];
  const chunk = section?.chunks[place.chunk];
  const { anchor = "", heading = "", ancestors = [] } = section ?? {};
  const { text: body = "", sentenceEnds = [], sketches = new Uint8Array() } = chunk ?? {};
  const terms = ranked.keyword?.terms ?? [];
  return {
    anchor,
    heading,
    ancestors,
    url: anchor ? `${context.pageUrl}#${encodeURIComponent(anchor)}` : context.pageUrl,
    score: ranked.score,
    match: ranked.keyword ? (ranked.semanticRank > 0 ? "both" : "words") : "meaning",
    excerpt: excerpt(body, {
      terms: new Map(terms.map((term) => [term, context.worthOf(term)])),
      analyzer: analyzerFor(context.language),
      sentenceEnds,
      closest: context.vector ? nearestSketch(context.vector, sketches) : 0,
    }),
    ...(context.explain && { explain: explanation(ranked, context) }),
  };
}

function explanation(
  ranked: RankedChunk,
  { fusion: { method, semanticWeight }, balance }: Pick<RenderContext, "fusion" | "balance">,
): Explanation {
  const { keyword, keywordRank, semantic, semanticRank, score } = ranked;
  return {
    keyword: keyword ? { rank: keywordRank, score: keyword.score } : null,
    semantic: semanticRank > 0 ? { rank: semanticRank, score: semantic } : null,
    fused: score,
    fusion: method,
    semanticWeight,
    ...(balance && { balance }),
    terms: keyword?.terms ?? [],
  };
}

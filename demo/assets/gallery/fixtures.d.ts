import type { Excerpt, PageHit, SearchResults, SectionHit } from "../../../src/core/search.ts";
import type { RelatedPage } from "../../../src/related/related-file.ts";

/** An excerpt written with its marks in brackets: `a [marked] word`. */
export function excerpt(marked: string): Excerpt;
/** A section hit; what is not given is plain. */
export function section(url: string, heading: string, marked: string, more?: Partial<SectionHit>): SectionHit;
/** A page hit with its sections. */
export function page(title: string, trail: readonly string[], sections: readonly SectionHit[]): PageHit;
/** An answer made of these pages. */
export function answer(query: string, hits: readonly PageHit[], more?: Partial<SearchResults>): SearchResults;

/** What a docs site might answer to “undo a deploy”. */
export const DOCS_HITS: readonly PageHit[];
/** The same by words only, in another order. */
export const KEYWORD_HITS: readonly PageHit[];
/** The same by meaning only. */
export const MEANING_HITS: readonly PageHit[];
/** Titles, words and trails that don't fit. */
export const LONG_HITS: readonly PageHit[];
/** One page far down in its site. */
export const DEEP_HITS: readonly PageHit[];
/** Right-to-left pages among others. */
export const ARABIC_HITS: readonly PageHit[];
/** Pages in Japanese. */
export const JAPANESE_HITS: readonly PageHit[];
/** Pages near to one that is read. */
export const NEAR_TO_DEPLOYING: readonly RelatedPage[];
/** Pages near to another, read before it. */
export const NEAR_TO_INCIDENTS: readonly RelatedPage[];

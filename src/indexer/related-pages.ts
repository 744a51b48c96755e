import type { RelatedEntry } from "../related/related-file.ts";
import { type KnnGraph, knnGraph } from "../vectors/knn-graph.ts";
import { addTo } from "../vectors/rows.ts";
import type { SitePage } from "./site-page.ts";
import type { VectorRuns } from "./vector-runs.ts";

/** Options of {@link relatedPages}. */
export interface RelatedPagesOptions {
  readonly runs: VectorRuns;
  /** Row-major, one row of unit length per run. */
  readonly vectors: Float32Array;
  /** Those of the last build, if its vectors were of the same space. */
  readonly centres?: Centres | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pages whose nearest ones are known so far, and in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What the pages of each language have in common. */
export type Centres = Readonly<Record<string, Centre>>;

interface Centre {
  /** How many they were. */
  readonly pages: number;
  /** Of a page's vector; one number for each dimension. */
  readonly mean: readonly number[];
}

/** Pages named on each page. */
const RELATED = 6;
/** Nearest pages that they are chosen from: versions of the same page fall away. */
const CANDIDATES = 24;
/** Pages nearer than this are versions of one page. */
const SAME = 0.97;
/** Pages further apart than this have nothing to do with each other. */
const LEAST = 0.05;
/** A page with less text than this is no place to send somebody to. UTF-16 units. */
const MIN_TEXT_LENGTH = 100;
/** Of a language with so many pages, half of their mean is taken away: of few pages it says more about them than about the site. */
const HALF_MEAN_PAGES = 10;
/** Share of pages more or fewer from which on a language's mean is taken anew; a changed page would move it a little. */
const RECENTRE_SHARE = 0.1;
/** Longer titles are cut. UTF-16 units. */
const MAX_TITLE_LENGTH = 120;

/**
 * The pages that are near to each page in meaning, of the same language.
 *
 * A page's vector is the direction of the sum of its runs' vectors, without the mean of all pages of its language, which
 * says what they have in common and tells none from another; that of the last build stays, so that a changed page changes
 * few entries. Versions of the page itself are left out; of several
 * versions of another page the one is taken whose path has most in common with the page's own. So are pages with hardly
 * any text. Pages without a related one have no entry.
 *
 * @param pages In the order of their runs.
 * @throws DOMException `AbortError` when the signal fires.
 */
export async function relatedPages(
  pages: readonly SitePage[],
  { runs, vectors, centres: known = {}, signal, onProgress }: RelatedPagesOptions,
): Promise<{ readonly entries: readonly RelatedEntry[]; readonly centres: Centres }> {
  if (vectors.length === 0) return { entries: [], centres: {} };
  const dims = vectors.length / runs.firsts.length;
  const units = addUpRuns(pages, { runs, vectors, dims });
  const entries: RelatedEntry[] = [];
  const centres: Record<string, Centre> = {};
  let done = 0;
  for (const [language, members] of byLanguage(pages)) {
    const rows = members.map((page) => units.subarray(page * dims, (page + 1) * dims));
    const centre = isNear(known[language], members.length) ? (known[language] as Centre) : centreOf(rows, dims);
    centres[language] = centre;
    const own = centred(rows, centre, dims);
    const before = done;
    const report = (rows: number, of: number) =>
      onProgress?.(before + Math.round((members.length * rows) / of), pages.length);
    const graph = await knnGraph(own, dims, { k: CANDIDATES, signal, onProgress: report });
    const site = { pages: members.map((page) => pages[page] as SitePage), vectors: own, dims };
    for (const [row, { document }] of site.pages.entries()) {
      const related = choose(row, neighboursOf(row, graph), site).map((each) => describe(each, site));
      if (related.length > 0) entries.push({ path: document.path, related });
    }
    done += members.length;
  }
  return { entries, centres };
}

/** Sums of the vectors of each page's runs, row-major, at length 1; zeros for a page without any. */
function addUpRuns(
  pages: readonly SitePage[],
  {
    runs: { firsts },
    vectors,
    dims,
  }: Pick<RelatedPagesOptions, "runs" | "vectors"> & {
    readonly dims: number;
  },
): Float32Array {
  const units = new Float32Array(pages.length * dims);
  let run = 0;
  let end = 0;
  for (const [i, page] of pages.entries()) {
    end += page.chunkCount;
    const sum = new Float64Array(dims);
    for (; run < firsts.length && (firsts[run] as number) < end; run++) {
      addTo(sum, vectors.subarray(run * dims, (run + 1) * dims), 0);
    }
    units.set(toUnit(sum), i * dims);
  }
  return units;
}

/** Numbers of the pages of each language, ascending. */
function byLanguage(pages: readonly SitePage[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, { document }] of pages.entries()) {
    const language = document.language.toLowerCase();
    const group = groups.get(language);
    if (group) group.push(i);
    else groups.set(language, [i]);
  }
  return groups;
}

function isNear(centre: Centre | undefined, pages: number): boolean {
  return centre !== undefined && Math.abs(centre.pages - pages) <= RECENTRE_SHARE * centre.pages;
}

function centreOf(rows: readonly Float32Array[], dims: number): Centre {
  const sum = new Float64Array(dims);
  for (const row of rows) addTo(sum, row, 0);
  const share = rows.length ** 2 / (rows.length ** 2 + HALF_MEAN_PAGES ** 2);
  return { pages: rows.length, mean: Array.from(sum, (value) => (share * value) / rows.length) };
}

/** Row-major, without what the rows have in common, at length 1. */
function centred(rows: readonly Float32Array[], { mean }: Centre, dims: number): Float32Array {
  const all = new Float32Array(rows.length * dims);
  for (const [i, row] of rows.entries()) {
    const isEmpty = row.every((value) => value === 0);
    if (!isEmpty) all.set(toUnit(Float64Array.from(row, (value, at) => value - (mean[at] as number))), i * dims);
  }
  return all;
}

function toUnit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** Pages of one language, and a vector of each. */
interface LanguagePages {
  readonly pages: readonly SitePage[];
  readonly vectors: Float32Array;
  readonly dims: number;
}

interface Neighbour {
  readonly row: number;
  readonly cosine: number;
}

function neighboursOf(row: number, { k, neighbours, cosines }: KnnGraph): Neighbour[] {
  return Array.from(neighbours.subarray(row * k, (row + 1) * k), (other, i) => {
    return { row: other, cosine: cosines[row * k + i] as number };
  });
}

/** @param near Best first. */
function choose(row: number, near: readonly Neighbour[], site: LanguagePages): Neighbour[] {
  const chosen: Neighbour[] = [];
  for (const each of near) {
    if (each.cosine < LEAST) break;
    if (each.cosine >= SAME || textLength(site.pages[each.row]) < MIN_TEXT_LENGTH) continue;
    const twin = chosen.findIndex((other) => cosine(other.row, each.row, site) >= SAME);
    if (twin < 0) {
      if (chosen.length < RELATED) chosen.push(each);
    } else if (kinship(each.row, row, site) > kinship((chosen[twin] as Neighbour).row, row, site)) {
      chosen[twin] = each;
    }
  }
  return chosen.sort((a, b) => b.cosine - a.cosine || a.row - b.row);
}

function textLength(page: SitePage | undefined): number {
  return page?.lengths.reduce((sum, length) => sum + length, 0) ?? 0;
}

function cosine(a: number, b: number, { vectors, dims }: LanguagePages): number {
  let sum = 0;
  for (let i = 0; i < dims; i++) sum += (vectors[a * dims + i] as number) * (vectors[b * dims + i] as number);
  return sum;
}

/** How many folders two pages are in together. */
function kinship(a: number, b: number, { pages }: LanguagePages): number {
  const [own = [], other = []] = [a, b].map((row) => pages[row]?.document.path.split("/").slice(0, -1));
  const end = own.findIndex((folder, i) => folder !== other[i]);
  return end < 0 ? own.length : end;
}

function describe({ row, cosine }: Neighbour, { pages }: LanguagePages) {
  const { path, title, trail } = (pages[row] as SitePage).document;
  return { path, title: shorten(title), trail: shorten(trail.at(-1) ?? ""), score: Math.round(cosine * 100) / 100 };
}

function shorten(text: string): string {
  return text.length <= MAX_TITLE_LENGTH ? text : `${text.slice(0, MAX_TITLE_LENGTH).trimEnd()}…`;
}

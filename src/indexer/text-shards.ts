import type { PageText, SectionText } from "../text/text-shard.ts";
import { contentHash } from "./hash.ts";

/** Consecutive chunks that share a file: whole pages, or a part of one long page. */
export interface TextShardRange {
  /** Pages of which the file has a chunk, `[firstPage, endPage)`; those between without a chunk count too. */
  readonly firstPage: number;
  readonly endPage: number;
  /** Chunks `[first, end)`, numbered through all pages. */
  readonly first: number;
  readonly end: number;
  /** Vector runs `[firstRun, endRun)`. */
  readonly firstRun: number;
  readonly endRun: number;
  /** Offset of `first` within its page. */
  readonly firstChunk: number;
}

/** First chunks of the runs that may not be cut, ascending, as `vectorRuns` gives them. */
export interface RunStarts {
  readonly firsts: Uint32Array;
}

/** What decides where a page's texts are cut. */
export interface PageLengths {
  readonly path: string;
  /** Of the text of each chunk, in UTF-16 units. */
  readonly lengths: readonly number[];
}

/** Options of {@link planTextShards}. */
export interface TextShardPlanOptions {
  /** Characters of text per shard. Default 4000: some 2 KB compressed. */
  readonly targetLength?: number | undefined;
  /** Most shards; the target grows until it is kept. Default: as many as there are. */
  readonly maxShards?: number | undefined;
}

/** Default of {@link TextShardPlanOptions.targetLength}. UTF-16 units. */
const TARGET_LENGTH = 4000;
/** A shard may grow to this many times the target, so that a page is not cut for a few lines. */
const SLACK = 1.5;
/** A page without text has a title and the like. */
const MIN_PAGE_LENGTH = 200;
/** Mean length of a group, in targets: a changed page renames as many files, a name costs each visitor 8 bytes. */
const GROUP_SHARDS = 48;
/** No path ends a group before this part of the mean, which makes groups more equal. */
const MIN_GROUP = 0.5;
/** A group is closed at this many times its mean length, whatever the paths. */
const MAX_GROUP = 2.5;
/** By coarse steps, so that the target of a large site changes seldom as the site grows. */
const TARGET_STEP = 1.25;

/**
 * Groups of shards over all chunks of a site, in order.
 *
 * Short neighbouring pages share a shard; a page longer than 1.5 targets is cut into equal shards of its own, at the
 * starts of vector runs. Where a group ends is decided by the path and the length of the page that ends it, so that a
 * change of one page leaves the other groups as they are. When it moves such an end, the next groups move as well, until
 * one ends as before.
 */
export function planTextShards(
  pages: readonly PageLengths[],
  runs: RunStarts,
  { targetLength = TARGET_LENGTH, maxShards = Number.POSITIVE_INFINITY }: TextShardPlanOptions = {},
): TextShardRange[][] {
  const measured = measurePages(pages, runs);
  const total = lengthOf(measured);
  for (let target = targetLength; ; target *= TARGET_STEP) {
    const groups = groupPages(measured, target).map((group) => cutGroup(group, target));
    const count = sum(groups.map((group) => group.length));
    if (count <= maxShards || target > total) return groups;
  }
}

/** A run, or several. */
interface Stretch {
  readonly length: number;
  readonly first: number;
  readonly end: number;
  readonly firstRun: number;
  readonly endRun: number;
}

interface MeasuredPage extends Stretch {
  readonly page: number;
  /** In [0, 1), as if by chance, but by the path alone. */
  readonly place: number;
  readonly runs: readonly Stretch[];
}

/** Pages that have chunks. */
function measurePages(pages: readonly PageLengths[], { firsts }: RunStarts): MeasuredPage[] {
  const measured: MeasuredPage[] = [];
  let first = 0;
  let firstRun = 0;
  for (const [page, { path, lengths }] of pages.entries()) {
    const end = first + lengths.length;
    const runs: Stretch[] = [];
    for (let run = firstRun; run < firsts.length && (firsts[run] as number) < end; run++) {
      const [from, to] = [firsts[run] as number, Math.min(end, firsts[run + 1] ?? end)];
      const length = sum(lengths.slice(from - first, to - first));
      runs.push({ length, first: from, end: to, firstRun: run, endRun: run + 1 });
    }
    if (runs.length > 0) {
      const whole = joinStretches(runs);
      const length = Math.max(whole.length, MIN_PAGE_LENGTH);
      measured.push({ ...whole, length, page, place: placeOf(path), runs });
    }
    first = end;
    firstRun += runs.length;
  }
  return measured;
}

function groupPages(pages: readonly MeasuredPage[], target: number): MeasuredPage[][] {
  const mean = GROUP_SHARDS * target;
  const least = mean * MIN_GROUP;
  const groups: MeasuredPage[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const page of pages) {
    if (length >= mean * MAX_GROUP) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(page);
    length += page.length;
    // The longer a page, the likelier it ends a group: groups are equal by length, whatever the length of pages.
    if (length >= least && page.place < page.length / (mean - least)) length = Number.POSITIVE_INFINITY;
  }
  return groups;
}

function cutGroup(pages: readonly MeasuredPage[], target: number): TextShardRange[] {
  const shards: TextShardRange[] = [];
  let open: MeasuredPage[] = [];
  const close = () => {
    if (open.length > 0) shards.push(rangeOf(open));
    open = [];
  };
  for (const page of pages) {
    if (lengthOf(open) + page.length > target * SLACK) close();
    if (page.length > target * SLACK) {
      shards.push(...cutPageEvenly(page, target));
    } else {
      open.push(page);
      if (lengthOf(open) >= target) close();
    }
  }
  close();
  return shards;
}

function rangeOf(pages: readonly MeasuredPage[]): TextShardRange {
  const { first, end, firstRun, endRun } = joinStretches(pages);
  const [firstPage, lastPage] = [pages[0] as MeasuredPage, pages.at(-1) as MeasuredPage];
  return { firstPage: firstPage.page, endPage: lastPage.page + 1, first, end, firstRun, endRun, firstChunk: 0 };
}

/** By the part that the middle of each run falls into; a run that is longer than a part may leave none for the next. */
function cutPageEvenly({ page, first, length, runs }: MeasuredPage, target: number): TextShardRange[] {
  const count = Math.round(length / target);
  const parts = new Map<number, Stretch[]>();
  let before = 0;
  for (const run of runs) {
    const part = Math.min(count - 1, Math.floor(((before + run.length / 2) / length) * count));
    const known = parts.get(part);
    if (known) known.push(run);
    else parts.set(part, [run]);
    before += run.length;
  }
  return Array.from(parts.values(), (part) => {
    const { length: _, ...range } = joinStretches(part);
    return { ...range, firstPage: page, endPage: page + 1, firstChunk: range.first - first };
  });
}

function joinStretches(stretches: readonly Stretch[]): Stretch {
  const { first, firstRun } = stretches[0] as Stretch;
  const { end, endRun } = stretches.at(-1) as Stretch;
  return { length: lengthOf(stretches), first, end, firstRun, endRun };
}

function lengthOf(stretches: readonly Stretch[]): number {
  return sum(stretches.map(({ length }) => length));
}

function placeOf(path: string): number {
  return Number.parseInt(contentHash(new TextEncoder().encode(path)).slice(0, 8), 16) / 2 ** 32;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * The pages and parts of pages of one shard, for `encodeTextShard`: sections without a chunk in it are left out.
 *
 * @param pages Those of which the file has a chunk.
 */
export function textShardParts(pages: readonly PageText[], { first, end, firstChunk }: TextShardRange): PageText[] {
  const parts: PageText[] = [];
  let [from, left] = [firstChunk, end - first];
  for (const page of pages) {
    const sections = cutSections(page.sections, from, from + left);
    const count = sum(sections.map(({ chunks }) => chunks.length));
    if (count > 0) parts.push({ ...page, firstChunk: page.firstChunk + from, sections });
    [from, left] = [0, left - count];
  }
  return parts;
}

/** Chunks `[from, to)` of some sections. */
function cutSections(sections: readonly SectionText[], from: number, to: number): SectionText[] {
  let start = 0;
  return sections.flatMap((section) => {
    const chunks = section.chunks.slice(Math.max(0, from - start), Math.max(0, to - start));
    start += section.chunks.length;
    return chunks.length > 0 ? [{ ...section, chunks }] : [];
  });
}

/** The name of a group: a hash over the uncompressed contents of its shards, in order. */
export function textGroupHash(contents: readonly Uint8Array[]): string {
  return contentHash(new TextEncoder().encode(contents.map(contentHash).join("\n")));
}

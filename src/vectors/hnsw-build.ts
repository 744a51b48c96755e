import { createRandom } from "../core/random.ts";
import { type HnswGraph, LayerSearch, topLayer } from "./hnsw-layer.ts";
import { CodePairs } from "./hnsw-pairs.ts";
import type { CodeRows } from "./hnsw-rows.ts";
import { Turns, type WorkOptions } from "./hnsw-turns.ts";

/** Options of {@link buildHnsw}. */
export interface HnswBuildOptions extends WorkOptions {
  /** Links that a row makes in each layer, at least 2. It keeps at most as many, twice as many in layer 0. Default 16. */
  readonly m?: number | undefined;
  /** Candidates for these links. Default 200. */
  readonly efConstruction?: number | undefined;
  readonly seed?: number | undefined;
  /** Use the SIMD kernel where there is one. Default true; without, the graph is the same. */
  readonly simd?: boolean | undefined;
}

/** Links beyond the most, before they are chosen anew: it is done once for as many links. */
const SLACK = 16;
const DEFAULT_M = 16;
const DEFAULT_EF = 200;
/**
 * How much nearer than the row one chosen before must be, by squared distance, for a candidate to be left out: the α of
 * Subramanya et al., "DiskANN", 2019. With 1, the paper's rule, 96 candidates find 0.89 of the nearest ten of 20,000
 * passages of MDN (100 candidates for links), with 1.2 0.95, with 1.44 0.94.
 */
const ALPHA = 1.2;

/**
 * A navigable graph of near rows in layers: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor
 * search using Hierarchical Navigable Small World graphs", 2018; links are chosen by its algorithm 4. What differs: rows
 * of the upper layers are linked first, so that the entry never changes; links beyond the most are tolerated for a while;
 * rows with the same codes are a ring of which the first one is linked to others; and every row can be reached in layer 0.
 *
 * The same input gives the same graph on every machine.
 *
 * @throws DOMException `AbortError` when the signal fires.
 * @throws RangeError for an `m` below 2.
 */
export async function buildHnsw(rows: CodeRows, options: HnswBuildOptions = {}): Promise<HnswGraph> {
  const { m = DEFAULT_M, efConstruction = DEFAULT_EF, seed = 1, simd = true } = options;
  if (m < 2) throw new RangeError(`m is ${m}: a row needs two links at least`);
  const count = rows.data.length / rows.dims;
  const twins = findTwins(rows);
  const levels = drawLevels(twins.first, { m, random: createRandom(seed) });
  const builder = new Builder(new CodePairs(rows, { simd }), levels, { m, efConstruction });
  const turns = new Turns(count, options);
  for (const [done, row] of linkingOrder(levels, twins.first, createRandom(seed + 1)).entries()) {
    builder.link(row);
    const turn = turns.take(done);
    if (turn) await turn;
  }
  const graph = builder.finish(twins);
  options.onProgress?.(count, count);
  return graph;
}

/** Rows with the same codes. */
interface Twins {
  /** The first row with these codes. */
  readonly first: Uint32Array;
  /** The next row with these codes, after the last one the first: itself when there is no other. */
  readonly next: Uint32Array;
}

function findTwins({ data, dims }: CodeRows): Twins {
  const first = Uint32Array.from({ length: data.length / dims }, (_, row) => row);
  const next = first.slice();
  const lastOf = first.slice();
  const byHash = new Map<number, number[]>();
  for (let row = 0; row < first.length; row++) {
    const hash = hashRow(data, row * dims, dims);
    const others = byHash.get(hash) ?? [];
    const twin = others.find((other) => isSame(data, other * dims, row * dims, dims));
    if (twin === undefined) {
      byHash.set(hash, [...others, row]);
      continue;
    }
    first[row] = twin;
    next[lastOf[twin] as number] = row;
    next[row] = twin;
    lastOf[twin] = row;
  }
  return { first, next };
}

/** FNV-1a. */
function hashRow(data: Int8Array, start: number, dims: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + dims; at++) hash = Math.imul(hash ^ (data[at] as number), 0x01000193);
  return hash;
}

function isSame(data: Int8Array, a: number, b: number, dims: number): boolean {
  for (let i = 0; i < dims; i++) if (data[a + i] !== data[b + i]) return false;
  return true;
}

/** The topmost layer of each row: one in m is in the next. Twins of earlier rows are in layer 0 only. */
function drawLevels(
  first: Uint32Array,
  { m, random }: { readonly m: number; readonly random: () => number },
): Uint8Array {
  return Uint8Array.from(first, (twin, row) => {
    if (twin !== row) return 0;
    let level = 0;
    while (level < 255 && random() * m < 1) level++;
    return level;
  });
}

/** The entry, which is the first row of the topmost layer; then by layer, from the top; else at random; without twins. */
function linkingOrder(levels: Uint8Array, first: Uint32Array, random: () => number): Uint32Array {
  const keys = Float64Array.from(levels, (level) => random() - level);
  const entry = entryOf(levels);
  if (keys.length > 0) keys[entry] = Number.NEGATIVE_INFINITY;
  return first.filter((twin, row) => twin === row).sort((a, b) => (keys[a] as number) - (keys[b] as number));
}

function entryOf(levels: Uint8Array): number {
  let entry = 0;
  for (let row = 1; row < levels.length; row++) if ((levels[row] as number) > (levels[entry] as number)) entry = row;
  return entry;
}

interface BuilderOptions {
  readonly m: number;
  readonly efConstruction: number;
}

/** A graph that grows: lists of links have room for {@link SLACK} more than a row may keep. */
class Builder {
  readonly #pairs: CodePairs;
  readonly #graph: HnswGraph;
  readonly #m: number;
  readonly #efConstruction: number;
  /** Cosines of the graph's neighbours. */
  readonly #cosines: Float32Array;
  readonly #search: LayerSearch;
  /** Links of layer 0 that need not count among the most. */
  readonly #added = new Map<number, number[]>();
  #linked = 0;

  constructor(pairs: CodePairs, levels: Uint8Array, { m, efConstruction }: BuilderOptions) {
    this.#pairs = pairs;
    this.#m = m;
    this.#efConstruction = Math.max(m, efConstruction);
    this.#graph = emptyGraph(levels, { m });
    this.#cosines = new Float32Array(this.#graph.neighbours.length);
    this.#search = new LayerSearch(this.#graph);
  }

  /** Algorithm 1. */
  link(row: number): void {
    const graph = this.#graph;
    if (this.#linked++ === 0) return;
    this.#pairs.from(row);
    const level = topLayer(graph, row);
    const { found } = this.#search;
    let from = Uint32Array.of(graph.entry);
    for (let layer = topLayer(graph, graph.entry); layer >= 0; layer--) {
      this.#search.search(this.#pairs, { layer, from, ef: layer > level ? 1 : this.#efConstruction });
      from = found.rows.slice(0, found.count);
      if (layer <= level) this.#join(row, layer);
    }
  }

  /** A compact graph in which every row can be reached. */
  finish({ first, next }: Twins): HnswGraph {
    const { firstSlots } = this.#graph;
    for (let row = 0; row + 1 < firstSlots.length; row++) {
      for (let layer = topLayer(this.#graph, row); layer >= 0; layer--) this.#prune(row, layer);
    }
    this.#reachAll(first);
    next.forEach((twin, row) => {
      if (twin !== row) this.#add(row, twin);
    });
    return compact(this.#graph, this.#added);
  }

  /** Links in both directions between a row and the best of what was found. */
  #join(row: number, layer: number): void {
    const { found } = this.#search;
    const { rows, cosines } = this.#select(found, this.#m);
    const slot = this.#slot(row, layer);
    rows.forEach((neighbour, i) => {
      this.#append(slot, neighbour, cosines[i] as number);
      const other = this.#slot(neighbour, layer);
      if (this.#room(other) === 0) this.#prune(neighbour, layer);
      this.#append(other, row, cosines[i] as number);
    });
  }

  /**
   * Algorithm 4, without its last step: candidates, best first, that are nearer to the row than to all chosen before,
   * or not much less near. To fill up with the others makes many more links, which find no more.
   */
  #select(
    candidates: { readonly rows: Uint32Array; readonly scores: Float32Array; readonly count: number },
    most: number,
  ): { readonly rows: number[]; readonly cosines: number[] } {
    const rows: number[] = [];
    const cosines: number[] = [];
    // Links by the paper's rule come first: those of the other alone leave clusters without ways out.
    for (const alpha of [1, ALPHA]) {
      for (let i = 0; i < candidates.count && rows.length < most; i++) {
        const candidate = candidates.rows[i] as number;
        const cosine = candidates.scores[i] as number;
        if (this.#pairs.someNearer(candidate, rows, 1 - (1 - cosine) / alpha) || rows.includes(candidate)) continue;
        rows.push(candidate);
        cosines.push(cosine);
      }
    }
    return { rows, cosines };
  }

  /** Chooses the links anew when there are more than the most. */
  #prune(row: number, layer: number): void {
    const { starts, ends, neighbours } = this.#graph;
    const slot = this.#slot(row, layer);
    const [start, end] = [starts[slot] as number, ends[slot] as number];
    const most = mostLinks(layer, this.#m);
    if (end - start <= most) return;
    const order = Uint32Array.from({ length: end - start }, (_, i) => start + i);
    order.sort(
      (a, b) =>
        (this.#cosines[b] as number) - (this.#cosines[a] as number) ||
        (neighbours[a] as number) - (neighbours[b] as number),
    );
    const candidates = {
      rows: order.map((at) => neighbours[at] as number),
      scores: Float32Array.from(order, (at) => this.#cosines[at] as number),
      count: order.length,
    };
    const chosen = this.#select(candidates, most);
    ends[slot] = start;
    chosen.rows.forEach((neighbour, i) => {
      this.#append(slot, neighbour, chosen.cosines[i] as number);
    });
  }

  /** A link to each part of layer 0 that no search would come to, from what is nearest to it. */
  #reachAll(firstTwin: Uint32Array): void {
    const { entry } = this.#graph;
    const reached = new Uint8Array(firstTwin.length);
    if (reached.length > 0) this.#flood(entry, reached);
    for (let row = 0; row < reached.length; row++) {
      if (reached[row] || firstTwin[row] !== row) continue;
      this.#pairs.from(row);
      this.#search.search(this.#pairs, { layer: 0, from: Uint32Array.of(entry), ef: this.#efConstruction });
      this.#add(this.#search.found.rows[0] as number, row);
      this.#flood(row, reached);
    }
  }

  #flood(from: number, reached: Uint8Array): void {
    const { firstSlots, starts, ends, neighbours } = this.#graph;
    const open = [from];
    reached[from] = 1;
    for (let row = open.pop(); row !== undefined; row = open.pop()) {
      const slot = firstSlots[row] as number;
      for (let at = starts[slot] as number; at < (ends[slot] as number); at++) {
        const neighbour = neighbours[at] as number;
        if (reached[neighbour]) continue;
        reached[neighbour] = 1;
        open.push(neighbour);
      }
    }
  }

  #add(row: number, neighbour: number): void {
    this.#added.set(row, [...(this.#added.get(row) ?? []), neighbour]);
  }

  #append(slot: number, neighbour: number, cosine: number): void {
    const { ends, neighbours } = this.#graph;
    const at = ends[slot] as number;
    neighbours[at] = neighbour;
    this.#cosines[at] = cosine;
    ends[slot] = at + 1;
  }

  #room(slot: number): number {
    const { starts, ends, neighbours } = this.#graph;
    return (starts[slot + 1] ?? neighbours.length) - (ends[slot] as number);
  }

  #slot(row: number, layer: number): number {
    return (this.#graph.firstSlots[row] as number) + layer;
  }
}

function mostLinks(layer: number, m: number): number {
  return layer === 0 ? 2 * m : m;
}

/** Slots with room and without links. */
function emptyGraph(levels: Uint8Array, { m }: { readonly m: number }): HnswGraph {
  const firstSlots = new Uint32Array(levels.length + 1);
  levels.forEach((level, row) => {
    firstSlots[row + 1] = (firstSlots[row] as number) + level + 1;
  });
  const starts = new Uint32Array(firstSlots.at(-1) as number);
  let links = 0;
  levels.forEach((level, row) => {
    for (let layer = 0; layer <= level; layer++) {
      starts[(firstSlots[row] as number) + layer] = links;
      links += mostLinks(layer, m) + SLACK;
    }
  });
  return { firstSlots, starts, ends: starts.slice(), neighbours: new Uint32Array(links), entry: entryOf(levels) };
}

/** Lists without gaps, each ascending, with the links that were added. */
function compact(graph: HnswGraph, added: ReadonlyMap<number, readonly number[]>): HnswGraph {
  const { firstSlots, starts, ends, neighbours, entry } = graph;
  const rowCount = firstSlots.length - 1;
  const lists: number[] = [];
  const bounds = new Uint32Array(starts.length + 1);
  for (let row = 0; row < rowCount; row++) {
    for (let slot = firstSlots[row] as number; slot < (firstSlots[row + 1] as number); slot++) {
      const own = [...neighbours.subarray(starts[slot], ends[slot])];
      if (slot === firstSlots[row]) own.push(...(added.get(row) ?? []));
      for (const neighbour of own.sort((a, b) => a - b)) lists.push(neighbour);
      bounds[slot + 1] = lists.length;
    }
  }
  return {
    firstSlots,
    starts: bounds.subarray(0, -1),
    ends: bounds.subarray(1),
    neighbours: Uint32Array.from(lists),
    entry,
  };
}

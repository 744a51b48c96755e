import { Container, encodeContainer } from "../core/container.ts";
import { createRandom } from "../core/random.ts";
import { NearestCentroids } from "./nearest-centroids.ts";
import { addTo, concat, groupBy, meanOf } from "./rows.ts";
import { invalid, toCode } from "./vector-block.ts";

/** Cells: every vector belongs to the one whose centroid is nearest. */
export interface Clusters {
  readonly dims: number;
  /** Row-major; exactly as {@link decodeCentroids} gives them back. */
  readonly centroids: Float32Array;
  /** Number of vectors of each cell, at least 1. */
  readonly sizes: Uint32Array;
  /** Cell of each vector. */
  readonly cellOf: Uint32Array;
}

/** What another build can go on from. */
export type Centroids = Pick<Clusters, "dims" | "centroids">;

/** Options of {@link clusterVectors}. */
export interface ClusterOptions {
  /** Vectors of a cell, on average. Default {@link cellSizeFor} all vectors. */
  readonly size?: number | undefined;
  readonly seed?: number | undefined;
  /**
   * Clusters of the last build, see {@link decodeCentroids}: they are kept, so that a vector that has not changed
   * stays where it is; only cells that have become too large are split. Not used when the number of cells is less than
   * half or more than twice what it should be, or the dimensions differ.
   */
  readonly previous?: Centroids | undefined;
  /**
   * Cell of each vector among those of `previous`, or −1 for a vector that it did not have: these alone are compared
   * with all centroids. Default: all are.
   */
  readonly known?: Int32Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Work done so far, and in all, in no particular unit. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** See `NearestCentroids`. */
  readonly simd?: boolean | undefined;
}

const KIND = "clusters";
/** Step of stored centroids, times √dims. */
const GRID_STEP = 0.13;
/** Smaller cells hold little besides their own headers and centres; */
const MIN_CELL_SIZE = 32;
/** larger ones cost a query too much. */
const MAX_CELL_SIZE = 256;
/** Vectors of a cell, in √(all vectors). */
const CELL_SIZE_RATIO = 0.3;
/** So many vectors are trained with per cell, at most. */
const TRAINEES_PER_CELL = 64;
/** Rounds of k-means within the groups, which only make a start. */
const GROUP_ROUNDS = 8;
/** Rounds of k-means with all centroids; two more find 0.003 more of the nearest ten. */
const FULL_ROUNDS = 1;
/** A cell with more than this × the wanted size is split, */
const LARGE = 2.5;
/** and one with less is dissolved among its neighbours, unless it was there before. */
const SMALL = 1 / 8;
const MAX_BALANCING_ROUNDS = 8;
const SPLIT_ROUNDS = 4;
const POWER_ROUNDS = 4;
/** Longest time without letting other tasks run. */
const TURN_MS = 40;

/**
 * Group vectors into cells by k-means (Lloyd): √K groups first, within them K cells, then all cells against all
 * vectors. The same input gives the same cells on every machine. 80,000 × 256 in 940 cells take 7 s on one core,
 * 3 s with `previous`.
 *
 * @param vectors Row-major, unit length or zero.
 * @throws DOMException `AbortError` when the signal fires.
 */
export async function clusterVectors(
  vectors: Float32Array,
  dims: number,
  options: ClusterOptions = {},
): Promise<Clusters> {
  const count = vectors.length / dims;
  const { size = cellSizeFor(count), seed = 1, previous, known } = options;
  const wanted = count <= 2 * size ? Math.min(1, count) : Math.round(count / size);
  const kept = previous && fits(previous, dims, wanted) ? previous : undefined;
  const work = new Work(vectors, dims, options);
  const isKnown = kept !== undefined && known !== undefined;
  work.plan((isKnown ? known.filter((cell) => cell < 0).length : count) * (kept ? wanted : (2 + FULL_ROUNDS) * wanted));
  const centroids = kept?.centroids.slice() ?? (await train(work, { wanted, random: createRandom(seed) }));
  const cells = await Cells.fill(work, centroids, isKnown ? known : undefined);
  await cells.balance({ largest: LARGE * size, smallest: kept ? 1 : Math.max(1, SMALL * size) });
  work.finish();
  return { dims, ...cells.result() };
}

/**
 * How many vectors a cell should hold, on average, for a first query to need the fewest bytes: the directory grows with
 * the number of cells, what a query reads with their size, so that the best size grows with the square root of the
 * vectors. How much of the nearest is found depends on the number of cells read, hardly on their size: of 79,654 vectors
 * 8 cells hold 0.82 of the nearest ten at a size of 64 (directory 69 KB, cells 66 KB), 85 (52 and 88) and 96 (46 and 99).
 */
export function cellSizeFor(count: number): number {
  return Math.max(MIN_CELL_SIZE, Math.min(MAX_CELL_SIZE, Math.round(CELL_SIZE_RATIO * Math.sqrt(count))));
}

/**
 * Centroids for the next build, which passes what {@link decodeCentroids} reads from them as `previous`.
 * Some 200 bytes each, compressed.
 */
export function encodeCentroids({ dims, centroids }: Centroids): Uint8Array {
  const step = gridStep(dims);
  return encodeContainer(KIND, {
    shape: Uint32Array.of(dims),
    codes: Int8Array.from(centroids, (value) => toCode(value / step)),
  });
}

/**
 * The inverse of {@link encodeCentroids}.
 * @throws SearchError as {@link Container}.
 */
export function decodeCentroids(bytes: Uint8Array, file: string): Centroids {
  const container = new Container(bytes, { kind: KIND, file });
  const [dims = 0] = container.get("shape", Uint32Array);
  const codes = container.get("codes", Int8Array);
  if (dims === 0 || codes.length % dims) throw invalid(file, `it holds ${codes.length} numbers, not rows of ${dims}`);
  const step = gridStep(dims);
  return { dims, centroids: Float32Array.from(codes, (code) => code * step) };
}

/** Round in place to what can be stored, so that the next build finds the cells of this one. */
function roundCentroids(centroids: Float32Array, dims: number): void {
  const step = gridStep(dims);
  for (let at = 0; at < centroids.length; at++) centroids[at] = toCode((centroids[at] as number) / step) * step;
}

/** One number of a unit vector may be 1, whatever its dimensions. */
function gridStep(dims: number): number {
  return Math.fround(Math.max(GRID_STEP / Math.sqrt(dims), 1 / 127));
}

function fits(previous: Centroids, dims: number, wanted: number): boolean {
  const count = previous.centroids.length / dims;
  return previous.dims === dims && wanted > 1 && count >= wanted / 2 && count <= wanted * 2;
}

/** Vectors to be compared with centroids, a while at a time. */
class Work {
  readonly vectors: Float32Array;
  readonly dims: number;
  readonly #finder: NearestCentroids;
  readonly #options: ClusterOptions;
  #total = 0;
  #done = 0;
  #turnEnds = 0;

  constructor(vectors: Float32Array, dims: number, options: ClusterOptions) {
    this.vectors = vectors;
    this.dims = dims;
    this.#options = options;
    this.#finder = new NearestCentroids(dims, { simd: options.simd ?? true });
  }

  get count(): number {
    return this.vectors.length / this.dims;
  }

  vector(index: number): Float32Array {
    return this.vectors.subarray(index * this.dims, (index + 1) * this.dims);
  }

  /** How many comparisons there will be, about. */
  plan(comparisons: number): void {
    this.#total = comparisons;
  }

  finish(): void {
    this.#options.onProgress?.(this.#total, this.#total);
  }

  /** Call back with the nearest centroid of each of the vectors, and the distance to it. */
  async compare(
    centroids: Float32Array,
    members: ArrayLike<number>,
    found: (position: number, nearest: number, distance: number) => void,
  ): Promise<void> {
    const comparisons = centroids.length / this.dims;
    this.#finder.use(centroids);
    for (let i = 0; i < members.length; i++) {
      const nearest = comparisons === 1 ? 0 : this.#finder.find(this.vector(members[i] as number));
      found(i, nearest, this.#finder.distance);
      this.#done += comparisons;
      if (i % 16 === 0 && performance.now() > this.#turnEnds) {
        await this.#giveTurn();
        this.#finder.use(centroids);
      }
    }
  }

  /** From one centroid, as {@link compare} tells them. */
  distances(centroid: Float32Array, members: Uint32Array): number[] {
    this.#finder.use(centroid);
    return Array.from(members, (member) => {
      this.#finder.find(this.vector(member));
      return this.#finder.distance;
    });
  }

  async #giveTurn(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.(Math.min(this.#done, this.#total), this.#total);
    await new Promise((resolve) => setTimeout(resolve));
    this.#options.signal?.throwIfAborted();
    this.#turnEnds = performance.now() + TURN_MS;
  }
}

/** Which vector is in which cell, and how to make cells of about the same size. */
class Cells {
  readonly #work: Work;
  readonly #cellOf: Uint32Array;
  readonly #distances: Float64Array;
  #centroids: Float32Array;

  private constructor(work: Work, centroids: Float32Array) {
    this.#work = work;
    this.#cellOf = new Uint32Array(work.count);
    this.#distances = new Float64Array(work.count);
    this.#centroids = centroids;
  }

  /** Every vector into the cell whose rounded centroid is nearest, as far as that is not known. */
  static async fill(work: Work, centroids: Float32Array, known?: Int32Array): Promise<Cells> {
    roundCentroids(centroids, work.dims);
    const cells = new Cells(work, centroids);
    if (known) {
      cells.#cellOf.set(known.map((cell) => Math.max(0, cell)));
      for (const [cell, members] of cells.#members().entries()) cells.#measure(cell, members);
    }
    const others = range(work.count);
    await cells.#move(known ? others.filter((i) => (known[i] as number) < 0) : others, { centroids, base: 0 });
    return cells;
  }

  /** Split large cells and dissolve small ones, until there are none or it has been tried often enough. */
  async balance({ largest, smallest }: { readonly largest: number; readonly smallest: number }): Promise<void> {
    for (let round = 0; round < MAX_BALANCING_ROUNDS; round++) {
      const cells = this.#members();
      const halves: Float32Array[] = [];
      const leaving = new Set<number>();
      for (const [cell, members] of cells.entries()) {
        const split = members.length > largest ? await this.#halve(members) : undefined;
        if (split) halves.push(split);
        if (split || members.length < smallest) leaving.add(cell);
      }
      if (leaving.size === 0 || leaving.size - halves.length === cells.length) return;
      await this.#replace(cells, { leaving, added: concat(halves) });
    }
  }

  /** Cells that hold something. */
  result(): Pick<Clusters, "centroids" | "sizes" | "cellOf"> {
    const filled = [...this.#members().entries()].filter(([, members]) => members.length > 0);
    const { dims } = this.#work;
    filled.forEach(([, members], cell) => {
      for (const member of members) this.#cellOf[member] = cell;
    });
    return {
      centroids: concat(filled.map(([cell]) => this.#centroids.subarray(cell * dims, (cell + 1) * dims))),
      sizes: Uint32Array.from(filled, ([, members]) => members.length),
      cellOf: this.#cellOf,
    };
  }

  /** Everything is where it would be had it been compared with the new list of centroids. */
  async #replace(
    cells: readonly Uint32Array[],
    { leaving, added }: { readonly leaving: ReadonlySet<number>; readonly added: Float32Array },
  ): Promise<void> {
    const { dims } = this.#work;
    const staying = [...cells.keys()].filter((cell) => !leaving.has(cell));
    const stayed = staying.map((cell) => this.#centroids.subarray(cell * dims, (cell + 1) * dims));
    this.#centroids = concat([...stayed, added]);
    staying.forEach((old, cell) => {
      for (const member of cells[old] as Uint32Array) this.#cellOf[member] = cell;
    });
    const homeless = [...leaving].flatMap((cell) => [...(cells[cell] as Uint32Array)]);
    for (const member of homeless) this.#distances[member] = Number.POSITIVE_INFINITY;
    const settled = staying.flatMap((cell) => [...(cells[cell] as Uint32Array)]);
    if (added.length > 0) await this.#move(settled, { centroids: added, base: staying.length });
    await this.#move(homeless, { centroids: this.#centroids, base: 0 });
  }

  /** Members move to one of the centroids where it is nearer than their own. */
  async #move(
    members: ArrayLike<number>,
    { centroids, base }: { readonly centroids: Float32Array; readonly base: number },
  ): Promise<void> {
    await this.#work.compare(centroids, members, (i, nearest, distance) => {
      const member = members[i] as number;
      if (base > 0 && distance >= (this.#distances[member] as number)) return;
      this.#cellOf[member] = base + nearest;
      this.#distances[member] = distance;
    });
  }

  /** Note how far the members of a cell are from its centroid. */
  #measure(cell: number, members: Uint32Array): void {
    const { dims } = this.#work;
    const distances = this.#work.distances(this.#centroids.subarray(cell * dims, (cell + 1) * dims), members);
    members.forEach((member, i) => {
      this.#distances[member] = distances[i] as number;
    });
  }

  /** Two centroids for a cell; undefined when its vectors are all the same, or as good as. */
  async #halve(members: Uint32Array): Promise<Float32Array | undefined> {
    const halves = halvesOf(this.#work, members);
    await lloyd(this.#work, halves, { members, rounds: SPLIT_ROUNDS });
    roundCentroids(halves, this.#work.dims);
    const { dims } = this.#work;
    return halves.subarray(0, dims).some((value, i) => value !== halves[dims + i]) ? halves : undefined;
  }

  #members(): Uint32Array[] {
    return groupBy(this.#cellOf, this.#centroids.length / this.#work.dims);
  }
}

interface TrainOptions {
  readonly wanted: number;
  readonly random: () => number;
}

async function train(work: Work, { wanted, random }: TrainOptions): Promise<Float32Array> {
  if (wanted <= 1) return meanOf(work.vectors, work.dims).subarray(0, wanted * work.dims);
  const trainees = sample(range(work.count), TRAINEES_PER_CELL * wanted, random);
  const centroids = await trainWithinGroups(work, { wanted, trainees, random });
  await lloyd(work, centroids, { members: trainees, rounds: FULL_ROUNDS });
  return centroids;
}

/** √K groups, and in each as many centroids as it has a share of the vectors. */
async function trainWithinGroups(
  work: Work,
  { wanted, trainees, random }: TrainOptions & { readonly trainees: Uint32Array },
): Promise<Float32Array> {
  const groupCount = Math.round(Math.sqrt(wanted));
  const starters = sample(trainees, groupCount * TRAINEES_PER_CELL * 4, random);
  const groups = rowsOf(work, sample(starters, groupCount, random));
  await lloyd(work, groups, { members: starters, rounds: GROUP_ROUNDS });
  const groupOf = new Uint32Array(trainees.length);
  await work.compare(groups, trainees, (i, nearest) => {
    groupOf[i] = nearest;
  });
  const centroids: Float32Array[] = [];
  for (const positions of groupBy(groupOf, groupCount)) {
    const members = positions.map((position) => trainees[position] as number);
    const share = Math.round((wanted * members.length) / trainees.length);
    const own = rowsOf(work, sample(members, Math.max(1, share), random));
    await lloyd(work, own, { members, rounds: GROUP_ROUNDS });
    centroids.push(own);
  }
  return concat(centroids);
}

interface LloydOptions {
  readonly members: Uint32Array;
  readonly rounds: number;
}

/** Move the centroids, in place, to the means of the members that are nearest to them; one without members stays. */
async function lloyd(work: Work, centroids: Float32Array, { members, rounds }: LloydOptions): Promise<void> {
  const { dims } = work;
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(centroids.length);
    const sizes = new Uint32Array(centroids.length / dims);
    await work.compare(centroids, members, (i, nearest) => {
      addTo(sums, work.vector(members[i] as number), nearest * dims);
      sizes[nearest] = (sizes[nearest] as number) + 1;
    });
    for (let at = 0; at < sums.length; at++) {
      const size = sizes[Math.floor(at / dims)] as number;
      if (size > 0) centroids[at] = (sums[at] as number) / size;
    }
  }
}

/** Means of the two halves of the members along the direction in which they differ most, by power iteration. */
function halvesOf(work: Work, members: Uint32Array): Float32Array {
  const { dims } = work;
  const rows = rowsOf(work, members);
  const mean = meanOf(rows, dims);
  for (let at = 0; at < rows.length; at++) rows[at] = (rows[at] as number) - (mean[at % dims] as number);
  let direction = rows.slice(0, dims);
  let along = projections(rows, direction);
  for (let round = 0; round < POWER_ROUNDS; round++) {
    const next = new Float64Array(dims);
    for (let at = 0; at < rows.length; at++) {
      next[at % dims] = (next[at % dims] as number) + (along[Math.floor(at / dims)] as number) * (rows[at] as number);
    }
    direction = Float32Array.from(next, (value) => value / largestOf(next));
    along = projections(rows, direction);
  }
  const order = Uint32Array.from(members.keys()).sort((a, b) => (along[a] as number) - (along[b] as number) || a - b);
  const middle = members.length >> 1;
  return concat(
    [order.subarray(0, middle), order.subarray(middle)].map((half) =>
      meanOf(
        rowsOf(
          work,
          half.map((position) => members[position] as number),
        ),
        dims,
      ),
    ),
  );
}

function projections(rows: Float32Array, direction: Float32Array): Float64Array {
  const dims = direction.length;
  const along = new Float64Array(rows.length / dims);
  for (let at = 0; at < rows.length; at++) {
    const row = Math.floor(at / dims);
    along[row] = (along[row] as number) + (rows[at] as number) * (direction[at % dims] as number);
  }
  return along;
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
}

/** Some of the values, in their order: all when there are not more. */
function sample(values: Uint32Array, count: number, random: () => number): Uint32Array {
  if (count >= values.length) return values;
  const chosen = values.slice();
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (chosen.length - i));
    const held = chosen[i] as number;
    chosen[i] = chosen[other] as number;
    chosen[other] = held;
  }
  return chosen.subarray(0, count).sort();
}

function rowsOf(work: Work, members: Uint32Array): Float32Array {
  const rows = new Float32Array(members.length * work.dims);
  members.forEach((member, i) => {
    rows.set(work.vector(member), i * work.dims);
  });
  return rows;
}

function range(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

import { Container, encodeContainer, type Sections } from "../core/container.ts";
import { type Scored, topK } from "../core/top-k.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";
import { type HnswGraph, LayerSearch, topLayer } from "./hnsw-layer.ts";
import { type RowScorer, rowScorer, type SearchRows } from "./hnsw-rows.ts";
import { invalid } from "./vector-block.ts";

/** Options of {@link Hnsw.search}. */
export interface HnswSearchOptions {
  /** Most rows to find. */
  readonly limit: number;
  /** Candidates that are held on the way: more find more, and take longer. Default 128. */
  readonly ef?: number | undefined;
  /** One byte per row, 1 = may be found. Default all. */
  readonly mask?: Uint8Array | undefined;
}

const KIND = "hnsw";
/**
 * The number of rows from which links are worth their bytes where vectors are compared in JavaScript. Of 10,000 × 384, a
 * scan takes 4.4 ms, more than a frame on a machine four times slower; by links a query takes 0.5 to 0.9 ms, and they are
 * 0.5 MB beside 3.9 MB of codes. Of 50,000 it is 22 to 33 ms and 0.6 to 1. See `npm run bench:hnsw`.
 */
export const HNSW_FROM_ROWS = 10_000;
const DEFAULT_EF = 128;
/**
 * Rows that are compared for each candidate when all may be found, at most. Where a mask leaves a share of them, as many
 * more are compared as the share is small: of 30,000 with a random share of 0.2 links were faster than a scan of what is
 * left (2.8 and 4.6 ms), with 0.1 slower (5.6 and 2.9).
 */
const COMPARED_PER_EF = 8;

/**
 * Finds the rows nearest to a query by the links between rows, in the time that a scan of some hundred rows takes. See
 * {@link buildHnsw}.
 */
export class Hnsw {
  /** Number of rows. */
  readonly count: number;
  readonly #graph: HnswGraph;
  readonly #rows: SearchRows;
  readonly #search: LayerSearch;

  /**
   * @param rows Those that the graph was built from, as codes or as numbers; not copied.
   * @throws RangeError when they are not as many.
   */
  constructor(graph: HnswGraph, rows: SearchRows) {
    this.count = graph.firstSlots.length - 1;
    if (rows.data.length !== this.count * rows.dims) {
      throw new RangeError(`${rows.data.length / rows.dims} rows for a graph of ${this.count}`);
    }
    this.#graph = graph;
    this.#rows = rows;
    this.#search = new LayerSearch(graph);
  }

  /**
   * The rows with the highest cosines, best first, as far as they are found; as many as `limit`, if that many may be
   * found. Where few rows may be, or it turns out that those are far from the query, it compares them all.
   *
   * @param query Unit length, as long as a row.
   * @throws RangeError for a query or a mask of another length.
   */
  search(query: Float32Array, options: HnswSearchOptions): Scored[] {
    const { limit, mask } = options;
    checkLengths(this.#rows, query, mask);
    const ef = Math.max(1, limit, options.ef ?? DEFAULT_EF);
    const allowed = mask ? countAllowed(mask) : this.count;
    const comparisons = (COMPARED_PER_EF * ef * this.count) / allowed;
    const found = comparisons < allowed && this.#follow(rowScorer(this.#rows, query), { ef, mask, allowed });
    if (!found || this.#search.found.count < Math.min(limit, allowed)) return scan(this.#rows, query, options);
    const { rows, scores, count } = this.#search.found;
    const order = Array.from({ length: count }, (_, i) => ({ id: rows[i] as number, score: scores[i] as number }));
    return order.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, limit);
  }

  /** Algorithm 5 of the paper. False when it gave up because a scan is no slower. */
  #follow(
    scorer: RowScorer,
    { ef, mask, allowed }: { readonly ef: number; readonly mask: Uint8Array | undefined; readonly allowed: number },
  ): boolean {
    const { entry } = this.#graph;
    let from = Uint32Array.of(entry);
    for (let layer = topLayer(this.#graph, entry); layer > 0; layer--) {
      this.#search.search(scorer, { layer, from, ef: 1 });
      from = this.#search.found.rows.slice(0, 1);
    }
    return this.#search.search(scorer, { layer: 0, from, ef, mask, ...(mask && { most: allowed }) });
  }
}

/**
 * The rows with the highest cosines, best first, by comparing all: exact search.
 *
 * @param query Unit length, as long as a row.
 * @throws RangeError for a query or a mask of another length.
 */
export function scan(
  rows: SearchRows,
  query: Float32Array,
  { limit, mask }: Pick<HnswSearchOptions, "limit" | "mask">,
): Scored[] {
  checkLengths(rows, query, mask);
  const ids = allowedRows(rows.data.length / rows.dims, mask);
  const scores = new Float32Array(ids.length);
  rowScorer(rows, query).score(ids, ids.length, scores);
  return topK(scores, limit).map(({ id, score }) => ({ id: ids[id] as number, score }));
}

function allowedRows(count: number, mask: Uint8Array | undefined): Uint32Array {
  const rows = new Uint32Array(mask ? countAllowed(mask) : count);
  for (let row = 0, at = 0; row < count; row++) if (!mask || mask[row] === 1) rows[at++] = row;
  return rows;
}

function countAllowed(mask: Uint8Array): number {
  let count = 0;
  for (const byte of mask) if (byte === 1) count++;
  return count;
}

function checkLengths({ data, dims }: SearchRows, query: Float32Array, mask: Uint8Array | undefined): void {
  if (query.length !== dims) throw new RangeError(`A query of ${query.length} numbers for rows of ${dims}`);
  if (mask && mask.length * dims !== data.length) {
    throw new RangeError(`A mask of ${mask.length} for ${data.length / dims} rows`);
  }
}

/** A file that holds nothing but the links, as {@link encodeHnswSections}. */
export function encodeHnsw(graph: HnswGraph): Uint8Array {
  return encodeContainer(KIND, encodeHnswSections(graph));
}

/**
 * The inverse of {@link encodeHnsw}.
 * @throws SearchError as {@link decodeHnswSections}.
 */
export function decodeHnsw(bytes: Uint8Array, file: string): HnswGraph {
  return decodeHnswSections(new Container(bytes, { kind: KIND, file }), { file });
}

/**
 * Sections of a container that hold the links of a graph; all their names begin with `h`:
 *
 * - `hshape`, u32[3]: number of rows, of layers, and of links.
 * - `hlevels`, varints: for each layer from 1 up, how many rows are in it, and these rows, ascending, each as its
 *   difference from the one before, the first as itself.
 * - `hlinks`, varints: for each row, for each layer that it is in from 0 up, how many neighbours it has there, and these
 *   in the same way.
 *
 * Searches begin with the first row of the topmost layer. About 1.6 bytes per link of 10,000 rows, where numbers of 24
 * bits would take 3.
 */
export function encodeHnswSections(graph: HnswGraph): Sections {
  const { firstSlots, starts, ends, neighbours, entry } = graph;
  const rowCount = firstSlots.length - 1;
  const layerCount = rowCount > 0 ? topLayer(graph, entry) + 1 : 0;
  const levels = new VarintWriter();
  for (let layer = 1; layer < layerCount; layer++) {
    levels.writeAscending(
      Array.from({ length: rowCount }, (_, row) => row).filter((row) => topLayer(graph, row) >= layer),
    );
  }
  const links = new VarintWriter();
  for (let slot = 0; slot < starts.length; slot++) {
    links.writeAscending([...neighbours.subarray(starts[slot], ends[slot])]);
  }
  return {
    hshape: Uint32Array.of(rowCount, layerCount, neighbours.length),
    hlevels: levels.finish(),
    hlinks: links.finish(),
  };
}

/**
 * The inverse of {@link encodeHnswSections}.
 *
 * @param options `file` names the container in errors.
 * @throws SearchError `file-invalid` when the sections contradict each other, or as {@link Container}.
 */
export function decodeHnswSections(container: Container, { file }: { readonly file: string }): HnswGraph {
  const [rowCount = 0, layerCount = 0, linkCount = 0] = container.get("hshape", Uint32Array);
  const check: Check = (holds, what) => {
    if (!holds) throw invalid(file, what);
  };
  const bytes = container.get("hlinks", Uint8Array);
  check(
    rowCount + linkCount <= bytes.length,
    `${bytes.length} bytes cannot hold ${linkCount} links of ${rowCount} rows`,
  );
  check(layerCount <= 256, `it has ${layerCount} layers`);
  const levels = decodeLevels(container, { rowCount, layerCount, check });
  const entry = Math.max(0, levels.indexOf(layerCount - 1));
  return { ...decodeLinks(bytes, { levels, linkCount, check }), entry };
}

type Check = (holds: boolean, what: string) => void;

function decodeLevels(
  container: Container,
  { rowCount, layerCount, check }: { readonly rowCount: number; readonly layerCount: number; readonly check: Check },
): Uint8Array {
  const reader = new VarintReader(container.get("hlevels", Uint8Array));
  const levels = new Uint8Array(rowCount);
  for (let layer = 1; layer < layerCount; layer++) {
    const size = reader.read();
    check(size > 0 && size <= rowCount, `its layer ${layer} has ${size} of ${rowCount} rows`);
    for (let i = 0, row = 0; i < size; i++) {
      const gap = reader.read();
      row += gap;
      check(row < rowCount && (i === 0 || gap > 0), `row ${row} of ${rowCount} is in layer ${layer}`);
      check(levels[row] === layer - 1, `row ${row} is in layer ${layer} and not in the one below`);
      levels[row] = layer;
    }
  }
  return levels;
}

function decodeLinks(
  bytes: Uint8Array,
  { levels, linkCount, check }: { readonly levels: Uint8Array; readonly linkCount: number; readonly check: Check },
): Omit<HnswGraph, "entry"> {
  const rowCount = levels.length;
  const firstSlots = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++)
    firstSlots[row + 1] = (firstSlots[row] as number) + (levels[row] as number) + 1;
  const bounds = new Uint32Array((firstSlots[rowCount] as number) + 1);
  const neighbours = new Uint32Array(linkCount);
  const reader = new VarintReader(bytes);
  let at = 0;
  for (let row = 0, slot = 0; row < rowCount; row++) {
    for (let layer = 0; layer <= (levels[row] as number); layer++) {
      const size = reader.read();
      check(size <= linkCount - at, `it has more than ${linkCount} links`);
      for (let i = 0, neighbour = 0; i < size; i++) {
        const gap = reader.read();
        neighbour += gap;
        check(neighbour < rowCount && (i === 0 || gap > 0), `row ${row} is linked to row ${neighbour} of ${rowCount}`);
        check((levels[neighbour] as number) >= layer, `row ${neighbour} is not in layer ${layer}, but linked there`);
        neighbours[at++] = neighbour;
      }
      bounds[++slot] = at;
    }
  }
  check(at === linkCount && reader.done, `it has ${at} links, expected ${linkCount}`);
  return { firstSlots, starts: bounds.subarray(0, -1), ends: bounds.subarray(1), neighbours };
}

import { encodeCellDirectory } from "./cell-directory.ts";
import type { Clusters } from "./cluster-vectors.ts";
import { concat, groupBy, meanOf } from "./rows.ts";
import { roundCentre, type VectorRuns } from "./vector-block.ts";
import { encodeCell } from "./vector-cell.ts";

/** Options of {@link encodeCells}. */
export interface EncodeCellsOptions extends VectorRuns {
  /** int8 codes, or the vectors as they are. Default `int8`. */
  readonly precision?: "int8" | "float32" | undefined;
  /** Step of the codes, in standard deviations of the vectors from the centres of their cells. Default {@link CODE_STEP}. */
  readonly codeStep?: number | undefined;
}

/** Files of vectors, and the directory that finds them. */
export interface EncodedCells {
  /** One container per cell, not compressed. */
  readonly cells: readonly Uint8Array[];
  /** The directory, given the cells' files: `vectors/` and 16 hex digits and `.bin`, in the same order. */
  directory(files: readonly string[]): Uint8Array;
}

/**
 * Step of the codes, in standard deviations of the residuals. Measured, when all cells are read, as the share of the ten
 * nearest that are found, and the bytes of a vector: on the site with 1,208 vectors 0.97 and 128 at 0.4, 0.96 and 113 at
 * 0.5, 0.95 and 105 at 0.6; with 4,829 in 32 of 161 cells 0.97 and 77, 0.95 and 69, 0.94 and 65.
 */
export const CODE_STEP = 0.4;

/** The step is rounded to a power of this, ⁴√2, so that a changed page does not change the codes of all others. */
const STEP_RATIO = 1.189207115002721;
const HALF_STEP_RATIO = 1.0905077326652577;
/** Of vectors that do not differ, whose codes are all zero anyway. */
const LEAST_STEP = 1e-4;
/** Step of a cell's centre, in steps of the codes, which make up for its error. */
const CENTRE_STEP = 0.5;

/**
 * Vectors by cell, each cell's by their first chunk, as codes of what they differ from the mean of their cell;
 * see SPEC.md. A cell's bytes depend on its own vectors, and on all others only by the order of magnitude of the step.
 *
 * @param vectors Row-major, in the order of the runs: ascending.
 */
export function encodeCells(
  vectors: Float32Array,
  clusters: Clusters,
  { firsts, counts, precision = "int8", codeStep = CODE_STEP }: EncodeCellsOptions,
): EncodedCells {
  const { dims } = clusters;
  const parts = groupBy(clusters.cellOf, clusters.sizes.length).map((members) => ({
    members,
    rows: gather(vectors, dims, members),
  }));
  const means = parts.map(({ rows }) => meanOf(rows, dims));
  const deviation = deviationOf(parts.map(({ rows }, cell) => ({ rows, mean: means[cell] as Float32Array })));
  const step = precision === "int8" ? roundStep(codeStep * deviation) : undefined;
  const cells = parts.map(({ members, rows }, cell) =>
    encodeCell(rows, {
      dims,
      firsts: members.map((member) => firsts[member] as number),
      counts: members.map((member) => counts[member] as number),
      step,
      centre: step === undefined ? undefined : roundCentre(means[cell] as Float32Array, step * CENTRE_STEP),
    }),
  );
  const { sizes } = clusters;
  const mean = meanOf(vectors, dims);
  return { cells, directory: (files) => encodeCellDirectory({ dims, mean, means: concat(means), sizes, files }) };
}

function gather(vectors: Float32Array, dims: number, members: Uint32Array): Float32Array {
  const rows = new Float32Array(members.length * dims);
  members.forEach((member, i) => {
    rows.set(vectors.subarray(member * dims, (member + 1) * dims), i * dims);
  });
  return rows;
}

/** Root mean square of all numbers' differences from the mean of their cell. */
function deviationOf(cells: readonly { readonly rows: Float32Array; readonly mean: Float32Array }[]): number {
  let squares = 0;
  let count = 0;
  for (const { rows, mean } of cells) {
    for (let at = 0; at < rows.length; at++) {
      const difference = (rows[at] as number) - (mean[at % mean.length] as number);
      squares += difference * difference;
    }
    count += rows.length;
  }
  return count > 0 ? Math.sqrt(squares / count) : 0;
}

/** The nearest power of {@link STEP_RATIO}, by multiplication alone, which is the same on every machine. */
function roundStep(step: number): number {
  let rounded = 1;
  while (rounded > step * HALF_STEP_RATIO && rounded > LEAST_STEP) rounded /= STEP_RATIO;
  return Math.fround(rounded);
}

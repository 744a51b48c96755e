/** Adam's decay rates (Kingma and Ba 2015). */
export const MEAN_DECAY = 0.9;
export const SQUARE_DECAY = 0.999;

/** Learning rate over a run. */
export interface Schedule {
  /** Rate of the first step; falls to 0 in a straight line. */
  readonly learningRate: number;
  readonly steps: number;
}

/** How far step `step` (from 1) moves a number by Adam's `m / √v`, both corrections for the start included. */
export function stepRate({ learningRate, steps }: Schedule, step: number): number {
  const corrections = Math.sqrt(1 - SQUARE_DECAY ** step) / (1 - MEAN_DECAY ** step);
  return learningRate * (1 - (step - 1) / steps) * corrections;
}

/** What `missed` steps without a gradient do to a row: factors of the means, and the rate of the one late update. */
export interface CatchUp {
  readonly mean: number;
  readonly square: number;
  readonly rate: number;
}

/** Steps after which a mean has decayed to nothing. */
const FORGOTTEN = 150;

/**
 * Dense Adam moves a row on by its momentum in the steps that do not touch it. Instead of doing so for every row at every
 * step, this sums the geometric series of `missed` such steps, to be applied when the row is needed again. Exact but
 * for the learning rate, which is taken as that of the last step that touched the row.
 *
 * @param rate {@link stepRate} of the last step that touched the row.
 */
export function catchUp(rate: number, missed: number): CatchUp {
  const felt = Math.min(missed, FORGOTTEN);
  const ratio = MEAN_DECAY / Math.sqrt(SQUARE_DECAY);
  const series = (ratio * (1 - ratio ** felt)) / (1 - ratio);
  const mean = MEAN_DECAY ** felt;
  const square = SQUARE_DECAY ** missed;
  return { mean, square, rate: (rate * series * Math.sqrt(square)) / mean };
}

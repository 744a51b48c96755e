import { createRandom } from "../core/random.ts";

/** A mean with the bounds of its confidence interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Options of {@link bootstrapMean} and {@link bootstrapMeanOfMeans}. */
export interface BootstrapOptions {
  /** Number of resamples. Default 2000. */
  readonly samples?: number;
  /** Confidence of the interval, 0–1. Default 0.95. */
  readonly level?: number;
  /** Equal seeds give equal intervals. Default 1. */
  readonly seed?: number;
}

/** Numbers of one group, such as the differences of a set of queries. */
export type Sample = readonly number[] | Float64Array;

/**
 * Mean of paired differences with a percentile bootstrap interval (Efron 1979; for retrieval measures Sakai 2006).
 * No differences give zeros. Costs `samples` passes over the differences.
 */
export function bootstrapMean(differences: Sample, options?: BootstrapOptions): Interval {
  return bootstrapMeanOfMeans([differences], options);
}

/**
 * Mean of group means: every group counts alike, and is resampled within itself. Empty groups are left out.
 */
export function bootstrapMeanOfMeans(
  groups: readonly Sample[],
  { samples = 2000, level = 0.95, seed = 1 }: BootstrapOptions = {},
): Interval {
  const filled = groups.filter(({ length }) => length > 0);
  const mean = meanOver(filled, meanOf);
  if (filled.length === 0 || samples < 1) return { mean, low: mean, high: mean };
  const random = createRandom(seed);
  const means = Float64Array.from({ length: samples }, () => meanOver(filled, (group) => resampledMean(group, random)));
  means.sort();
  const tail = (1 - level) / 2;
  return { mean, low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

/**
 * The value below which a share of ascending numbers lies, linear between neighbours (Hyndman & Fan's type 7).
 * NaN without numbers.
 */
export function quantile(ascending: Sample, share: number): number {
  const position = (ascending.length - 1) * Math.min(1, Math.max(0, share));
  const below = ascending[Math.floor(position)] ?? Number.NaN;
  const above = ascending[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** Mean of numbers; 0 without any. */
export function meanOf(numbers: Sample): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return numbers.length === 0 ? 0 : sum / numbers.length;
}

function meanOver(groups: readonly Sample[], mean: (group: Sample) => number): number {
  return meanOf(groups.map(mean));
}

/** Mean of as many numbers drawn with replacement. */
function resampledMean(numbers: Sample, random: () => number): number {
  const { length } = numbers;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += numbers[Math.floor(random() * length)] as number;
  return sum / length;
}

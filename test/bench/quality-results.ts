import { bootstrapMeanOfMeans, type Interval } from "../../src/evaluation/bootstrap.ts";
import { SUBSETS, type Subset } from "./judged-sets.ts";
import { type Claims, claimsOf } from "./quality-claims.ts";

/**
 * What else than the model adapted to the set's own texts stands behind `static <variant>` and `hybrid <variant>`:
 * `plain` = the model as it ships; `random adapted` = an untrained random table, adapted to the set: what the texts of
 * a site alone teach; `random` = that table as it is: a second scorer of shared words.
 */
export const VARIANTS = ["plain", "random adapted", "random"] as const;

export type Variant = (typeof VARIANTS)[number];

/** What the hybrid has more than this is learnt, from the training texts or from the set's own. */
export const CONTROL = "hybrid random";

/** What the hybrid has more than this is learnt from the training texts. */
export const ADAPTED_CONTROL = "hybrid random adapted";

/** Queries pooled over sets: those of a subset, and all that the words of a title do not find. */
const KINDS = {
  lexical: ["lexical"],
  mixed: ["mixed"],
  paraphrase: ["paraphrase"],
  strict: ["strict"],
  "paraphrase or strict": ["paraphrase", "strict"],
} as const satisfies Readonly<Record<string, readonly Subset[]>>;

export type Kind = keyof typeof KINDS;

const METRICS = ["ndcg", "recall", "mrr"] as const;

type Metric = (typeof METRICS)[number];

/** Each metric at 10, one number per query. */
export type QueryScores = Readonly<Record<Metric, readonly number[]>>;

/** A set as its process measured it, query by query. */
export interface MeasuredSet {
  readonly set: string;
  readonly split: "dev" | "test";
  readonly language: string;
  /** The subsets that each query belongs to. */
  readonly subsets: readonly (readonly Subset[])[];
  readonly systems: Readonly<Record<string, QueryScores>>;
  /** Peers that could not be measured, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

/** The mean of every system, and what the hybrid has more than it. */
export interface Comparison {
  readonly queries: number;
  /** At 10. */
  readonly scores: Readonly<Record<string, Readonly<Record<Metric, number>>>>;
  /** nDCG@10 of the hybrid less that of each other system, paired by query, with its 95% bootstrap interval. */
  readonly hybridLess: Readonly<Record<string, Interval>>;
}

export interface SetResult extends Comparison {
  readonly set: string;
  readonly split: string;
  readonly language: string;
  readonly subsets: Readonly<Partial<Record<Subset, Comparison>>>;
}

/** A mean over sets, each counting alike. */
export interface MeanResult extends Comparison {
  readonly split: string;
  readonly english: boolean;
  readonly sets: number;
}

/** All queries of a kind, over sets. */
export interface SubsetResult extends Comparison {
  readonly subset: Kind;
  readonly split: string;
  readonly english: boolean;
}

/** A peer as it was measured. */
export interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly settings: string;
}

/** What `bench:quality --json` writes. */
export interface QualityResults {
  /** Fingerprint of the model. */
  readonly model: string;
  readonly peers: readonly PeerResult[];
  readonly sets: readonly SetResult[];
  readonly means: readonly MeanResult[];
  readonly subsets: readonly SubsetResult[];
  readonly claims: Claims;
}

/** Means, subsets and intervals of what was measured. */
export function summarize(
  measured: readonly MeasuredSet[],
  { model, peers }: Pick<QualityResults, "model" | "peers">,
): QualityResults {
  const groups = ["dev", "test"].flatMap((split) =>
    [true, false].map((english) => {
      const own = measured.filter((set) => set.split === split && (set.language === "en") === english);
      return { split, english, own };
    }),
  );
  const results = {
    model,
    peers,
    sets: measured.map((set) => ({
      set: set.set,
      split: set.split,
      language: set.language,
      ...compare([set.systems]),
      subsets: Object.fromEntries(
        SUBSETS.map((subset) => [subset, compare([ofSubsets(set, [subset])])] as const).filter(
          ([, { queries }]) => queries,
        ),
      ),
    })),
    means: groups
      .filter(({ own }) => own.length > 0)
      .map(({ own, ...group }) => ({ ...group, sets: own.length, ...compare(own.map(({ systems }) => systems)) })),
    subsets: groups.flatMap(({ own, ...group }) =>
      Object.entries(KINDS)
        .map(([subset, members]) => ({
          subset: subset as Kind,
          ...group,
          ...compare([pool(own.map((set) => ofSubsets(set, members)))]),
        }))
        .filter(({ queries }) => queries > 0),
    ),
  };
  return { ...results, claims: claimsOf(results) };
}

type Systems = MeasuredSet["systems"];

/** Compare the systems that every group has; a mean over groups is the mean of their means. */
function compare(groups: readonly Systems[]): Comparison {
  const names = Object.keys(groups[0] ?? {}).filter((name) => groups.every((group) => name in group));
  const values = (name: string, metric: Metric) => groups.map((group) => group[name]?.[metric] ?? []);
  const lessThanHybrid = (name: string) =>
    groups.map((group) => {
      const other = group[name]?.ndcg ?? [];
      return (group.hybrid?.ndcg ?? []).map((value, i) => value - (other[i] ?? 0));
    });
  return {
    queries: groups.reduce((total, group) => total + (group.hybrid?.ndcg.length ?? 0), 0),
    scores: Object.fromEntries(
      names.map((name) => [name, fromMetrics((metric) => round(meanOf(values(name, metric).map(meanOf))))]),
    ),
    hybridLess: Object.fromEntries(
      names
        .filter((name) => name !== "hybrid")
        .map((name) => {
          const { mean, low, high } = bootstrapMeanOfMeans(lessThanHybrid(name));
          return [name, { mean: round(mean), low: round(low), high: round(high) }];
        }),
    ),
  };
}

/** The queries of any of these subsets. */
function ofSubsets({ systems, subsets }: MeasuredSet, members: readonly Subset[]): Systems {
  return mapValues(systems, (scores) =>
    fromMetrics((metric) => scores[metric].filter((_, i) => subsets[i]?.some((own) => members.includes(own)))),
  );
}

/** The queries of several sets as if they were of one. */
function pool(sets: readonly Systems[]): Systems {
  const names = Object.keys(sets[0] ?? {}).filter((name) => sets.every((set) => name in set));
  return Object.fromEntries(
    names.map((name) => [name, fromMetrics((metric) => sets.flatMap((set) => set[name]?.[metric] ?? []))]),
  );
}

function fromMetrics<T>(of: (metric: Metric) => T): Record<Metric, T> {
  return { ndcg: of("ndcg"), recall: of("recall"), mrr: of("mrr") };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** To five decimals, so that the file shows changes, not noise. */
function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

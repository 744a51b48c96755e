import type { Interval } from "../../src/evaluation/bootstrap.ts";
import { ADAPTED_CONTROL, CONTROL, type Comparison, type QualityResults } from "./quality-results.ts";

/** A difference below this is taken for none where a claim says "not worse". */
export const TOLERANCE = 0.005;

/** One number for each split measured. */
export type BySplit<T> = Readonly<Partial<Record<"dev" | "test", T>>>;

/** Where the hybrid has less than something else. */
export interface Loss extends Interval {
  readonly set: string;
  /** What it loses to. */
  readonly to: string;
}

/** What this package claims about its ranking, each claim as a number or as the list of what speaks against it. */
export interface Claims {
  /** Mean over English sets. */
  readonly staticPerKeyword: BySplit<number>;
  readonly scifactStatic: number | undefined;
  /** Mean over English sets. */
  readonly hybridPerKeyword: BySplit<number>;
  /** Over all paraphrase or strict queries of English sets. */
  readonly hybridPerKeywordOnParaphrases: BySplit<number>;
  /** Sets on which the hybrid loses more than {@link TOLERANCE} to words alone. */
  readonly belowKeyword: readonly Loss[];
  /** The same over their lexical queries. */
  readonly lexicalBelowKeyword: readonly Loss[];
  /** Sets on which another engine has more. */
  readonly belowPeers: readonly Loss[];
  /** Sets of other languages on which words alone have more, however little. */
  readonly otherLanguagesBelowKeyword: readonly Loss[];
  /** Hybrid less its control, mean over English sets. */
  readonly learnt: BySplit<Interval>;
  /** Hybrid less that of a random table adapted to the same texts, mean over English sets. */
  readonly learntInTraining: BySplit<Interval>;
  readonly belowControl: readonly Loss[];
}

/** Hold the results against the claims. */
export function claimsOf({ sets, means, subsets, peers }: Omit<QualityResults, "claims">): Claims {
  const lossesTo = (to: string, tolerance = 0) =>
    sets.flatMap((row) => lossOf(row.set, row.hybridLess[to], { to, tolerance }));
  const english = means.filter((mean) => mean.english);
  const paraphrases = subsets.filter((row) => row.english && row.subset === "paraphrase or strict");
  const other = new Set(sets.filter(({ language }) => language !== "en").map(({ set }) => set));
  return {
    staticPerKeyword: bySplit(english, quotient("static", "keyword")),
    scifactStatic: sets.find(({ set }) => set === "scifact")?.scores.static?.ndcg,
    hybridPerKeyword: bySplit(english, quotient("hybrid", "keyword")),
    hybridPerKeywordOnParaphrases: bySplit(paraphrases, quotient("hybrid", "keyword")),
    belowKeyword: lossesTo("keyword", TOLERANCE),
    lexicalBelowKeyword: sets.flatMap((row) =>
      lossOf(row.set, row.subsets.lexical?.hybridLess.keyword, { to: "keyword", tolerance: TOLERANCE }),
    ),
    belowPeers: peers.flatMap(({ name }) => lossesTo(name)),
    otherLanguagesBelowKeyword: lossesTo("keyword").filter(({ set }) => other.has(set)),
    learnt: bySplit(english, ({ hybridLess }) => hybridLess[CONTROL]),
    learntInTraining: bySplit(english, ({ hybridLess }) => hybridLess[ADAPTED_CONTROL]),
    belowControl: lossesTo(CONTROL),
  };
}

function lossOf(
  set: string,
  difference: Interval | undefined,
  { to, tolerance }: { readonly to: string; readonly tolerance: number },
): Loss[] {
  return difference && difference.mean < -tolerance ? [{ set, to, ...difference }] : [];
}

function bySplit<Row extends { readonly split: string }, T>(
  rows: readonly Row[],
  of: (row: Row) => T | undefined,
): BySplit<T> {
  return Object.fromEntries(rows.map((row) => [row.split, of(row)]).filter(([, value]) => value !== undefined));
}

/** To three decimals; undefined where one was not measured. */
function quotient(a: string, b: string): (row: Comparison) => number | undefined {
  return ({ scores }) => {
    const [above, below] = [scores[a]?.ndcg, scores[b]?.ndcg];
    return above === undefined || !below ? undefined : Math.round((above / below) * 1000) / 1000;
  };
}

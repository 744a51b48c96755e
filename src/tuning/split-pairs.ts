import { createRandom } from "../core/random.ts";
import { type Pair, pairKey } from "./link-pairs.ts";

/** A query with every page that it means. */
export interface Question {
  readonly text: string;
  readonly targets: readonly Pair[];
}

/** Questions by what they are for; no question is in two parts, in other words or inflections either. */
export interface Parts {
  /** To learn from. */
  readonly train: readonly Question[];
  /** To judge the tuned model by. */
  readonly test: readonly Question[];
}

/** Share of the questions in the test part. */
const HELD_OUT = 0.2;

/** Pairs of the same text as one question; texts are the same when their {@link pairKey} is. Ascending by key. */
export function toQuestions(pairs: readonly Pair[]): Question[] {
  const byKey = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const key = pairKey(pair.text);
    byKey.set(key, [...(byKey.get(key) ?? []), pair]);
  }
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, targets]) => ({ text: (targets[0] as Pair).text, targets }));
}

/**
 * Deal questions out by lot: a fifth for the test, the rest to learn from. The same pairs and
 * the same seed give the same parts, in whatever order the pairs come.
 */
export function splitQuestions(questions: readonly Question[], seed: number): Parts {
  const random = createRandom(seed);
  const shuffled = questions
    .map((question) => ({ question, key: pairKey(question.text) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ question }) => ({ question, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ question }) => question);
  const held = Math.round(HELD_OUT * shuffled.length);
  return {
    test: shuffled.slice(0, held),
    train: shuffled.slice(held),
  };
}

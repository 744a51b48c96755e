import type { Passage } from "../core/embedder.ts";
import { NumberList } from "./number-list.ts";
import { splitRuns, toWord, type Word } from "./tokenizer.ts";

/** Which tokens occur in which passages: a sparse matrix by rows of passages. */
export interface TokenCounts {
  /** Passage `p` has the entries `starts[p] … starts[p + 1]`. */
  readonly starts: Uint32Array;
  readonly tokens: Uint32Array;
  readonly values: Float32Array;
}

/** Passages as numbers of words, in two flat lists: 4 bytes a word, whatever the number of passages. */
export class SiteTexts {
  /** Distinct words in the order in which they first occur, each cut out of its run once. */
  readonly words: Word[] = [];
  readonly #numberOfRun = new Map<string, number>();
  readonly #numbers = new NumberList(Uint32Array);
  /** Where each passage's context and its body end. */
  readonly #ends = new NumberList(Uint32Array);

  /** Number of passages. */
  get length(): number {
    return this.#ends.length / 2;
  }

  add({ title, headings, text }: Passage): void {
    this.#addText([title, ...headings].join("\n"));
    this.#addText(text);
  }

  /** In how many passages each of some things occurs, of which a word may stand for several. */
  countPassages(thingsOfWord: readonly (readonly number[])[], things: number): Uint32Array {
    const counts = new Uint32Array(things);
    const lastSeen = new Int32Array(things).fill(-1);
    const numbers = this.#numbers.view();
    const ends = this.#ends.view();
    for (let p = 0, at = 0; p < this.length; p++) {
      for (; at < (ends[2 * p + 1] as number); at++) {
        for (const thing of thingsOfWord[numbers[at] as number] as readonly number[]) {
          if (lastSeen[thing] === p) continue;
          lastSeen[thing] = p;
          (counts[thing] as number)++;
        }
      }
    }
    return counts;
  }

  /** How often each token occurs in each passage, one in the context `contextCount` times. */
  countTokens(
    tokensOfWord: readonly (readonly number[])[],
    { tokens: size, contextCount }: { readonly tokens: number; readonly contextCount: number },
  ): TokenCounts {
    const starts = new Uint32Array(this.length + 1);
    const tokens = new NumberList(Uint32Array);
    const values = new NumberList(Float32Array);
    const counts = new Float64Array(size);
    const numbers = this.#numbers.view();
    const ends = this.#ends.view();
    for (let p = 0, at = 0; p < this.length; p++) {
      const contextEnd = ends[2 * p] as number;
      for (; at < (ends[2 * p + 1] as number); at++) {
        for (const token of tokensOfWord[numbers[at] as number] as readonly number[]) {
          if (counts[token] === 0) tokens.push(token);
          (counts[token] as number) += at < contextEnd ? contextCount : 1;
        }
      }
      const found = tokens.view();
      for (let i = starts[p] as number; i < found.length; i++) {
        const token = found[i] as number;
        values.push(counts[token] as number);
        counts[token] = 0;
      }
      starts[p + 1] = found.length;
    }
    return { starts, tokens: tokens.view(), values: values.view() };
  }

  #addText(text: string): void {
    for (const run of splitRuns(text)) this.#numbers.push(this.#numberOfRun.get(run) ?? this.#learn(run));
    this.#ends.push(this.#numbers.length);
  }

  #learn(run: string): number {
    this.#numberOfRun.set(run, this.words.length);
    return this.words.push(toWord(run)) - 1;
  }
}

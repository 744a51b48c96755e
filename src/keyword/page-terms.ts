import { VarintWriter } from "../core/varint.ts";

/** Terms of one chunk; those of the title belong to its page. */
export interface ChunkTerms {
  readonly headings: readonly string[];
  readonly text: readonly string[];
}

/** The counted terms of one page, small enough to be posted and stored: what `KeywordBuilder` takes. */
export interface PageTerms {
  /** Terms by their number; shared by pages that were counted together. */
  readonly dictionary: readonly string[];
  /**
   * Varints: the number of chunks, the list of the title, then for each chunk the lists of its headings and its text.
   * A list is its number of distinct terms, then number and occurrences of each.
   */
  readonly counts: Uint8Array;
}

/** Occurrences beyond are not counted: they share a u32 with those in another field. */
export const MAX_OCCURRENCES = 2 ** 16 - 1;
/** What UTF-8 cannot hold, and what ends a string in a file. */
const UNWRITABLE = /[\0\p{Surrogate}]/gu;

/** Counts the terms of pages, which share a dictionary. */
export class TermCounter {
  readonly #dictionary: string[] = [];
  readonly #numbers = new Map<string, number>();

  count(title: readonly string[], chunks: readonly ChunkTerms[]): PageTerms {
    const counts = new VarintWriter();
    counts.write(chunks.length);
    this.#write(title, counts);
    for (const { headings, text } of chunks) {
      this.#write(headings, counts);
      this.#write(text, counts);
    }
    return { dictionary: this.#dictionary, counts: counts.finish() };
  }

  #write(terms: readonly string[], to: VarintWriter): void {
    const occurrences = new Map<number, number>();
    for (const term of terms) {
      const number = this.#numberOf(term);
      occurrences.set(number, Math.min((occurrences.get(number) ?? 0) + 1, MAX_OCCURRENCES));
    }
    to.write(occurrences.size);
    for (const [number, count] of occurrences) {
      to.write(number);
      to.write(count);
    }
  }

  #numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const written = term.replace(UNWRITABLE, "\ufffd");
    const number = written === term ? this.#dictionary.push(term) - 1 : this.#numberOf(written);
    this.#numbers.set(term, number);
    return number;
  }
}

import { KEYWORD_FIELDS } from "../core/manifest.ts";
import type { KeywordField } from "../core/search.ts";
import { encodeTermShard, type TermPostings } from "./term-shard.ts";

/** Terms of one chunk by field. */
export type ChunkTerms = Readonly<Record<KeywordField, readonly string[]>>;

/** Collects the postings of all chunks; chunk numbers are given in order of `add`. */
export class KeywordBuilder {
  readonly #postings = new Map<string, Map<number, number>[]>();
  readonly #lengths: number[][] = [];

  /**
   * Add the next chunk.
   * As MiniSearch does it, a field's length is its number of distinct terms and an empty field has length 1.
   */
  add(terms: ChunkTerms): void {
    const chunk = this.#lengths.length;
    this.#lengths.push(
      KEYWORD_FIELDS.map((name, field) => {
        for (const term of terms[name]) this.#count(term, field, chunk);
        return Math.max(1, new Set(terms[name]).size);
      }),
    );
  }

  /** Mean field lengths over all chunks. */
  averageLengths(): number[] {
    const count = Math.max(1, this.#lengths.length);
    return KEYWORD_FIELDS.map((_, field) => this.#lengths.reduce((sum, own) => sum + (own[field] ?? 0), 0) / count);
  }

  /** The terms as one shard, and its first term. */
  encode(): { readonly firstTerm: string; readonly bytes: Uint8Array } {
    const terms: TermPostings[] = [...this.#postings]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([term, fields]) => ({ term, fields }));
    return {
      firstTerm: terms[0]?.term ?? "",
      bytes: encodeTermShard(terms, (chunk) => this.#lengths[chunk] ?? []),
    };
  }

  #count(term: string, field: number, chunk: number): void {
    let fields = this.#postings.get(term);
    if (!fields) {
      fields = KEYWORD_FIELDS.map(() => new Map());
      this.#postings.set(term, fields);
    }
    const frequencies = fields[field] as Map<number, number>;
    frequencies.set(chunk, (frequencies.get(chunk) ?? 0) + 1);
  }
}

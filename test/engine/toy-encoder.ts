import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../../src/core/embedder.ts";
import { createRandom } from "../../src/core/random.ts";
import { passageText } from "../../src/embed/passage-text.ts";

/** Options of {@link ToyEncoder}. */
export interface ToyEncoderOptions {
  readonly id?: string;
  readonly dims?: number;
  readonly seed?: number;
  /** Words that stand for others. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** A sentence encoder without a runtime: a text's vector is the sum of made-up directions of its words of four letters and more. */
export class ToyEncoder implements Embedder {
  readonly info: EmbedderInfo;
  readonly #seed: number;
  readonly #synonyms: Readonly<Record<string, string>>;

  constructor({ id = "toy/words", dims = 96, seed = 1, synonyms = {} }: ToyEncoderOptions = {}) {
    this.info = { id, dims, languages: [], fingerprint: `${seed}${dims}`.padStart(32, "0") };
    this.#seed = seed;
    this.#synonyms = synonyms;
  }

  async embedQuery(query: string): Promise<QueryEmbedding> {
    const vector = this.vectorOf(query);
    return { vector, coverage: vector.some((value) => value !== 0) ? 1 : 0 };
  }

  async embedPassages(passages: readonly Passage[]): Promise<Float32Array> {
    return Float32Array.from(passages.flatMap((passage) => [...this.vectorOf(passageText(passage))]));
  }

  vectorOf(text: string): Float32Array {
    const vector = new Float32Array(this.info.dims);
    for (const word of text.toLowerCase().match(/\p{L}{4,}/gu) ?? []) {
      const random = createRandom(hash(this.#synonyms[word] ?? word) + this.#seed);
      for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] as number) + random() - 0.5;
    }
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  }
}

function hash(word: string): number {
  return [...word].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) as number)) % 1_000_003, 7);
}

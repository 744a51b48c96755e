import { type EncodedCorpus, SENTENCE_TOKEN } from "./encoded-corpus.ts";

/** A query and the passage that answers it, as tokens. */
export interface Example {
  readonly query: readonly number[];
  readonly passage: readonly number[];
  readonly document: number;
}

/** Options of {@link ExampleSampler}. */
export interface SamplerOptions {
  readonly corpus: EncodedCorpus;
  /** How much a token tells, by its number: −log of its frequency. */
  readonly information: Float64Array;
  /** Openings of questions ("what is", "how to use"), as tokens. */
  readonly openings: readonly (readonly number[])[];
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const MAX_QUERY_TOKENS = 24;
const MAX_PASSAGE_TOKENS = 160;
/** Draws for every example before a batch is given up. */
const MAX_TRIES = 100;
/** How often a title's and a heading's words are repeated in a passage that has them. */
const CONTEXT_REPEATS = 3;

/** The ways to make a query from a chunk, with their shares. */
const RECIPES = [
  { recipe: "title", share: 0.3 },
  { recipe: "sentence", share: 0.3 },
  { recipe: "keywords", share: 0.2 },
  { recipe: "span", share: 0.2 },
] as const;

type Recipe = (typeof RECIPES)[number]["recipe"];

/**
 * Draws examples from a corpus: a source with the square root of its size as weight, a record of it, and for a chunk a
 * query made from it on the fly: its title and heading, perhaps as a question; a sentence taken out of it; its most
 * telling words; a few words in a row. Half of the passages have no title, so that a model has to do more than find
 * the same words again.
 */
export class ExampleSampler {
  readonly #corpus: EncodedCorpus;
  readonly #information: Float64Array;
  readonly #openings: readonly (readonly number[])[];
  readonly #random: () => number;
  /** Running sums of the sources' weights. */
  readonly #weights: Float64Array;

  constructor({ corpus, information, openings, random }: SamplerOptions) {
    this.#corpus = corpus;
    this.#information = information;
    this.#openings = openings;
    this.#random = random;
    let total = 0;
    this.#weights = Float64Array.from(corpus.sources, ({ start, end }) => {
      total += Math.sqrt(end - start);
      return total;
    });
  }

  /** Draw examples of distinct documents, each with at least one token on either side. */
  drawBatch(size: number): Example[] {
    const documents = new Set<number>();
    const batch: Example[] = [];
    for (let tries = 0; batch.length < size; tries++) {
      if (tries > MAX_TRIES * size) throw new RangeError(`The corpus has too few documents for a batch of ${size}.`);
      const record = this.#drawRecord();
      const document = this.#corpus.documents[record] as number;
      if (documents.has(document)) continue;
      const example = this.#makeExample(record);
      if (example.query.length === 0 || example.passage.length === 0) continue;
      documents.add(document);
      batch.push(example);
    }
    return batch;
  }

  #drawRecord(): number {
    const point = this.#random() * (this.#weights.at(-1) ?? 0);
    const source = this.#corpus.sources[this.#weights.findIndex((weight) => weight > point)];
    if (!source) throw new RangeError("The corpus is empty.");
    return source.start + Math.floor(this.#random() * (source.end - source.start));
  }

  #makeExample(record: number): Example {
    const { tokens, bounds, pairs, documents } = this.#corpus;
    const part = (i: number) => tokens.subarray(bounds[4 * record + i], bounds[4 * record + i + 1]);
    const document = documents[record] as number;
    if (pairs[record])
      return {
        query: withoutEnds(part(0)).slice(0, MAX_QUERY_TOKENS),
        passage: withoutEnds(part(2)).slice(0, MAX_PASSAGE_TOKENS),
        document,
      };
    return { ...this.#ask([...part(0)], [...part(1)], this.#window(part(2))), document };
  }

  /** Make a query for a chunk. */
  #ask(title: readonly number[], heading: readonly number[], text: readonly number[]): Omit<Example, "document"> {
    const recipe = title.length + heading.length > 0 && text.length < 4 ? "title" : this.#drawRecipe();
    const context = [...title, ...heading];
    if (recipe === "title") {
      const query = this.#titleQuery(title, heading);
      return { query, passage: this.#coin() ? withoutEnds(text) : passageOf(context, text) };
    }
    const passage = (rest: readonly number[]) => passageOf(this.#coin() ? context : [], rest);
    if (recipe === "keywords") return { query: this.#keywords(withoutEnds(text)), passage: passage(text) };
    const [start, end] = recipe === "sentence" ? this.#sentence(text) : this.#span(text);
    const rest = recipe === "sentence" ? [...text.slice(0, start), ...text.slice(end)] : text;
    return { query: withoutEnds(text.slice(start, end)), passage: passage(rest) };
  }

  #titleQuery(title: readonly number[], heading: readonly number[]): number[] {
    const subject = heading.length > 0 && this.#coin() ? heading : [...title, ...heading];
    const opening = this.#coin() ? [] : (this.#openings[Math.floor(this.#random() * this.#openings.length)] ?? []);
    return [...opening, ...subject].slice(0, MAX_QUERY_TOKENS);
  }

  #sentence(text: readonly number[]): [number, number] {
    const at = Math.floor(this.#random() * text.length);
    const start = text.lastIndexOf(SENTENCE_TOKEN, at - 1) + 1;
    const next = text.indexOf(SENTENCE_TOKEN, at);
    const end = next === -1 ? text.length : next;
    return at === 0 ? [0, Math.min(end, MAX_QUERY_TOKENS)] : [start, Math.min(end, start + MAX_QUERY_TOKENS)];
  }

  #span(text: readonly number[]): [number, number] {
    const length = 2 + Math.floor(this.#random() * 5);
    const start = Math.floor(this.#random() * Math.max(1, text.length - length));
    return [start, start + length];
  }

  /** Two to six words, drawn by the square of what they tell (weighted sampling by Efraimidis and Spirakis 2006). */
  #keywords(text: readonly number[]): number[] {
    const size = 2 + Math.floor(this.#random() * 5);
    const keyed = [...new Set(text)].map((token) => ({
      token,
      key: Math.log(1 - this.#random()) / (this.#information[token] as number) ** 2,
    }));
    return keyed
      .sort((a, b) => b.key - a.key)
      .slice(0, size)
      .map(({ token }) => token);
  }

  /** A text of at most {@link MAX_PASSAGE_TOKENS}, from a random place on. */
  #window(text: Uint16Array): number[] {
    const start = Math.floor(this.#random() * Math.max(0, text.length - MAX_PASSAGE_TOKENS + 1));
    return [...text.subarray(start, start + MAX_PASSAGE_TOKENS)];
  }

  #drawRecipe(): Recipe {
    let point = this.#random();
    for (const { recipe, share } of RECIPES) {
      if (point < share) return recipe;
      point -= share;
    }
    return "span";
  }

  #coin(): boolean {
    return this.#random() < 0.5;
  }
}

function passageOf(context: readonly number[], text: readonly number[]): number[] {
  const passage = withoutEnds(text);
  for (let i = 0; i < CONTEXT_REPEATS; i++) passage.push(...context);
  return passage;
}

function withoutEnds(tokens: Iterable<number>): number[] {
  return Array.from(tokens).filter((token) => token !== SENTENCE_TOKEN);
}

import type { Passage } from "../core/embedder.ts";
import { SearchError } from "../core/errors.ts";
import { splitWords } from "../embed/tokenizer.ts";
import { splitSentences } from "../text/sentences.ts";
import type { Example } from "../training/examples.ts";
import type { Question } from "./split-pairs.ts";
import { createWordEncoder, type TunableModel } from "./tunable-model.ts";

/** A passage of a site, and where it stands. */
export interface SitePassage extends Passage {
  /** Path of its page. */
  readonly path: string;
  /** Its section's heading. */
  readonly anchor: string;
  /** Of its page. */
  readonly language: string;
}

/** Options of {@link SiteSampler}. */
export interface SiteSamplerOptions {
  readonly model: TunableModel;
  /** In the order of the site's pages. */
  readonly passages: readonly SitePassage[];
  /** The questions to learn from. */
  readonly questions: readonly Question[];
  /** Share of examples that are questions; the others are made from the passages. */
  readonly questionShare: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A passage as tokens. */
interface Encoded {
  readonly document: number;
  readonly title: readonly number[];
  readonly headings: readonly number[];
  readonly sentences: readonly (readonly number[])[];
}

/** A question as tokens, and the passages that answer it. */
interface SiteQuestion {
  readonly query: readonly number[];
  readonly places: readonly number[];
}

const MAX_QUERY_TOKENS = 24;
/** With the query, less than the trainer has room for. */
const MAX_PASSAGE_TOKENS = 220;
/** Draws for every example before some are repeated; twice as many before a batch is given up. */
const MAX_TRIES = 200;

/** The ways to make a query from a passage, with their shares. */
const RECIPES = [
  { recipe: "heading", share: 0.5 },
  { recipe: "sentence", share: 0.3 },
  { recipe: "words", share: 0.2 },
] as const;

/**
 * Draws examples from a site: the questions to learn from, each with a passage of its page (of its section if it
 * names one), and queries made from passages: their title or heading, a sentence taken out, a few words in a row.
 * Half of the passages of the latter have no title, so that a model has to do more than find the same words again.
 */
export class SiteSampler {
  readonly #passages: readonly Encoded[];
  readonly #questions: readonly SiteQuestion[];
  readonly #questionShare: number;
  readonly #context: number;
  readonly #random: () => number;

  constructor({ model, passages, questions, questionShare, random }: SiteSamplerOptions) {
    const encodeWord = createWordEncoder(model);
    const encode = (text: string) => splitWords(text).flatMap(encodeWord);
    const numbers = new Map<string, number>();
    this.#random = random;
    this.#questionShare = questionShare;
    this.#context = Math.round(model.parameters.contextWeight);
    this.#passages = passages.map(({ path, title, headings, text, language }) => {
      if (!numbers.has(path)) numbers.set(path, numbers.size);
      const sentences = splitSentences(text, language).map(({ start, end }) => encode(text.slice(start, end)));
      return {
        document: numbers.get(path) as number,
        title: encode(title),
        headings: encode(headings.join("\n")),
        sentences: sentences.filter((sentence) => sentence.length > 0),
      };
    });
    const places = placesOf(passages);
    this.#questions = questions.flatMap(({ text, targets }) =>
      targets.map(({ path, anchor }) => ({
        query: encode(text).slice(0, MAX_QUERY_TOKENS),
        places: places.get(`${path}#${anchor}`) ?? places.get(path) ?? [],
      })),
    );
  }

  /** Draw examples of distinct pages where there are enough of them, else of distinct passages, as far as there are. */
  drawBatch(size: number): Example[] {
    const pages = (this.#passages.at(-1)?.document ?? 0) + 1;
    const distinct = pages >= 1.5 * size;
    const taken = new Set<number>();
    const batch: Example[] = [];
    for (let tries = 0; batch.length < size; tries++) {
      if (tries > 2 * MAX_TRIES * size) throw nothingToLearn();
      const place = this.#drawPlace();
      const passage = this.#passages[place.at];
      if (!passage) continue;
      const key = distinct ? passage.document : place.at;
      // A site of few passages has to repeat some.
      if (taken.has(key) && tries < MAX_TRIES * size) continue;
      const example = { ...this.#make(place.query, passage), document: key };
      if (example.query.length === 0 || example.passage.length === 0) continue;
      taken.add(key);
      batch.push(example);
    }
    return batch;
  }

  #drawPlace(): { readonly at: number; readonly query?: readonly number[] } {
    if (this.#random() >= this.#questionShare || this.#questions.length === 0)
      return { at: this.#index(this.#passages) };
    const { query, places } = this.#questions[this.#index(this.#questions)] as SiteQuestion;
    // What stands first on a page or in a section says best what it is about.
    const at = this.#random() < 0.5 ? places[0] : places[this.#index(places)];
    return { at: at ?? -1, query };
  }

  #make(query: readonly number[] | undefined, passage: Encoded): Omit<Example, "document"> {
    const { title, headings, sentences } = passage;
    if (query) return { query, passage: this.#passage(passage, sentences, true) };
    const recipe = this.#drawRecipe();
    const at = this.#index(sentences);
    const sentence = sentences[at] ?? [];
    if (recipe === "heading" || sentences.length < 2) {
      const subject = headings.length > 0 && this.#coin() ? headings : [...title, ...headings];
      return { query: subject.slice(0, MAX_QUERY_TOKENS), passage: this.#passage(passage, sentences, this.#coin()) };
    }
    if (recipe === "sentence") {
      const rest = sentences.filter((_, i) => i !== at);
      return { query: sentence.slice(0, MAX_QUERY_TOKENS), passage: this.#passage(passage, rest, this.#coin()) };
    }
    const length = 2 + Math.floor(this.#random() * 5);
    const start = Math.floor(this.#random() * Math.max(1, sentence.length - length));
    return { query: sentence.slice(start, start + length), passage: this.#passage(passage, sentences, this.#coin()) };
  }

  #passage({ title, headings }: Encoded, sentences: readonly (readonly number[])[], withContext: boolean): number[] {
    const context = withContext ? [...title, ...headings] : [];
    const repeated = Array.from({ length: this.#context }, () => context).flat();
    return [...repeated, ...sentences.flat()].slice(0, MAX_PASSAGE_TOKENS);
  }

  #drawRecipe(): (typeof RECIPES)[number]["recipe"] {
    let point = this.#random();
    for (const { recipe, share } of RECIPES) {
      if (point < share) return recipe;
      point -= share;
    }
    return "words";
  }

  #index(list: readonly unknown[]): number {
    return Math.floor(this.#random() * list.length);
  }

  #coin(): boolean {
    return this.#random() < 0.5;
  }
}

function nothingToLearn(): SearchError {
  return new SearchError("too-few-pairs", "The model knows none of the site's words, nor pieces of them.", {
    remedy: "Use the model as it is.",
  });
}

/** Passages by page, and by page and section. */
function placesOf(passages: readonly SitePassage[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  passages.forEach(({ path, anchor }, i) => {
    for (const key of anchor ? [path, `${path}#${anchor}`] : [path]) places.set(key, [...(places.get(key) ?? []), i]);
  });
  return places;
}

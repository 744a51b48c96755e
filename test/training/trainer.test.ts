import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { StaticEmbedder } from "../../src/embed/static-embedder.ts";
import { decodeStaticModel, encodeStaticModel } from "../../src/embed/static-model.ts";
import { type Corpus, CorpusBuilder } from "../../src/training/corpus.ts";
import { type RecipeOptions, trainStaticModel } from "../../src/training/recipe.ts";
import { catchUp, MEAN_DECAY, SQUARE_DECAY, stepRate } from "../../src/training/schedule.ts";
import { trainTable } from "../../src/training/trainer.ts";
import { buildVocabulary } from "../../src/training/vocabulary.ts";

/** Topics whose first words are asked for and whose other words answer. */
const TOPICS = [
  ["car vehicle", "engine wheel motor driver road brake"],
  ["cat kitten", "whisker paw purr meow fur tail"],
  ["bread loaf", "flour yeast oven dough crust knead"],
  ["sea ocean", "wave tide coral ship salt fish"],
] as const;

/** Pairs that share no word: only training can tell which belong together. */
function createToyCorpus(): Corpus {
  const random = createRandom(3);
  const pick = (list: string) => list.split(" ")[Math.floor(random() * list.split(" ").length)] as string;
  const lines = Array.from({ length: 800 }, (_, i) => {
    const [ask, answer] = TOPICS[i % TOPICS.length] as (typeof TOPICS)[number];
    return `P\td${i}\t${pick(ask)}\tThe ${pick(answer)} ${pick(answer)} ${pick(answer)} number${i % 50}`;
  });
  const chunks = TOPICS.map(
    ([ask, answer], i) => `C\tc${i}\t${ask}\t\tThe ${answer}. It is the ${ask}. Xyzzy${i} zyxxy${i}.`,
  );
  const builder = new CorpusBuilder();
  builder.addSource("pairs", lines.join("\n"));
  builder.addSource("chunks", chunks.join("\n"));
  return builder.finish();
}

const recipe: RecipeOptions = {
  corpus: createToyCorpus(),
  vocabulary: { minCount: 2, words: 200, pieces: 200, ignoreAbove: 0.2 },
  dims: 32,
  widths: [16, 32],
  bits: 8,
  steps: 60,
  batch: 64,
  revision: "toy",
};

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);

describe("trainStaticModel", () => {
  test("learns which words belong together, the same way every time", async () => {
    const losses: number[] = [];
    const model = await trainStaticModel({ ...recipe, onStep: ({ loss }) => losses.push(loss) });
    expect(losses).toHaveLength(60);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] as number));

    const embedder = StaticEmbedder.fromModel(model);
    for (const [asked, [ask]] of TOPICS.entries()) {
      const query = (await embedder.embedQuery(ask)).vector;
      const passages = TOPICS.map(([, text]) => ({ title: "", headings: [], text }));
      const vectors = await embedder.embedPassages(passages);
      const scores = passages.map((_, i) => dot(query, vectors.subarray(i * 32, (i + 1) * 32)));
      expect(scores.indexOf(Math.max(...scores))).toBe(asked);
    }

    expect(await trainStaticModel(recipe)).toEqual(model);
    expect((await trainStaticModel({ ...recipe, seed: 2 })).fingerprint).not.toBe(model.fingerprint);
    expect(await decodeStaticModel(await encodeStaticModel(model), "toy.bin")).toEqual(model);
  });

  test("has the dimensions and bits that it is asked for", async () => {
    const model = await trainStaticModel({ ...recipe, steps: 2, dims: 16, widths: [16], bits: 4 });
    expect(model.parameters).toMatchObject({ dims: 16, bits: 4, id: "static", languages: ["en"] });
  });

  test("stops when it is aborted", async () => {
    const stop = new AbortController();
    const run = trainStaticModel({ ...recipe, signal: stop.signal, onStep: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });

  test.each([
    [{ batch: 100 }, /multiple of 64 examples, got 100/],
    [{ dims: 20 }, /multiples of 16/],
    [{ batch: 64 * 64 }, /too few documents/],
  ])("refuses %j", async (wrong, message) => {
    await expect(trainStaticModel({ ...recipe, ...wrong })).rejects.toThrow(message);
  });
});

test("trainTable moves no row that never occurs", async () => {
  const table = Float32Array.from({ length: 70 * 16 }, createRandom(1));
  const examples = Array.from({ length: 64 }, (_, i) => ({ query: [i], passage: [i], document: i }));
  const trained = await trainTable({ table, dims: 16, steps: 3, batch: 64, drawBatch: () => examples });
  expect(trained.subarray(64 * 16)).toEqual(table.subarray(64 * 16));
  expect(trained.subarray(0, 64 * 16)).not.toEqual(table.subarray(0, 64 * 16));
});

test("catchUp does what as many steps without a gradient do", () => {
  const rate = stepRate({ learningRate: 0.1, steps: 1e9 }, 50_000);
  let [position, mean, square] = [1, 0.5, 0.3];
  const late = catchUp(rate, 20);
  const expected = position - (late.rate * mean * late.mean) / Math.sqrt(square * late.square);
  for (let i = 0; i < 20; i++) {
    mean *= MEAN_DECAY;
    square *= SQUARE_DECAY;
    position -= (rate * mean) / Math.sqrt(square);
  }
  expect(late.mean * 0.5).toBeCloseTo(mean, 9);
  expect(late.square * 0.3).toBeCloseTo(square, 9);
  expect(expected).toBeCloseTo(position, 6);
});

describe("buildVocabulary", () => {
  const vocabulary = buildVocabulary(createToyCorpus(), { minCount: 2, words: 200, pieces: 200, ignoreAbove: 0.1 });

  test("has the frequent words, marked pieces with all letters, and no duplicates", () => {
    expect(vocabulary.tokens).toEqual(expect.arrayContaining(["kitten", "^a", "~z", "~9"]));
    expect(vocabulary.tokens.slice(0, vocabulary.words).every((word) => /^[a-z0-9]+$/.test(word))).toBe(true);
    expect(vocabulary.tokens.slice(vocabulary.words).every((piece) => /^[\^~]/.test(piece))).toBe(true);
    expect(new Set(vocabulary.tokens).size).toBe(vocabulary.tokens.length);
    expect(vocabulary.frequencies).toHaveLength(vocabulary.tokens.length);
  });

  test("leaves out what is rare, what is ignored, and identifiers of one source", () => {
    expect(vocabulary.tokens).not.toContain("xyzzy0");
    expect(vocabulary.tokens).not.toContain("number1");
    expect(vocabulary.ignored).toContain("the");
    expect(vocabulary.tokens).not.toContain("the");
    expect(vocabulary.alphabet).toMatch(/^[0-9]*[a-z]+$/);
  });
});

test("CorpusBuilder passes over lines that are neither chunk nor pair", () => {
  const builder = new CorpusBuilder();
  builder.addSource("x", "\nC\tid\ttitle\nP\tid\tquery\ttext\textra\nX\ta\tb\tc\nC\tid\tTitle\tHeading\tOne. Two\r");
  const corpus = builder.finish();
  expect(corpus.pairs).toEqual(new Uint8Array([0]));
  expect([...corpus.bounds]).toEqual([0, 1, 2, 6]);
  expect([...corpus.forms].map((form) => corpus.words[form]?.whole)).toEqual([
    "title",
    "heading",
    "one",
    "",
    "two",
    "",
  ]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { createRandom } from "../../src/core/random.ts";
import { adaptModel } from "../../src/embed/adapt-model.ts";
import { rowBytes } from "../../src/embed/quantize.ts";
import { StaticEmbedder } from "../../src/embed/static-embedder.ts";
import { createStaticModel, isPiece, type StaticModel, shardStaticModel } from "../../src/embed/static-model.ts";
import { MAX_WORD_LENGTH, splitPieces, splitWords } from "../../src/embed/tokenizer.ts";
import { createToyModel } from "./toy-model.ts";

const model = createToyModel();

const passage = (text: string, title = "", headings: readonly string[] = []): Passage => ({ title, headings, text });
/** `count` passages of the same kind, told apart by a word of the vocabulary that takes turns. */
const passages = (count: number, text: string): Passage[] =>
  Array.from({ length: count }, (_, i) => passage(`${text} ${["use", "state", "search", "404"][i % 4]}`));

const COMPANY = [
  ...passages(8, "router request http server"),
  ...passages(8, "index request http server"),
  ...passages(8, "meaning cafe browser words"),
];

/** Word `i` of topic `t`. */
const topicWord = (t: number, i: number) => `${"abcdefghij"[t]}${"klmnopqr"[i]}`;
/** Ten topics of eight words and eight passages each. Words 0 and 1 of a topic keep the same company and never meet. */
const TOPICS = Array.from({ length: 80 }, (_, p) => {
  const [t, k] = [Math.floor(p / 8), p % 8];
  const company = [2, 3, 4, 5, 6, 7].filter((i) => (i + (k >> 1)) % 3 !== 0);
  return passage([k % 2, ...company].map((i) => topicWord(t, i)).join(" "));
});

/** A model that knows the words of the topics and nothing about them. */
function topicModel(bits: 2 | 4 | 8): StaticModel {
  const tokens = Array.from({ length: 80 }, (_, n) => topicWord(Math.floor(n / 8), n % 8));
  const random = createRandom(1);
  const rows = Float32Array.from({ length: 80 * 64 }, () => random() - 0.5);
  return createStaticModel(tokens, rows, { ...model.parameters, dims: 64, bits });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);

async function cosine(of: StaticModel, a: string, b: string): Promise<number> {
  const embedder = StaticEmbedder.fromModel(of);
  return dot((await embedder.embedQuery(a)).vector, (await embedder.embedQuery(b)).vector);
}

const coverage = async (of: StaticModel, query: string) =>
  (await StaticEmbedder.fromModel(of).embedQuery(query)).coverage;

/** What a row is stored as. */
function stored({ tokens, rows, scales, parameters }: StaticModel, token: string) {
  const i = tokens.indexOf(token);
  const bytes = rowBytes(parameters.dims, parameters.bits);
  return { row: [...rows.subarray(i * bytes, (i + 1) * bytes)], scale: scales[i] };
}

async function expectFinite(of: StaticModel, texts: readonly Passage[]): Promise<void> {
  expect(of.scales.every(Number.isFinite)).toBe(true);
  expect(Number.isFinite(of.unknownWeight)).toBe(true);
  const vectors = await StaticEmbedder.fromModel(of).embedPassages(texts);
  expect(vectors.every(Number.isFinite)).toBe(true);
}

describe("what adaptModel does to words", () => {
  test.each([2, 4, 8] as const)("those in the same company come closer, at %i bits", async (bits) => {
    const base = topicModel(bits);
    const adapted = await adaptModel(base, TOPICS);
    const gain = async (one: string, other: string) =>
      (await cosine(adapted, one, other)) - (await cosine(base, one, other));
    const topics = Array.from({ length: 10 }, (_, t) => t);
    const gains = await Promise.all(topics.map((t) => gain(topicWord(t, 0), topicWord(t, 1))));
    const others = await Promise.all(topics.map((t) => gain(topicWord(t, 0), topicWord((t + 1) % 10, 1))));
    expect(Math.min(...gains)).toBeGreaterThan(0.03);
    expect(mean(gains)).toBeGreaterThan(0.1);
    expect(mean(others)).toBeLessThan(0.03);
    expect(adapted.parameters).toEqual({ ...base.parameters, alphabet: expect.any(String) });
    expect(adapted.fingerprint).not.toBe(base.fingerprint);
  });

  test("those that do not occur keep their rows to the bit, and so do pieces", async () => {
    const adapted = await adaptModel(model, COMPANY);
    const occurring = new Set(COMPANY.flatMap(({ text }) => text.split(" ")));
    expect(adapted.tokens).toEqual(model.tokens);
    for (const token of model.tokens) {
      const expected = expect(stored(adapted, token), token);
      if (occurring.has(token)) expected.not.toEqual(stored(model, token));
      else expected.toEqual(stored(model, token));
    }
  });

  test("frequent ones come to count less than rare ones", async () => {
    const texts = Array.from({ length: 40 }, (_, i) => passage(i === 0 ? "server browser" : "server page"));
    const adapted = await adaptModel(model, texts);
    const share = (token: string) => (stored(adapted, token).scale as number) / (stored(model, token).scale as number);
    expect(share("server")).toBeLessThan(share("page"));
    expect(share("page")).toBeLessThan(share("browser") / 2);
  });

  test("new ones get rows from two passages on, in the company that they keep", async () => {
    const texts = [2, 3, 4].map((i) => passage(`grommet ${topicWord(0, i)} ${topicWord(0, i + 3)}`));
    const adapted = await adaptModel(topicModel(8), [...TOPICS, ...texts, passage("hapax")]);
    expect(adapted.tokens).toContain("grommet");
    expect(adapted.tokens).not.toContain("hapax");
    expect(await coverage(adapted, "grommet")).toBe(1);
    expect(await coverage(adapted, "hapax")).toBe(0);
    const close = await cosine(adapted, "grommet", topicWord(0, 0));
    expect(close).toBeGreaterThan((await cosine(adapted, "grommet", topicWord(1, 0))) + 0.1);
  });

  test.each(["useFrobnicator", "vue.config", "__dunder__", "全文検索", "한국어", "русский", "naïveté", "utf8"])(
    "“%s” gets a row",
    async (word) => {
      const adapted = await adaptModel(model, [...COMPANY, ...passages(3, `${word} request`)]);
      expect(await coverage(model, word)).toBeLessThan(1);
      expect(await coverage(adapted, word)).toBe(1);
      // As a visitor has it: from shards.
      const { manifest, files } = await shardStaticModel(adapted, { shards: 4, path: "" });
      const bytes = new Map(files.map((file) => [file.name, file.bytes]));
      const lazy = StaticEmbedder.open(manifest, async (name) => bytes.get(name) as Uint8Array);
      expect(await lazy.embedQuery(word)).toEqual(await StaticEmbedder.fromModel(adapted).embedQuery(word));
    },
  );

  test("numbers, underscores alone and function words get none", async () => {
    const adapted = await adaptModel(model, [...COMPANY, ...passages(4, "2026 3.14 1_000 _ __ the of")]);
    expect(adapted.tokens).toEqual(model.tokens);
  });
});

describe("adaptModel", () => {
  test("leaves the model alone when there are fewer than 20 passages", async () => {
    expect(await adaptModel(model, COMPANY.slice(0, 19))).toBe(model);
    expect(await adaptModel(model, COMPANY.slice(0, 20))).not.toBe(model);
  });

  test("leaves a model alone that is adapted already", async () => {
    const adapted = { ...model, parameters: { ...model.parameters, adapted: true } };
    expect(await adaptModel(adapted, COMPANY)).toBe(adapted);
  });

  // Taken from the first version, which kept everything in lists of lists.
  test.each([
    [2, "357e5f390632fa0b9c4a896be7d6c248"],
    [4, "f560f4219fbadffc5e92440ea007f9a0"],
    [8, "4edf97b3de8d17c9aadf583d68f4b34f"],
  ] as const)("gives the same model to the bit as ever, at %i bits", async (bits, fingerprint) => {
    const words = [
      ..."search server useState useRouter node.js nuxt.js v1.2 cafés the of grommet Grommet’s".split(" "),
      ..."_ __init__ 404 全文検索 한국어 naïve request router http webpack browser meaning".split(" "),
    ] as const;
    const word = (i: number) => words[i % words.length] as string;
    const texts = Array.from({ length: 300 }, (_, i) => {
      const text = Array.from({ length: i % 17 }, (_, k) => word(i * 11 + k * k * 3)).join(" ");
      return passage(text, word(i * 7), i % 3 ? [word(i * 5)] : []);
    });
    expect((await adaptModel(createToyModel({ bits }), texts)).fingerprint).toBe(fingerprint);
  });

  test("gives the same model twice", async () => {
    const texts = [...COMPANY, ...passages(4, "全文 grommet")];
    expect(await adaptModel(model, texts)).toEqual(await adaptModel(model, texts));
  });

  test("reports progress to the end", async () => {
    const seen: (readonly [done: number, total: number])[] = [];
    const texts = passages(1500, "router request");
    await adaptModel(model, texts, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((a, b) => a - b));
    expect(new Set(seen.map(([, total]) => total)).size).toBe(1);
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
  });

  test("stops when it is aborted, before and on the way", async () => {
    const reason = new Error("enough");
    await expect(adaptModel(model, COMPANY, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const stop = new AbortController();
    const onProgress = () => stop.abort(reason);
    const adapting = adaptModel(model, passages(1500, "router"), { signal: stop.signal, onProgress });
    await expect(adapting).rejects.toBe(reason);
  });

  test("gives others their turn", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await adaptModel(model, passages(3000, "router request"));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});

describe("any texts", () => {
  const NUMBER = /^[\d._]+$/;
  const WORDS = [
    ..."search server useState useRouter node.js nuxt.js v1.2 caf\u00e9 the of grommet Grommet's _ __init__ 404 2026".split(
      " ",
    ),
    ...[
      "全文検索",
      "検索",
      "한국어 검색",
      "русский",
      "naïve",
      "😀",
      "\ud800",
      "x".repeat(64),
      "y".repeat(65),
      "e\u0301",
    ],
  ];
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(" ")) },
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 40 }),
  );
  const anyPassage = fc.record({ title: text, headings: fc.array(text, { maxLength: 2 }), text });
  const anyTexts = fc.array(anyPassage, { minLength: 20, maxLength: 40 });

  test("every word of two passages is known to queries afterwards, every other one as before", async () => {
    const pieces = new Set(model.tokens.filter(isPiece));
    await fc.assert(
      fc.asyncProperty(anyTexts, async (texts) => {
        const embedder = StaticEmbedder.fromModel(await adaptModel(model, texts));
        const frequencies = new Map<string, number>();
        for (const { title, headings, text } of texts) {
          const words = splitWords([title, ...headings, text].join("\n")).map(({ whole }) => whole);
          for (const word of new Set(words)) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
        }
        for (const [word, frequency] of frequencies) {
          if (model.parameters.ignored.includes(word) || NUMBER.test(word) || word.length > MAX_WORD_LENGTH) continue;
          const { vector, coverage } = await embedder.embedQuery(word);
          if (frequency > 1) expect(coverage, word).toBe(1);
          if (splitPieces(word, pieces).length > 0) expect(vector.some((value) => value !== 0)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("give finite numbers", async () => {
    await fc.assert(
      fc.asyncProperty(anyTexts, fc.constantFrom(2 as const, 8 as const), async (texts, bits) => {
        await expectFinite(await adaptModel(createToyModel({ bits }), texts), texts);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["nothing", new Array<Passage>(24).fill(passage(""))],
    ["one and the same", new Array<Passage>(24).fill(passage("router request grommet 全文検索", "server"))],
    ["a word of 100,000 letters", new Array<Passage>(24).fill(passage("x".repeat(100_000)))],
    ["lone surrogates", new Array<Passage>(24).fill(passage("\ud800 router\udc00grommet \udfff"))],
    ["names of an object's own", new Array<Passage>(24).fill(passage("__proto__ constructor toString hasOwnProperty"))],
    ["one word each", Array.from({ length: 24 }, (_, i) => passage(`word${String.fromCharCode(97 + i)}`))],
    ["nothing but function words", new Array<Passage>(24).fill(passage("the of the"))],
  ])("of %s are borne", async (_, texts) => {
    await expectFinite(await adaptModel(model, texts), texts);
    await expectFinite(await adaptModel(createToyModel({ bits: 2 }), [...texts, ...COMPANY]), texts);
  });
});

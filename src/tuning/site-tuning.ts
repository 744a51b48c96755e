import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SearchError } from "../core/errors.ts";
import { adaptModel } from "../embed/adapt-model.ts";
import { encodeStaticModel, type StaticModel } from "../embed/static-model.ts";
import { bootstrapMean } from "../evaluation/bootstrap.ts";
import { loadStaticModel } from "../indexer/load-model.ts";
import { fineTune, STEPS } from "./fine-tune.ts";
import { type JudgedMode, type Judgement, judgeModel } from "./judge-model.ts";
import { type Material, readMaterial } from "./read-material.ts";
import { type Parts, type Question, splitQuestions, toQuestions } from "./split-pairs.ts";
import { mixRows, toTunable } from "./tunable-model.ts";
import type { BeforeAndAfter, HeldOutScore, TuneOptions, TuneReport } from "./types.ts";

/** Name of the model file by default. */
export const MODEL_FILE = "semantic-search-model.bin";

/** Fewer queries than this leave too few to judge by. */
const MIN_QUESTIONS = 50;
/** Most test questions; more only take longer. */
const MAX_JUDGED = 400;
/** How far towards the trained rows: all of the way, search by meaning alone gained half as much. */
const SHARE = 0.5;
/** Ends the revision of a tuned model. */
const TUNED = "-tuned";

/** The work of `tuneSite`. */
export class SiteTuning {
  readonly #options: TuneOptions;
  readonly #base: StaticModel;
  readonly #started = performance.now();
  #asked = 0;
  #toAsk = 0;

  private constructor(options: TuneOptions, base: StaticModel) {
    this.#options = options;
    this.#base = base;
  }

  /** See `tuneSite`. */
  static async run(options: TuneOptions): Promise<TuneReport> {
    return new SiteTuning(options, await loadBase(options.model)).#run();
  }

  async #run(): Promise<TuneReport> {
    const { seed = 1 } = this.#options;
    const material = await readMaterial(this.#options);
    const questions = toQuestions([...material.pairs, ...material.links]);
    checkEnough(questions, material);
    const { train, test } = limit(splitQuestions(questions, seed));
    const tuned = await this.#tune(material, train, seed);
    this.#toAsk = 2 * test.length;
    const before = await this.#judge(this.#base, material, test);
    const after = await this.#judge(tuned, material, test);
    const hybrid = compare(before, after, { mode: "hybrid", seed });
    const semantic = compare(before, after, { mode: "semantic", seed });
    const kept = isBetter({ hybrid, semantic });
    const out = kept ? await this.#write(tuned) : null;
    return {
      kept,
      out,
      base: this.#base.fingerprint,
      tuned: tuned.fingerprint,
      pages: material.pages.length,
      passages: material.passages.length,
      questions: {
        links: toQuestions(material.links).length,
        pairs: toQuestions(material.pairs).length,
        train: train.length,
        test: test.length,
      },
      steps: STEPS,
      hybrid,
      semantic,
      elapsedMs: performance.now() - this.#started,
    };
  }

  /** Train from the rows adapted to the site's texts, which are those that search starts from as well. */
  async #tune({ passages }: Material, questions: readonly Question[], seed: number): Promise<StaticModel> {
    const { signal, onProgress } = this.#options;
    const adapted = await adaptModel(this.#base, passages, { signal });
    const tunable = toTunable(adapted);
    let mean: number | undefined;
    const trained = await fineTune(tunable, {
      passages,
      questions,
      seed,
      signal,
      onStep: ({ step, steps, loss }) => {
        mean = mean === undefined ? loss : 0.95 * mean + 0.05 * loss;
        onProgress?.({ phase: "train", done: step, total: steps, loss: mean });
      },
    });
    const { parameters } = adapted;
    const marked = { ...adapted, parameters: { ...parameters, revision: parameters.revision + TUNED, adapted: true } };
    return mixRows(marked, tunable, { trained, share: SHARE });
  }

  #judge(model: StaticModel, { pages }: Material, questions: readonly Question[]): Promise<Judgement> {
    const { signal, chunkTokens, overlapTokens, onProgress } = this.#options;
    const onAsk = () => onProgress?.({ phase: "judge", done: ++this.#asked, total: this.#toAsk });
    return judgeModel(model, { pages, questions, chunkTokens, overlapTokens, signal, onAsk });
  }

  /** Written beside the file and renamed, so that it is never there in part. */
  async #write(model: StaticModel): Promise<string> {
    const out = resolve(this.#options.out ?? MODEL_FILE);
    const temporary = `${out}.${process.pid}.part`;
    try {
      await mkdir(dirname(out), { recursive: true });
      await writeFile(temporary, await encodeStaticModel(model));
      this.#options.signal?.throwIfAborted();
      await rename(temporary, out);
    } finally {
      await rm(temporary, { force: true });
    }
    return out;
  }
}

/** @throws SearchError `bad-option` for a model that was tuned before: nothing would be held out any more. */
async function loadBase(file: string | undefined): Promise<StaticModel> {
  const model = await loadStaticModel(file);
  if (!model.parameters.adapted) return model;
  throw new SearchError("bad-option", `The model ${file} is tuned already.`, {
    remedy: "Name the model that it was made from, or none for the one that comes along.",
    file,
  });
}

function checkEnough(questions: readonly Question[], { pages, links, pairs }: Material): void {
  if (questions.length >= MIN_QUESTIONS) return;
  throw new SearchError(
    "too-few-pairs",
    `The site is too small to tune a model: its ${pages.length} pages give ${links.length} usable link texts` +
      `${pairs.length > 0 ? `, the author's file ${pairs.length} pairs` : ""}; ${MIN_QUESTIONS} distinct queries are needed.`,
    { remedy: "Write queries with their pages into a file and name it with --pairs, or use the model as it is." },
  );
}

/** The questions are in the order of a lot, so that the first are a sample. */
function limit({ train, test }: Parts): Parts {
  return { train, test: test.slice(0, MAX_JUDGED) };
}

function compare(
  before: Judgement,
  after: Judgement,
  { mode, seed }: { readonly mode: JudgedMode; readonly seed: number },
): BeforeAndAfter {
  const differences = after[mode].ndcgs.map((ndcg, i) => ndcg - (before[mode].ndcgs[i] ?? 0));
  const bare = ({ recall10, ndcg10 }: HeldOutScore) => ({ recall10, ndcg10 });
  return { before: bare(before[mode]), after: bare(after[mode]), difference: bootstrapMean(differences, { seed }) };
}

/**
 * By words and meaning, which is what visitors get, it must not do worse at all; by meaning alone not so much worse that
 * it can hardly be chance. One of them must be better.
 */
function isBetter({ hybrid, semantic }: Pick<TuneReport, "hybrid" | "semantic">): boolean {
  if (hybrid.difference.mean < 0 || semantic.difference.high < 0) return false;
  return hybrid.difference.mean > 0 || semantic.difference.mean > 0;
}

import { SearchError } from "../core/errors.ts";
import { DTYPES, type Dtype } from "../core/model-files.ts";
import { type EncoderFamily, familyOf } from "./encoder-families.ts";
import { digest } from "./hash.ts";

/** How a text's vector is made of its tokens' vectors: their mean, the first token's, or the last one's. */
export type Pooling = "mean" | "cls" | "last-token";

/** Everything besides its files that a sentence encoder's vectors depend on. Plain data: it stands in the manifest. */
export interface EncoderSpec {
  /** Name of the model's repository, as `Xenova/bge-small-en-v1.5`. */
  readonly id: string;
  readonly pooling: Pooling;
  /** Put before a query as it is, with the space or line break that it ends in. */
  readonly queryPrefix: string;
  /** Put before a passage. */
  readonly passagePrefix: string;
  /** Longest input in tokens, with those that the tokeniser adds; the rest of a longer text is left out. */
  readonly maxTokens: number;
  /** Length of the model's vectors. */
  readonly hiddenDims: number;
  /** Length of the vectors here: the first so many dimensions (Matryoshka, Kusupati et al. 2022), at unit length. */
  readonly dims: number;
  /** Whether a vector is brought to mean 0 before it is shortened, as Nomic's models want it. */
  readonly centred: boolean;
  /** Whether layers after the pooling belong to the model, so that its graph must give `sentence_embedding`. */
  readonly hasHead: boolean;
  readonly dtype: Dtype;
  /** Primary language subtags that the model was trained on; empty = any. */
  readonly languages: readonly string[];
}

/** Everything besides its files that a cross-encoder's scores depend on. */
export type RerankerSpec = Pick<EncoderSpec, "id" | "maxTokens" | "dtype">;

/** The parsed JSON files of a model by their names in its repository; each may be missing. */
export type EncoderConfigs = Readonly<Record<string, unknown>>;

/** What the user knows better than the model's files. */
export interface EncoderOptions {
  readonly pooling?: Pooling | undefined;
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
  /** At most what the model can take. */
  readonly maxTokens?: number | undefined;
  /** 1 to the model's own number. Default: that. */
  readonly dims?: number | undefined;
  /** Default `q8`. */
  readonly dtype?: Dtype | undefined;
  readonly languages?: readonly string[] | undefined;
}

const POOLINGS: readonly Pooling[] = ["mean", "cls", "last-token"];

/** Position tables of these begin after the padding token's row, so that they hold two rows more than tokens. */
const OFFSET_POSITIONS = /^(roberta|xlm-roberta|camembert|mpnet|longformer|xlm-roberta-xl)$/;

/**
 * What an encoder needs, from: the options, else the model's own files (the sentence-transformers layout), else its
 * name, if it is of a family that is known.
 *
 * @throws SearchError `bad-option` when that leaves the pooling or the length open, or contradicts itself.
 */
export function encoderSpec(id: string, configs: EncoderConfigs, options: EncoderOptions = {}): EncoderSpec {
  const family = familyOf(id);
  const { dtype = "q8" } = options;
  checkOption("dtype", dtype, DTYPES);
  const pooling = options.pooling ?? readPooling(id, configs) ?? family?.pooling;
  if (!pooling) {
    throw badOption(`It is not known how ${id} makes one vector of its tokens' vectors.`, {
      remedy: `Look for "pooling" on the model's page, and set pooling to "mean", "cls" or "last-token".`,
    });
  }
  checkOption("pooling", pooling, POOLINGS);
  const hiddenDims = readHiddenDims(id, configs);
  const dims = options.dims ?? hiddenDims;
  if (!Number.isInteger(dims) || dims < 1 || dims > hiddenDims) {
    throw badOption(`dims is ${dims}; vectors of ${id} have ${hiddenDims} dimensions.`, {
      remedy: `Set dims to 1 … ${hiddenDims}.`,
    });
  }
  const prompts = readPrompts(configs);
  return {
    id,
    pooling,
    queryPrefix: options.queryPrefix ?? prompts.query ?? family?.queryPrefix ?? "",
    passagePrefix: options.passagePrefix ?? prompts.passage ?? family?.passagePrefix ?? "",
    maxTokens: tokenBudget(id, configs, options.maxTokens),
    hiddenDims,
    dims,
    centred: dims < hiddenDims && (family?.centred ?? false),
    hasHead: moduleTypes(configs).some((type) => type.endsWith(".Dense")),
    dtype,
    languages: options.languages ?? languagesOf(id, family),
  };
}

/**
 * What a cross-encoder needs.
 *
 * @throws SearchError `bad-option` for a model that gives more than one number, or whose length is not known.
 */
export function rerankerSpec(
  id: string,
  configs: EncoderConfigs,
  { dtype = "q8", maxTokens }: Pick<EncoderOptions, "dtype" | "maxTokens"> = {},
): RerankerSpec {
  checkOption("dtype", dtype, DTYPES);
  const config = objectOf(configs["config.json"]);
  const labels = Object.keys(objectOf(config.id2label)).length || 1;
  if (labels !== 1) {
    throw badOption(`${id} sorts texts into ${labels} classes; a reranker gives one number.`, {
      remedy: "Choose a cross-encoder that was trained for ranking, as Xenova/ms-marco-MiniLM-L-6-v2.",
    });
  }
  return { id, maxTokens: tokenBudget(id, configs, maxTokens), dtype };
}

/**
 * Hex digest over everything that changes a vector, of 32 digits.
 *
 * @param files SHA-256 or the like of each file that matters (the graph, its weights, `tokenizer.json`), by name.
 */
export function encoderFingerprint(spec: EncoderSpec, files: ReadonlyMap<string, string>): string {
  const { languages: _, ...settings } = spec;
  const sorted = [...Object.entries(settings), ...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return digest([new TextEncoder().encode(JSON.stringify(sorted))]);
}

/** From `1_Pooling/config.json`; undefined where there is none. */
function readPooling(id: string, configs: EncoderConfigs): Pooling | undefined {
  const config = objectOf(configs["1_Pooling/config.json"]);
  if (config.include_prompt === false) {
    throw badOption(`${id} leaves its prompt out of the pooling, which is not supported.`);
  }
  const named = POOLING_NAMES[String(config.pooling_mode)];
  if (named) return named;
  const modes = Object.keys(config).filter((key) => key.startsWith("pooling_mode_") && config[key] === true);
  if (modes.length === 0) return undefined;
  const pooling = POOLING_NAMES[(modes[0] as string).slice("pooling_mode_".length)];
  if (modes.length > 1 || !pooling) {
    throw badOption(`${id} pools by ${modes.join(" and ")}, which is not supported.`, {
      remedy: `Choose a model that pools by the mean, the first or the last token.`,
    });
  }
  return pooling;
}

const POOLING_NAMES: Readonly<Record<string, Pooling>> = {
  mean: "mean",
  mean_tokens: "mean",
  cls: "cls",
  cls_token: "cls",
  lasttoken: "last-token",
};

/** From `config_sentence_transformers.json`. */
function readPrompts(configs: EncoderConfigs): { readonly query?: string; readonly passage?: string } {
  const prompts = objectOf(objectOf(configs["config_sentence_transformers.json"]).prompts);
  const find = (...names: readonly string[]) => names.map((name) => prompts[name]).find((text) => text !== undefined);
  const query = find("query", "search_query", "retrieval.query");
  const passage = find("document", "passage", "search_document", "retrieval.passage");
  return {
    ...(typeof query === "string" && query !== "" && { query }),
    ...(typeof passage === "string" && passage !== "" && { passage }),
  };
}

function readHiddenDims(id: string, configs: EncoderConfigs): number {
  const config = objectOf(configs["config.json"]);
  const text = objectOf(config.text_config);
  const dims = [
    objectOf(configs["2_Dense/config.json"]).out_features,
    objectOf(configs["1_Pooling/config.json"]).word_embedding_dimension,
    ...["hidden_size", "d_model", "dim", "n_embd"].flatMap((key) => [config[key], text[key]]),
  ].find((value) => isCount(value));
  if (dims) return dims as number;
  throw badOption(`The length of ${id}'s vectors is not known: its config.json has no hidden_size.`, {
    remedy: "Check that config.json stands beside the model's other files.",
  });
}

/** The least of what the tokeniser, sentence-transformers and the position table allow, and of what is asked for. */
function tokenBudget(id: string, configs: EncoderConfigs, asked: number | undefined): number {
  const config = objectOf(configs["config.json"]);
  const positions = Number(config.max_position_embeddings ?? config.n_positions);
  const offset = OFFSET_POSITIONS.test(String(config.model_type)) ? 2 : 0;
  const sentenceLength = objectOf(configs["sentence_bert_config.json"]).max_seq_length;
  // The tokeniser's is 10^30 for "not known".
  const tokenizerLength = objectOf(configs["tokenizer_config.json"]).model_max_length;
  const table = isCount(positions) ? positions - offset : Number.POSITIVE_INFINITY;
  const usual = [sentenceLength, tokenizerLength].filter(isCount).find((length) => length < 1e6);
  const budget = asked ?? Math.min(usual ?? table, table);
  if (asked !== undefined && !(isCount(asked) && asked >= MIN_TOKENS && asked <= table)) {
    throw badOption(`maxTokens is ${asked}; ${id} takes ${MIN_TOKENS} to ${table} tokens.`);
  }
  if (Number.isFinite(budget)) return budget;
  throw badOption(`It is not known how many tokens ${id} takes.`, { remedy: "Set maxTokens, for example to 512." });
}

/** Room for what a tokeniser adds, and for some of the text. */
const MIN_TOKENS = 8;

function moduleTypes(configs: EncoderConfigs): readonly string[] {
  const modules = configs["modules.json"];
  return Array.isArray(modules) ? modules.map((module) => String(objectOf(module).type)) : [];
}

/** As the name says (`-en`, `multilingual`), else as the family. */
function languagesOf(id: string, family: EncoderFamily | undefined): readonly string[] {
  const name = id.toLowerCase();
  if (/multilingual|[-_]m3\b|\bm3[-_]/.test(name)) return [];
  const [, language] = /[-_](en|zh|de|es|fr|ja|ko|ru)(?=[-_.]|$)/.exec(name) ?? [];
  return language ? [language] : (family?.languages ?? []);
}

function checkOption<T extends string>(name: string, value: T, known: readonly T[]): void {
  if (known.includes(value)) return;
  throw badOption(`${name} is "${value}"; known are ${known.join(", ")}.`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 1;
}

/** A JSON value's properties; none for anything but an object. */
function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function badOption(message: string, options: { readonly remedy?: string } = {}): SearchError {
  return new SearchError("bad-option", message, options);
}

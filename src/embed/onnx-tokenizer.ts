import { Tokenizer } from "@huggingface/tokenizers";
import { SearchError } from "../core/errors.ts";

/** A text, or two, as a model takes them. */
export interface Encoding {
  readonly ids: readonly number[];
  /** 0 or 1 for every token: which text it belongs to, as far as the model tells them apart. */
  readonly types: readonly number[];
  /** Whether something was left out. */
  readonly isCut: boolean;
  /** Whether a token of the text itself is in the vocabulary. */
  readonly isKnown: boolean;
}

/** What is used of `@huggingface/tokenizers`, whose types do not resolve under Node's rules. */
interface Encoder {
  encode(
    text: string,
    options?: { text_pair?: string; add_special_tokens?: boolean; return_token_type_ids?: boolean },
  ): { readonly ids: number[]; readonly token_type_ids?: number[] };
  token_to_id(token: string): number | undefined;
}

/** Tokens that are put around texts: before, between and after, with their types and those of the texts. */
interface Template {
  readonly parts: readonly Part[];
  readonly textTypes: readonly number[];
  readonly length: number;
}

interface Part {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

/** What stand for texts while the template is taken: two short words. */
const SAMPLES = ["a", "to"] as const;

/**
 * Cuts texts into the tokens of a model by its `tokenizer.json` (WordPiece, BPE or Unigram), and to its length. The
 * tokens that a model wants around its texts are put around what is left, so that none of them is ever cut.
 */
export class OnnxTokenizer {
  /** Token that fills a batch's shorter rows. */
  readonly padding: number;
  readonly #encoder: Encoder;
  readonly #unknown: number | undefined;
  readonly #single: Template;
  #pair: Template | undefined;

  /**
   * @param files With `tokenizer.json`, and `tokenizer_config.json` if there is one.
   * @throws SearchError `file-missing`; `file-invalid` for a file that is not what it should be.
   */
  constructor(files: ReadonlyMap<string, Uint8Array>) {
    const tokenizer = parseJson(files, "tokenizer.json");
    const config = files.has("tokenizer_config.json") ? parseJson(files, "tokenizer_config.json") : {};
    try {
      this.#encoder = new Tokenizer(tokenizer, config) as Encoder;
      this.#single = this.#takeTemplate([SAMPLES[0]]);
    } catch (cause) {
      throw invalid("tokenizer.json", cause);
    }
    const idOf = (name: string) => this.#encoder.token_to_id(tokenText(config[name]));
    this.padding = idOf("pad_token") ?? 0;
    this.#unknown = idOf("unk_token");
  }

  /** One text, cut at its end. */
  encode(text: string, maxTokens: number): Encoding {
    const ids = this.#tokens(text);
    const room = Math.max(0, maxTokens - this.#single.length);
    return { ...this.#assemble(this.#single, [ids.slice(0, room)]), isCut: ids.length > room };
  }

  /** Two texts; the second is cut at its end. The first only where it would take more than half. */
  encodePair(first: string, second: string, maxTokens: number): Encoding {
    this.#pair ??= this.#takeTemplate(SAMPLES);
    const room = Math.max(0, maxTokens - this.#pair.length);
    const head = this.#tokens(first).slice(0, Math.ceil(room / 2));
    const tail = this.#tokens(second);
    const rest = room - head.length;
    return { ...this.#assemble(this.#pair, [head, tail.slice(0, rest)]), isCut: tail.length > rest };
  }

  #tokens(text: string): readonly number[] {
    return this.#encoder.encode(text, { add_special_tokens: false }).ids;
  }

  #assemble({ parts, textTypes }: Template, texts: readonly (readonly number[])[]): Omit<Encoding, "isCut"> {
    const ids: number[] = [];
    const types: number[] = [];
    parts.forEach((part, i) => {
      const text = texts[i] ?? [];
      ids.push(...part.ids, ...text);
      types.push(...part.types, ...text.map(() => textTypes[i] ?? 0));
    });
    return { ids, types, isKnown: texts.some((text) => text.some((id) => id !== this.#unknown)) };
  }

  /** Find out what stands around texts, from some that stand for any. */
  #takeTemplate(samples: readonly string[]): Template {
    const [text = "", text_pair] = samples;
    const whole = this.#encoder.encode(text, { ...(text_pair && { text_pair }), return_token_type_ids: true });
    const types = whole.token_type_ids ?? whole.ids.map(() => 0);
    const parts: Part[] = [];
    const textTypes: number[] = [];
    let start = 0;
    for (const sample of samples) {
      const tokens = this.#tokens(sample);
      const at = indexOfRun(whole.ids, tokens, start);
      if (at < 0) throw new Error("its tokens depend on what stands around them");
      parts.push({ ids: whole.ids.slice(start, at), types: types.slice(start, at) });
      textTypes.push(types[at] ?? 0);
      start = at + tokens.length;
    }
    parts.push({ ids: whole.ids.slice(start), types: types.slice(start) });
    return { parts, textTypes, length: parts.reduce((sum, { ids }) => sum + ids.length, 0) };
  }
}

function indexOfRun(list: readonly number[], run: readonly number[], start: number): number {
  return list.findIndex((_, at) => at >= start && run.every((item, i) => list[at + i] === item));
}

/** A special token in `tokenizer_config.json`: a text, or an object with one. */
function tokenText(token: unknown): string {
  if (typeof token === "object" && token !== null && "content" in token) return String(token.content);
  return typeof token === "string" ? token : "";
}

function parseJson(files: ReadonlyMap<string, Uint8Array>, file: string): Readonly<Record<string, unknown>> {
  const bytes = files.get(file);
  if (!bytes) {
    throw new SearchError("file-missing", `The model has no ${file}.`, {
      file,
      remedy: `Choose a model with a ${file}: every model that "fast" tokenisers exist for has one.`,
    });
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw invalid(file, cause);
  }
}

function invalid(file: string, cause: unknown): SearchError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SearchError("file-invalid", `${file} is not a tokeniser that can be read: ${reason}`, { file, cause });
}

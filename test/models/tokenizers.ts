/** A tokeniser's files, as a model's repository has them, and what it should give, computed apart from them. */
export interface MadeTokenizer {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly vocabulary: number;
  readonly padding: number;
  /** The oracle: ids of a text with the tokens around it. */
  encode(text: string): number[];
  /** The same of two texts. */
  encodePair(first: string, second: string): { readonly ids: number[]; readonly types: number[] };
}

/** Pieces of a vocabulary made from a text. */
const WORDS = 300;
const MERGES = 200;

/**
 * WordPiece as of BERT (Schuster and Nakajima 2012), uncased: the text's letters, its most frequent words and their
 * endings.
 */
export function makeWordPiece(text: string): MadeTokenizer {
  const words = frequent(basicTokens(text), WORDS);
  const endings = frequent(
    words.flatMap((word) => [2, 3].map((length) => word.slice(-length))),
    60,
  );
  const letters = frequent([...basicTokens(text).join("")], 200);
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
  const tokens = unique([...special, ...words, ...[...letters, ...endings].flatMap((piece) => [piece, `##${piece}`])]);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const encode = (input: string) => basicTokens(input).flatMap((word) => splitGreedily(word, ids));
  return {
    files: toFiles(
      {
        added_tokens: special.map((content, id) => addedToken(id, content)),
        normalizer: {
          type: "BertNormalizer",
          clean_text: true,
          handle_chinese_chars: true,
          strip_accents: null,
          lowercase: true,
        },
        pre_tokenizer: { type: "BertPreTokenizer" },
        post_processor: template("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ids),
        decoder: { type: "WordPiece", prefix: "##", cleanup: true },
        model: {
          type: "WordPiece",
          unk_token: "[UNK]",
          continuing_subword_prefix: "##",
          max_input_chars_per_word: 100,
          vocab: Object.fromEntries(ids),
        },
      },
      { tokenizer_class: "BertTokenizer", pad_token: "[PAD]", unk_token: "[UNK]", model_max_length: 64 },
    ),
    vocabulary: tokens.length,
    padding: 0,
    encode: (input) => [2, ...encode(input), 3],
    encodePair(first, second) {
      const [head, tail] = [
        [2, ...encode(first), 3],
        [...encode(second), 3],
      ];
      return { ids: [...head, ...tail], types: [...head.map(() => 0), ...tail.map(() => 1)] };
    },
  };
}

/** Unigram as of SentencePiece (Kudo 2018), with the special tokens of XLM-RoBERTa: letters and parts of frequent words. */
export function makeUnigram(text: string): MadeTokenizer {
  const words = frequent(text.split(/\s+/).filter(Boolean), WORDS).map((word) => `▁${word}`);
  const parts = words.flatMap((word) => Array.from(word, (_, at) => word.slice(at, at + 3)));
  const special = ["<s>", "<pad>", "</s>", "<unk>"];
  const pieces = unique([...special, "▁", ...new Set(text.replace(/\s/g, "")), ...frequent(parts, WORDS), ...words]);
  // Longer pieces are likelier than the letters they replace, by amounts that no two segmentations share.
  const vocab = pieces.map((piece, id): readonly [string, number] => [
    piece,
    id < 4 ? 0 : -8 - 2 * [...piece].length - id * 1.37e-3,
  ]);
  const scores = new Map(vocab.slice(4));
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const encode = (input: string) =>
    likeliest(`▁${input.replaceAll(" ", "▁")}`, scores).map((piece) => ids.get(piece) ?? 3);
  return {
    files: toFiles(
      {
        added_tokens: special.map((content, id) => addedToken(id, content)),
        normalizer: null,
        pre_tokenizer: { type: "Metaspace", replacement: "▁", add_prefix_space: true, prepend_scheme: "always" },
        post_processor: template("<s> $A </s>", "<s> $A </s> </s> $B </s>", ids),
        decoder: { type: "Metaspace", replacement: "▁", add_prefix_space: true },
        model: { type: "Unigram", unk_id: 3, vocab },
      },
      { tokenizer_class: "XLMRobertaTokenizer", pad_token: "<pad>", unk_token: "<unk>", model_max_length: 64 },
    ),
    vocabulary: pieces.length,
    padding: 1,
    encode: (input) => [0, ...encode(input), 2],
    encodePair: (first, second) => robertaPair(encode(first), encode(second)),
  };
}

/** Byte-level BPE (Sennrich et al. 2016) as of RoBERTa, for text in ASCII: merges learnt from the text. */
export function makeBpe(text: string): MadeTokenizer {
  const special = ["<s>", "<pad>", "</s>", "<unk>"];
  const merges: (readonly [string, string])[] = [];
  let words = byteWords(text).map((word) => [...word]);
  while (merges.length < MERGES) {
    const [pair = ""] = frequent(
      words.flatMap((word) => word.slice(1).map((part, i) => `${word[i]} ${part}`)),
      1,
    );
    const [left = "", right = ""] = pair.split(" ");
    merges.push([left, right]);
    words = words.map((word) => merge(word, [left, right]));
  }
  const bytes = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const pieces = unique([...special, ...bytes, "Ġ", "Ċ", ...merges.map((pair) => pair.join(""))]);
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const encode = (input: string) =>
    byteWords(input).flatMap((word) => merges.reduce(merge, [...word]).map((piece) => ids.get(piece) ?? 3));
  return {
    files: toFiles(
      {
        added_tokens: special.map((content, id) => addedToken(id, content)),
        normalizer: null,
        pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
        post_processor: template("<s> $A </s>", "<s> $A </s> </s> $B </s>", ids),
        decoder: { type: "ByteLevel" },
        model: {
          type: "BPE",
          unk_token: "<unk>",
          vocab: Object.fromEntries(ids),
          merges: merges.map((pair) => pair.join(" ")),
        },
      },
      { tokenizer_class: "RobertaTokenizer", pad_token: "<pad>", unk_token: "<unk>", model_max_length: 64 },
    ),
    vocabulary: pieces.length,
    padding: 1,
    encode: (input) => [0, ...encode(input), 2],
    encodePair: (first, second) => robertaPair(encode(first), encode(second)),
  };
}

/** Lower case without accents, cut at white space and around punctuation and symbols. */
function basicTokens(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "");
  return plain.match(/[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu) ?? [];
}

/** The longest piece first; a word with a rest that no piece fits is unknown as a whole. */
function splitGreedily(word: string, ids: ReadonlyMap<string, number>): number[] {
  const found: number[] = [];
  for (let start = 0; start < word.length; ) {
    let end = word.length;
    while (end > start && !ids.has((start > 0 ? "##" : "") + word.slice(start, end))) end--;
    if (end === start) return [1];
    found.push(ids.get((start > 0 ? "##" : "") + word.slice(start, end)) as number);
    start = end;
  }
  return found;
}

/** The segmentation with the largest sum of scores, by trying all ends (Viterbi); unknown letters cost most. */
function likeliest(text: string, scores: ReadonlyMap<string, number>): string[] {
  const best: { score: number; pieces: string[] }[] = [{ score: 0, pieces: [] }];
  for (let end = 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - 24); start < end; start++) {
      const piece = text.slice(start, end);
      const before = best[start] ?? { score: 0, pieces: [] };
      const score = before.score + (scores.get(piece) ?? (piece.length === 1 ? -1000 : -1e9));
      if (score > (best[end]?.score ?? -Infinity)) best[end] = { score, pieces: [...before.pieces, piece] };
    }
  }
  return best[text.length]?.pieces ?? [];
}

/** Words as GPT-2 cuts them, with `Ġ` for the space before and `Ċ` for a line break. */
function byteWords(text: string): string[] {
  const words = text.match(/'(?:[sdmt]|ll|ve|re)| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+/g) ?? [];
  return words.map((word) => word.replaceAll(" ", "Ġ").replaceAll("\n", "Ċ"));
}

/** Every occurrence of a pair in one piece, from the left. */
function merge(word: readonly string[], [left, right]: readonly [string, string]): string[] {
  const merged: string[] = [];
  for (let i = 0; i < word.length; i++) {
    const isPair = word[i] === left && word[i + 1] === right;
    merged.push(isPair ? left + right : (word[i] as string));
    if (isPair) i++;
  }
  return merged;
}

function robertaPair(first: readonly number[], second: readonly number[]) {
  const ids = [0, ...first, 2, 2, ...second, 2];
  return { ids, types: ids.map(() => 0) };
}

function toFiles(tokenizer: object, config: object): ReadonlyMap<string, Uint8Array> {
  const encode = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  return new Map([
    ["tokenizer.json", encode({ version: "1.0", truncation: null, padding: null, ...tokenizer })],
    ["tokenizer_config.json", encode(config)],
  ]);
}

function addedToken(id: number, content: string) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** A `TemplateProcessing` post-processor from its short form; `:1` sets the type. */
function template(single: string, pair: string, ids: ReadonlyMap<string, number>) {
  const parse = (text: string) =>
    text.split(" ").map((part) => {
      const [name = "", type = "0"] = part.split(":");
      const kind = name.startsWith("$") ? "Sequence" : "SpecialToken";
      return { [kind]: { id: name.replace("$", ""), type_id: Number(type) } };
    });
  const names = unique(pair.split(/[ :]/)).filter((name) => ids.has(name) && !/^\d$/.test(name));
  const special = names.map((name) => [name, { id: name, ids: [ids.get(name)], tokens: [name] }]);
  return {
    type: "TemplateProcessing",
    single: parse(single),
    pair: parse(pair),
    special_tokens: Object.fromEntries(special),
  };
}

/** The most frequent items, ties in alphabetical order. */
function frequent(items: readonly string[], count: number): string[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  const sorted = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return sorted.slice(0, count).map(([item]) => item);
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}

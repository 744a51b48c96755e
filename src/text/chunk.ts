import type { Block, Section } from "../core/document.ts";
import { splitSentences } from "./sentences.ts";
import { estimateTokens } from "./tokens.ts";

/** How sections are cut. */
export interface ChunkOptions {
  /** Most tokens in a chunk. Default 200. */
  readonly maxTokens?: number | undefined;
  /** Most tokens that a chunk repeats from the end of the one before, in whole sentences, lines or rows. Default 30. */
  readonly overlapTokens?: number | undefined;
  /** BCP 47 tag, for the ends of sentences. Default `und`. */
  readonly language?: string | undefined;
  /** Tokens of a piece of text; chunks are measured by the sum over their pieces. Default {@link estimateTokens}. */
  readonly countTokens?: ((text: string) => number) | undefined;
}

/** A passage of one section, short enough for the embedder. */
export interface Chunk {
  /** Blocks, code lines and table rows are parted by newlines, sentences of one paragraph by spaces. */
  readonly text: string;
  /** Weight of the words: that of the blocks inside, which all have the same. */
  readonly weight: number;
}

/**
 * Cuts a section into passages of at most `maxTokens`, at the ends of sentences, code lines and table rows; a longer
 * sentence is cut between words, a longer word anywhere. Nothing is lost: every word is in some chunk.
 *
 * A section that fits is one chunk. One with a heading and no text is one chunk with an empty text, to be found by its
 * heading; one with neither has none. Blocks of different weight never share a chunk.
 */
export function chunkSection(section: Section, options: ChunkOptions = {}): Chunk[] {
  const settings = settle(options);
  const chunks = runsOfWeight(section.blocks).flatMap((blocks) => chunkBlocks(blocks, settings));
  return chunks.length === 0 && section.heading !== "" ? [{ text: "", weight: 1 }] : chunks;
}

type Settings = Required<{ [K in keyof ChunkOptions]: NonNullable<ChunkOptions[K]> }>;

function settle(options: ChunkOptions): Settings {
  const { maxTokens = 200, overlapTokens = 30, language = "und", countTokens = estimateTokens } = options;
  return {
    maxTokens: Math.max(1, maxTokens),
    overlapTokens: Math.min(overlapTokens, maxTokens / 2),
    language,
    countTokens,
  };
}

function runsOfWeight(blocks: readonly Block[]): Block[][] {
  const runs: Block[][] = [];
  for (const block of blocks) {
    const run = runs.at(-1);
    if (run && (run[0]?.weight ?? 1) === (block.weight ?? 1)) run.push(block);
    else runs.push([block]);
  }
  return runs;
}

/** A sentence, code line or table row, or a part of one that is too long. */
interface Piece {
  readonly text: string;
  readonly tokens: number;
  /** What parts it from the piece before. */
  readonly glue: "" | " " | "\n";
}

type Part = Omit<Piece, "tokens">;

function chunkBlocks(blocks: readonly Block[], settings: Settings): Chunk[] {
  const weight = blocks[0]?.weight ?? 1;
  const whole = blocks.map(({ text }) => text).join("\n");
  const total = blocks.reduce((sum, { text }) => sum + settings.countTokens(text), 0);
  if (total <= settings.maxTokens) return [{ text: whole, weight }];
  const pieces = blocks.flatMap((block) => blockPieces(block, settings));
  return pack(pieces, settings).map((text) => ({ text, weight }));
}

/** Fills chunks one after the other, each beginning with the last whole pieces of the one before. */
function pack(pieces: readonly Piece[], { maxTokens, overlapTokens }: Settings): string[] {
  const chunks: string[] = [];
  let current: Piece[] = [];
  let tokens = 0;
  for (const piece of pieces) {
    if (current.length > 0 && tokens + piece.tokens > maxTokens) {
      chunks.push(join(current));
      current = tail(current, Math.min(overlapTokens, maxTokens - piece.tokens));
      tokens = sum(current);
    }
    current.push(piece);
    tokens += piece.tokens;
  }
  if (current.length > 0) chunks.push(join(current));
  return chunks;
}

/** The last pieces that fit, and never all of them. */
function tail(pieces: readonly Piece[], maxTokens: number): Piece[] {
  let from = pieces.length;
  let tokens = 0;
  while (from > 1) {
    tokens += pieces[from - 1]?.tokens ?? 0;
    if (tokens > maxTokens) break;
    from--;
  }
  return pieces.slice(from);
}

function sum(pieces: readonly Piece[]): number {
  return pieces.reduce((tokens, piece) => tokens + piece.tokens, 0);
}

function join(pieces: readonly Piece[]): string {
  const text = pieces.map((piece, i) => (i === 0 ? piece.text : piece.glue + piece.text)).join("");
  return text.replace(/^\n+|\n+$/g, "");
}

function blockPieces(block: Block, settings: Settings): Piece[] {
  const parts = block.kind === "prose" ? sentencesOf(block.text, settings.language) : linesOf(block.text);
  return parts.flatMap((part, i) => fittingPieces(i === 0 ? { ...part, glue: "\n" } : part, settings));
}

/** Chinese and Japanese write no space between sentences, and get none. */
function sentencesOf(text: string, language: string): Part[] {
  return splitSentences(text, language).map(({ start, end }) => ({
    text: text.slice(start, end),
    glue: /\s/.test(text[start - 1] ?? "") ? " " : "",
  }));
}

function linesOf(text: string): Part[] {
  return text.split("\n").map((line) => ({ text: line, glue: "\n" }));
}

/** The piece as it is, or word by word if it is too long for a chunk. */
function fittingPieces({ text, glue }: Part, settings: Settings): Piece[] {
  const tokens = settings.countTokens(text);
  if (tokens <= settings.maxTokens) return [{ text, glue, tokens }];
  return splitWords(text).flatMap((word, i) => wordPieces(word, i === 0 ? glue : word.glue, settings));
}

/** Words with what stood before them. Chinese and Japanese, without spaces, part behind their punctuation. */
function splitWords(text: string): Part[] {
  const parts = text.split(/(?<=\s)(?=\S)|(?<=[、，；：。！？])/);
  const words = parts.map(
    (part, i) => ({ text: part.trim(), glue: /\s$/.test(parts[i - 1] ?? "") ? " " : "" }) as const,
  );
  return words.filter(({ text: word }) => word !== "");
}

function wordPieces({ text }: Part, glue: Piece["glue"], settings: Settings): Piece[] {
  return cutWord(text, settings).map((part, i) => ({
    text: part,
    tokens: settings.countTokens(part),
    glue: i === 0 ? glue : "",
  }));
}

/** Equal parts that fit, never parting a surrogate pair. */
function cutWord(word: string, settings: Settings): string[] {
  const tokens = settings.countTokens(word);
  if (tokens <= settings.maxTokens) return [word];
  const size = Math.max(1, Math.min(word.length - 1, Math.floor((word.length * settings.maxTokens) / tokens)));
  const parts: string[] = [];
  for (let start = 0; start < word.length; ) {
    const end =
      word.codePointAt(start + size - 1) === word.charCodeAt(start + size - 1) ? start + size : start + size + 1;
    parts.push(word.slice(start, end));
    start = end;
  }
  return parts.length === 1 ? parts : parts.flatMap((part) => cutWord(part, settings));
}

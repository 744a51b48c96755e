import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { gunzip, gzip } from "../core/gzip.ts";
import { createRandom } from "../core/random.ts";
import { digest, fnv1a } from "./hash.ts";
import { addRow, type QuantizedRows, quantizeRows, type RowBits, rowBytes } from "./quantize.ts";
import { INNER_MARK, START_MARK } from "./tokenizer.ts";

/** What a static model is besides its tokens and rows. */
export interface StaticModelParameters {
  /** Names the vector space, `static` for the embedded model. */
  readonly id: string;
  /** Which training run this is, for people. */
  readonly revision: string;
  /** Primary language subtags that it was trained on; empty = any. */
  readonly languages: readonly string[];
  /** Length of a vector; a multiple of 4. */
  readonly dims: number;
  /** Bits of one number in a row. */
  readonly bits: RowBits;
  /** Every character that a word of the vocabulary may have; a word with another one is unknown without a look. */
  readonly alphabet: string;
  /** Words without a row that change nothing: the most frequent function words. */
  readonly ignored: readonly string[];
  /** How much each word of a passage's title and headings counts, where a word of its text counts 1. */
  readonly contextWeight: number;
  /** Whether the rows are those of a site already, so that `adaptModel` leaves them as they are. Default false. */
  readonly adapted?: boolean;
}

/** A static embedding model: a text's vector is the sum of its tokens' rows at unit length. */
export interface StaticModel extends QuantizedRows {
  readonly parameters: StaticModelParameters;
  /** Words, and pieces with their mark, ascending by code unit. Row `i` belongs to token `i`. */
  readonly tokens: readonly string[];
  /** Mean length of a word's row: what an unknown word is taken to weigh. */
  readonly unknownWeight: number;
  /** 32 hex digits over tokens, rows, scales and parameters. */
  readonly fingerprint: string;
}

/** The part of a sharded model that stands in `index.json`. */
export interface StaticModelManifest extends StaticModelParameters {
  readonly type: "static";
  readonly fingerprint: string;
  readonly unknownWeight: number;
  /** Number of row shards. The shard of a token is `fnv1a(token) % shards`. */
  readonly shards: number;
  /** Before every file name; ends with `/` or is empty. */
  readonly path: string;
}

/** A file of a sharded model, gzip-compressed. */
export interface StaticModelFile {
  /** `000.bin`, `001.bin`, … `1023.bin` for the row shards, and `pieces.bin`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Container kinds. */
const MODEL_KIND = "static";
const SHARD_KIND = "rows";
const PIECES_KIND = "pieces";

/** Bytes of a row shard to aim at; see {@link shardStaticModel}. */
const SHARD_BYTES = 4 * 1024;
const MAX_SHARDS = 1024;

/** The file that lists the pieces. */
export const PIECES_FILE = "pieces.bin";

/** The file that holds row shard `shard`. */
export function shardFile(shard: number): string {
  return `${String(shard).padStart(3, "0")}.bin`;
}

/** All files of a sharded model, relative to `index.json`. */
export function modelFiles({ path, shards }: Pick<StaticModelManifest, "path" | "shards">): string[] {
  return [...Array.from({ length: shards }, (_, shard) => path + shardFile(shard)), path + PIECES_FILE];
}

/** Whether a token is a piece of a word, by its mark. */
export function isPiece(token: string): boolean {
  return token.startsWith(START_MARK) || token.startsWith(INNER_MARK);
}

/**
 * Make a model from trained rows: sorts the tokens, quantises the rows, takes the fingerprint.
 *
 * @param tokens Words, and pieces with their mark; distinct.
 * @param rows Row-major, `tokens.length × parameters.dims`, in the order of `tokens`.
 */
export function createStaticModel(
  tokens: readonly string[],
  rows: Float32Array,
  parameters: StaticModelParameters,
): StaticModel {
  const { dims, bits } = parameters;
  const order = tokens.map((_, i) => i).sort((a, b) => ((tokens[a] as string) < (tokens[b] as string) ? -1 : 1));
  const sorted = new Float32Array(rows.length);
  order.forEach((from, to) => {
    sorted.set(rows.subarray(from * dims, (from + 1) * dims), to * dims);
  });
  return withDigest(
    order.map((i) => tokens[i] as string),
    quantizeRows(sorted, { dims, bits }),
    parameters,
  );
}

/** The whole model as one gzip-compressed file; the inverse of {@link decodeStaticModel}. */
export function encodeStaticModel({ tokens, rows, scales, ...about }: StaticModel): Promise<Uint8Array> {
  return gzip(encodeContainer(MODEL_KIND, { about: encodeJson(about), tokens: packStrings(tokens), rows, scales }));
}

/**
 * Read a whole model.
 * @param file Names the bytes in errors.
 * @throws SearchError `file-invalid` or `file-version`.
 */
export async function decodeStaticModel(bytes: Uint8Array, file: string): Promise<StaticModel> {
  const container = new Container(await gunzip(bytes, file), { kind: MODEL_KIND, file });
  const about = decodeAbout(container.get("about", Uint8Array), file);
  const [tokens, rows] = readRows(container, about.parameters, file);
  return { ...about, tokens, ...rows };
}

/**
 * Cut a model into files from which a browser needs only those of the words typed.
 *
 * How many shards is a trade between bytes and files: a query of five words needs up to five shards. Rows hardly
 * compress, so that shards of 4 KB cost a query with three or four words that have rows (function words have none) some
 * 15 KB, the next one less. Hosts limit the number of files. Hence: shards of 4 KB, at most 1,024.
 *
 * @param options.shards Number of row shards. Default: as above.
 * @param options.compress Gzip; the platform's streams take a second for all files, Node's zlib a tenth of it.
 * @param options.path Where the files will stand, relative to `index.json`; ends with `/`.
 *   Default `model/<fingerprint>/`.
 */
export async function shardStaticModel(
  model: StaticModel,
  {
    shards = defaultShards(model),
    path = `model/${model.fingerprint}/`,
    compress = gzip,
  }: {
    readonly shards?: number;
    readonly path?: string;
    readonly compress?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  } = {},
): Promise<{ readonly manifest: StaticModelManifest; readonly files: readonly StaticModelFile[] }> {
  const members: number[][] = Array.from({ length: shards }, () => []);
  model.tokens.forEach((token, i) => {
    members[fnv1a(token) % shards]?.push(i);
  });
  const rowFiles = members.map(async (indices, shard) => ({
    name: shardFile(shard),
    bytes: await compress(encodeShard(model, indices)),
  }));
  const pieces = { name: PIECES_FILE, bytes: await compress(encodePieces(model.tokens.filter(isPiece))) };
  const files = [...(await Promise.all(rowFiles)), pieces];
  const { parameters, fingerprint, unknownWeight } = model;
  return { manifest: { type: "static", ...parameters, fingerprint, unknownWeight, shards, path }, files };
}

/**
 * Read a row shard of a model.
 * @throws SearchError `file-invalid` or `file-version`.
 */
export async function decodeShard(
  bytes: Uint8Array,
  parameters: StaticModelParameters,
  file: string,
): Promise<readonly [tokens: readonly string[], rows: QuantizedRows]> {
  return readRows(new Container(await gunzip(bytes, file), { kind: SHARD_KIND, file }), parameters, file);
}

/** Front-coded, which halves the file: how many characters each piece shares with the one before, and the rest of it. */
function encodePieces(pieces: readonly string[]): Uint8Array {
  const shared = pieces.map((piece, i) => sharedPrefix(pieces[i - 1] ?? "", piece));
  const rests = pieces.map((piece, i) => piece.slice(shared[i]));
  return encodeContainer(PIECES_KIND, { shared: Uint8Array.from(shared), rests: packStrings(rests) });
}

/**
 * Read the list of pieces of a model.
 * @throws SearchError `file-invalid` or `file-version`.
 */
export async function decodePieces(bytes: Uint8Array, file: string): Promise<readonly string[]> {
  const container = new Container(await gunzip(bytes, file), { kind: PIECES_KIND, file });
  const shared = container.get("shared", Uint8Array);
  let last = "";
  return container.strings("rests").map((rest, i) => {
    last = last.slice(0, shared[i]) + rest;
    return last;
  });
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/**
 * The control that every claim about a model needs: the same vocabulary with normally distributed random rows. It
 * compares texts by the tokens they share, so what a model scores above it is what it knows about meaning.
 */
export function createRandomTable({ tokens, parameters }: StaticModel, seed: number): StaticModel {
  const random = createRandom(seed);
  const rows = new Float32Array(tokens.length * parameters.dims);
  for (let i = 0; i < rows.length; i++) {
    rows[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
  return createStaticModel(tokens, rows, { ...parameters, revision: `random-${seed}` });
}

/** The same model with fewer dimensions (the first ones, as trained; Kusupati et al. 2022) or fewer bits. */
export function reduceStaticModel(
  model: StaticModel,
  { dims = model.parameters.dims, bits = model.parameters.bits }: { readonly dims?: number; readonly bits?: RowBits },
): StaticModel {
  const full = new Float64Array(model.parameters.dims);
  const rows = new Float32Array(model.tokens.length * dims);
  for (let index = 0; index < model.tokens.length; index++) {
    addRow(full.fill(0), model, { index, bits: model.parameters.bits });
    rows.set(full.subarray(0, dims), index * dims);
  }
  return createStaticModel(model.tokens, rows, { ...model.parameters, dims, bits });
}

/**
 * The same model with some rows replaced or added; the others keep their bits. Its alphabet grows by what new words need.
 *
 * @param changes Rows by token, `dims` numbers each.
 */
export function withRows(model: StaticModel, changes: ReadonlyMap<string, Float32Array>): StaticModel {
  const { dims, bits, alphabet } = model.parameters;
  const names = [...changes.keys()];
  const values = new Float32Array(names.length * dims);
  names.forEach((name, i) => {
    values.set(changes.get(name) as Float32Array, i * dims);
  });
  const changed = quantizeRows(values, { dims, bits });
  const sources = new Map<string, readonly [QuantizedRows, number]>(
    model.tokens.map((token, i) => [token, [model, i]]),
  );
  names.forEach((name, i) => {
    sources.set(name, [changed, i]);
  });
  const tokens = [...sources.keys()].sort();
  const bytes = rowBytes(dims, bits);
  const rows = new Int8Array(tokens.length * bytes);
  const scales = new Float32Array(tokens.length);
  tokens.forEach((token, to) => {
    const [from, i] = sources.get(token) as readonly [QuantizedRows, number];
    rows.set(from.rows.subarray(i * bytes, (i + 1) * bytes), to * bytes);
    scales[to] = from.scales[i] as number;
  });
  const letters = names.filter((name) => !isPiece(name)).join("");
  return withDigest(
    tokens,
    { rows, scales },
    { ...model.parameters, alphabet: [...new Set(alphabet + letters)].sort().join("") },
  );
}

function withDigest(
  tokens: readonly string[],
  quantized: QuantizedRows,
  parameters: StaticModelParameters,
): StaticModel {
  const { rows, scales } = quantized;
  const parts = [encodeJson(parameters), packStrings(tokens), bytesOf(rows), bytesOf(scales)];
  return {
    parameters,
    tokens,
    rows,
    scales,
    unknownWeight: meanWordNorm(tokens, quantized, parameters),
    fingerprint: digest(parts),
  };
}

function meanWordNorm(tokens: readonly string[], rows: QuantizedRows, { dims, bits }: StaticModelParameters): number {
  const row = new Float64Array(dims);
  let total = 0;
  let words = 0;
  for (let index = 0; index < tokens.length; index++) {
    if (isPiece(tokens[index] as string)) continue;
    addRow(row.fill(0), rows, { index, bits });
    total += Math.hypot(...row);
    words++;
  }
  return words === 0 ? 1 : total / words;
}

function encodeShard({ tokens, rows, scales, parameters }: StaticModel, indices: readonly number[]): Uint8Array {
  const bytes = rowBytes(parameters.dims, parameters.bits);
  const shardRows = new Int8Array(indices.length * bytes);
  indices.forEach((from, to) => {
    shardRows.set(rows.subarray(from * bytes, (from + 1) * bytes), to * bytes);
  });
  return encodeContainer(SHARD_KIND, {
    tokens: packStrings(indices.map((i) => tokens[i] as string)),
    rows: shardRows,
    scales: Float32Array.from(indices, (i) => scales[i] as number),
  });
}

function readRows(
  container: Container,
  { dims, bits }: StaticModelParameters,
  file: string,
): readonly [tokens: readonly string[], rows: QuantizedRows] {
  const tokens = container.strings("tokens");
  const rows = container.get("rows", Int8Array);
  const scales = container.get("scales", Float32Array);
  if (scales.length !== tokens.length || rows.length !== tokens.length * rowBytes(dims, bits)) {
    throw invalid(file, `${tokens.length} tokens with ${rows.length} bytes of rows and ${scales.length} scales`);
  }
  return [tokens, { rows, scales }];
}

function defaultShards({ tokens, parameters }: StaticModel): number {
  const bytes = tokens.length * (rowBytes(parameters.dims, parameters.bits) + Float32Array.BYTES_PER_ELEMENT);
  return Math.max(1, Math.min(MAX_SHARDS, Math.ceil(bytes / SHARD_BYTES)));
}

function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** A model besides its tokens and rows: what the file's `about` holds as JSON. */
type About = Pick<StaticModel, "parameters" | "unknownWeight" | "fingerprint">;

function decodeAbout(bytes: Uint8Array, file: string): About {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as About;
  } catch (cause) {
    throw invalid(file, "what it says about itself is not JSON", cause);
  }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function invalid(file: string, detail: string, cause?: unknown): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable static model: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
    cause,
  });
}

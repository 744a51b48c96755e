import { isAbort, SearchError } from "../core/errors.ts";
import { fnv1a } from "./hash.ts";
import { type RowLookup, RowTable } from "./row-table.ts";
import {
  decodePieces,
  decodeShard,
  isPiece,
  PIECES_FILE,
  type StaticModel,
  type StaticModelManifest,
  shardFile,
} from "./static-model.ts";

/** Where a static model's rows come from. */
export interface RowStore {
  /** Make the rows of some tokens available. Tokens that the vocabulary lacks are no error: the lookup finds nothing. */
  load(tokens: Iterable<string>): Promise<RowLookup>;
  /** Every piece, with its mark. */
  pieces(): Promise<ReadonlySet<string>>;
}

/** Reads one file of a sharded model. `name` begins with the manifest's `path`. */
export type ReadModelFile = (name: string, options: { readonly signal?: AbortSignal }) => Promise<Uint8Array>;

/** The whole model in memory. */
export class MemoryRowStore implements RowStore {
  readonly #table: RowTable;
  readonly #pieces: ReadonlySet<string>;

  constructor(model: StaticModel) {
    this.#table = new RowTable(model.tokens, model, model.parameters);
    this.#pieces = new Set(model.tokens.filter(isPiece));
  }

  async load(): Promise<RowLookup> {
    return (token) => this.#table.find(token);
  }

  async pieces(): Promise<ReadonlySet<string>> {
    return this.#pieces;
  }
}

/**
 * A sharded model of which only the shards that were asked for are read, each once. A shard that failed is read again
 * the next time. Keeps the `maxShards` shards used last.
 */
export class ShardRowStore implements RowStore {
  readonly #manifest: StaticModelManifest;
  readonly #read: ReadModelFile;
  readonly #maxShards: number;
  /** By shard number, the one used last at the end. */
  readonly #tables = new Map<number, Promise<RowTable>>();
  #pieces: Promise<ReadonlySet<string>> | undefined;

  constructor(
    manifest: StaticModelManifest,
    read: ReadModelFile,
    { maxShards = 128 }: { readonly maxShards?: number } = {},
  ) {
    this.#manifest = manifest;
    this.#read = read;
    this.#maxShards = maxShards;
  }

  async load(tokens: Iterable<string>): Promise<RowLookup> {
    const { shards } = this.#manifest;
    const needed = new Set(Array.from(tokens, (token) => fnv1a(token) % shards));
    const tables = new Map(
      await Promise.all(Array.from(needed, async (shard) => [shard, await this.#table(shard)] as const)),
    );
    return (token) => tables.get(fnv1a(token) % shards)?.find(token);
  }

  pieces(): Promise<ReadonlySet<string>> {
    this.#pieces ??= this.#readPieces().catch((error: unknown) => {
      this.#pieces = undefined;
      throw error;
    });
    return this.#pieces;
  }

  #table(shard: number): Promise<RowTable> {
    const table = this.#tables.get(shard) ?? this.#readTable(shard);
    this.#tables.delete(shard);
    this.#tables.set(shard, table);
    if (this.#tables.size > this.#maxShards) this.#dropOldest();
    return table;
  }

  #dropOldest(): void {
    for (const shard of this.#tables.keys()) {
      this.#tables.delete(shard);
      return;
    }
  }

  #readTable(shard: number): Promise<RowTable> {
    const table = this.#decodeTable(shard);
    table.catch(() => {
      if (this.#tables.get(shard) === table) this.#tables.delete(shard);
    });
    return table;
  }

  async #decodeTable(shard: number): Promise<RowTable> {
    const file = this.#manifest.path + shardFile(shard);
    const [tokens, rows] = await decodeShard(await this.#bytes(file), this.#manifest, file);
    return new RowTable(tokens, rows, this.#manifest);
  }

  async #readPieces(): Promise<ReadonlySet<string>> {
    const file = this.#manifest.path + PIECES_FILE;
    return new Set(await decodePieces(await this.#bytes(file), file));
  }

  /** Read without the caller's signal: the next keystroke wants the same file. */
  async #bytes(file: string): Promise<Uint8Array> {
    try {
      return await this.#read(file, {});
    } catch (cause) {
      if (cause instanceof SearchError || isAbort(cause)) throw cause;
      throw new SearchError("network", `${file}, a part of the static model, could not be read.`, {
        remedy: "Check the connection, and that the whole folder of the index was deployed.",
        file,
        cause,
      });
    }
  }
}

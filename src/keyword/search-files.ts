import { isAbort, SearchError } from "../core/errors.ts";
import { decodeSpelling, reverse, spellingFiles } from "./spelling.ts";
import { TermShard } from "./term-shard.ts";
import type { TermsDirectory } from "./terms-directory.ts";

/** Reads and decodes a file; should keep the result for the next time. */
export type LoadFile = <T>(
  file: string,
  decode: (bytes: Uint8Array, file: string) => T,
  signal: AbortSignal | undefined,
) => Promise<T>;

/** The files that one search reads, each once; those that cannot be had are left out. */
export class SearchFiles {
  readonly directory: TermsDirectory;
  readonly failures: SearchError[] = [];
  /** Whether any shard could be read. */
  hasShard = false;
  readonly #load: LoadFile;
  readonly #limits: { readonly pages: number; readonly chunks: number };
  readonly #signal: AbortSignal | undefined;
  readonly #shards = new Map<number, Promise<TermShard | undefined>>();
  readonly #spelling = new Map<string, Promise<readonly string[]>>();

  constructor(
    directory: TermsDirectory,
    load: LoadFile,
    { chunkStart, signal }: { readonly chunkStart: Uint32Array; readonly signal: AbortSignal | undefined },
  ) {
    this.directory = directory;
    this.#load = load;
    this.#limits = { pages: chunkStart.length - 1, chunks: chunkStart.at(-1) as number };
    this.#signal = signal;
  }

  /** A term shard by its number, or undefined when it cannot be had. */
  shard(number: number): Promise<TermShard | undefined> {
    return once(this.#shards, number, async () => {
      const name = this.directory.shardFile(number);
      const shard = await this.#read(name, (bytes, file) => new TermShard(bytes, file, this.#limits));
      if (shard) this.hasShard = true;
      return shard;
    });
  }

  /** The words of spelling files that may be near to a word, by their ends turned round again. */
  async wordsNear(word: string): Promise<string[]> {
    const { forward, backward } = spellingFiles(word, this.directory);
    const words = await Promise.all([
      ...forward.map((number) => this.#words(this.directory.forwardFile(number), decodeSpelling)),
      ...backward.map((number) => this.#words(this.directory.backwardFile(number), decodeReversed)),
    ]);
    return words.flat();
  }

  #words(name: string, decode: (bytes: Uint8Array, file: string) => string[]): Promise<readonly string[]> {
    return once(this.#spelling, name, async () => (await this.#read(name, decode)) ?? []);
  }

  async #read<T>(name: string, decode: (bytes: Uint8Array, file: string) => T): Promise<T | undefined> {
    try {
      return await this.#load(name, decode, this.#signal);
    } catch (error) {
      if (isAbort(error) || this.#signal?.aborted) throw error;
      this.failures.push(SearchError.from(error));
      return undefined;
    }
  }
}

function decodeReversed(bytes: Uint8Array, file: string): string[] {
  return decodeSpelling(bytes, file).map(reverse);
}

/** What `make` gave the first time that the key was asked for. */
function once<K, T>(known: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const promise = known.get(key) ?? make();
  known.set(key, promise);
  return promise;
}

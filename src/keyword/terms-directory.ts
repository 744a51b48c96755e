import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { SearchError } from "../core/errors.ts";
import { countNames, packNames, unpackName } from "../core/names.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";
import { Ranges } from "./ranges.ts";

/** What a reader must know before it can ask for postings. */
export interface TermsDirectoryFields {
  /** All files, term shards first, then spelling files: `terms/`, 16 hex digits, `.bin`. */
  readonly files: readonly string[];
  /** Where the range of each term shard begins. */
  readonly shards: readonly string[];
  /** Chunks that hold each shard's most frequent term. */
  readonly frequencies: readonly number[];
  /** Where each spelling file by beginnings begins, and each by ends, reversed. */
  readonly forward: readonly string[];
  readonly backward: readonly string[];
  /** Distinct terms in the text of each page's chunks, summed. */
  readonly pageLengths: Uint32Array;
}

const KIND = "terms";

/** Write the directory; see SPEC.md. */
export function encodeTermsDirectory(fields: TermsDirectoryFields): Uint8Array {
  const high = new VarintWriter();
  for (const length of fields.pageLengths) high.write(length >>> 8);
  return encodeContainer(KIND, {
    names: packNames(fields.files),
    shards: packStrings(fields.shards),
    most: Uint8Array.from(fields.frequencies, bitLength),
    forward: packStrings(fields.forward),
    backward: packStrings(fields.backward),
    plow: Uint8Array.from(fields.pageLengths, (length) => length & 0xff),
    phigh: high.finish(),
  });
}

/** Which files hold what, and the lengths of pages. */
export class TermsDirectory {
  readonly shards: Ranges;
  readonly forward: Ranges;
  readonly backward: Ranges;
  readonly pageLengths: Uint32Array;
  readonly #names: Uint8Array;
  readonly #most: Uint8Array;

  /**
   * @param pageCount What the rest of the index says.
   * @throws SearchError `file-invalid`, `file-version`.
   */
  constructor(bytes: Uint8Array, file: string, pageCount: number) {
    const container = new Container(bytes, { kind: KIND, file });
    this.#names = container.get("names", Uint8Array);
    this.shards = new Ranges(container.strings("shards"));
    this.#most = container.get("most", Uint8Array);
    this.forward = new Ranges(container.strings("forward"));
    this.backward = new Ranges(container.strings("backward"));
    const low = container.get("plow", Uint8Array);
    if (low.length !== pageCount) {
      throw new SearchError("file-invalid", `${file} holds ${low.length} pages, the index has ${pageCount}.`, {
        remedy: "Build the index again and deploy the whole folder.",
        file,
      });
    }
    const high = new VarintReader(container.get("phigh", Uint8Array));
    this.pageLengths = Uint32Array.from(low, (value) => high.read() * 256 + value);
  }

  /** Names of all files of the keyword index but this one. */
  files(): string[] {
    return Array.from({ length: countNames(this.#names) }, (_, number) => this.shardFile(number));
  }

  /** How frequent a shard's most frequent term is, as the number of bits in its number of chunks. */
  frequency(shard: number): number {
    return this.#most[shard] ?? 0;
  }

  /** Names of files: term shards first, then spelling by beginnings, then by ends. */
  shardFile(number: number): string {
    return unpackName("terms", this.#names, number);
  }

  forwardFile(number: number): string {
    return this.shardFile(this.shards.size + number);
  }

  backwardFile(number: number): string {
    return this.forwardFile(this.forward.size + number);
  }
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

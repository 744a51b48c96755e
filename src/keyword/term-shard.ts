import { Container, encodeContainer, packStrings } from "../core/container.ts";
import { KEYWORD_FIELDS } from "../core/manifest.ts";
import { VarintReader, VarintWriter } from "../core/varint.ts";

/** A term's postings: for each field, in the order of KEYWORD_FIELDS, chunk → number of occurrences. */
export interface TermPostings {
  readonly term: string;
  readonly fields: readonly ReadonlyMap<number, number>[];
}

const KIND = "terms";

/**
 * Write a range of terms, sorted, with the field lengths of every chunk that occurs in them; see SPEC.md.
 *
 * @param lengthsOf Number of terms in each field of a chunk.
 */
export function encodeTermShard(
  terms: readonly TermPostings[],
  lengthsOf: (chunk: number) => readonly number[],
): Uint8Array {
  const postings = new VarintWriter();
  const chunks = new Set<number>();
  for (const { fields } of terms) {
    for (const field of fields) {
      const ids = [...field.keys()].sort((a, b) => a - b);
      postings.write(ids.length);
      let previous = 0;
      for (const id of ids) {
        postings.write(id - previous);
        postings.write(field.get(id) ?? 0);
        previous = id;
        chunks.add(id);
      }
    }
  }
  const lengths = new VarintWriter();
  let previous = 0;
  for (const chunk of [...chunks].sort((a, b) => a - b)) {
    lengths.write(chunk - previous);
    for (const length of lengthsOf(chunk)) lengths.write(length);
    previous = chunk;
  }
  return encodeContainer(KIND, {
    terms: packStrings(terms.map(({ term }) => term)),
    postings: postings.finish(),
    lengths: lengths.finish(),
  });
}

/** The postings of a range of terms. Those of term `t` in field `f` are `[starts[i], starts[i + 1])`, `i = t × fields + f`. */
export interface TermShard {
  readonly terms: readonly string[];
  readonly starts: Uint32Array;
  /** Chunk of each posting, ascending within a term and field. */
  readonly chunks: Uint32Array;
  /** Occurrences of each posting. */
  readonly counts: Uint32Array;
  /** Chunks that occur in the shard, ascending. */
  readonly lengthChunks: Uint32Array;
  /** For each of these, the number of distinct terms in each field. */
  readonly lengths: Uint32Array;
}

/**
 * Read a shard.
 * @throws SearchError as {@link Container}.
 */
export function decodeTermShard(bytes: Uint8Array, file: string): TermShard {
  const container = new Container(bytes, { kind: KIND, file });
  const terms = container.strings("terms");
  return {
    terms,
    ...decodePostings(container.get("postings", Uint8Array), terms.length * KEYWORD_FIELDS.length),
    ...decodeLengths(container.get("lengths", Uint8Array)),
  };
}

function decodePostings(bytes: Uint8Array, lists: number): Pick<TermShard, "starts" | "chunks" | "counts"> {
  const reader = new VarintReader(bytes);
  const starts = new Uint32Array(lists + 1);
  // A posting takes two bytes at least.
  const chunks = new Uint32Array(bytes.length >> 1);
  const counts = new Uint32Array(bytes.length >> 1);
  let end = 0;
  for (let list = 0; list < lists; list++) {
    let chunk = 0;
    for (let left = reader.read(); left > 0 && !reader.done; left--) {
      chunk += reader.read();
      chunks[end] = chunk;
      counts[end++] = reader.read();
    }
    starts[list + 1] = end;
  }
  return { starts, chunks: chunks.slice(0, end), counts: counts.slice(0, end) };
}

function decodeLengths(bytes: Uint8Array): Pick<TermShard, "lengthChunks" | "lengths"> {
  const reader = new VarintReader(bytes);
  const lengthChunks: number[] = [];
  const lengths: number[] = [];
  for (let chunk = 0; !reader.done; ) {
    chunk += reader.read();
    lengthChunks.push(chunk);
    for (const _ of KEYWORD_FIELDS) lengths.push(reader.read());
  }
  return { lengthChunks: Uint32Array.from(lengthChunks), lengths: Uint32Array.from(lengths) };
}

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

/** Parts of MiniSearch's serialisation (version 2), with chunk numbers as its short ids. */
export interface MiniSearchParts {
  readonly index: [string, Record<string, Record<string, number>>][];
  readonly fieldLength: Record<string, number[]>;
}

/**
 * Read a shard into the form that `MiniSearch.loadJS` takes.
 * @throws SearchError as {@link Container}.
 */
export function decodeTermShard(bytes: Uint8Array, file: string): MiniSearchParts {
  const container = new Container(bytes, { kind: KIND, file });
  const postings = new VarintReader(container.get("postings", Uint8Array));
  const index = container
    .strings("terms")
    .map((term): [string, Record<string, Record<string, number>>] => [term, readFields(postings)]);
  const lengths = new VarintReader(container.get("lengths", Uint8Array));
  const fieldLength: Record<string, number[]> = {};
  for (let chunk = 0; !lengths.done; ) {
    chunk += lengths.read();
    fieldLength[chunk] = KEYWORD_FIELDS.map(() => lengths.read());
  }
  return { index, fieldLength };
}

function readFields(postings: VarintReader): Record<string, Record<string, number>> {
  const fields: Record<string, Record<string, number>> = {};
  KEYWORD_FIELDS.forEach((_, field) => {
    const count = postings.read();
    if (count === 0) return;
    const frequencies: Record<string, number> = {};
    let chunk = 0;
    for (let i = 0; i < count; i++) {
      chunk += postings.read();
      frequencies[chunk] = postings.read();
    }
    fields[field] = frequencies;
  });
  return fields;
}

import { Container, encodeContainer } from "./container.ts";
import { SearchError } from "./errors.ts";
import { VarintReader, VarintWriter } from "./varint.ts";

const KIND = "sort";

/** Write the rank of each page by one key, from 1; equal values have equal ranks, 0 is no value. See SPEC.md. */
export function encodeSort(ranks: Uint32Array): Uint8Array {
  const writer = new VarintWriter();
  for (const rank of ranks) writer.write(rank);
  return encodeContainer(KIND, { ranks: writer.finish() });
}

/**
 * Read what {@link encodeSort} wrote.
 * @param pageCount What the rest of the index says.
 * @throws SearchError as {@link Container}; `file-invalid` also when there are more or fewer ranks than pages.
 */
export function decodeSort(bytes: Uint8Array, file: string, pageCount: number): Uint32Array {
  const reader = new VarintReader(new Container(bytes, { kind: KIND, file }).get("ranks", Uint8Array));
  const ranks = new Uint32Array(pageCount);
  let read = 0;
  for (; read < pageCount && !reader.done; read++) ranks[read] = reader.read();
  if (read === pageCount && reader.done) return ranks;
  const found = reader.done ? String(read) : `more than ${read}`;
  throw new SearchError("file-invalid", `${file} holds ${found} pages, the index has ${pageCount}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

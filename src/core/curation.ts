import { Container, encodeContainer, joinList, packStrings, splitList } from "./container.ts";
import { SearchError } from "./errors.ts";
import { VarintReader, VarintWriter } from "./varint.ts";

/** What an index holds of a site's curation. */
export interface StoredCuration {
  readonly synonyms: readonly SynonymRule[];
  readonly pins: readonly PinRule[];
  readonly redirects: readonly RedirectRule[];
  /** Queries offered before the first letter. */
  readonly suggestions: readonly string[];
}

/** Every text of `from` is also looked for by those of `to`. */
export interface SynonymRule {
  readonly from: readonly string[];
  /** As `from` where all mean the same. */
  readonly to: readonly string[];
}

/** Pages that come first for some queries. */
export interface PinRule {
  readonly queries: readonly string[];
  /** Their numbers, in the order that they are to be shown in. */
  readonly pages: readonly number[];
}

/** A place outside of the index for some queries. */
export interface RedirectRule {
  readonly queries: readonly string[];
  /** As it was written: with http(s), or relative to the site's root. */
  readonly url: string;
  readonly title: string;
}

const KIND = "curation";
/** Strings of each synonym rule, and of each redirect. */
const SYNONYM_STRINGS = 2;
const REDIRECT_STRINGS = 3;

/** Write the curation of an index; see SPEC.md. */
export function encodeCuration({ synonyms, pins, redirects, suggestions }: StoredCuration): Uint8Array {
  const pages = new VarintWriter();
  for (const pin of pins) {
    pages.write(pin.pages.length);
    for (const page of pin.pages) pages.write(page);
  }
  return encodeContainer(KIND, {
    synonyms: packStrings(synonyms.flatMap(synonymStrings)),
    pins: packStrings(pins.map(({ queries }) => joinList(queries))),
    pages: pages.finish(),
    redirs: packStrings(redirects.flatMap(({ queries, url, title }) => [joinList(queries), url, title])),
    suggest: packStrings(suggestions),
  });
}

/**
 * Read what {@link encodeCuration} wrote.
 * @param pageCount What the rest of the index says.
 * @throws SearchError as {@link Container}; `file-invalid` also when the sections do not fit together.
 */
export function decodeCuration(bytes: Uint8Array, file: string, pageCount: number): StoredCuration {
  const container = new Container(bytes, { kind: KIND, file });
  const check: Check = (holds, what) => {
    if (!holds) throw invalid(file, what);
  };
  const pages = new VarintReader(container.get("pages", Uint8Array));
  const readPages = (): number[] => {
    const count = pages.read();
    check(count <= pageCount, `it pins ${count} of ${pageCount} pages`);
    const pinned = Array.from({ length: count }, () => pages.read());
    for (const page of pinned) check(page < pageCount, `it pins page ${page} of ${pageCount}`);
    return pinned;
  };
  return {
    synonyms: rows(container.strings("synonyms"), SYNONYM_STRINGS, check).map(([from, to]) => {
      const own = splitList(from);
      return { from: own, to: to ? splitList(to) : own };
    }),
    pins: container.strings("pins").map((queries) => ({ queries: splitList(queries), pages: readPages() })),
    redirects: rows(container.strings("redirs"), REDIRECT_STRINGS, check).map(([queries, url = "", title = ""]) => {
      return { queries: splitList(queries), url, title };
    }),
    suggestions: container.strings("suggest"),
  };
}

/** The same list twice is written once. */
function synonymStrings({ from, to }: SynonymRule): [from: string, to: string] {
  const [own, others] = [joinList(from), joinList(to)];
  return [own, own === others ? "" : others];
}

type Check = (holds: boolean, what: string) => void;

function rows(strings: readonly string[], width: number, check: Check): string[][] {
  check(strings.length % width === 0, `${strings.length} strings cannot be taken ${width} at a time`);
  return Array.from({ length: strings.length / width }, (_, i) => strings.slice(i * width, (i + 1) * width));
}

function invalid(file: string, detail: string): SearchError {
  return new SearchError("file-invalid", `${file} is not a usable index file: ${detail}.`, {
    remedy: "Build the index again and deploy the whole folder.",
    file,
  });
}

import type { FusionParams } from "./fusion.ts";
import type { KeywordField } from "./search.ts";

/** Value of {@link IndexManifest.format}. */
export const MANIFEST_FORMAT = "semantic-search-index";
/** Value of {@link IndexManifest.version}: raised when an older reader would go wrong. */
export const MANIFEST_VERSION = 2;
/** Name of the manifest within an index folder. */
export const MANIFEST_FILE = "index.json";

/** Fields of the keyword index in the order of their numbers. */
export const KEYWORD_FIELDS = ["title", "headings", "text"] as const satisfies readonly KeywordField[];

/** A content-hashed file of the index folder. */
export interface FileRef {
  /** Path relative to `index.json`. */
  readonly file: string;
  /** Bytes as stored (gzip). */
  readonly bytes: number;
}

/** Postings of the terms from `firstTerm` up to the next shard's, in code unit order. */
export interface TermShardRef extends FileRef {
  readonly firstTerm: string;
}

/** Vectors of chunks `[first, end)`. */
export interface VectorShardRef extends FileRef {
  readonly first: number;
  readonly end: number;
}

/**
 * How words become terms: all fold case, accents and width; `english` stems after Porter, `plain` not at all, the others
 * lightly.
 */
export const ANALYZERS = [
  "english",
  "french",
  "german",
  "italian",
  "plain",
  "portuguese",
  "russian",
  "spanish",
] as const;
export type Analyzer = (typeof ANALYZERS)[number];

/** The keyword side of an index. */
export interface KeywordManifest {
  readonly shards: readonly TermShardRef[];
  /** Mean number of terms per field, in the order of {@link KEYWORD_FIELDS}. */
  readonly averageLengths: readonly number[];
  readonly boosts: Readonly<Record<KeywordField, number>>;
  /** Those by which chunks became terms, by their language. */
  readonly analyzers: readonly Analyzer[];
}

/** One vector space: an embedder and the vectors that it made. */
export interface SpaceManifest {
  readonly id: string;
  readonly fingerprint: string;
  readonly dims: number;
  readonly precision: "float32" | "int8";
  /** What the query side needs to embed; its shape depends on its `type`. */
  readonly model: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly shards: readonly VectorShardRef[];
}

/** `index.json`: everything that a reader must know before it can ask for another file. */
export interface IndexManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: number;
  /** Package and version that wrote it. */
  readonly generator: string;
  /** Hex digest of the names of all files and of this manifest's own fields. */
  readonly build: string;
  /** URL of the site's root, relative to `index.json` or absolute, with a trailing slash. */
  readonly siteRoot: string;
  readonly languages: readonly string[];
  readonly counts: { readonly pages: number; readonly sections: number; readonly chunks: number };
  readonly filters: readonly string[];
  /** What ranking must know of every page, and which file holds its text. */
  readonly pages: FileRef;
  /** Paths of all pages, to find one by its path. */
  readonly paths: FileRef;
  readonly keyword: KeywordManifest;
  readonly spaces: readonly SpaceManifest[];
  readonly fusion: FusionParams;
}

import type { FusionParams } from "./fusion.ts";
import type { ModelFileRef } from "./model-files.ts";
import type { KeywordField } from "./search.ts";

/** Value of {@link IndexManifest.format}. */
export const MANIFEST_FORMAT = "semantic-search-index";
/** Value of {@link IndexManifest.version}: raised when an older reader would go wrong. */
export const MANIFEST_VERSION = 3;
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

/** A key that pages can be sorted by, and the file with their order. */
export interface SortManifest extends FileRef {
  readonly name: string;
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
  /** Directory of the term shards and spelling files. */
  readonly terms: FileRef;
  /** Mean number of distinct terms per field, in the order of {@link KEYWORD_FIELDS}. */
  readonly averageLengths: readonly number[];
  readonly boosts: Readonly<Record<KeywordField, number>>;
  /** Those by which chunks became terms, by their language. */
  readonly analyzers: readonly Analyzer[];
}

/** How vectors in cells are stored: as they are, or as codes that a reader unpacks to int8. */
export type VectorPrecision = "float32" | "int8";

/** One vector space: an embedder and the vectors that it made. */
export interface SpaceManifest {
  readonly id: string;
  readonly fingerprint: string;
  readonly dims: number;
  readonly precision: VectorPrecision;
  /** What the query side needs to embed; its shape depends on its `type`. */
  readonly model: { readonly type: string } & Readonly<Record<string, unknown>>;
  /** Number of vectors: one for each run of chunks that are embedded together. */
  readonly vectors: number;
  /** Directory of the cells. */
  readonly cells: FileRef;
}

/**
 * A vector space that is read as a whole, together with the model that its queries are embedded with: a sentence encoder.
 * Beside it there is always a space that is read piece by piece.
 */
export interface EncoderManifest {
  /** The model's name. */
  readonly id: string;
  readonly fingerprint: string;
  readonly dims: number;
  readonly precision: VectorPrecision;
  /** What the query side needs to embed, besides its files; its shape depends on its `type`. */
  readonly model: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly vectors: number;
  /** The vectors, the links between them if there are any, the files of the model and of what runs it, by their names. */
  readonly files: readonly ModelFileRef[];
  /** What runs the model on a GPU, fetched where there is one. */
  readonly gpuFiles?: readonly ModelFileRef[] | undefined;
  /** How its ranking and that by words become one. */
  readonly fusion: FusionParams;
}

/** What says which pages are near to each page, in shards by the hash of its path. */
export interface RelatedManifest extends FileRef {
  readonly shards: number;
  /** Shards that share a name. */
  readonly group: number;
}

/** `index.json`: everything that a reader must know before it can ask for another file. */
export interface IndexManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: number;
  /** Package and version that wrote it. */
  readonly generator: string;
  /** Hex digest of all other fields, which by their names depend on every file. */
  readonly build: string;
  /** URL of the site's root, relative to `index.json` or absolute, with a trailing slash. */
  readonly siteRoot: string;
  readonly languages: readonly string[];
  readonly counts: { readonly pages: number; readonly sections: number; readonly chunks: number };
  readonly filters: readonly string[];
  /** Keys that results can be sorted by. Absent where there are none. */
  readonly sorts?: readonly SortManifest[] | undefined;
  /** Directory of the phrases that complete a query. Absent where there are none. */
  readonly suggest?: FileRef | undefined;
  /** What ranking must know of every page, and which files hold its texts. */
  readonly pages: FileRef;
  /** Paths of all pages, to find one by its path. */
  readonly paths: FileRef;
  /** Synonyms, pinned pages, redirects and suggestions; absent where there are none. */
  readonly curation?: FileRef | undefined;
  readonly keyword: KeywordManifest;
  readonly spaces: readonly SpaceManifest[];
  /** Absent where there are none. */
  readonly encoders?: readonly EncoderManifest[] | undefined;
  /** Absent where there are no vectors, or it is not wanted. */
  readonly related?: RelatedManifest | undefined;
  readonly fusion: FusionParams;
}

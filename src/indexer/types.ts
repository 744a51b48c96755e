import type { PageDocument } from "../core/document.ts";
import type { VectorPrecision } from "../core/manifest.ts";

/** Where pages come from. */
export type SourceKind = "html" | "markdown" | "json";

/** Which part of a site to read, and how. */
export interface ReadOptions {
  /** Folder of the built site, of Markdown files, or of JSON files (or one JSON file). */
  readonly dir: string;
  /** Default `html`. */
  readonly from?: SourceKind | undefined;
  /** Globs relative to `dir`. Default: every file of the kind. */
  readonly include?: readonly string[] | undefined;
  /** Globs relative to `dir`, taken out after `include`. */
  readonly exclude?: readonly string[] | undefined;
  /** CSS selector of the content. Default: found by markup and density. */
  readonly root?: string | undefined;
  /** CSS selectors of elements to leave out, besides what is left out by itself. */
  readonly ignore?: readonly string[] | undefined;
  /** Language of pages that name none. Default `und`. */
  readonly language?: string | undefined;
  /** Drop the `.html` of page paths, for hosts with clean URLs. Default false. */
  readonly cleanUrls?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Why a file is not in the index. `invalid` is the only one that `strict` stops at. */
export type SkipReason = "noindex" | "excluded" | "redirect" | "not-found-page" | "duplicate" | "empty" | "invalid";

/** A file that was read but not indexed. */
export interface SkippedPage {
  /** Relative to the folder read, with `/`. */
  readonly file: string;
  readonly reason: SkipReason;
  /** What exactly, for a person. */
  readonly detail: string;
}

/** What the reader yields for one file: pages (JSON files hold several), or why there is none. */
export interface ReadResult {
  readonly file: string;
  /** Bytes read. */
  readonly bytes: number;
  readonly pages: readonly PageDocument[];
  readonly skipped: readonly SkippedPage[];
}

/** Progress of a build; sent often, cheap to ignore. */
export interface BuildProgress {
  readonly phase: "scan" | "read" | "adapt" | "embed" | "cluster" | "write";
  /** Files looked at, files read, visits of runs (three each), runs embedded, steps of the clustering, files written. */
  readonly done: number;
  readonly total: number;
  /** Bytes read or written so far in this phase. */
  readonly bytes: number;
}

/** Options of `indexSite`. */
export interface IndexSiteOptions extends ReadOptions {
  /** Folder to write. Default `<dir>/semantic-search`. */
  readonly out?: string | undefined;
  /** URL of the site's root, absolute or relative to `index.json`. Default: the path from `out` to `dir`. */
  readonly siteRoot?: string | undefined;
  /** How vectors in cells are stored: as codes, two to a byte before compression, or as they are. Default `int8`. */
  readonly precision?: VectorPrecision | undefined;
  /** Most tokens in a chunk. Default 200. */
  readonly chunkTokens?: number | undefined;
  /** Tokens that a chunk repeats from the one before. Default 30. */
  readonly overlapTokens?: number | undefined;
  /** Folder or file of the static model. Default: the embedded one; `false` for an index by words alone. */
  readonly model?: string | false | undefined;
  /** Adapt the static model to the site's own texts. Default true. */
  readonly adapt?: boolean | undefined;
  /** Most files of the index, without those of earlier builds that `keep` leaves. Default 10,000. */
  readonly maxFiles?: number | undefined;
  /** Earlier builds whose files stay, so that a visitor who has an older `index.json` still finds them. Default 1. */
  readonly keep?: number | undefined;
  /** Stop at the first invalid page. Default false: name it and go on. */
  readonly strict?: boolean | undefined;
  /** Build even if nothing changed, and forget what the last build read, adapted and embedded. Default false. */
  readonly force?: boolean | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** What a build did. */
export interface IndexReport {
  /** Whether the index that is there was built from the same files in the same way, so that nothing was written. */
  readonly unchanged: boolean;
  readonly out: string;
  readonly build: string;
  readonly files: number;
  readonly pages: number;
  readonly sections: number;
  readonly chunks: number;
  /** Runs of chunks, one vector each, that were embedded now, and taken over from the last build. */
  readonly embedded: number;
  readonly reused: number;
  readonly languages: readonly string[];
  readonly skipped: readonly SkippedPage[];
  /** Bytes of the index by kind: `pages`, `paths`, `terms`, `cells`, `vectors`, `text`, `model`, `manifest`, `code`. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}

import type { PageDocument } from "../core/document.ts";
import type { FusionParams } from "../core/fusion.ts";
import type { VectorPrecision } from "../core/manifest.ts";
import type { EncoderOptions as EncoderSettings } from "../embed/encoder-spec.ts";
import type { Curation } from "./curation.ts";

/** Where pages come from. */
export type SourceKind = "html" | "markdown" | "json";

/** A sentence encoder beside the embedded model: from the Hugging Face hub, or from a folder. */
export interface EncoderOptions extends EncoderSettings {
  /** Name on the hub, as `Xenova/bge-small-en-v1.5`, or path of a folder with its files. */
  readonly name: string;
  /** Branch, tag or commit on the hub. Default `main`. */
  readonly revision?: string | undefined;
  /** A cross-encoder that reads the best results once more. */
  readonly rerank?: RerankOptions | undefined;
  /** How its ranking and that by words become one. Default: reciprocal ranks, in equal shares for most queries. */
  readonly fusion?: { readonly [K in keyof FusionParams]?: FusionParams[K] | undefined } | undefined;
}

/** A cross-encoder: a model that reads a query and a text together. */
export interface RerankOptions extends Pick<EncoderOptions, "name" | "revision" | "dtype" | "maxTokens"> {
  /** How many results it reads. Default 20. */
  readonly top?: number | undefined;
}

/** A sentence encoder on a server that speaks OpenAI's embeddings API, as Ollama does. */
export interface ServerOptions extends Pick<EncoderOptions, "name" | "fusion" | "languages"> {
  /** Server that embeds the site's texts, as `http://localhost:11434`. A key is taken from SEMANTIC_SEARCH_API_KEY. */
  readonly url: string;
  /** Server that visitors' queries go to: an address of the site's own, absolute or relative to `index.json`. */
  readonly queryUrl: string;
  /** Ask for vectors of that length. Default: the model's own. */
  readonly dims?: number | undefined;
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
}

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
  readonly phase: "scan" | "fetch" | "read" | "adapt" | "embed" | "cluster" | "encode" | "link" | "relate" | "write";
  /**
   * Files looked at, bytes of a model, files read, visits of runs (three each), runs embedded by the static model, steps
   * of the clustering, runs embedded by the sentence encoder, vectors linked, pages related, files written.
   */
  readonly done: number;
  readonly total: number;
  /** Bytes read or written so far in this phase. */
  readonly bytes: number;
}

/** Options of `indexSite`. */
export interface IndexSiteOptions extends ReadOptions {
  /** Folder to write. Default `<dir>/semantic-search`. */
  readonly out?: string | undefined;
  /** URL of the site's root, absolute or relative to `index.json`, with or without the slash at its end. Default: the path from `out` to `dir`. */
  readonly siteRoot?: string | undefined;
  /** How vectors in cells are stored: as codes, two to a byte before compression, or as they are. Default `int8`. */
  readonly precision?: VectorPrecision | undefined;
  /** Most tokens in a chunk. Default 200. */
  readonly chunkTokens?: number | undefined;
  /** Tokens that a chunk repeats from the one before. Default 30. */
  readonly overlapTokens?: number | undefined;
  /**
   * A sentence encoder, whose space stands beside that of the embedded model; `false` for an index by words alone.
   * The path of a static model's file, as `tune` writes it, is the same as `staticModel`. Default: the embedded model alone.
   */
  readonly model?: string | EncoderOptions | ServerOptions | false | undefined;
  /** File of the static model. Default: the embedded one. */
  readonly staticModel?: string | undefined;
  /** Folder that holds the models, by name, so that nothing is fetched. Default: the hub. */
  readonly modelsFrom?: string | undefined;
  /** Say in the index which pages are near to each page, for `<semantic-related>`. Default true. */
  readonly related?: boolean | undefined;
  /**
   * Give pages a filter `section` where the site has none of that name and they divide by themselves: by breadcrumbs, or
   * by topmost folders. Default true.
   */
  readonly sections?: boolean | undefined;
  /** Adapt the static model to the site's own texts. Default true. */
  readonly adapt?: boolean | undefined;
  /** Synonyms, pinned pages, redirects and suggestions, or the path of a YAML or JSON file with them. Default none. */
  readonly curation?: string | Curation | undefined;
  /** Most files of the index, without those of earlier builds that `keep` leaves. Default 10,000. */
  readonly maxFiles?: number | undefined;
  /** Earlier builds whose files stay, so that a visitor who has an older `index.json` still finds them. Default 1. */
  readonly keep?: number | undefined;
  /** Stop at the first invalid page, and at a pinned page that is not there. Default false: name it and go on. */
  readonly strict?: boolean | undefined;
  /** Build even if nothing changed, and forget all that the last build left: as on another machine. Default false. */
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
  /** Runs of chunks, one vector each and model, that were embedded now, and taken over from the last build. */
  readonly embedded: number;
  readonly reused: number;
  /** Runs among these that were longer than the sentence encoder takes, and lost their end. */
  readonly truncated: number;
  readonly languages: readonly string[];
  readonly skipped: readonly SkippedPage[];
  /** Pages that the curation pins and the site does not have, as they are written there. */
  readonly missingPins: readonly string[];
  /**
   * Bytes of the index by kind: `pages`, `paths`, `curation`, `terms`, `cells`, `vectors`, `text`, `related`, `model` (the static one), `models`
   * (sentence encoders with their vectors, and what runs them), `manifest`, `code`.
   */
  readonly bytes: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}
